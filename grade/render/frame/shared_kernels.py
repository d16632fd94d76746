"""An executor whose kernels are shared: equal programs are compiled once, whoever asks."""

from __future__ import annotations

import threading
from typing import Any

from grade.ir.program import Program
from grade.run import Executor


class SharedKernels:
    """Prepares as another executor does, and keeps every kernel.

    The shots of a show differ in numbers, which are uniforms, so three hundred of them have one
    program. A program is known by what it computes, whatever its uniforms are called.

    Parameters
    ----------
    executor
        Who compiles.
    """

    def __init__(self, executor: Executor) -> None:
        self.executor = executor
        self.name = executor.name
        self._kernels: dict[str, Any] = {}
        self._lock = threading.Lock()

    @property
    def compiled(self) -> int:
        """How many programs there were."""
        return len(self._kernels)

    def prepare(self, program: Program) -> Any:
        """The kernel of a program."""
        key = program.hash
        with self._lock:
            if key not in self._kernels:
                self._kernels[key] = self.executor.prepare(program)
            return self._kernels[key]
