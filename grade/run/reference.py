"""The reference executor: the float64 interpreter on the traced program, slow and simple."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from grade.ir.interpreter import Interpreter
from grade.ir.program import Program
from grade.ir.storage import Layout
from grade.run.pictures import DTYPES, Picture, check_pictures


class ReferenceExecutor:
    """Runs traced programs, whose functions are not expanded, in double precision."""

    name = "reference (NumPy float64)"
    overlap = 1

    def prepare(self, program: Program) -> ReferenceKernel:
        """A kernel that interprets the program."""
        return ReferenceKernel(program)


class ReferenceKernel:
    """A program, interpreted at each call."""

    def __init__(self, program: Program) -> None:
        self.program = program

    def __call__(
        self,
        sources: Sequence[Picture],
        targets: Sequence[Picture],
        uniforms: Sequence[float] = (),
        origin: tuple[int, int] = (0, 0),
    ) -> None:
        """Compute the targets; see :class:`grade.run.executor.Kernel`."""
        check_pictures(self.program, sources, targets)
        raw = [_channels(*pair) for pair in zip(self.program.sources, sources, strict=True)]
        results = iter(Interpreter(self.program, np.float64).run(raw, uniforms, origin))
        for layout, target in zip(self.program.targets, targets, strict=True):
            for c in range(layout.raw_channels):
                channel = target[c] if layout.planar else target[..., c]
                _store(layout, channel, next(results))


def _channels(layout: Layout, picture: Picture) -> list[Any]:
    planes = (
        list(picture) if layout.planar else [picture[..., c] for c in range(layout.raw_channels)]
    )
    return [
        p.view(np.uint16) if p.dtype == np.float16 else p for p in map(np.ascontiguousarray, planes)
    ]


def _store(layout: Layout, channel: Any, values: Any) -> None:
    if layout.storage == "f16":
        channel[...] = values.astype(np.uint16).view(np.float16)
    else:
        channel[...] = values.astype(DTYPES[layout.storage])
