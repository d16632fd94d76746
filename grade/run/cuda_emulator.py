"""An emulator of CUDA, the twin: the text of the kernels, compiled by g++ and run on NumPy arrays.

It is an executor for tests without a GPU: all that the generated text and ``kernels/`` say is
checked here, bit for bit. What NVRTC and ptxas make of the text can be checked only on a GPU.
"""

from __future__ import annotations

import ctypes
import hashlib
import platform
import subprocess
import tempfile
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import numpy as np

from grade import assets
from grade.emit.cuda import arguments_name, emit, kernel_name
from grade.emit.inline_includes import inline_includes
from grade.emit.kernel_arguments import pack_struct
from grade.emit.launch_grid import BLOCK, grids
from grade.errors import TemporaryError
from grade.ir.program import Program
from grade.passes.pipeline import lower
from grade.run.pictures import Picture, addresses, check_pictures
from grade.run.uniform_block import uniform_block
from grade.settings import settings

UNIT = 50  # kernels in one compilation: starting g++ costs as much as twenty of them
FLAGS = (
    "-std=c++17", "-shared", "-fPIC", "-fvisibility=hidden",
    "-O2", "-ffp-contract=off", "-fwrapv", "-fno-strict-aliasing", "-fno-math-errno",
    "-Wno-unknown-pragmas",
    *(("-mfma",) if platform.machine() in ("x86_64", "AMD64") else ()),
)  # fmt: skip


class TwinError(TemporaryError):
    """There is no g++, or it refused the text."""


class TwinExecutor:
    """Compiles the CUDA text with g++ and runs it on the caller's thread."""

    name = "twin (g++)"
    overlap = 1

    def prepare(self, program: Program) -> TwinKernel:
        """The kernel of one program, traced or lowered."""
        return self.prepare_many([program])[0]

    def prepare_many(self, programs: Sequence[Program]) -> list[TwinKernel]:
        """The kernels of many programs, fifty in one compilation."""
        programs = [lower(program) for program in programs]
        distinct = list({program.hash: program for program in programs}.values())
        kernels: dict[str, TwinKernel] = {}
        for start in range(0, len(distinct), UNIT):
            unit = distinct[start : start + UNIT]
            library = ctypes.CDLL(str(_library(unit)))
            kernels |= {program.hash: TwinKernel(program, library) for program in unit}
        return [kernels[program.hash] for program in programs]


class TwinKernel:
    """A program, ready to run."""

    def __init__(self, program: Program, library: ctypes.CDLL) -> None:
        self.program = program
        self._launch = [
            getattr(library, f"launch_{kernel_name(program, stage)}")
            for stage in range(len(program.stages))
        ]

    def __call__(
        self,
        sources: Sequence[Picture],
        targets: Sequence[Picture],
        uniforms: Sequence[float] = (),
        origin: tuple[int, int] = (0, 0),
    ) -> None:
        """Compute the targets; see :class:`grade.run.executor.Kernel`."""
        program = self.program
        height, width = check_pictures(program, sources, targets)
        planes = [
            np.empty((height, width), np.float32)
            for stage in program.stages[:-1]
            for _ in stage.outputs
        ]
        strips = (
            addresses(program.sources, sources),
            addresses(program.targets, targets),
            [(plane.ctypes.data, plane.strides[0]) for plane in planes],
        )
        tables = [table.data.ctypes.data for table in program.tables]
        words = uniform_block(program, uniforms)
        block = (ctypes.c_uint * 2)(*BLOCK)
        for launch in self._launch:
            for first_row, grid in grids(width, height):
                frame = (width, height, first_row, *origin)
                arguments = pack_struct(*strips, tables, frame, words)
                launch(ctypes.c_void_p(arguments.ctypes.data), (ctypes.c_uint * 2)(*grid), block)


def _library(unit: Sequence[Program]) -> Path:
    """The shared library of some programs, from the cache or from g++."""
    launches = "".join(
        f"TWIN_LAUNCH({kernel_name(program, stage)}, {arguments_name(program)})\n"
        for program in unit
        for stage in range(len(program.stages))
    )
    shim = assets.kernel("twin.cuh").read_text(encoding="utf-8")
    text = shim + inline_includes("\n".join(map(emit, unit))) + launches
    key = hashlib.sha256("\n".join((*FLAGS, _version(), text)).encode()).hexdigest()
    path = settings().cache / "twin" / f"{key}.so"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        # Renamed when complete, because another process may look for the same library.
        with tempfile.TemporaryDirectory(dir=path.parent) as directory:
            built = Path(directory) / path.name
            _compile(text, built)
            built.replace(path)
    return path


def _compile(text: str, path: Path) -> None:
    command = ["g++", *FLAGS, "-x", "c++", "-", "-o", str(path)]
    done = subprocess.run(command, input=text, capture_output=True, text=True, check=False)
    if done.returncode:
        raise TwinError(f"g++ refused generated text:\n{done.stderr[:4000]}")


@cache
def _version() -> str:
    try:
        command = ["g++", "--version"]
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout
    except (OSError, subprocess.CalledProcessError) as error:
        raise TwinError(f"the twin needs g++, version 9 or later: {error}") from error
