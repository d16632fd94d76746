"""Debug output of executors: the levels of ``GRADE_DEBUG`` and the folder of ``GRADE_DUMP``.

Level 1 reports device and cache, 2 adds the time of each run, 3 the IR after each pass that changed
it, 4 the generated text. A dump has a folder per kernel with all that is needed to study it
elsewhere: the IR by pass, the CUDA text, self-contained, and the uniforms of the last run.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from grade.emit.cuda import emit
from grade.emit.inline_includes import inline_includes
from grade.ir.printer import format_program
from grade.ir.program import Program
from grade.passes.pipeline import lower
from grade.run.executor import Executor, Kernel
from grade.run.pictures import Picture


def say(message: str) -> None:
    """Print one message on stderr, where it does not mix with data."""
    print(f"grade: {message}", file=sys.stderr, flush=True)


class DebugExecutor:
    """Reports and dumps what another executor does.

    Parameters
    ----------
    executor
        The executor that does the work.
    level
        The level of reports, 0 to 4.
    dump
        The folder that kernels are written to, or None.
    """

    def __init__(self, executor: Executor, level: int, dump: Path | None) -> None:
        self.executor, self.level, self.dump = executor, level, dump
        self.name, self.overlap = executor.name, executor.overlap

    def prepare(self, program: Program) -> DebugKernel:
        """The kernel of a program; reports how long it took, and the program after each pass."""
        folder = None if self.dump is None else self.dump / program.hash[:12]
        texts = {"traced.ir": format_program(program)}

        def watch(name: str, changed: Program) -> None:
            texts[f"{name}.ir"] = format_program(changed)

        low = lower(program, watch)
        texts["kernel.cu"] = inline_includes(emit(low))
        if self.level >= 3:
            for name, text in texts.items():
                if name.endswith(".ir") or self.level >= 4:
                    say(f"{name}\n{text}")
        if folder is not None:
            folder.mkdir(parents=True, exist_ok=True)
            for number, (name, text) in enumerate(texts.items()):
                (folder / f"{number:02d}_{name}").write_text(text, encoding="utf-8")
        start = time.perf_counter()
        kernel = self.executor.prepare(program)
        if self.level >= 1:
            took = time.perf_counter() - start
            state = "from the cache" if took < 0.001 else f"compiled in {took:.3f} s"
            say(f"{self.name}: kernel {program.hash[:12]}, {len(low.nodes)} nodes, {state}")
        return DebugKernel(kernel, self.level, folder)


class DebugKernel:
    """Times the runs of another kernel and dumps their uniforms."""

    def __init__(self, kernel: Kernel, level: int, folder: Path | None) -> None:
        self.kernel, self.level, self.folder = kernel, level, folder
        self.program = kernel.program

    def __call__(
        self,
        sources: Sequence[Picture],
        targets: Sequence[Picture],
        uniforms: Sequence[float] = (),
        origin: tuple[int, int] = (0, 0),
    ) -> None:
        """Compute the targets; see :class:`grade.run.executor.Kernel`."""
        if self.folder is not None:
            named = zip(self.program.uniforms, uniforms, strict=True)
            values = {uniform.name: value for uniform, value in named}
            path = self.folder / "uniforms.json"
            path.write_text(json.dumps(values, indent=2) + "\n", encoding="utf-8")
        start = time.perf_counter()
        self.kernel(sources, targets, uniforms, origin)
        if self.level >= 2:
            say(f"{1e3 * (time.perf_counter() - start):.3f} ms")
