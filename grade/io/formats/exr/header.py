"""OpenEXR headers: entries from file to frame and back. The binding is passed in, not imported."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from grade.io.errors import UnsupportedError
from grade.io.formats import smpte_timecode
from grade.io.formats.resolution import resolution_of
from grade.io.frame import COLOR_TAGS, Frame
from grade.io.window import Window

# Entries that the frame has fields of its own for, or that the writer derives.
_STRUCTURAL = {
    "channels", "chunkCount", "compression", "dataWindow", "displayWindow", "pixelAspectRatio",
    "type", "version",
}  # fmt: skip
_MAGIC_AND_VERSION = 8  # bytes


def iterate_attributes(data: bytes | bytearray) -> Iterator[tuple[bytes, int, int]]:
    """Yield name, start and end of every value in the header of a file of one part.

    A byte of 0 behind the last value ends the header. `ValueError` or `IndexError` is raised if
    `data` ends before the header does.
    """
    place = _MAGIC_AND_VERSION
    while data[place]:
        name_end = data.index(0, place)
        type_end = data.index(0, name_end + 1)
        start = type_end + 5
        end = start + int.from_bytes(data[type_end + 1 : start], "little")
        yield bytes(data[place:name_end]), start, end
        place = end


def compression_name(compression: Any) -> str:
    """Return "zip" for the binding's ZIP_COMPRESSION."""
    name = str(compression.name).removesuffix("_COMPRESSION").lower()
    return "none" if name == "no" else name


def compression_value(library: Any, name: str) -> Any:
    """Return the binding's ZIP_COMPRESSION for "zip"."""
    return getattr(library, f"{'NO' if name == 'none' else name.upper()}_COMPRESSION")


def window(box: Any) -> Window:
    """Return a box of the binding as a window."""
    low, high = box
    return Window(int(low[0]), int(low[1]), int(high[0]), int(high[1]))


def entries(header: Mapping[str, Any], library: Any) -> dict[str, Any]:
    """Return the keyword arguments of `Frame` that a header gives."""
    attributes = {n: v for n, v in header.items() if n not in _STRUCTURAL and n not in COLOR_TAGS}
    if header["type"] != library.tiledimage:
        attributes.pop("tiles", None)
    timecode = smpte_timecode.timecode_of_entries(attributes, library)
    attributes.pop(smpte_timecode.NATIVE, None)
    return {
        "data_window": window(header["dataWindow"]),
        "display_window": window(header["displayWindow"]),
        "pixel_aspect": float(header["pixelAspectRatio"]),
        "attributes": attributes,
        "tags": {name: header[name] for name in COLOR_TAGS if name in header},
        "timecode": timecode,
        "compression": compression_name(header["compression"]),
    }


def make_header(frame: Frame, library: Any, compression: str | None) -> dict[str, Any]:
    """Return the header to write, without the channels.

    Raises
    ------
    FrameError
        The timecode is not valid.
    """
    header = {name: _to_plain(value) for name, value in frame.attributes.items()}
    kept = (frame.compression or "zip") if compression is None else compression
    name, _, level = kept.partition(":")
    if not hasattr(library, f"{'NO' if name == 'none' else name.upper()}_COMPRESSION"):
        name = "zip"  # the name of another format's compression
    if not name.startswith("dwa"):
        header.pop("dwaCompressionLevel", None)  # it would claim a loss that is not there
    if level:
        header["dwaCompressionLevel"] = _parse_level(name, level)
    tiles = header.pop("tiles", None)
    # A frame holds one level: mip-maps of the old picture are not kept.
    tiled = getattr(tiles, "mode", None) == library.ONE_LEVEL
    if tiled:
        header["tiles"] = tiles
    if header.get("lineOrder") == library.RANDOM_Y and not tiled:
        del header["lineOrder"]
    header.update(
        type=library.tiledimage if tiled else library.scanlineimage,
        compression=compression_value(library, name),
        dataWindow=_box(frame.data_window),
        displayWindow=_box(frame.display_window),
        pixelAspectRatio=float(frame.pixel_aspect),
    )
    _put_timecode(header, frame, library)
    if "XResolution" in header and (found := resolution_of(header)) is not None:
        header["xDensity"] = found.per_inch  # what readers of OpenEXR look for
    header.update(color_tags(frame.tags, library))
    return header


def color_tags(tags: Mapping[str, Any], library: Any) -> dict[str, Any]:
    """Return the color tags to write; chromaticities follow from the interop id if not given."""
    known = {name: value for name, value in tags.items() if name in COLOR_TAGS}  # no ICC profile
    found = {name: _to_plain(value) for name, value in known.items() if value is not None}
    identity = found.get("colorInteropID")
    if identity and "chromaticities" not in found:
        chromaticities = library.colorInteropIDToChromaticities(identity)
        if chromaticities is not None:
            found["chromaticities"] = chromaticities
    return found


def _put_timecode(header: dict[str, Any], frame: Frame, library: Any) -> None:
    made = smpte_timecode.entries_for(frame.attributes, frame.timecode, library)
    for name in ("timeCode", smpte_timecode.NATIVE):
        header.pop(name, None)
    header.update(made)


def is_aces_container(frame: Frame, compression: Any, library: Any) -> bool:
    """Whether the frame is still an ACES container (ST 2065-4): AP0, half, uncompressed, RGB[A]."""
    return (
        bool(frame.tags)
        and frame.tags.get("colorInteropID", "lin_ap0_scene") == "lin_ap0_scene"
        and compression == library.NO_COMPRESSION
        and set(frame.planes) <= {"R", "G", "B", "A"}
        and all(plane.dtype == np.float16 for plane in frame.planes.values())
    )


def _parse_level(name: str, level: str) -> float:
    if not name.startswith("dwa"):
        raise UnsupportedError(f"compression {name}:{level}: only dwaa and dwab have a level")
    try:
        value = float(level)
    except ValueError:
        value = -1.0
    if not 0 <= value <= 100_000:
        raise UnsupportedError(f"compression {name}:{level}: write a level, as in {name}:45")
    return value


def _box(value: Window) -> tuple[Any, Any]:
    low = np.array([value.x_min, value.y_min], np.int32)
    return low, np.array([value.x_max, value.y_max], np.int32)


def _to_plain(value: Any) -> Any:
    """Return NumPy scalars and paths as the plain types that the binding takes."""
    if isinstance(value, np.generic):
        return value.item()
    return str(value) if isinstance(value, Path) else value
