"""Check of the chunk table of an OpenEXR file: all pixels must be there before any is read.

The library reports every missing chunk on stderr, straight from C, in the middle of what other
threads print. So a file that is known to be cut short is not given to it.

Source: OpenEXR File Layout, https://openexr.com/en/latest/OpenEXRFileLayout.html.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from pathlib import Path
from typing import BinaryIO

from grade.io.errors import ReadError, read_failure

_TILED, _MULTIPART = 0x200, 0x1000  # flags in the version field
_LONGEST_NAME = 256
_MOST_CHUNKS = 1 << 20  # a longer table is left to the library


def check_chunks(path: Path, kinds: Sequence[str]) -> None:
    """Raise `ReadError` if a chunk lies beyond the end of the file, or reaches over it.

    Programs that cannot seek write a table with empty entries. Such a table is left to the library,
    which searches for the chunks.

    Parameters
    ----------
    path
        The file; its headers are valid.
    kinds
        Types of the parts: ``scanlineimage``, ``tiledimage``, ``deepscanline`` or ``deeptile``.
    """
    try:
        with path.open("rb") as file:
            size = file.seek(0, 2)
            file.seek(4)
            (version,) = struct.unpack("<I", file.read(4))
            several = bool(version & _MULTIPART)
            for _ in kinds:
                _skip_header(file)
            if several:
                file.seek(1, 1)  # the empty header after the last
            if offsets := _read_table(file, size):
                _check_last(path, file, max(offsets), size, kinds, several)
    except struct.error as error:
        raise ReadError(f"{path}: cut short or damaged: its header has no end") from error
    except OSError as error:
        raise read_failure(path, error) from error


def _skip_header(file: BinaryIO) -> None:
    while _read_name(file):
        _read_name(file)  # the type
        (length,) = struct.unpack("<I", file.read(4))
        file.seek(length, 1)


def _read_name(file: BinaryIO) -> bytes:
    found = bytearray()
    while (byte := file.read(1)) != b"\0":
        if not byte or len(found) > _LONGEST_NAME:
            raise struct.error
        found += byte
    return bytes(found)


def _read_table(file: BinaryIO, size: int) -> tuple[int, ...]:
    """Return the offsets of all chunks: the table ends where the first chunk begins.

    The result is empty if the table is not filled in or too long to be valid. If the file ends too
    soon, it is an offset beyond its end.
    """
    start = file.tell()
    data = file.read(8)
    (first,) = offsets = struct.unpack("<Q", data)
    while True:
        length = first - start
        if first >= size:
            return (first,)
        if length < 8 or length % 8 or length > 8 * _MOST_CHUNKS:
            return ()
        data = data[:length] + file.read(max(0, length - len(data)))
        offsets = struct.unpack(f"<{length // 8}Q", data)
        if min(offsets) == first:
            return offsets
        first = min(offsets)  # rows are stored from the last one up


def _check_last(
    path: Path,
    file: BinaryIO,
    offset: int,
    size: int,
    kinds: Sequence[str],
    several: bool,
) -> None:
    """Check that the last chunk, by its own header, ends within the file."""
    file.seek(min(offset, size))
    head = file.read(4 * several + 40)
    part = 0
    if several:
        part = int.from_bytes(head[:4], "little")
        head = head[4:]
    if part >= len(kinds):
        raise ReadError(f"{path}: damaged: the chunk at byte {offset} belongs to no part")
    if offset + 4 * several + _chunk_length(head, kinds[part]) > size:
        raise ReadError(f"{path}: cut short or damaged: its {size} bytes end before its pixels do")


def _chunk_length(head: bytes, kind: str) -> int:
    """Return the bytes of a chunk behind its part number; a huge number if `head` is cut short."""
    places = 16 if kind in ("tiledimage", "deeptile") else 4
    deep = kind.startswith("deep")
    need = places + (24 if deep else 4)
    if len(head) < need:
        return 1 << 62
    if deep:
        table, samples = struct.unpack_from("<QQ", head, places)
        return int(need + table + samples)
    (length,) = struct.unpack_from("<I", head, places)
    return int(need + length)
