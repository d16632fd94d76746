"""Information about a file, from its header alone where the format allows it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Any

from grade.errors import GradeError
from grade.io.errors import MissingError, ReadError, read_failure
from grade.io.files import read
from grade.io.formats import exr
from grade.io.formats.dpx import header as dpx_header
from grade.io.formats.exr import header as exr_header
from grade.io.formats.movie import Movie, Track, is_movie
from grade.io.formats.registry import format_for
from grade.io.formats.smpte_timecode import timecode_of_entries
from grade.io.frame import Frame
from grade.io.frame_rates import rate_of
from grade.io.window import Window


@dataclass(frozen=True, slots=True, kw_only=True)
class PartInfo:
    """One picture of a file.

    Attributes
    ----------
    name, kind
        Name and type of a part of an EXR; empty in other formats.
    data_window, display_window, pixel_aspect, compression, tags, attributes
        As in `Frame`.
    channels
        Type of each channel by name, with its subsampling.
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
class FileInfo:
    """A file.

    Attributes
    ----------
    format
        Usual name of the format.
    parts
        The picture, or the parts of an EXR.
    timecode
        Timecode of the frame, or of the first frame of a movie.
    rate
        Frames per second; None where the file does not say.
    keycode
        Keycode as text.
    frames
        Frame numbers of a movie; None for a still.
    sound
        Sound tracks of a movie.
    code_range
        Range of the code values of a movie, ``legal`` or ``full``.
    notes
        Further sentences.
    """

    format: str
    parts: tuple[PartInfo, ...]
    timecode: str | None = None
    rate: Fraction | None = None
    keycode: str | None = None
    frames: range | None = None
    sound: tuple[Track, ...] = ()
    code_range: str | None = None
    notes: tuple[str, ...] = field(default=())


def read_info(path: Path) -> FileInfo:
    """Read the information in a file.

    Raises
    ------
    MissingError, UnsupportedError, LayerError, ReadError
        As `grade.io.read`. The pixels of an EXR may be damaged, deep or subsampled.
    """
    if is_movie(path):
        return _read_movie_info(path)
    if format_for(path).name == "OpenEXR":
        return _read_exr_info(path)
    frame = read(path, literal=True)
    part = PartInfo(
        data_window=frame.data_window,
        display_window=frame.display_window,
        pixel_aspect=frame.pixel_aspect,
        compression=frame.compression,
        channels=_types_of(frame),
        tags=frame.tags,
        attributes=frame.attributes,
    )
    return FileInfo(
        format=format_for(path).name,
        parts=(part,),
        timecode=frame.timecode,
        rate=rate_of(frame.attributes),
        keycode=format_keycode(frame.attributes.get("keyCode")),
        notes=frame.notes,
    )


def _types_of(frame: Frame) -> dict[str, str]:
    if frame.native is None:
        return {name: plane.dtype.name for name, plane in frame.planes.items()}
    code = frame.native.layout.code
    return dict.fromkeys(frame.planes, f"{code[1:]} bits" if code[0] == "u" else code)


def _read_exr_info(path: Path) -> FileInfo:
    import OpenEXR

    masked, headers = open_exr_headers(path)
    types = masked.kinds or [{}] * len(headers)
    parts = []
    for header, kinds in zip(headers, types, strict=True):
        entries = exr_header.entries(header, OpenEXR)
        channels = {}
        for channel in header["channels"]:
            steps = channel.xSampling, channel.ySampling
            sampling = "" if steps == (1, 1) else f" {steps[0]}x{steps[1]}"
            channels[channel.name] = f"{kinds.get(channel.name, '')}{sampling}".strip()
        parts.append(
            PartInfo(
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
    return FileInfo(
        format="OpenEXR",
        parts=tuple(parts),
        timecode=timecode_of_entries(first, OpenEXR),
        rate=rate_of(first),
        keycode=format_keycode(first.get("keyCode")),
        notes=tuple(masked.notes),
    )


def read_exr_headers(path: Path) -> list[Mapping[str, Any]]:
    """Read the headers of all parts, without the pixels."""
    return open_exr_headers(path)[1]


def open_exr_headers(path: Path) -> tuple[exr.MaskedFile, list[Mapping[str, Any]]]:
    """Read the headers of all parts, and what was left out of them."""
    import OpenEXR

    exr.check_magic(path)
    try:
        masked = exr.MaskedFile(path)
        parts = masked.read(OpenEXR, header_only=True)
        for index, part in enumerate(parts):
            masked.restore(index, part.header)
    except GradeError:
        raise
    except Exception as error:  # RuntimeError, UnicodeDecodeError: both mean damage here
        raise ReadError(f"{path}: damaged: {error}") from error
    if not parts:
        raise ReadError(f"{path}: damaged: there is no part in its header")
    return masked, [part.header for part in parts]


def _read_movie_info(path: Path) -> FileInfo:
    if not path.exists():
        raise MissingError(f"{path}: no such file")
    movie = Movie(path)
    try:
        window = Window.of_size(movie.width, movie.height)
        part = PartInfo(
            data_window=window,
            display_window=window,
            pixel_aspect=movie.pixel_aspect,
            compression=movie.codec,
            channels={"picture": movie.format.name},
            tags=movie.color_tags,
            attributes={},
        )
        return FileInfo(
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


def read_timecode(path: Path) -> str | None:
    """Read the timecode of an EXR or DPX from its header; None for others and damaged files."""
    import OpenEXR

    try:
        if path.suffix.lower() == ".exr":
            return timecode_of_entries(read_exr_headers(path)[0], OpenEXR)
        return dpx_header.read_timecode(path) if path.suffix.lower() == ".dpx" else None
    except OSError as error:
        raise read_failure(path, error) from error
    except GradeError:
        return None


def format_keycode(code: Any) -> str | None:
    """Return a keycode as it is printed on film: maker, type, prefix, count and perforation."""
    if code is None or not hasattr(code, "filmMfcCode"):
        return None
    return (
        f"{code.filmMfcCode:02d} {code.filmType:02d} {code.prefix:06d} "
        f"{code.count:04d}+{code.perfOffset:02d}"
    )
