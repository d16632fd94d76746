"""Color as it lies in a file, handed to a kernel as it is, and taken apart only if somebody asks.

Taking apart and putting together is done by kernels too, of the same formulas, on one thread: they
release the GIL and are as fast as memory.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from grade.io import buffers
from grade.io.convert import Plane
from grade.ir.program import Program, Stage, verify
from grade.ir.storage import Layout, Storage, decode, encode

STORAGES: dict[str, Storage] = {
    "float16": "f16", "float32": "f32", "uint16": "u16", "uint8": "u8",
}  # fmt: skip


@dataclass(frozen=True, eq=False, slots=True)
class Laid:
    """The color of a frame, in one array.

    Attributes
    ----------
    layout
        How it lies there; interleaved, three or four channels.
    picture
        (height, width, words), as a kernel takes it.
    """

    layout: Layout
    picture: Any

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns."""
        rows, columns = self.picture.shape[:2]
        return rows, columns

    def planes(self) -> list[Plane]:
        """One array per channel: uint8 or uint16, which ten and twelve bits are scaled to.

        The scale is the whole range of the type, to the nearest: the codes come back exactly.
        """
        code = self.layout.code
        wide: Storage = "u16" if code in ("u10", "u12") else code
        target = Layout(self.layout.channels, wide, planar=True)
        made: list[Plane] = converted(self.layout, self.picture, target)
        return made


class LaidPlanes(Mapping[str, Plane]):
    """The planes of a frame whose color is still as it lies in the file.

    Parameters
    ----------
    laid
        The color.
    names
        What its channels are called.
    others
        Other planes, alpha perhaps.
    """

    def __init__(
        self, laid: Laid, names: Sequence[str], others: Mapping[str, Plane] | None = None
    ) -> None:
        self.laid, self.names, self.others = laid, tuple(names), dict(others or {})
        self._apart: dict[str, Plane] | None = None
        self._lock = threading.Lock()

    def __getitem__(self, name: str) -> Plane:
        if name in self.others:
            return self.others[name]
        if name not in self.names:
            raise KeyError(name)
        with self._lock:
            if self._apart is None:
                self._apart = dict(zip(self.names, self.laid.planes(), strict=True))
        return self._apart[name]

    def __iter__(self) -> Iterator[str]:
        return iter((*self.names, *self.others))

    def __len__(self) -> int:
        return len(self.names) + len(self.others)

    def __contains__(self, name: object) -> bool:
        return name in self.names or name in self.others


def converted(source: Layout, picture: Any, target: Layout) -> Any:
    """A picture in another layout, by the formulas of the storage types; no noise is added.

    Parameters
    ----------
    source, target
        Of equal channels.
    picture
        An array (H, W, words) of an interleaved layout, or the planes of a planar one.
    """
    from grade.run.pictures import DTYPES

    first = picture[0] if source.planar else picture
    size, dtype = first.shape[:2], DTYPES[target.storage]
    made: Any
    if target.planar:
        made = [buffers.empty(size, dtype) for _ in range(target.channels)]
    else:
        made = buffers.empty((*size, target.raw_channels), dtype)
    compute(_program(source, target), picture, made)
    return made


def compute(program: Program, picture: Any, target: Any) -> None:
    """Run a program of one source and one target, on this thread alone."""
    _executor().prepare(program)([picture], [target])


@cache
def _executor() -> Any:
    from grade.run.cpu import CpuExecutor

    return CpuExecutor(threads=1)


@cache
def _program(source: Layout, target: Layout) -> Program:
    from grade.ir.expression import make

    loads = [make("load", (), (source.raw_type, 0, c)) for c in range(source.raw_channels)]
    codes = source.codes(loads)
    if source.code != target.code:
        codes = [encode(target.code, decode(source.code, code)) for code in codes]
    return verify(Program((source,), (target,), (), (Stage(tuple(target.words(codes))),)))
