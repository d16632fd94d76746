"""Writer of DWA-compressed OpenEXR files, several times as fast as OpenEXR's own.

A chunk (DWAA 32 rows, DWAB 256) has four kinds of channels, told by the name behind the last dot.
R, G and B of a layer go through a cosine transform together; Y, RY and BY go through it alone; A is
packed by run lengths; all others are deflated. The last two are lossless, and so are all uint32
channels. Infinities and NaN in half channels become 0, as in OpenEXR; in float channels infinities
become +-65504. Finite values are read as finite ones, near 65504 too (`dwa_overflow`).

Source: `ImfDwaCompressor.cpp` and `internal_dwa_compressor.h` (OpenEXR) for the layout.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import IO, Any

import numpy as np

from grade.io import convert
from grade.io.formats.exr.scanline_writer import ScanlinePart, join_rows, write_chunks
from grade.io.plane import Plane

_LINES = {"dwaa": 32, "dwab": 256}
_LEVEL, _WORST_LEVEL = 45.0, 100_000.0  # the first is the default
# Levels of libdeflate: first coefficients are few and noisy, so that effort hardly pays there.
_FIRSTS_EFFORT, _LOSSLESS_EFFORT = 4, 9
_VERSION = 2
_STATIC_HUFFMAN = 0
_DEFLATED, _COSINES, _RUNS = 0, 1, 2  # schemes
_TYPES = {"uint32": 0, "float16": 1, "float32": 2}
# In the order of the file: suffix, scheme, types, and index among R, G and B, from 1.
_RULES = (
    ("R", _COSINES, ("float16", "float32"), 1),
    ("G", _COSINES, ("float16", "float32"), 2),
    ("B", _COSINES, ("float16", "float32"), 3),
    ("Y", _COSINES, ("float16", "float32"), 0),
    ("BY", _COSINES, ("float16", "float32"), 0),
    ("RY", _COSINES, ("float16", "float32"), 0),
    ("A", _RUNS, ("uint32", "float16", "float32"), 0),
)


def can_write(part: ScanlinePart) -> bool:
    """Whether this module writes a part: DWA scanlines from the top down, a level of 0..100000."""
    return (
        part.compression in _LINES and part.is_top_down and 0 <= _level(part.header) <= _WORST_LEVEL
    )


def write(stream: IO[bytes], part: ScanlinePart, threads: int) -> None:
    """Write a file of one part to an empty stream.

    The same frame and level give the same bytes on every machine, for any `threads`. The level is
    the header's ``dwaCompressionLevel``, else 45.
    """
    level, linear = _level(part.header), part.linear
    pack = partial(_pack, plan=_make_plan(part.planes), level=level, linear=linear)
    write_chunks(stream, part, _LINES[part.compression], pack, threads)


def _level(header: Mapping[str, Any]) -> float:
    return float(header.get("dwaCompressionLevel", _LEVEL))


@dataclass(frozen=True)
class _Plan:
    """The part of the work that all chunks share: stored rules, and channels by their scheme.

    `lossy` lists the channels that are coded together; all lists are in the order of the file.
    """

    rules: bytes
    lossy: list[list[str]]
    runs: list[str]
    deflated: list[str]


def _pack(
    block: dict[str, Plane], _first: int, plan: _Plan, level: float, linear: frozenset[str]
) -> bytes | memoryview:
    """Pack some rows into a chunk."""
    from grade.io.formats.exr.dwa_huffman import encode_words

    plain = b"".join(block[name].tobytes() for name in plan.deflated)
    firsts, others = _transform(block, plan.lossy, level, linear)
    bytewise, runs = _pack_runs([block[name] for name in plan.runs])
    parts = (
        _deflate(plain, _LOSSLESS_EFFORT),
        encode_words(others),
        _deflate(_shuffle(firsts), _FIRSTS_EFFORT),
        _deflate(runs, _LOSSLESS_EFFORT),
    )
    unknown, inner, outer, alpha = (len(part) for part in parts)
    sizes = (
        *(_VERSION, len(plain), unknown, inner, outer, alpha, len(runs), bytewise),
        *(others.size, firsts.size, _STATIC_HUFFMAN),
    )
    packed = b"".join((struct.pack("<11Q", *sizes), plan.rules, *parts))
    shrinks = len(packed) < sum(plane.nbytes for plane in block.values())
    return packed if shrinks else join_rows(block).data


def _make_plan(planes: Mapping[str, Plane]) -> _Plan:
    names = sorted(planes, key=str.encode)
    schemes = dict.fromkeys(names, _DEFLATED)
    rules = b""
    for suffix, scheme, types, place in _RULES:
        for kind in types:
            found = [
                name
                for name in names
                if name.rpartition(".")[2] == suffix and planes[name].dtype.name == kind
            ]
            if found:
                schemes.update(dict.fromkeys(found, scheme))
                flags = place << 4 | scheme << 2
                rules += suffix.encode() + bytes((0, flags, _TYPES[kind]))
    lossy, runs, deflated = (
        [name for name in names if schemes[name] == scheme]
        for scheme in (_COSINES, _RUNS, _DEFLATED)
    )
    stored = struct.pack("<H", len(rules) + 2) + rules
    return _Plan(stored, _group(lossy, names), runs, deflated)


def _transform(
    block: Mapping[str, Plane], groups: list[list[str]], level: float, linear: frozenset[str]
) -> tuple[Plane, Plane]:
    """Return the first coefficient of every 8x8 block, plane by plane, and all others with runs."""
    from grade.io.formats.exr.dwa_cosine_transform import BlockRow

    if not groups:
        return np.empty(0, np.uint16), np.empty(0, np.uint16)
    height, width = block[groups[0][0]].shape
    rows, columns = -(-height // 8), -(-width // 8)
    count = sum(map(len, groups))
    firsts = np.empty((count, rows, columns), np.uint16)
    others = np.empty(64 * firsts.size, np.uint16)
    done = filled = 0
    for names in groups:
        planes = [convert.to_half(block[name]).view(np.uint16) for name in names]
        # A channel that is coded alone stays linear if it is marked pLinear.
        linear_to_eye = len(names) == 1 and names[0] in linear
        row = BlockRow(len(names), columns, level, linear_to_eye)
        for place in range(rows):
            into = firsts[done : done + len(names), place]
            filled = row.encode(planes, 8 * place, into, others, filled)
        done += len(names)
    return firsts.reshape(-1), others[:filled]


def _group(lossy: list[str], names: list[str]) -> list[list[str]]:
    """Return the channels that are coded together: R, G, B of each layer first, then the others."""
    layers = dict.fromkeys(name[: name.rfind(".") + 1] for name in names)
    triples = [[layer + color for color in "RGB"] for layer in layers]
    triples = [triple for triple in triples if set(triple) <= set(lossy)]
    taken = {name for triple in triples for name in triple}
    return triples + [[name] for name in lossy if name not in taken]


def _pack_runs(planes: list[Plane]) -> tuple[int, bytes]:
    """Return the bytes of planes, and their run lengths; a plane has all its first bytes first."""
    from grade.io.formats.exr.dwa_run_lengths import encode_runs

    if not planes:
        return 0, b""
    data = np.concatenate(
        [plane.view(np.uint8).reshape(-1, plane.itemsize).T.reshape(-1) for plane in planes]
    )
    packed = np.empty(2 * data.size, np.uint8)
    return data.size, packed[: encode_runs(data, packed)].tobytes()


def _shuffle(words: Plane) -> Plane:
    """Return shuffled words, as OpenEXR deflates them."""
    from grade.io.formats.exr.byte_shuffle import ByteShuffler

    stored = np.empty(words.nbytes, np.uint8)
    if words.size:
        ByteShuffler([words.reshape(1, -1)]).shuffle(0, 1, stored)
    return stored


def _deflate(data: Any, effort: int) -> bytes:
    import imagecodecs

    return bytes(imagecodecs.deflate_encode(data, effort)) if len(data) else b""
