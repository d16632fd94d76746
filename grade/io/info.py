"""What a file says of itself, read without its pixels where the format allows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Any

from grade.errors import GradeError
from grade.io.errors import MissingError, ReadError, read_failure
from grade.io.formats import exr
from grade.io.formats.dpx import header_fields
from grade.io.formats.dpx import timecode as dpx_times
from grade.io.formats.exr import header as exr_header
from grade.io.formats.movie import Movie, Track, is_movie
from grade.io.formats.registry import format_for
from grade.io.frame import Frame, read
from grade.io.window import Window
from grade.science.timecode import TimecodeError, count_frames

_RATES = (24.0, 25.0, 30.0, 48.0, 50.0, 60.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One picture of a file.

    Attributes
    ----------
    name, kind
        Of a part of an EXR; empty elsewhere.
    data_window, display_window, pixel_aspect, compression, tags, attributes
        As of a `Frame`.
    channels
        Name to type, with the sampling where it is not full.
    """

    name: str = ""
    kind: str = ""
    data_window: Window
    display_window: Window
    pixel_aspect: float
    compression: str | None
    channels: Mapping[str, str]
    tags: Mapping[str, Any]
    attributes: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """A file.

    Attributes
    ----------
    format
        As people say it.
    parts
        One, or those of an EXR.
    timecode
        Of this frame, or of the first of a movie.
    rate
        Frames per second, None where the file does not say.
    keycode
        As text.
    frames
        Numbers of a movie's frames; None for a still.
    sound
        Sound tracks of a movie.
    code_range
        What the code values of a movie span, ``legal`` or ``full``.
    notes
        What else there is to say.
    """

    format: str
    parts: tuple[Part, ...]
    timecode: str | None = None
    rate: Fraction | None = None
    keycode: str | None = None
    frames: range | None = None
    sound: tuple[Track, ...] = ()
    code_range: str | None = None
    notes: tuple[str, ...] = field(default=())


def about(path: Path) -> About:
    """Read what a file says of itself.

    Raises
    ------
    MissingError, UnsupportedError, LayerError, ReadError
        As `grade.io.read`; the pixels of an EXR may be damaged, deep or subsampled.
    """
    if is_movie(path):
        return _movie(path)
    if format_for(path).name == "OpenEXR":
        return _exr(path)
    frame = read(path)
    part = Part(
        data_window=frame.data_window,
        display_window=frame.display_window,
        pixel_aspect=frame.pixel_aspect,
        compression=frame.compression,
        channels=_channels(frame),
        tags=frame.tags,
        attributes=frame.attributes,
    )
    return About(
        format=format_for(path).name,
        parts=(part,),
        timecode=frame.timecode,
        rate=_rate(frame.attributes),
        keycode=keycode_text(frame.attributes.get("keyCode")),
    )


def _channels(frame: Frame) -> dict[str, str]:
    if frame.laid is None:
        return {name: plane.dtype.name for name, plane in frame.planes.items()}
    code = frame.laid.layout.code
    return dict.fromkeys(frame.planes, f"{code[1:]} bits" if code[0] == "u" else code)


def _exr(path: Path) -> About:
    import OpenEXR

    headers = exr_headers(path)
    types = _types(path, len(headers))
    parts = []
    for header, kinds in zip(headers, types, strict=True):
        entries = exr_header.entries(header, OpenEXR)
        channels = {}
        for channel in header["channels"]:
            steps = channel.xSampling, channel.ySampling
            sampling = "" if steps == (1, 1) else f" {steps[0]}x{steps[1]}"
            channels[channel.name] = f"{kinds.get(channel.name, '')}{sampling}".strip()
        parts.append(
            Part(
                name=str(header.get("name", "")),
                kind=str(getattr(header["type"], "name", header["type"])),
                data_window=entries["data_window"],
                display_window=entries["display_window"],
                pixel_aspect=entries["pixel_aspect"],
                compression=entries["compression"],
                channels=channels,
                tags=entries["tags"],
                attributes=entries["attributes"],
            )
        )
    first = headers[0]
    return About(
        format="OpenEXR",
        parts=tuple(parts),
        timecode=exr_header.timecode_text(first.get("timeCode"), OpenEXR),
        rate=_rate(first),
        keycode=keycode_text(first.get("keyCode")),
    )


