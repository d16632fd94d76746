"""OpenEXR through the official binding: every channel, part and header entry goes through.

The binding does not raise on damaged pixels: the part is simply not there, and a warning
is printed. So the parts and planes that came are held against the header, read first and alone.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from grade.errors import GradeError
from grade.io import convert
from grade.io.convert import Plane
from grade.io.errors import FrameError, ReadError, UnsupportedError, WriteError, read_failure
from grade.io.formats import limits
from grade.io.formats.captured_stdout import printed
from grade.io.formats.exr import chunks, dwa_writer, zip_reader, zip_writer
from grade.io.formats.exr import header as exr_header
from grade.io.formats.layers import choose_layer
from grade.io.formats.registry import Format, Store, register
from grade.io.frame import Frame

_MAGIC = b"\x76\x2f\x31\x01"
# What one byte may unpack to: a damaged header may ask for any size. Of the others a chunk of one
# color packs to almost nothing.
_MOST_UNPACKED = {"none": 1, "rle": 64, "zip": 1032, "zips": 1032, "pxr24": 1376}
_MOST_OTHERWISE = 1 << 15
_SAMPLE = 2  # the smallest, a half: the header alone does not tell the types
_TYPES = ("float16", "float32", "uint32")
# For color that comes in a type OpenEXR lacks. Half has 11 bits: enough for 8 and 10 bit code
# values; sixteen need `bits="float"`.
_DEFAULT_BITS = {"float64": "float", "uint8": "half", "uint16": "half"}
# fmt: off
_COMPRESSIONS = (
    "none", "rle", "zips", "zip", "piz", "pxr24", "b44", "b44a", "dwaa", "dwab",
    "htj2k32", "htj2k256", "lj2k", "zstd",
)
# fmt: on
_LOSSY = frozenset({"pxr24", "b44", "b44a", "dwaa", "dwab", "lj2k"})


@dataclass(frozen=True)
class Carried:
    """The other parts of a file, the place of ours among them, and our linear channels."""

    others: tuple[Any, ...] = ()
    index: int = 0
    linear: frozenset[str] = frozenset()


def read_exr(path: Path, layer: str | None = None, threads: int = 0) -> Frame:
    """Read an OpenEXR file; `grade.io.read` is the face of this.

    Raises
    ------
    MissingError, LayerError
        No such file; no such layer.
    UnsupportedError
        The chosen part is deep, or one of its channels is subsampled.
    ReadError
        Not an EXR, cut short, or damaged.
    """
    import OpenEXR

    check_magic(path)
    try:
        plan = OpenEXR.File(str(path), header_only=True, num_threads=threads).parts
        _check_plan(path, plan)
        parts = [(_name(part.header), _channel_names(part.header)) for part in plan]
        choice = choose_layer(path, parts, layer)
        if plan[choice.part].header["type"] in (OpenEXR.deepscanline, OpenEXR.deeptile):
            raise UnsupportedError(f"{path}: part {choice.part} is deep; flatten it first")
        chunks.check_chunks(path, [_kind(part.header) for part in plan])
        alone = len(plan) == 1 and threads < 2
        if alone and (quick := zip_reader.read(path, plan[0].header, OpenEXR)):
            planes, linear = quick
            return _frame(plan[0].header, planes, choice.color, Carried(linear=linear), OpenEXR)
        with printed() as words:
            whole = OpenEXR.File(str(path), separate_channels=True, num_threads=threads).parts
        _check_whole(path, plan, whole, "".join(words))
        ours = whole[choice.part]
        planes = {name: ours.channels[name].pixels for name in parts[choice.part][1]}
        carried = Carried(
            tuple(part for index, part in enumerate(whole) if index != choice.part),
            choice.part,
            frozenset(name for name, channel in ours.channels.items() if channel.pLinear),
        )
        return _frame(ours.header, planes, choice.color, carried, OpenEXR)
    except GradeError:
        raise
    except Exception as error:  # RuntimeError, UnicodeDecodeError, KeyError: all mean damage here
        raise ReadError(f"{path}: damaged: {error}") from error


def _frame(
    header: dict[str, Any],
    planes: dict[str, Plane],
    color: tuple[str, ...],
    carried: Carried,
    library: Any,
) -> Frame:
    return Frame(
        planes=planes,
        color=color,
        alpha="premultiplied" if len(color) == 4 else "none",
        carried=carried,
        **exr_header.entries(header, library),
    )


def write_exr(frame: Frame, path: Path, how: Store) -> None:
    """Write an OpenEXR file; `Frame.write` is the face of this.

    Color is stored premultiplied. Same frame, same settings: same bytes.

    Raises
    ------
    FrameError, UnsupportedError
        A plane or an entry that OpenEXR cannot hold.
    WriteError, OSError
        The file could not be written.
    """
    import OpenEXR

    frame = frame.with_alpha("premultiplied")
    frame = replace(frame, planes=_planes(frame, how.bits))
    carried = frame.carried if isinstance(frame.carried, Carried) else Carried()
    header = exr_header.header_of(frame, OpenEXR, how.compression)
    if carried.others or not exr_header.is_aces_container(frame, header["compression"], OpenEXR):
        header.pop("acesImageContainerFlag", None)
    # A stream of ours: a full disk then shows as the OSError it is, not as a sentence.
    packing = exr_header.compression_name(header["compression"])
    ours = None
    if not carried.others:
        writers = (zip_writer, dwa_writer)
        ours = next((own for own in writers if own.can_write(header, packing, OpenEXR)), None)
    with path.open("wb") as stream:
        try:
            if ours:
                ours.write(
                    stream, header, frame.planes, carried.linear, packing, how.threads, OpenEXR
                )
                return
            channels = {
                name: OpenEXR.Channel(plane, 1, 1, name in carried.linear)
                for name, plane in frame.planes.items()
            }
            parts = [OpenEXR.Part(header, channels, _name(header))]
            if carried.others:
                parts = _beside(parts[0], carried, OpenEXR)
            OpenEXR.File(parts, num_threads=how.threads).write(stream)
        except (OSError, GradeError):
            raise
        except Exception as error:
            raise WriteError(f"OpenEXR refuses this frame: {error}") from error


def decoded(frame: Frame, how: Store) -> dict[str, Plane] | None:
    """The planes that a reader of the written file will get; None where only reading it tells."""
    if isinstance(frame.carried, Carried) and frame.carried.others:
        return None
    name = (how.compression or frame.compression or "zip").partition(":")[0]
    if name in _LOSSY:
        return None
    return _planes(frame.with_alpha("premultiplied"), how.bits)


def check_magic(path: Path) -> None:
    """Raise `ReadError` for what is no OpenEXR file, `MissingError` for what is not there."""
    try:
        with path.open("rb") as file:
            magic = file.read(4)
    except OSError as error:
        raise read_failure(path, error) from error
    if magic != _MAGIC:
        raise ReadError(f"{path}: {'is no OpenEXR file' if magic else 'is empty'}")


def _check_plan(path: Path, plan: list[Any]) -> None:
    """Refuse by the headers alone what is not to be read: no pixels are touched before."""
    if not plan:
        raise ReadError(f"{path}: damaged: there is no part in its header")
    size = path.stat().st_size
    for part in plan:
        for name in ("dataWindow", "displayWindow"):
            box = exr_header.window(part.header[name])
            limits.check_size(path, box.width, box.height, name)
        box = exr_header.window(part.header["dataWindow"])
        unpacked = box.width * box.height * len(part.header["channels"]) * _SAMPLE
        packing = exr_header.compression_name(part.header["compression"])
        deep = _kind(part.header).startswith("deep")
        if not deep and unpacked > size * _MOST_UNPACKED.get(packing, _MOST_OTHERWISE):
            raise ReadError(f"{path}: damaged: {size} bytes cannot hold {box.width}x{box.height}")
        for channel in part.header["channels"]:
            if (channel.xSampling, channel.ySampling) != (1, 1):
                raise UnsupportedError(
                    f"{path}: channel {channel.name} is subsampled "
                    f"{channel.xSampling}x{channel.ySampling}; convert the file to full channels"
                )


def _check_whole(path: Path, plan: list[Any], whole: list[Any], words: str) -> None:
    """Hold what was read against the headers: damaged parts are missing without a word."""
    if len(whole) != len(plan):
        reason = words.strip().partition("\n")[0].rpartition(" - ")[2] or "no reason given"
        parts = f"{len(whole)} of {len(plan)} parts can be read"
        raise ReadError(f"{path}: cut short or damaged: {parts} ({reason})")
    for planned, part in zip(plan, whole, strict=True):
        box = exr_header.window(planned.header["dataWindow"])
        for name in _channel_names(planned.header):
            channel = part.channels.get(name)
            if channel is None or channel.pixels.shape != (box.height, box.width):
                raise ReadError(f"{path}: damaged: channel {name} cannot be read")


def _planes(frame: Frame, bits: str | None) -> dict[str, Plane]:
    """Planes in types that OpenEXR has; `bits` concerns the color, never the other planes."""
    planes = {}
    for name, plane in frame.planes.items():
        if name in frame.color:
            plane = _color_plane(plane, bits or _DEFAULT_BITS.get(plane.dtype.name))
        if plane.dtype.name not in _TYPES:
            raise FrameError(f"plane {name} is {plane.dtype}; OpenEXR has {', '.join(_TYPES)}")
        planes[name] = np.ascontiguousarray(plane, plane.dtype.newbyteorder("="))
    return planes


def _color_plane(plane: Plane, bits: str | None) -> Plane:
    if bits == "half":
        return convert.to_half(plane)
    return convert.to_float(plane) if bits == "float" else plane


def _beside(ours: Any, carried: Carried, library: Any) -> list[Any]:
    """Put our part among the others, with what the format wants to be equal in all of them."""
    ours_header = dict(ours.header)
    headers = [dict(part.header) for part in carried.others]
    for name in ("displayWindow", "pixelAspectRatio"):
        if any(not np.array_equal(header[name], ours_header[name]) for header in headers):
            raise FrameError(
                f"{name} differs from the other parts of the file; drop them by only_color()"
            )
    # Their pixels keep their space and ours may have another: equal in all parts, or in none.
    claims = [header.get("chromaticities") for header in (ours_header, *headers)]
    if any(claim != claims[0] for claim in claims):
        for header in (ours_header, *headers):
            header.pop("chromaticities", None)
    parts = []
    for part, header in zip(carried.others, headers, strict=True):
        header.pop("timeCode", None)
        if "timeCode" in ours_header:
            header["timeCode"] = ours_header["timeCode"]
        # Packing these again would lose a second time: what is only carried stays as it is.
        if exr_header.compression_name(header["compression"]) in ("dwaa", "dwab", "lj2k"):
            header["compression"] = library.ZIP_COMPRESSION
        parts.append(library.Part(header, part.channels, _name(header)))
    parts.insert(carried.index, library.Part(ours_header, ours.channels, _name(ours_header)))
    return parts


def _name(header: dict[str, Any]) -> str:
    return str(header.get("name", ""))


def _kind(header: dict[str, Any]) -> str:
    return str(header["type"]).rpartition(".")[2]


def _channel_names(header: dict[str, Any]) -> list[str]:
    return [channel.name for channel in header["channels"]]


register(
    Format(
        name="OpenEXR",
        extensions=(".exr",),
        bits=("half", "float"),
        compressions=_COMPRESSIONS,
        read=read_exr,
        write=write_exr,
        decoded=decoded,
    )
)
