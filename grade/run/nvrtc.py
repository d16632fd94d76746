"""Our own compilation of CUDA C++ to cubins, with a cache: no driver and no GPU is needed.

Frameworks append ``-ftz=true`` to what they compile, and the last flag wins: denormals would be
lost on every farm, and no test without a GPU would see it. So nobody but this module compiles.
"""

from __future__ import annotations

import hashlib
import os
import re
import tempfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from grade.emit.inline import inline
from grade.errors import TemporaryError
from grade.settings import settings

FLAGS = ("--std=c++17", "--fmad=false", "--ftz=false", "--prec-div=true", "--prec-sqrt=true")
REPORT = "--ptxas-options=-v"


class CudaMissing(TemporaryError):
    """The machine cannot run or compile CUDA kernels; the message says what to install."""


class CompilationError(RuntimeError):
    """NVRTC refused generated text: a fault of the toolkit, with the compiler's log."""


@dataclass(frozen=True, slots=True)
class Usage:
    """What ptxas reports of one kernel: registers of a thread, bytes of stack and of spills."""

    registers: int
    stack: int
    spill_stores: int
    spill_loads: int


@dataclass(frozen=True, slots=True)
class Cubin:
    """A compiled unit in the cache."""

    path: Path
    usage: dict[str, Usage]


def supported_architectures() -> tuple[int, ...]:
    """Compute capabilities this NVRTC compiles for, ascending: 90 is sm_90."""
    nvrtc = _nvrtc()
    return tuple(sorted(_checked(nvrtc, nvrtc.nvrtcGetSupportedArchs())[0]))


def compile_cubin(text: str, architecture: int) -> bytes:
    """Machine code for one architecture, from the cache if it is there."""
    return cubin(text, architecture).path.read_bytes()


def cubin(text: str, architecture: int) -> Cubin:
    """The cached machine code and what it uses; compiled if it is not there yet.

    Raises
    ------
    CudaMissing
        If there is no NVRTC.
    CompilationError
        If the text is refused.
    """
    whole = inline(text)
    options = (*FLAGS, REPORT, f"--gpu-architecture=sm_{architecture}")
    key = hashlib.sha256("\n".join((*options, str(version()), whole)).encode()).hexdigest()
    code = settings().cache / "cuda" / f"{key}.cubin"
    log = code.with_suffix(".log")
    try:
        return Cubin(code, usage(log.read_text(encoding="utf-8")))
    except FileNotFoundError:
        pass
    compiled, report = _compile(whole, options, "CUBIN")
    _write(code, compiled)
    _write(log, report.encode())  # last: it says that the code beside it is whole
    return Cubin(code, usage(report))


def compile_ptx(text: str, architecture: int) -> str:
    """PTX of a unit, for tests and for a device newer than this NVRTC; not cached."""
    options = (*FLAGS, f"--gpu-architecture=compute_{architecture}")
    return _compile(inline(text), options, "PTX")[0].rstrip(b"\0").decode()


@cache
def version() -> tuple[int, int]:
    """Version of NVRTC."""
    nvrtc = _nvrtc()
    major, minor = _checked(nvrtc, nvrtc.nvrtcVersion())
    return major, minor


def usage(log: str) -> dict[str, Usage]:
    """Read the report of ``ptxas -v``, by kernel."""
    pattern = (
        r"Compiling entry function '(\w+)'.*?"
        r"(\d+) bytes stack frame, (\d+) bytes spill stores, (\d+) bytes spill loads.*?"
        r"Used (\d+) registers"
    )
    return {
        name: Usage(int(registers), int(stack), int(stores), int(loads))
        for name, stack, stores, loads, registers in re.findall(pattern, log, re.DOTALL)
    }


def _compile(text: str, options: tuple[str, ...], kind: str) -> tuple[bytes, str]:
    nvrtc = _nvrtc()
    (handle,) = _checked(nvrtc, nvrtc.nvrtcCreateProgram(text.encode(), b"grade.cu", 0, [], []))
    try:
        status, *_ = nvrtc.nvrtcCompileProgram(handle, len(options), [o.encode() for o in options])
        log = _read(nvrtc, handle, "ProgramLog").rstrip(b"\0").decode(errors="replace")
        if status != nvrtc.nvrtcResult.NVRTC_SUCCESS:
            raise CompilationError(f"NVRTC {status.name} with {' '.join(options)}\n{log}")
        return _read(nvrtc, handle, kind), log
    finally:
        nvrtc.nvrtcDestroyProgram(handle)


def _read(nvrtc: Any, handle: Any, what: str) -> bytes:
    (size,) = _checked(nvrtc, getattr(nvrtc, f"nvrtcGet{what}Size")(handle))
    buffer = bytes(size)
    _checked(nvrtc, getattr(nvrtc, f"nvrtcGet{what}")(handle, buffer))
    return buffer


def _checked(nvrtc: Any, result: tuple[Any, ...]) -> tuple[Any, ...]:
    status, *values = result
    if status != nvrtc.nvrtcResult.NVRTC_SUCCESS:
        raise CompilationError(f"NVRTC: {status.name}")
    return tuple(values)


@cache
def _nvrtc() -> Any:
    try:
        from cuda.bindings import nvrtc

        nvrtc.nvrtcVersion()  # the library itself is looked for at the first call
    except (ImportError, OSError, RuntimeError) as error:
        raise CudaMissing(
            f"CUDA kernels cannot be compiled: NVRTC does not load ({error}). It comes with "
            "grade-toolkit[cuda13] or [cuda12], by the driver: "
            "pip install 'grade-toolkit[cuda13]', or work with --device cpu"
        ) from error
    return nvrtc


def _write(path: Path, content: bytes) -> None:
    """Write so that another process sees the whole file or none."""
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, temporary = tempfile.mkstemp(dir=path.parent, prefix=path.stem[:16])
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
        os.replace(temporary, path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