def _types(path: Path, count: int) -> list[dict[str, str]]:
    """Types of the channels of every part: the binding tells them only with the pixels."""
    import OpenImageIO as oiio

    source = oiio.ImageInput.open(str(path))
    if source is None:  # subsampled, or another kind that this reader does not take
        oiio.geterror()
        return [{}] * count
    found = []
    for index in range(count):
        kinds = {}
        if source.seek_subimage(index, 0):
            spec = source.spec()
            for place, name in enumerate(spec.channelnames):
                kind = str(spec.channelformat(place))
                kinds[name] = {"half": "float16", "float": "float32", "uint": "uint32"}[kind]
        found.append(kinds)
    source.close()
    return found


def exr_headers(path: Path) -> list[Mapping[str, Any]]:
    """Headers of all parts, without the pixels."""
    import OpenEXR

    exr.check_magic(path)
    try:
        parts = OpenEXR.File(str(path), header_only=True).parts
    except Exception as error:  # RuntimeError, UnicodeDecodeError: both mean damage here
        raise ReadError(f"{path}: damaged: {error}") from error
    if not parts:
        raise ReadError(f"{path}: damaged: there is no part in its header")
    return [part.header for part in parts]


def _movie(path: Path) -> About:
    if not path.exists():
        raise MissingError(f"{path}: no such file")
    movie = Movie(path)
    try:
        window = Window.of_size(movie.width, movie.height)
        part = Part(
            data_window=window,
            display_window=window,
            pixel_aspect=movie.pixel_aspect,
            compression=movie.codec,
            channels={"picture": movie.format.name},
            tags=movie.color_tags,
            attributes={},
        )
        return About(
            format="movie",
            parts=(part,),
            timecode=movie.timecode,
            rate=movie.rate,
            frames=movie.frames,
            sound=movie.sound,
            code_range="legal" if movie.tags.legal else "full",
            notes=movie.notes,
        )
    finally:
        movie.close()


def timecode_of(path: Path) -> str | None:
    """The timecode of an EXR or DPX frame by its header alone; None for others, and if damaged."""
    import OpenEXR

    try:
        if path.suffix.lower() == ".exr":
            return exr_header.timecode_text(exr_headers(path)[0].get("timeCode"), OpenEXR)
        if path.suffix.lower() != ".dpx":
            return None
        with path.open("rb") as file:
            header = file.read(header_fields.SIZE)
    except OSError as error:
        raise read_failure(path, error) from error
    except GradeError:
        return None
    if len(header) < header_fields.SIZE:
        return None
    order = {b"SDPX": ">", b"XPDS": "<"}.get(header[:4])
    said = {} if order is None else header_fields.unpacked(header, header_fields.KEPT, order)
    if "timecode" not in said:
        return None
    code = dpx_times.timecode(int(str(said["timecode"]), 0), 0)
    return exr_header.timecode_text(code, OpenEXR)


def timecode_breaks(codes: Mapping[int, str | None], rate: float | None) -> list[int]:
    """Frames whose timecode does not follow from that of the frame before, by number.

    Parameters
    ----------
    codes
        Timecode by frame number.
    rate
        Frames per second; None tries the usual ones and takes the one that fits best.
    """
    stated = {number: code for number, code in codes.items() if code is not None}
    if rate is not None:
        return _breaks(stated, rate)
    tried: Iterable[list[int]] = (_breaks(stated, each) for each in _RATES)
    return min(tried, key=len)


def _breaks(codes: Mapping[int, str], rate: float) -> list[int]:
    found = []
    before: int | None = None
    for number in sorted(codes):
        try:
            distance = count_frames(codes[number], rate) - number
        except TimecodeError:
            found.append(number)
            continue
        if before is not None and distance != before:
            found.append(number)
        before = distance
    return found


def _rate(attributes: Mapping[str, Any]) -> Fraction | None:
    value = attributes.get("framesPerSecond")
    try:
        return None if value is None else Fraction(value)
    except (TypeError, ValueError):
        return None


def keycode_text(code: Any) -> str | None:
    """A keycode as it stands on the film: maker, type, prefix, count and perforation."""
    if code is None or not hasattr(code, "filmMfcCode"):
        return None
    return (
        f"{code.filmMfcCode:02d} {code.filmType:02d} {code.prefix:06d} "
        f"{code.count:04d}+{code.perfOffset:02d}"
    )
