"""The headers of JPEG 2000: main header and comments of a codestream, and the boxes of JP2.

Source: ITU-T T.800 (codestream, annex A; boxes, annex I) and T.814 (the bit of high throughput).
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import Any

SIGNATURE = b"\x00\x00\x00\x0cjP  \r\n\x87\n"
_SOC, _SIZ, _COM, _SOT = b"\xff\x4f", b"\xff\x51", b"\xff\x64", b"\xff\x90"
_HIGH_THROUGHPUT = 1 << 14
_LATIN = 1
_MOST_TEXT = 65000
# Of a color box: enumerated, restricted or any profile, code points (ITU-T T.801, M.11.7.3).
_METHODS = (b"\x01", b"\x02", b"\x03", b"\x05")
_ENCODERS = ("Created by OpenJPEG", "OpenJPH", "Kakadu")


class CodestreamError(ValueError):
    """The bytes are no codestream."""


@dataclass(frozen=True, slots=True)
class MainHeader:
    """The main header.

    Attributes
    ----------
    width, height
        Size of the image area.
    tiles
        Number of tiles; 0 where they do not cover the image area.
    bits
        Bits of each component; negative if signed.
    steps
        Subsampling of each component, (1, 1) if it is full.
    high_throughput
        Whether the blocks are coded by T.814.
    comment
        Its comments, without those of encoders about themselves.
    color
        Enumerated color space of a JP2 file; None in a bare codestream and with a profile.
    profile
        The ICC profile of a JP2 file; None if it has none.
    code_points
        Primaries, transfer, matrix and range by code point (ITU-T H.273); None if it has none.
    """

    width: int
    height: int
    tiles: int
    bits: tuple[int, ...]
    steps: tuple[tuple[int, int], ...]
    high_throughput: bool
    comment: str
    color: int | None
    profile: bytes | None = None
    code_points: tuple[int, int, int, int] | None = None


def read_main_header(data: bytes) -> MainHeader:
    """Read the main header of a file or codestream; raise `CodestreamError` if there is none."""
    start, box = _find_start(data)
    try:
        if data[start : start + 4] != _SOC + _SIZ:
            raise CodestreamError("there is no codestream")
        fields = struct.unpack_from(">HHIIIIIIIIH", data, start + 4)
        count = fields[10]
        components = [struct.unpack_from(">BBB", data, start + 42 + 3 * i) for i in range(count)]
    except struct.error as error:
        raise CodestreamError("its header is cut short") from error
    return MainHeader(
        width=fields[2] - fields[4],
        height=fields[3] - fields[5],
        tiles=_count_tiles(fields[2:4], fields[4:6], fields[6:8], fields[8:10]),
        bits=tuple((1 + (size & 0x7F)) * (-1 if size & 0x80 else 1) for size, _, _ in components),
        steps=tuple((across, down) for _, across, down in components),
        high_throughput=bool(fields[1] & _HIGH_THROUGHPUT),
        comment=_read_comments(data, start + 2),
        **_read_color(box),
    )


def _count_tiles(
    end: tuple[int, ...], low: tuple[int, ...], size: tuple[int, ...], origin: tuple[int, ...]
) -> int:
    """Return the number of tiles; 0 unless the first one holds the corner of the image area."""
    count = 1
    for last, first, side, start in zip(end, low, size, origin, strict=True):
        if not (start <= first < start + side and first < last):
            return 0
        count *= -(-(last - start) // side)
    return count


def _read_color(box: bytes) -> dict[str, Any]:
    """Return the color of the body of a colr box, as keyword arguments of the header."""
    method, body = box[:1], box[3:]
    if method == b"\x01" and len(body) >= 4:
        return {"color": int.from_bytes(body[:4], "big")}
    if method in (b"\x02", b"\x03"):
        return {"color": None, "profile": body}
    if method == b"\x05" and len(body) >= 4:
        return {"color": None, "code_points": (body[0], body[1], body[2], body[3] >> 7)}
    return {"color": None}


def _find_start(data: bytes) -> tuple[int, bytes]:
    """Return where the codestream begins, and the first color box before it that is known."""
    if not data.startswith(SIGNATURE):
        return 0, b""
    place, color = 0, b""
    while place + 8 <= len(data):
        size, kind = struct.unpack_from(">I4s", data, place)
        body = place + 8
        if size == 1:
            if body + 8 > len(data):
                break
            (size,) = struct.unpack_from(">Q", data, body)
            body += 8
        if kind == b"jp2c":
            return body, color
        if kind == b"jp2h":  # a box that holds boxes: go on inside
            place = body
            continue
        if kind == b"colr" and not color and data[body : body + 1] in _METHODS:
            color = data[body : place + size]
        if size < 8:
            break
        place += size
    raise CodestreamError("there is no codestream in its boxes")


def _read_comments(data: bytes, place: int) -> str:
    texts = []
    while place + 6 <= len(data) and (mark := data[place : place + 2]) != _SOT:
        size, kind = struct.unpack_from(">HH", data, place + 2)
        if mark[0] != 0xFF or size < 2:
            break
        if mark == _COM and kind == _LATIN:
            text = data[place + 6 : place + 2 + size].decode("latin-1")
            if not text.startswith(_ENCODERS):
                texts.append(text)
        place += 2 + size
    return "".join(texts)


def add_comment(data: bytes, text: str) -> bytes:
    """Return the file with a comment added to its main header."""
    start, _ = _find_start(data)
    place = start + 4 + int.from_bytes(data[start + 4 : start + 6], "big")
    body = text.encode("latin-1")
    pieces = [body[at : at + _MOST_TEXT] for at in range(0, len(body), _MOST_TEXT)]
    added = b"".join(_COM + struct.pack(">HH", len(piece) + 4, _LATIN) + piece for piece in pieces)
    before = bytearray(data[:place])
    if start and (size := int.from_bytes(data[start - 8 : start - 4], "big")):
        before[start - 8 : start - 4] = struct.pack(">I", size + len(added))
    return bytes(before) + added + data[place:]


def replace_color(data: bytes, color: bytes) -> bytes:
    """Return a JP2 file with another body in its color box; it has one, in its header box."""
    at = data.index(b"jp2h") - 4
    size = int.from_bytes(data[at : at + 4], "big")
    header = data[at + 8 : at + size]
    place = header.index(b"colr") - 4
    end = place + int.from_bytes(header[place : place + 4], "big")
    box = struct.pack(">I4s", 8 + len(color), b"colr") + color
    header = header[:place] + box + header[end:]
    return data[:at] + struct.pack(">I4s", 8 + len(header), b"jp2h") + header + data[at + size :]
