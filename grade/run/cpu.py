"""The CPU executor: native kernels over bands of rows, on threads of its own.

Each thread takes the next band from a counter until none is left. The result depends neither on
which thread computes a band nor on how many rows it has.
"""

from __future__ import annotations

import itertools
import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from typing import Any

import numpy as np

from grade.emit.kernel_arguments import MOST_IN_FLIGHT, Address
from grade.ir.program import Program
from grade.run.host_kernels import prepare_kernel
from grade.run.host_processor import host_lanes
from grade.run.pictures import Picture, addresses, check_pictures
from grade.run.uniform_block import fill_prologue, uniform_words
from grade.settings import settings

BAND_PIXELS = 1 << 15


class CpuExecutor:
    """Runs programs on the host.

    Parameters
    ----------
    threads
        Threads that compute; the caller's is one of them. None: as many as the process may use.
    lanes
        Vector width: 4, 8 or 16; None: the host's. No result depends on it.

    Attributes
    ----------
    overlap
        One: a frame keeps all threads busy.
    """

    overlap = 1

    def __init__(self, threads: int | None = None, lanes: int | None = None) -> None:
        self.threads = threads or settings().threads
        self.lanes = lanes or host_lanes()
        self.name = f"cpu ({self.lanes} lanes, {self.threads} threads)"
        self._pool: ThreadPoolExecutor | None = None
        self._process = os.getpid()
        self._prepared = lru_cache(maxsize=256)(self._prepare)

    @property
    def pool(self) -> ThreadPoolExecutor:
        """The threads beside the caller's, started on first use, and again after a fork."""
        if self._pool is None or self._process != os.getpid():
            self._pool = ThreadPoolExecutor(self.threads - 1, thread_name_prefix="grade-band")
            self._process = os.getpid()
        return self._pool

    def prepare(self, program: Program) -> CpuKernel:
        """The kernel of a program, traced or lowered."""
        return self._prepared(program)

    def _prepare(self, program: Program) -> CpuKernel:
        return CpuKernel(self, program)


class CpuKernel:
    """A program compiled for the host."""

    def __init__(self, executor: CpuExecutor, program: Program) -> None:
        self.executor, self.program = executor, program
        self.signature, self.native = prepare_kernel(program, executor.lanes)
        self.blocks = [self.signature.block(n) for n in range(len(self.signature.outputs))]
        self.tables = [table.data.ctypes.data for table in self.signature.tables]

    def __call__(
        self,
        sources: Sequence[Picture],
        targets: Sequence[Picture],
        uniforms: Sequence[float] = (),
        origin: tuple[int, int] = (0, 0),
    ) -> None:
        """Compute the targets; see :class:`grade.run.executor.Kernel`."""
        signature = self.signature
        height, width = check_pictures(signature, sources, targets)
        words = uniform_words(signature.uniforms, signature.prologue, uniforms)
        if signature.prologue:
            fill_prologue(signature, self.native, words)
        if height == 0 or width == 0:
            return
        planes: list[_Plane] = []
        for stage, outputs in enumerate(signature.outputs):
            last = stage == len(signature.outputs) - 1
            made = [] if last else [self._plane(height, width) for _ in range(outputs)]
            strips = addresses(signature.sources, sources)
            strips += addresses(signature.targets, targets) if last else [p.address for p in made]
            strips += [p.address for p in planes]
            self._run_stage(stage, strips, words, (height, width), origin)
            for plane in made:
                plane.extend_edges()
            planes += made

    def _plane(self, height: int, width: int) -> _Plane:
        # Vectors read up to one step past the last pixel of a row.
        return _Plane(height, width, self.signature.margins, MOST_IN_FLIGHT * self.executor.lanes)

    def _run_stage(
        self,
        stage: int,
        strips: Sequence[Address],
        words: Any,
        size: tuple[int, int],
        origin: tuple[int, int],
    ) -> None:
        height, width = size
        arguments = self.blocks[stage].pack(
            words.ctypes.data, (width, height, *origin), strips, self.tables
        )
        rows = max(1, BAND_PIXELS // width)
        address, native = arguments.ctypes.data, self.native
        if self.executor.threads == 1 or height <= rows:
            native(address, 0, height, stage)
            return
        starts = itertools.count(0, rows)

        def work() -> None:
            while (first := next(starts)) < height:
                native(address, first, min(first + rows, height), stage)

        others = [self.executor.pool.submit(work) for _ in range(self.executor.threads - 1)]
        work()
        for other in others:
            other.result()


class _Plane:
    """An f32 plane with margins, so that a tap beyond an edge is a plain load."""

    def __init__(self, height: int, width: int, margins: tuple[int, int], spare: int) -> None:
        self.margins, self.height, self.width = margins, height, width
        across, down = margins
        self.data = np.empty((height + 2 * down, width + 2 * across + spare), np.float32)

    @property
    def address(self) -> tuple[int, int]:
        """The address of the first pixel, and the bytes from one row to the next."""
        across, down = self.margins
        return self.data[down:, across:].ctypes.data, self.data.strides[0]

    def extend_edges(self) -> None:
        """Repeat the outermost pixels into the margins."""
        across, down = self.margins
        bottom, right = down + self.height, across + self.width
        rows = self.data[down:bottom]
        rows[:, :across] = rows[:, across : across + 1]
        rows[:, right:] = rows[:, right - 1 : right]
        self.data[:down] = self.data[down]
        self.data[bottom:] = self.data[bottom - 1]
