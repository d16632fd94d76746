"""OpenEXR through the official binding: every channel, part and header entry is kept.

The binding does not raise on damaged pixels: it prints a warning, and the part is missing. So the
header is read first and alone, and the parts and planes are checked against it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO, Any

import numpy as np

from grade.errors import GradeError
from grade.io import convert
from grade.io.errors import FrameError, ReadError, UnsupportedError, WriteError, read_failure
from grade.io.formats import size_limits
from grade.io.formats.captured_stdout import capture_stdout
from grade.io.formats.exr import chunk_table, dwa_writer, zip_reader, zip_writer
from grade.io.formats.exr import header as exr_header
from grade.io.formats.exr.masked_file import MaskedFile
from grade.io.formats.exr.pickled_values import register_pickles
from grade.io.formats.exr.refused_entries import without_refused
from grade.io.formats.exr.scanline_writer import ScanlinePart
from grade.io.formats.layers import choose_layer
from grade.io.formats.registry import HEADER_ENTRIES, Format, WriteOptions, register
from grade.io.frame import Frame
from grade.io.plane import Plane

_MAGIC = b"\x76\x2f\x31\x01"
# Bytes that one byte can unpack to, by compression: a damaged header may ask for any size. In the
# other compressions a chunk of one color packs to almost nothing.
_MOST_UNPACKED = {"none": 1, "rle": 64, "zip": 1032, "zips": 1032, "pxr24": 1376}
_MOST_OTHERWISE = 1 << 15
_SAMPLE = 2  # bytes of the smallest type, half: the binding's header does not tell the types
_TYPES = ("float16", "float32", "uint32")
# For color in types that OpenEXR does not have. The 11 bits of half hold code values of 8 and 10
# bits; those of 16 need `bits="float"`.
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
    """The other parts of a file, the index of the frame's part, and its pLinear channels."""

    others: tuple[Any, ...] = ()
    index: int = 0
    linear: frozenset[str] = frozenset()


def read_exr(path: Path, layer: str | None = None, threads: int = 0) -> Frame:
    """Read an OpenEXR file, for `grade.io.read`.

    Raises
    ------
    MissingError, LayerError
        No such file; no such layer.
    UnsupportedError
        The chosen part is deep, or a channel is subsampled.
    ReadError
        Not an EXR, cut short, or damaged.
    """
    import OpenEXR

    register_pickles(OpenEXR)
    check_magic(path)
    try:
        masked = MaskedFile(path)
        plan = masked.read(OpenEXR, header_only=True, num_threads=threads)
        _check_headers(path, plan)
        parts = [masked.names(index, part.header) for index, part in enumerate(plan)]
        choice = choose_layer(path, parts, layer)
        if plan[choice.part].header["type"] in (OpenEXR.deepscanline, OpenEXR.deeptile):
            raise UnsupportedError(f"{path}: part {choice.part} is deep; flatten it first")
        chunk_table.check_chunks(path, [_kind(part.header) for part in plan])
        alone = len(plan) == 1 and threads < 2
        if alone and (quick := zip_reader.read(masked, plan[0].header, OpenEXR)):
            planes, linear = (masked.rename(0, found) for found in quick)
            masked.restore(0, plan[0].header)
            carried = Carried(linear=frozenset(linear))
            return _make_frame(plan[0].header, planes, choice.color, carried, masked, OpenEXR)
        with capture_stdout() as words:
            whole = masked.read(OpenEXR, separate_channels=True, num_threads=threads)
        _check_complete(path, plan, whole, "".join(words))
        for index, part in enumerate(whole):
            masked.restore_part(index, part)
        chosen = whole[choice.part]
        planes = {name: chosen.channels[name].pixels for name in parts[choice.part][1]}
        carried = Carried(
            tuple(part for index, part in enumerate(whole) if index != choice.part),
            choice.part,
            frozenset(name for name, channel in chosen.channels.items() if channel.pLinear),
        )
        return _make_frame(chosen.header, planes, choice.color, carried, masked, OpenEXR)
    except GradeError:
        raise
    except Exception as error:  # RuntimeError, UnicodeDecodeError, KeyError: all mean damage here
        raise ReadError(f"{path}: damaged: {error}") from error


def read_exr_header(path: Path) -> dict[str, Any]:
    """Read the header of the part that `read_exr` takes, for `Format.read_header`."""
    import OpenEXR

    check_magic(path)
    try:
        plan = OpenEXR.File(str(path), header_only=True).parts
        _check_headers(path, plan)
        parts = [(_name(part.header), _channel_names(part.header)) for part in plan]
        found = exr_header.entries(plan[choose_layer(path, parts, None).part].header, OpenEXR)
    except GradeError:
        raise
    except Exception as error:  # RuntimeError, UnicodeDecodeError, KeyError: all mean damage here
        raise ReadError(f"{path}: damaged: {error}") from error
    return {name: found[name] for name in HEADER_ENTRIES}


def _make_frame(
    header: dict[str, Any],
    planes: dict[str, Plane],
    color: tuple[str, ...],
    carried: Carried,
    masked: MaskedFile,
    library: Any,
) -> Frame:
    return Frame(
        planes=planes,
        color=color,
        alpha="premultiplied" if len(color) == 4 else "none",
        carried=carried,
        notes=tuple(masked.notes),
        **exr_header.entries(header, library),
    )


