"""DPX headers: where the samples are, and header entries from file to frame and back."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from grade.io.errors import FrameError, LayerError, ReadError, UnsupportedError
from grade.io.field_order import order_in
from grade.io.formats import size_limits, smpte_timecode
from grade.io.formats.dpx import color_tags, extra_attributes, header_fields, timecode
from grade.io.formats.dpx.sample_packing import METHOD_A, METHOD_B, PACKED, SamplePacking
from grade.io.formats.left_out import tell_left_out
from grade.io.frame import Frame

_ALIGNMENT = 8192  # bytes: pixels begin at a multiple, a page, and one that OpenImageIO takes
_PREFIX = "dpx:"
_TWO_FIELDS = 1  # of the field "interlace", SMPTE 268M
_METHODS = {PACKED: "packed", METHOD_A: "filled A", METHOD_B: "filled B"}
_ORDERS = {(3, False): "RGB", (4, False): "RGBA", (4, True): "ABGR"}
_DESCRIPTORS = {50: (3, False), 51: (4, False), 52: (4, True)}
_OTHERS = {
    0: "user-defined channels", 1: "red alone", 2: "green alone", 3: "blue alone",
    4: "alpha alone", 6: "luma alone", 7: "chroma alone", 8: "depth", 9: "composite video",
    100: "subsampled CbYCrY", 101: "subsampled CbYACrYA", 102: "CbYCr", 103: "CbYCrA",
}  # fmt: skip
# Fields that are dropped when the number of bits changes.
_OF_BITS = ("reference_low_code", "reference_high_code")


@dataclass(frozen=True, slots=True)
class Structure:
    """Where the pixels of a file are.

    ``offset`` and ``padding`` are bytes: before the first row, and behind each row by the header.
    """

    width: int
    height: int
    packing: SamplePacking
    offset: int
    padding: int


def read_structure(path: Path, header: bytes, size: int) -> Structure:
    """Read where the pixels are, and check that against the size of the file.

    Raises
    ------
    LayerError, UnsupportedError
        The picture has no red, green and blue, or is stored in a way that is not supported.
    ReadError
        The header is damaged.
    """
    order = _check_magic(path, header)
    fields = header_fields.unpack(header, header_fields.STRUCTURE, order)
    width, height = fields.get("width", 0), fields.get("height", 0)
    size_limits.check_size(path, width, height)
    elements = fields.get("elements", 1) or 1  # left undefined by some writers, or 0
    if elements > 1:
        raise UnsupportedError(
            f"{path}: it holds {elements} image elements; convert it to one element of RGB or RGBA"
        )
    descriptor = fields.get("descriptor", color_tags.UNDEFINED)
    if descriptor not in _DESCRIPTORS:
        what = _OTHERS.get(descriptor, f"an unknown element (descriptor {descriptor})")
        raise LayerError(f"{path}: no R, G, B to grade; it holds {what}")
    bits, packing = fields.get("bits", 0), fields.get("packing", METHOD_A)
    if fields.get("encoding", 0) != 0:
        raise UnsupportedError(f"{path}: run-length encoded; convert it to a plain DPX")
    if fields.get("data_sign", 0) != 0:
        raise UnsupportedError(f"{path}: its samples are signed; convert it to unsigned ones")
    if bits not in (8, 10, 12, 16):
        raise UnsupportedError(f"{path}: DPX of {bits} bits; 8, 10, 12 and 16 are read")
    if bits in (10, 12) and packing not in _METHODS:
        raise UnsupportedError(f"{path}: packing {packing}; packed, filled A and filled B are read")
    if fields.get("orientation", 0) not in (0, 1, 2, 3):
        raise UnsupportedError(f"{path}: its lines run from top to bottom; turn it upright first")
    channels, is_reversed = _DESCRIPTORS[descriptor]
    method = packing if packing in _METHODS else METHOD_A
    samples = SamplePacking(bits, method, order == ">", channels, is_reversed)
    length = height * samples.words_per_row(width) * np.dtype(samples.word).itemsize
    stated = [fields.get(name, 0) for name in ("image_offset", "data_offset")]
    offset = choose_offset(path, stated, length, size)
    return Structure(width, height, samples, offset, fields.get("line_padding", 0))


def choose_offset(path: Path, stated: Sequence[int], length: int, size: int) -> int:
    """Return where the pixels begin: by the file header, as FFmpeg takes it, or by the element.

    Where both differ, the one that lets the pixels end with the file is right.

    Parameters
    ----------
    path
        For messages.
    stated
        The offset of the file header and that of the element; 0 if undefined.
    length, size
        Bytes of the pixels, and of the file.

    Raises
    ------
    ReadError
        No offset leaves room for the pixels.
    """
    possible = [place for place in stated if header_fields.SIZE <= place <= size]
    if not possible:
        place = next((place for place in stated if place), 0)
        raise ReadError(f"{path}: cut short or damaged: pixels at {place} of {size} bytes")
    room = [place for place in possible if place + length <= size]
    return next((place for place in room if place + length == size), (room or possible)[0])


def find_flips(header: bytes) -> tuple[bool, bool]:
    """Return whether rows run from right to left, and whether they run from bottom to top."""
    order = ">" if header[:4] == b"SDPX" else "<"
    orientation = header_fields.unpack(header, header_fields.STRUCTURE, order).get("orientation", 0)
    return bool(orientation & 1), bool(orientation & 2)


def user_data_size(header: bytes, offset: int) -> int:
    """Return the bytes of user data; 0 if there is no room for them before the pixels."""
    order = ">" if header[:4] == b"SDPX" else "<"
    stated = header_fields.unpack(header, header_fields.STRUCTURE, order).get("user_size", 0)
    return stated if stated <= min(offset - header_fields.SIZE, extra_attributes.LARGEST) else 0


def entries(header: bytes, gap: bytes, packing: SamplePacking, offset: int) -> dict[str, Any]:
    """Return the keyword arguments of `Frame` that a header gives.

    Parameters
    ----------
    header
        The first bytes of the file.
    gap
        Bytes between the header and the pixels.
    packing
        Packing of the samples.
    offset
        Where the pixels begin.
    """
    import OpenEXR

    order = ">" if packing.big_endian else "<"
    structure = header_fields.unpack(header, header_fields.STRUCTURE, order)
    fields = header_fields.unpack(header, header_fields.KEPT, order)
    length = user_data_size(header, offset)
    carried = extra_attributes.unpack(gap[length:])
    identity, perforations = carried.pop("colorInteropID", None), carried.pop("perforations", None)
    attributes: dict[str, Any] = {
        **carried,
        **{f"{_PREFIX}{name}": _as_exr_value(value) for name, value in fields.items()},
        "dpx:bits": packing.bits,
        "dpx:packing": _METHODS[packing.method],
        "dpx:endian": "big" if packing.big_endian else "little",
        "dpx:order": _ORDERS[packing.channels, packing.reversed],
        **timecode.entries(fields, perforations),
    }
    if length:
        attributes["dpx:user_data"] = base64.b64encode(gap[:length]).decode()
    text = smpte_timecode.timecode_of_entries(attributes, OpenEXR)
    attributes.pop(smpte_timecode.NATIVE, None)
    numbers = structure.get("transfer", 255), structure.get("colorimetric", 255)
    return {
        "attributes": attributes,
        "tags": color_tags.tags_of(*numbers, None if identity is None else str(identity)),
        "timecode": text,
        "pixel_aspect": timecode.pixel_aspect(fields),
        "notes": tuple(
            f"the entry {_PREFIX}{name} is left out: it is no text"
            for name in header_fields.find_unprintable(header)
        ),
    }


def read_timecode(path: Path) -> str | None:
    """Read the timecode of a file, without its pixels; None where there is none, or no header."""
    import OpenEXR

    with path.open("rb") as file:
        header = file.read(header_fields.SIZE)
        order = {b"SDPX": ">", b"XPDS": "<"}.get(header[:4])
        if order is None or len(header) < header_fields.SIZE:
            return None
        fields = header_fields.unpack(header, header_fields.KEPT, order)
        found: dict[str, Any] = timecode.entries(fields)
        if "timeCode" not in found:
            place = header_fields.unpack(header, header_fields.STRUCTURE, order)
            offset = place.get("data_offset") or place.get("image_offset", 0)
            file.seek(header_fields.SIZE + user_data_size(header, offset))
            found |= extra_attributes.unpack(file.read(extra_attributes.LARGEST))
    return smpte_timecode.timecode_of_entries(found, OpenEXR)


def _as_exr_value(value: Any) -> Any:
    """Return a number as text if it is too large for an integer attribute of OpenEXR."""
    return hex(value) if isinstance(value, int) and value >= 1 << 31 else value


def packing_of(frame: Frame, bits: str | None) -> SamplePacking:
    """Return the packing to write: as asked, else as read, else big-endian, method A."""
    attributes = frame.attributes
    methods = {name: number for number, name in _METHODS.items()}
    return SamplePacking(
        _bits_of(frame) if bits is None else int(bits),
        methods.get(attributes.get("dpx:packing", ""), METHOD_A),
        attributes.get("dpx:endian") != "little",
        len(frame.color),
        attributes.get("dpx:order") == "ABGR" and len(frame.color) == 4,
    )


def _bits_of(frame: Frame) -> int:
    if frame.native is not None and frame.native.layout.code in ("u8", "u10", "u12", "u16"):
        return int(frame.native.layout.code[1:])
    stated = frame.attributes.get("dpx:bits")
    if stated in (8, 10, 12, 16):
        return int(stated)
    kinds = {frame.planes[name].dtype.name for name in frame.color}
    return {"uint8": 8, "uint16": 16}.get(kinds.pop(), 10) if len(kinds) == 1 else 10


def make_header(frame: Frame, packing: SamplePacking, data_size: int) -> bytes:
    """Return all bytes in front of the pixels: the header and the gap.

    Raises
    ------
    FrameError
        An attribute does not fit its field.
    """
    attributes = frame.attributes
    kept = _kept_fields(attributes)
    if attributes.get("dpx:bits") != packing.bits:
        kept = {name: value for name, value in kept.items() if name not in _OF_BITS}
    times = timecode.fields_of(kept, attributes, frame.timecode, frame.pixel_aspect)
    fields = {name: value for name, value in (kept | times).items() if value is not None}
    if order_in(attributes) is not None:
        fields["interlace"] = _TWO_FIELDS
    user = _user_data(attributes)
    gap = user + extra_attributes.pack(_extra_attributes(frame))
    offset = -(-(header_fields.SIZE + len(gap)) // _ALIGNMENT) * _ALIGNMENT
    transfer, colorimetric = color_tags.numbers_of(frame.tags)
    descriptor = {order: number for number, order in _DESCRIPTORS.items()}
    fields |= {
        "image_offset": offset,
        "version": "V2.0",
        "file_size": offset + data_size,
        "generic_size": 1664,
        "industry_size": 384,
        "user_size": len(user),
        "orientation": 0,
        "elements": 1,
        "width": frame.data_window.width,
        "height": frame.data_window.height,
        "data_sign": 0,
        "descriptor": descriptor[packing.channels, packing.reversed],
        "transfer": transfer,
        "colorimetric": colorimetric,
        "bits": packing.bits,
        "packing": packing.method if packing.bits in (10, 12) else PACKED,
        "encoding": 0,
        "data_offset": offset,
        "line_padding": 0,
        "image_padding": 0,
    }
    try:
        header = header_fields.pack(fields, ">" if packing.big_endian else "<")
    except ValueError as error:  # a timecode, rate or aspect of the frame itself
        raise FrameError(f"{error}; correct it, or drop it") from error
    return bytes(header) + gap + bytes(offset - header_fields.SIZE - len(gap))


def _kept_fields(attributes: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields that a frame was read with, without values that do not fit."""
    kept = {}
    for field in header_fields.KEPT:
        key = f"{_PREFIX}{field.name}"
        if key not in attributes:
            continue
        if fault := header_fields.find_fault(field, attributes[key]):
            tell_left_out(key, fault)
        else:
            kept[field.name] = attributes[key]
    return kept


