"""DPX headers to frame entries and back: where the samples are, and all that is said beside."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from grade.io.errors import FrameError, LayerError, ReadError, UnsupportedError
from grade.io.formats.dpx import color, extra_attributes, header_fields, timecode
from grade.io.formats.dpx.pixels import METHOD_A, METHOD_B, PACKED, Arrangement
from grade.io.formats.exr.header import timecode_text
from grade.io.frame import Frame

_LARGEST_SIDE = 1 << 17
_MOST = 1 << 30
_ALIGNED = 8192  # where pixels begin, as a multiple: a page, and what OpenImageIO takes
_PREFIX = "dpx:"
_METHODS = {PACKED: "packed", METHOD_A: "filled A", METHOD_B: "filled B"}
_ORDERS = {(3, False): "RGB", (4, False): "RGBA", (4, True): "ABGR"}
_DESCRIPTORS = {50: (3, False), 51: (4, False), 52: (4, True)}
_OTHERS = {
    0: "user-defined channels", 1: "red alone", 2: "green alone", 3: "blue alone",
    4: "alpha alone", 6: "luma alone", 7: "chroma alone", 8: "depth", 9: "composite video",
    100: "subsampled CbYCrY", 101: "subsampled CbYACrYA", 102: "CbYCr", 103: "CbYCrA",
}  # fmt: skip
# What does not go through once the number of bits is another.
_OF_BITS = ("reference_low_code", "reference_high_code")


@dataclass(frozen=True, slots=True)
class Structure:
    """Where the pixels of a file are.

    ``padding`` are bytes behind each line, as the header states them.
    """

    width: int
    height: int
    arrangement: Arrangement
    offset: int
    padding: int


def structure(path: Path, header: bytes, size: int) -> Structure:
    """Where the pixels are; nothing is believed that the size of the file does not allow.

    Raises
    ------
    LayerError, UnsupportedError
        The picture has no red, green and blue, or is stored in a way that is not read.
    ReadError
        The header makes no sense.
    """
    order = _order(path, header)
    said = header_fields.unpacked(header, header_fields.STRUCTURE, order)
    width, height = said.get("width", 0), said.get("height", 0)
    if not 0 < min(width, height) <= max(width, height) <= _LARGEST_SIDE or width * height > _MOST:
        raise ReadError(f"{path}: damaged: the picture is {width}x{height} pixels")
    elements = said.get("elements", 0)
    if elements > 1:
        raise UnsupportedError(
            f"{path}: it holds {elements} image elements; convert it to one element of RGB or RGBA"
        )
    if elements < 1:
        raise ReadError(f"{path}: damaged: it holds no image element")
    descriptor = said.get("descriptor", color.UNDEFINED)
    if descriptor not in _DESCRIPTORS:
        what = _OTHERS.get(descriptor, f"an unknown element (descriptor {descriptor})")
        raise LayerError(f"{path}: no R, G, B to grade; it holds {what}")
    bits, packing = said.get("bits", 0), said.get("packing", 0)
    if said.get("encoding", 0) != 0:
        raise UnsupportedError(f"{path}: run-length encoded; convert it to a plain DPX")
    if said.get("data_sign", 0) != 0:
        raise UnsupportedError(f"{path}: its samples are signed; convert it to unsigned ones")
    if bits not in (8, 10, 12, 16):
        raise UnsupportedError(f"{path}: DPX of {bits} bits; 8, 10, 12 and 16 are read")
    if bits in (10, 12) and packing not in _METHODS:
        raise UnsupportedError(f"{path}: packing {packing}; packed, filled A and filled B are read")
    if said.get("orientation", 0) not in (0, 1, 2, 3):
        raise UnsupportedError(f"{path}: its lines run down the picture; turn it upright first")
    channels, is_reversed = _DESCRIPTORS[descriptor]
    offset = said.get("data_offset") or said.get("image_offset", 0)
    if not header_fields.SIZE <= offset <= size:
        raise ReadError(f"{path}: cut short or damaged: pixels at {offset} of {size} bytes")
    padding = said.get("line_padding", 0)
    arrangement = Arrangement(
        bits,
        packing if packing in _METHODS else METHOD_A,
        order == ">",
        channels,
        is_reversed,
    )
    return Structure(width, height, arrangement, offset, padding)


def flips(header: bytes) -> tuple[bool, bool]:
    """Whether lines run from right to left, and from bottom to top."""
    order = ">" if header[:4] == b"SDPX" else "<"
    orientation = header_fields.unpacked(header, header_fields.STRUCTURE, order).get(
        "orientation", 0
    )
    return bool(orientation & 1), bool(orientation & 2)


def user_size(header: bytes, offset: int) -> int:
    """Bytes of user data, as far as there is room for them."""
    order = ">" if header[:4] == b"SDPX" else "<"
    stated = header_fields.unpacked(header, header_fields.STRUCTURE, order).get("user_size", 0)
    return stated if stated <= min(offset - header_fields.SIZE, extra_attributes.LARGEST) else 0


def entries(header: bytes, beside: bytes, arrangement: Arrangement, offset: int) -> dict[str, Any]:
    """What a frame takes from a header, as keyword arguments of `Frame`.

    Parameters
    ----------
    header
        The first bytes of the file.
    beside
        What stands between it and the pixels.
    """
    import OpenEXR

    order = ">" if arrangement.big else "<"
    said = header_fields.unpacked(header, header_fields.STRUCTURE, order)
    fields = header_fields.unpacked(header, header_fields.KEPT, order)
    length = user_size(header, offset)
    carried = extra_attributes.unpacked(beside[length:])
    identity, perforations = carried.pop("colorInteropID", None), carried.pop("perforations", None)
    attributes: dict[str, Any] = {
        **carried,
        **{f"{_PREFIX}{name}": _in_exr(value) for name, value in fields.items()},
        "dpx:bits": arrangement.bits,
        "dpx:packing": _METHODS[arrangement.packing],
        "dpx:endian": "big" if arrangement.big else "little",
        "dpx:order": _ORDERS[arrangement.channels, arrangement.reversed],
        **timecode.entries(fields, perforations),
    }
    if length:
        attributes["dpx:user_data"] = base64.b64encode(beside[:length]).decode()
    numbers = said.get("transfer", 255), said.get("colorimetric", 255)
    return {
        "attributes": attributes,
        "tags": color.tags_of(*numbers, None if identity is None else str(identity)),
        "timecode": timecode_text(attributes.get("timeCode"), OpenEXR),
        "pixel_aspect": timecode.pixel_aspect(fields),
    }


def _in_exr(value: Any) -> Any:
    """A number above those that OpenEXR has for attributes as a text, which it has."""
    return hex(value) if isinstance(value, int) and value >= 1 << 31 else value


def arrangement_of(frame: Frame, bits: str | None) -> Arrangement:
    """How the samples of a frame shall lie: as asked, as they came, else big-endian, method A."""
    said = frame.attributes
    methods = {name: number for number, name in _METHODS.items()}
    count = _bits_of(frame) if bits is None else int(bits)
    return Arrangement(
        count,
        methods.get(said.get("dpx:packing", ""), METHOD_A),
        said.get("dpx:endian") != "little",
        len(frame.color),
        said.get("dpx:order") == "ABGR" and len(frame.color) == 4,
    )


def _bits_of(frame: Frame) -> int:
    if frame.laid is not None and frame.laid.layout.code in ("u8", "u10", "u12", "u16"):
        return int(frame.laid.layout.code[1:])
    stated = frame.attributes.get("dpx:bits")
    if stated in (8, 10, 12, 16):
        return int(stated)
    kinds = {frame.planes[name].dtype.name for name in frame.color}
    return {"uint8": 8, "uint16": 16}.get(kinds.pop(), 10) if len(kinds) == 1 else 10


def header_of(frame: Frame, arrangement: Arrangement, data_size: int) -> bytes:
    """Everything in front of the pixels.

    Raises
    ------
    FrameError
        An attribute that does not fit the field it is for.
    """
    attributes = frame.attributes
    kept = _kept(attributes)
    if attributes.get("dpx:bits") != arrangement.bits:
        kept = {name: value for name, value in kept.items() if name not in _OF_BITS}
    times = timecode.fields_of(kept, attributes, frame.timecode, frame.pixel_aspect)
    fields = {name: value for name, value in (kept | times).items() if value is not None}
    user = _user_data(attributes)
    beside = user + extra_attributes.packed(_carried(frame))
    offset = -(-(header_fields.SIZE + len(beside)) // _ALIGNED) * _ALIGNED
    transfer, colorimetric = color.numbers_of(frame.tags)
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
        "descriptor": descriptor[arrangement.channels, arrangement.reversed],
        "transfer": transfer,
        "colorimetric": colorimetric,
        "bits": arrangement.bits,
        "packing": arrangement.packing if arrangement.bits in (10, 12) else PACKED,
        "encoding": 0,
        "data_offset": offset,
        "line_padding": 0,
        "image_padding": 0,
    }
    try:
        header = header_fields.packed(fields, ">" if arrangement.big else "<")
    except ValueError as error:
        raise FrameError(f"{error}; correct the attribute, or drop it") from error
    return bytes(header) + beside + bytes(offset - header_fields.SIZE - len(beside))


def _kept(attributes: Mapping[str, Any]) -> dict[str, Any]:
    """The fields that a frame brought along."""
    names = {field.name: f"{_PREFIX}{field.name}" for field in header_fields.KEPT}
    return {name: attributes[key] for name, key in names.items() if key in attributes}


def _carried(frame: Frame) -> dict[str, Any]:
    """What the header has no field for."""
    own = {f"{_PREFIX}{field.name}" for field in header_fields.KEPT}
    own |= {"dpx:bits", "dpx:packing", "dpx:endian", "dpx:order", "dpx:user_data"}
    own |= {"framesPerSecond", "acesImageContainerFlag"}  # the latter is a claim of EXR files
    carried = {name: value for name, value in frame.attributes.items() if name not in own}
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
        raise FrameError(f"dpx:user_data is no base64: {error}") from error
    return data if len(data) <= extra_attributes.LARGEST else b""


def _order(path: Path, header: bytes) -> str:
    if header[:4] not in (b"SDPX", b"XPDS"):
        raise ReadError(f"{path}: {'is no DPX file' if header else 'is empty'}")
    if len(header) < header_fields.SIZE:
        raise ReadError(f"{path}: cut short: it ends within its header")
    return ">" if header[:4] == b"SDPX" else "<"