def write_exr(frame: Frame, path: Path, options: WriteOptions) -> None:
    """Write an OpenEXR file, for `Frame.write`.

    Color is stored premultiplied. The same frame and options give the same bytes.

    Raises
    ------
    FrameError, UnsupportedError
        OpenEXR cannot hold a plane or an entry.
    WriteError, OSError
        The file could not be written.
    """
    import OpenEXR

    frame = frame.with_alpha("premultiplied")
    frame = replace(frame, planes=_planes(frame, options.bits))
    carried = frame.carried if isinstance(frame.carried, Carried) else Carried()
    header = exr_header.make_header(frame, OpenEXR, options.compression)
    if carried.others or not exr_header.is_aces_container(frame, header["compression"], OpenEXR):
        header.pop("acesImageContainerFlag", None)
    # The stream is opened here, so that a full disk raises an OSError and not the binding's error.
    with path.open("wb") as stream:
        try:
            _write_parts(stream, header, frame.planes, carried, options.threads)
        except (OSError, GradeError):
            raise
        except Exception as error:
            kept = without_refused(header, OpenEXR)
            if len(kept) == len(header):
                raise WriteError(f"OpenEXR refuses this frame: {error}") from error
            stream.seek(0)
            stream.truncate()
            _write_parts(stream, kept, frame.planes, carried, options.threads)


def _write_parts(
    stream: IO[bytes],
    header: dict[str, Any],
    planes: Mapping[str, Plane],
    carried: Carried,
    threads: int,
) -> None:
    import OpenEXR

    part = ScanlinePart(header, planes, carried.linear, OpenEXR)
    writers = () if carried.others else (zip_writer, dwa_writer)
    fast = next((writer for writer in writers if writer.can_write(part)), None)
    if fast:
        fast.write(stream, part, threads)
        return
    channels = {
        name: OpenEXR.Channel(plane, 1, 1, name in carried.linear) for name, plane in planes.items()
    }
    parts = [OpenEXR.Part(header, channels, _name(header))]
    if carried.others:
        parts = _insert_part(parts[0], carried, OpenEXR)
    OpenEXR.File(parts, num_threads=threads).write(stream)


def predict_planes(frame: Frame, options: WriteOptions) -> dict[str, Plane] | None:
    """Return the planes that a reader of the file gets; None where compression changes them."""
    if isinstance(frame.carried, Carried) and frame.carried.others:
        return None
    name = (options.compression or frame.compression or "zip").partition(":")[0]
    if name in _LOSSY:
        return None
    return _planes(frame.with_alpha("premultiplied"), options.bits)


def check_magic(path: Path) -> None:
    """Raise `ReadError` for a file that is no OpenEXR, `MissingError` for one that is not there."""
    try:
        with path.open("rb") as file:
            magic = file.read(4)
    except OSError as error:
        raise read_failure(path, error) from error
    if magic != _MAGIC:
        raise ReadError(f"{path}: {'is no OpenEXR file' if magic else 'is empty'}")


def _check_headers(path: Path, plan: list[Any]) -> None:
    """Refuse a file by its headers, before any pixel is read."""
    if not plan:
        raise ReadError(f"{path}: damaged: there is no part in its header")
    size = path.stat().st_size
    for part in plan:
        for name in ("dataWindow", "displayWindow"):
            box = exr_header.window(part.header[name])
            size_limits.check_size(path, box.width, box.height, name)
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


def _check_complete(path: Path, plan: list[Any], whole: list[Any], words: str) -> None:
    """Check what was read against the headers: damaged parts are missing without an error."""
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
    """Return the planes in types that OpenEXR has; `bits` is for the color alone."""
    planes = {}
    for name, plane in frame.planes.items():
        if name in frame.color:
            plane = _convert_color(plane, bits or _DEFAULT_BITS.get(plane.dtype.name))
        if plane.dtype.name not in _TYPES:
            raise FrameError(f"plane {name} is {plane.dtype}; OpenEXR has {', '.join(_TYPES)}")
        planes[name] = np.ascontiguousarray(plane, plane.dtype.newbyteorder("="))
    return planes


def _convert_color(plane: Plane, bits: str | None) -> Plane:
    if bits == "half":
        return convert.to_half(plane)
    return convert.to_float(plane) if bits == "float" else plane


def _insert_part(part: Any, carried: Carried, library: Any) -> list[Any]:
    """Return all parts of a file: the part of the frame in its place among the others.

    Some entries must be equal in all parts of a file.
    """
    own_header = dict(part.header)
    headers = [dict(other.header) for other in carried.others]
    for name in ("displayWindow", "pixelAspectRatio"):
        if any(not np.array_equal(header[name], own_header[name]) for header in headers):
            raise FrameError(
                f"{name} differs from the other parts of the file; drop them by only_color()"
            )
    # The other parts keep their color space and the frame may have another. The entry must be equal
    # in all parts, so it is dropped where it differs.
    claims = [header.get("chromaticities") for header in (own_header, *headers)]
    if any(claim != claims[0] for claim in claims):
        for header in (own_header, *headers):
            header.pop("chromaticities", None)
    parts = []
    for other, header in zip(carried.others, headers, strict=True):
        header.pop("timeCode", None)
        if "timeCode" in own_header:
            header["timeCode"] = own_header["timeCode"]
        # Packing these pixels again would lose a second time, so they are stored without loss.
        if exr_header.compression_name(header["compression"]) in ("dwaa", "dwab", "lj2k"):
            header["compression"] = library.ZIP_COMPRESSION
        parts.append(library.Part(header, other.channels, _name(header)))
    parts.insert(carried.index, library.Part(own_header, part.channels, _name(own_header)))
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
        read_header=read_exr_header,
        write=write_exr,
        predict_planes=predict_planes,
    )
)
