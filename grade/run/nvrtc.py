"""Compilation of CUDA C++ to cubins by NVRTC, with a cache: no driver and no GPU is needed.

Frameworks append ``-ftz=true`` to what they compile, and the last flag wins: denormals would be
lost on every farm, and no test without a GPU would see it. So this module alone compiles.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

from grade.emit.inline_includes import inline_includes
from grade.errors import TemporaryError
from grade.run import kernel_folder as cache_folder

FLAGS = ("--std=c++17", "--fmad=false", "--ftz=false", "--prec-div=true", "--prec-sqrt=true")
REPORT = "--ptxas-options=-v"
Kind = Literal["cubin", "ptx"]


class CudaMissing(TemporaryError):
    """The machine cannot run or compile CUDA kernels; the message says what to install."""


class CompilationError(RuntimeError):
    """NVRTC refused generated text: a bug of grade; the message has the compiler's log."""


@dataclass(frozen=True, slots=True)
class Usage:
    """What ptxas reports about a kernel: registers of a thread, bytes of stack and of spills."""

    registers: int
    stack: int
    spill_stores: int
    spill_loads: int


@dataclass(frozen=True, slots=True)
class Compiled:
    """A compiled unit in the cache; PTX has no registers yet, and so no usage."""

    path: Path
    usage: dict[str, Usage]


def supported_architectures() -> tuple[int, ...]:
    """The compute capabilities that this NVRTC compiles for, ascending: 90 is sm_90."""
    nvrtc = _nvrtc()
    return tuple(sorted(_check(nvrtc, nvrtc.nvrtcGetSupportedArchs())[0]))


def compile_cubin(text: str, architecture: int) -> bytes:
    """The machine code for one architecture, from the cache if it is there."""
    return compile_unit(text, architecture).path.read_bytes()


def compile_ptx(text: str, architecture: int) -> str:
    """The PTX for one architecture and every later one, from the cache if it is there."""
    return compile_unit(text, architecture, "ptx").path.read_text(encoding="ascii")


def compile_for_device(text: str, capability: int) -> Path:
    """The file to load on a device: a cubin, or PTX where the device is newer than this NVRTC.

    Raises
    ------
    CudaMissing
        If there is no NVRTC, or it does not compile for a device as old as this.
    """
    older = [a for a in supported_architectures() if a <= capability]
    if not older:
        major, minor = version()
        raise CudaMissing(
            f"NVRTC {major}.{minor} does not compile for sm_{capability}: a device of that age "
            "needs the packages of an earlier CUDA: pip install 'grade-toolkit[cuda12]'"
        )
    # A cubin runs on later minor versions of its architecture; PTX is translated by the driver.
    kind: Kind = "cubin" if older[-1] // 10 == capability // 10 else "ptx"
    return compile_unit(text, older[-1], kind).path


def compile_unit(text: str, architecture: int, kind: Kind = "cubin") -> Compiled:
    """A unit from the cache, compiled if it is not there.

    Raises
    ------
    CudaMissing
        If there is no NVRTC.
    CompilationError
        If the text is refused.
    """
    whole = inline_includes(text)
    real = {"cubin": ("sm", REPORT), "ptx": ("compute",)}[kind]
    options = (*FLAGS, f"--gpu-architecture={real[0]}_{architecture}", *real[1:])
    key = hashlib.sha256("\n".join((*options, str(version()), whole)).encode()).hexdigest()
    code = cache_folder.path_of("cuda", f"{key}.{kind}")
    log = code.with_suffix(".log")
    if not (code.exists() and log.exists()):
        made, report = _compile(whole, options, kind)
        cache_folder.write(log, report.encode())
        cache_folder.write(code, made)
    return Compiled(code, parse_usage(log.read_text(encoding="utf-8")))


@cache
def version() -> tuple[int, int]:
    """Version of NVRTC."""
    nvrtc = _nvrtc()
    major, minor = _check(nvrtc, nvrtc.nvrtcVersion())
    return major, minor


def parse_usage(log: str) -> dict[str, Usage]:
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


def _compile(text: str, options: tuple[str, ...], kind: Kind) -> tuple[bytes, str]:
    nvrtc = _nvrtc()
    (handle,) = _check(nvrtc, nvrtc.nvrtcCreateProgram(text.encode(), b"grade.cu", 0, [], []))
    try:
        status, *_ = nvrtc.nvrtcCompileProgram(handle, len(options), [o.encode() for o in options])
        log = _read(nvrtc, handle, "ProgramLog").rstrip(b"\0").decode(errors="replace")
        if status != nvrtc.nvrtcResult.NVRTC_SUCCESS:
            raise CompilationError(f"NVRTC {status.name} with {' '.join(options)}\n{log}")
        made = _read(nvrtc, handle, kind.upper())
        return (made.rstrip(b"\0") if kind == "ptx" else made), log
    finally:
        nvrtc.nvrtcDestroyProgram(handle)


def _read(nvrtc: Any, handle: Any, what: str) -> bytes:
    (size,) = _check(nvrtc, getattr(nvrtc, f"nvrtcGet{what}Size")(handle))
    buffer = bytes(size)
    _check(nvrtc, getattr(nvrtc, f"nvrtcGet{what}")(handle, buffer))
    return buffer


def _check(nvrtc: Any, result: tuple[Any, ...]) -> tuple[Any, ...]:
    status, *values = result
    if status != nvrtc.nvrtcResult.NVRTC_SUCCESS:
        raise CompilationError(f"NVRTC: {status.name}")
    return tuple(values)


@cache
def _nvrtc() -> Any:
    try:
        from cuda.bindings import nvrtc

        nvrtc.nvrtcVersion()  # the library itself is loaded at the first call
    except (ImportError, OSError, RuntimeError) as error:
        raise CudaMissing(
            f"CUDA kernels cannot be compiled: NVRTC does not load ({error}). It comes with "
            "grade-toolkit[cuda13] or [cuda12], by the driver: "
            "pip install 'grade-toolkit[cuda13]', or work with --device cpu"
        ) from error
    return nvrtc
