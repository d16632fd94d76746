"""DWA-compressed OpenEXR files, several times as fast as OpenEXR's own packing of the same format.

A chunk (DWAA 32 lines, DWAB 256) has four kinds of channels. Those called R, G and B of a layer go
together through a cosine transform, those called Y, RY and BY alone; A is packed by runs, all
others are deflated, both without loss. A name counts from its last dot on, and uint32 channels
have no loss whatever their name. Infinities and NaN in half channels become 0, as in OpenEXR; in
float channels infinities become +-65504. What lies near 65504 may be read as infinite, whoever
wrote it: readers bend back what is a little off, and half ends there.

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
from grade.io.convert import Plane
from grade.io.formats.exr import scanlines

_LINES = {"dwaa": 32, "dwab": 256}
_LEVEL, _WORST_LEVEL = 45.0, 100_000.0  # the first where the header says none
# Of libdeflate: the first coefficients are noise and few, the channels without loss what they are.
_FIRSTS_EFFORT, _LOSSLESS_EFFORT = 4, 9
_VERSION = 2
_STATIC_HUFFMAN = 0
_DEFLATED, _COSINES, _RUNS = 0, 1, 2  # schemes
_TYPES = {"uint32": 0, "float16": 1, "float32": 2}
# In the order of the file: suffix, scheme, types, and place among R, G and B, from 1.
_RULES = (
    ("R", _COSINES, ("float16", "float32"), 1),
    ("G", _COSINES, ("float16", "float32"), 2),
    ("B", _COSINES, ("float16", "float32"), 3),
    ("Y", _COSINES, ("float16", "float32"), 0),
    ("BY", _COSINES, ("float16", "float32"), 0),
    ("RY", _COSINES, ("float16", "float32"), 0),
    ("A", _RUNS, ("uint32", "float16", "float32"), 0),
)


def can_write(header: Mapping[str, Any], compression: str, library: Any) -> bool:
    """Whether a part with this header is written here: DWA scanlines from the top down.

    Not where the level of loss is beyond 0..100000.

    Parameters
    ----------
    header
        As for the binding.
    compression
        Its name.
    library
        The OpenEXR binding.
    """
    return (
        compression in _LINES
        and scanlines.fits(header, library)
        and 0 <= _level(header) <= _WORST_LEVEL
    )


def write(
    stream: IO[bytes],
    header: Mapping[str, Any],
    planes: Mapping[str, Plane],
    linear: frozenset[str],
    compression: str,
    threads: int,
    library: Any,
) -> None:
    """Write a file of one part; the parameters are those of `grade.io.formats.exr.scanlines.write`.

    Same frame, same level: same bytes on every machine, whatever `threads` is. The level is the
    header's ``dwaCompressionLevel``, else 45.

    Parameters
    ----------
    compression
        ``dwaa`` or ``dwab``.
    """
    pack = partial(_packed, plan=_plan(planes), level=_level(header), linear=linear)
    lines = _LINES[compression]
    scanlines.write(stream, header, planes, linear, lines, pack, threads, library)


def _level(header: Mapping[str, Any]) -> float:
    return float(header.get("dwaCompressionLevel", _LEVEL))


@dataclass(frozen=True)
class _Plan:
    """What is the same in all chunks: the rules as they are stored, and the channels of each way.

    `lossy` has together what is coded together, all in the order of the file.
    """

    rules: bytes
    lossy: list[list[str]]
    runs: list[str]
    deflated: list[str]


def _packed(
    block: dict[str, Plane], _first: int, plan: _Plan, level: float, linear: frozenset[str]
) -> bytes | memoryview:
    """The chunk of some lines."""
    from grade.io.formats.exr.dwa_huffman import huffman

    plain = b"".join(block[name].tobytes() for name in plan.deflated)
    firsts, others = _coefficients(block, plan.lossy, level, linear)
    bytewise, runs = _runs([block[name] for name in plan.runs])
    parts = (
        _deflated(plain, _LOSSLESS_EFFORT),
        huffman(others),
        _deflated(_parted(firsts), _FIRSTS_EFFORT),
        _deflated(runs, _LOSSLESS_EFFORT),
    )
    unknown, inner, outer, alpha = (len(part) for part in parts)
    sizes = (
        *(_VERSION, len(plain), unknown, inner, outer, alpha, len(runs), bytewise),
        *(others.size, firsts.size, _STATIC_HUFFMAN),
    )
    packed = b"".join((struct.pack("<11Q", *sizes), plan.rules, *parts))
    shrinks = len(packed) < sum(plane.nbytes for plane in block.values())
    return packed if shrinks else scanlines.raw(block).data


def _plan(planes: Mapping[str, Plane]) -> _Plan:
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
    return _Plan(stored, _sets(lossy, names), runs, deflated)


def _coefficients(
    block: Mapping[str, Plane], sets: list[list[str]], level: float, linear: frozenset[str]
) -> tuple[Plane, Plane]:
    """The first coefficient of every 8x8 block, plane by plane, and all others with runs."""
    from grade.io.formats.exr.dwa_transform import Row

    if not sets:
        return np.empty(0, np.uint16), np.empty(0, np.uint16)
    height, width = block[sets[0][0]].shape
    rows, columns = -(-height // 8), -(-width // 8)
    count = sum(map(len, sets))
    firsts = np.empty((count, rows, columns), np.uint16)
    others = np.empty(64 * firsts.size, np.uint16)
    done = filled = 0
    for names in sets:
        planes = [convert.to_half(block[name]).view(np.uint16) for name in names]
        # What is coded alone is not bent if it is marked as linear to the eye.
        unbent = len(names) == 1 and names[0] in linear
        row = Row(len(names), columns, level, unbent)
        for place in range(rows):
            into = firsts[done : done + len(names), place]
            filled = row.coded(planes, 8 * place, into, others, filled)
        done += len(names)
    return firsts.reshape(-1), others[:filled]


def _sets(lossy: list[str], names: list[str]) -> list[list[str]]:
    """What is coded together: R, G and B of each layer first, then the others by themselves."""
    layers = dict.fromkeys(name[: name.rfind(".") + 1] for name in names)
    triples = [[layer + color for color in "RGB"] for layer in layers]
    triples = [triple for triple in triples if set(triple) <= set(lossy)]
    taken = {name for triple in triples for name in triple}
    return triples + [[name] for name in lossy if name not in taken]


def _runs(planes: list[Plane]) -> tuple[int, bytes]:
    """How many bytes the planes are, and their runs: of a plane all first bytes come first."""
    from grade.io.formats.exr.dwa_runs import runs

    if not planes:
        return 0, b""
    data = np.concatenate(
        [plane.view(np.uint8).reshape(-1, plane.itemsize).T.reshape(-1) for plane in planes]
    )
    packed = np.empty(2 * data.size, np.uint8)
    return data.size, packed[: runs(data, packed)].tobytes()


def _parted(words: Plane) -> Plane:
    """Words as OpenEXR deflates them: first and second bytes apart, each as a difference."""
    from grade.io.formats.exr.byte_pairs import Segments

    stored = np.empty(words.nbytes, np.uint8)
    if words.size:
        Segments([words.reshape(1, -1)]).part(0, 1, stored)
    return stored


def _deflated(data: Any, effort: int) -> bytes:
    import imagecodecs

    return bytes(imagecodecs.deflate_encode(data, effort)) if len(data) else b""
