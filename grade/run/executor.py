"""The interface of every executor: a device that compiles programs to kernels."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from grade.ir.program import Program
from grade.run.pictures import Picture


class Kernel(Protocol):
    """A program, compiled for a device."""

    @property
    def program(self) -> Program:
        """The program that it runs."""
        ...

    def __call__(
        self,
        sources: Sequence[Picture],
        targets: Sequence[Picture],
        uniforms: Sequence[float] = (),
        origin: tuple[int, int] = (0, 0),
    ) -> None:
        """Compute the targets.

        Parameters
        ----------
        sources, targets
            Pictures as the program's layouts say; all of one height and width, which may be 0.
            A target may be its source.
        uniforms
            A number for each of ``program.uniforms``.
        origin
            Absolute coordinates of the first pixel.
        """
        ...


class Executor(Protocol):
    """A device that compiles programs."""

    @property
    def name(self) -> str:
        """The device in words, for logs and journals."""
        ...

    @property
    def overlap(self) -> int:
        """How many threads keep the device busy when each runs kernels of its own frame."""
        ...

    def prepare(self, program: Program) -> Kernel:
        """The kernel of a program, traced or lowered; compiled at most once."""
        ...
