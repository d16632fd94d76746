"""An executor that compiles each program once, whichever job asks for it."""

from __future__ import annotations

import threading

from grade.ir.program import Program
from grade.run import Executor, Kernel


class SharedKernels:
    """Passes programs to another executor and keeps every kernel.

    The shots of a show differ in numbers, which are uniforms, so three hundred shots may have one
    program. A program is known by what it computes, not by the names of its uniforms.

    Parameters
    ----------
    executor
        Compiles the programs.
    """

    def __init__(self, executor: Executor) -> None:
        self.executor = executor
        self.name, self.overlap = executor.name, executor.overlap
        self._kernels: dict[str, Kernel] = {}
        self._lock = threading.Lock()

    @property
    def compiled(self) -> int:
        """How many programs were compiled."""
        return len(self._kernels)

    def prepare(self, program: Program) -> Kernel:
        """The kernel of a program."""
        key = program.hash
        with self._lock:
            if key not in self._kernels:
                self._kernels[key] = self.executor.prepare(program)
            return self._kernels[key]
