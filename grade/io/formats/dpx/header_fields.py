"""The fields of a DPX header: one table of names, places and types reads and writes all of them.

Source: SMPTE ST 268:2003, File Format for Digital Moving-Picture Exchange (DPX), tables 1 to 5.
An undefined number is all ones, an undefined text all zeros.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from grade.io.header_text import decode_text

SIZE = 2048
UNDEFINED = {"B": 0xFF, "H": 0xFFFF, "I": 0xFFFFFFFF}


@dataclass(frozen=True, slots=True)
class Field:
    """One field.

    Attributes
    ----------
    name
        Name of the attribute of a frame, behind ``dpx:``.
    offset
        Bytes from the beginning of the file.
    type
        ``B``, ``H``, ``I``: integer of 8, 16, 32 bits; ``f``: float of 32 bits; ``s``: text.
    count
        Count of numbers, or bytes of text.
    """

    name: str
    offset: int
    type: str
    count: int = 1


# fmt: off
STRUCTURE = (
    Field("image_offset", 4, "I"), Field("version", 8, "s", 8), Field("file_size", 16, "I"),
    Field("generic_size", 24, "I"), Field("industry_size", 28, "I"), Field("user_size", 32, "I"),
    Field("encryption_key", 660, "I"), Field("orientation", 768, "H"), Field("elements", 770, "H"),
    Field("width", 772, "I"), Field("height", 776, "I"), Field("data_sign", 780, "I"),
    Field("descriptor", 800, "B"), Field("transfer", 801, "B"), Field("colorimetric", 802, "B"),
    Field("bits", 803, "B"), Field("packing", 804, "H"), Field("encoding", 806, "H"),
    Field("data_offset", 808, "I"), Field("line_padding", 812, "I"),
    Field("image_padding", 816, "I"),
)
"""Fields that the writer derives and the reader needs; those of the first image element."""

KEPT = (
    # File information.
    Field("ditto_key", 20, "I"), Field("file_name", 36, "s", 100), Field("created", 136, "s", 24),
    Field("creator", 160, "s", 100), Field("project", 260, "s", 200),
    Field("copyright", 460, "s", 200),
    # Image information.
    Field("reference_low_code", 784, "I"), Field("reference_low", 788, "f"),
    Field("reference_high_code", 792, "I"), Field("reference_high", 796, "f"),
    Field("description", 820, "s", 32),
    # Image source information.
    Field("x_offset", 1408, "I"), Field("y_offset", 1412, "I"), Field("x_center", 1416, "f"),
    Field("y_center", 1420, "f"), Field("x_original_size", 1424, "I"),
    Field("y_original_size", 1428, "I"), Field("source_file_name", 1432, "s", 100),
    Field("source_created", 1532, "s", 24), Field("input_device", 1556, "s", 32),
    Field("input_serial", 1588, "s", 32), Field("border", 1620, "H", 4),
    Field("pixel_aspect", 1628, "I", 2), Field("x_scanned_size", 1636, "f"),
    Field("y_scanned_size", 1640, "f"),
    # Motion-picture film information.
    Field("film_manufacturer", 1664, "s", 2), Field("film_type", 1666, "s", 2),
    Field("film_perforation_offset", 1668, "s", 2), Field("film_prefix", 1670, "s", 6),
    Field("film_count", 1676, "s", 4), Field("film_format", 1680, "s", 32),
    Field("film_frame_position", 1712, "I"), Field("film_sequence_length", 1716, "I"),
    Field("film_held_count", 1720, "I"), Field("film_frame_rate", 1724, "f"),
    Field("film_shutter_angle", 1728, "f"), Field("film_frame_identification", 1732, "s", 32),
    Field("film_slate", 1764, "s", 100),
    # Television information.
    Field("timecode", 1920, "I"), Field("user_bits", 1924, "I"), Field("interlace", 1928, "B"),
    Field("field_number", 1929, "B"), Field("video_signal", 1930, "B"),
    Field("horizontal_sampling_rate", 1932, "f"), Field("vertical_sampling_rate", 1936, "f"),
    Field("frame_rate", 1940, "f"), Field("time_offset", 1944, "f"), Field("gamma", 1948, "f"),
    Field("black_level", 1952, "f"), Field("black_gain", 1956, "f"), Field("breakpoint", 1960, "f"),
    Field("white_level", 1964, "f"), Field("integration_time", 1968, "f"),
)
"""Fields that are kept from file to frame to file."""
# fmt: on


def unpack(header: bytes, fields: tuple[Field, ...], order: str) -> dict[str, Any]:
    """Return the values of fields; undefined ones are left out.

    Several numbers of one field are given as text. Some writers leave random memory in the floats,
    so a float that is not finite, or denormal, counts as undefined.

    Parameters
    ----------
    header
        The first `SIZE` bytes of a file.
    fields
        `STRUCTURE` or `KEPT`.
    order
        Byte order, ``>`` or ``<``.
    """
    found: dict[str, Any] = {}
    for field in fields:
        value = _read_field(header, field, order)
        if value is not None:
            found[field.name] = value
    return found


def find_unprintable(header: bytes) -> list[str]:
    """Return the names of fields that should be texts and hold something else."""
    return [
        field.name
        for field in KEPT
        if field.type == "s" and (text := _read_text(header, field)) and not text.isprintable()
    ]


def pack(values: Mapping[str, Any], order: str) -> bytearray:
    """Return a header with these values; all other fields are undefined.

    Raises
    ------
    ValueError
        A value does not fit its field.
    """
    header = bytearray(b"\xff" * SIZE)
    for field in (*STRUCTURE, *KEPT):
        if field.type == "s":
            header[field.offset : field.offset + field.count] = bytes(field.count)
    for start, end in _RESERVED:
        header[start:end] = bytes(end - start)
    for field in (*STRUCTURE, *KEPT):
        if field.name in values:
            _write_field(header, field, values[field.name], order)
    header[:4] = b"SDPX" if order == ">" else b"XPDS"
    return header


def find_fault(field: Field, value: Any) -> str | None:
    """Return why a value does not fit a field; None if it does."""
    try:
        _write_field(bytearray(SIZE), field, value, ">")
    except ValueError as error:
        return str(error)
    return None


_RESERVED = ((664, 768), (1356, 1408), (1644, 1664), (1864, 1920), (1931, 1932), (1972, 2048))
_SMALLEST_NORMAL = 2.0**-126


def _read_field(header: bytes, field: Field, order: str) -> Any:
    if field.type == "s":
        text = _read_text(header, field)
        return text if text.isprintable() and text else None
    values = struct.unpack_from(f"{order}{field.count}{field.type}", header, field.offset)
    if field.type == "f":
        value = values[0]
        is_normal = value == 0 or abs(value) >= _SMALLEST_NORMAL
        return value if math.isfinite(value) and is_normal else None
    if all(value == UNDEFINED[field.type] for value in values):
        return None
    return values[0] if field.count == 1 else " ".join(map(str, values))


def _read_text(header: bytes, field: Field) -> str:
    raw = header[field.offset : field.offset + field.count]
    return decode_text(raw.partition(b"\0")[0].rstrip(b"\xff")).rstrip()


def _write_field(header: bytearray, field: Field, value: Any, order: str) -> None:
    try:
        if field.type == "s":
            text = _truncate(str(value), field.count)
            header[field.offset : field.offset + len(text)] = text
            return
        words = value.split() if isinstance(value, str) else [value]
        if len(words) != field.count:
            raise ValueError(f"takes {field.count} numbers")
        if field.type == "f":
            numbers = [float(word) for word in words]
        else:
            numbers = [int(word, 0) if isinstance(word, str) else int(word) for word in words]
        struct.pack_into(f"{order}{field.count}{field.type}", header, field.offset, *numbers)
    except (struct.error, TypeError, ValueError, OverflowError) as error:
        raise ValueError(f"dpx:{field.name} = {value!r}: {error}") from error


def _truncate(text: str, count: int) -> bytes:
    """Return as many whole characters as there is room for."""
    return text.encode()[:count].decode(errors="ignore").encode()