def _extra_attributes(frame: Frame) -> dict[str, Any]:
    """Return the attributes that the header has no field for."""
    import OpenEXR

    own = {f"{_PREFIX}{field.name}" for field in header_fields.KEPT}
    own |= {"dpx:bits", "dpx:packing", "dpx:endian", "dpx:order", "dpx:user_data"}
    own |= {"framesPerSecond", "acesImageContainerFlag"}  # the second is a claim of EXR files
    own |= {"timeCode", smpte_timecode.NATIVE}
    carried = {name: value for name, value in frame.attributes.items() if name not in own}
    made = smpte_timecode.entries_for(frame.attributes, frame.timecode, OpenEXR)
    carried |= {name: value for name, value in made.items() if name == smpte_timecode.NATIVE}
    code = frame.attributes.get("keyCode")
    if code is not None and hasattr(code, "perfsPerFrame"):
        perforations = (int(code.perfsPerFrame), int(code.perfsPerCount))
        if perforations != timecode.PERFORATIONS:
            carried["perforations"] = perforations
    identity = frame.tags.get("colorInteropID")
    return carried if not identity else {**carried, "colorInteropID": str(identity)}


def _user_data(attributes: Mapping[str, Any]) -> bytes:
    text = attributes.get("dpx:user_data")
    if not isinstance(text, str):
        return b""
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        tell_left_out("dpx:user_data", f"it is no base64: {error}")
        return b""
    return data if len(data) <= extra_attributes.LARGEST else b""


def _check_magic(path: Path, header: bytes) -> str:
    """Return the byte order of the file; raise if it is no DPX."""
    if header[:4] not in (b"SDPX", b"XPDS"):
        raise ReadError(f"{path}: {'is no DPX file' if header else 'is empty'}")
    if len(header) < header_fields.SIZE:
        raise ReadError(f"{path}: cut short: it ends within its header")
    return ">" if header[:4] == b"SDPX" else "<"
