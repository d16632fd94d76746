"""LLVM to machine code through Numba: the one place that knows which engine compiles.

A native kernel takes the address of its argument block, a band of rows, and the number of a stage;
stage ``PROLOGUE`` fills the uniform block instead.
"""

from __future__ import annotations

import gc
import platform
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from threading import Lock
from typing import Any

from grade.errors import RequestError
from grade.ir.program import Program
from grade.ir.rounding import exact_rounding

PROLOGUE = -1
KEPT = 256
"""Kernels kept. Numba never frees one (1.2 MB each): this bounds the table, not the memory."""

NativeKernel = Callable[[int, int, int, int], None]
_kernels: OrderedDict[tuple[str, int], NativeKernel] = OrderedDict()
_lock = Lock()
compilations = 0
"""How many kernels this process has compiled; tests count with it."""


class HostError(RequestError):
    """The processor lacks an instruction set that exact kernels need."""


@cache
def host_features() -> frozenset[str]:
    """Names of the instruction sets of this processor, as LLVM calls them."""
    import llvmlite.binding as llvm

    return frozenset(name for name, present in llvm.get_host_cpu_features().items() if present)


@cache
def host_lanes() -> int:
    """Floats in the widest vector of this processor: 16, 8 or 4.

    Raises
    ------
    HostError
        On x86 without FMA and F16C (before 2013): they would be emulated, slowly.
    """
    machine = platform.machine().lower()
    if machine in ("arm64", "aarch64"):
        return 4
    missing = {"fma", "f16c"} - host_features()
    if missing:
        raise HostError(
            f"this {machine} processor has no {' and no '.join(sorted(missing)).upper()};"
            " grade needs x86-64-v3 (2013) or AArch64"
        )
    return 16 if "avx512f" in host_features() else 8


def compile_kernel(program: Program, lanes: int) -> NativeKernel:
    """Machine code of a lowered program; ``lanes`` 0 compiles its prologue alone."""
    key = (program.hash, lanes)
    with _lock:
        if key in _kernels:
            _kernels.move_to_end(key)
            return _kernels[key]
        with _no_collection():
            kernel = _compiled(program, lanes)
        _kernels[key] = kernel
        if len(_kernels) > KEPT:
            _kernels.popitem(last=False)
        return kernel


@contextmanager
def _no_collection() -> Iterator[None]:
    """Numba makes 100,000 objects that stay: to search them for garbage is a fifth of a compile."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


@exact_rounding()  # llvmlite converts constants to float32
def _compiled(program: Program, lanes: int) -> NativeKernel:
    from numba import njit, types
    from numba.extending import intrinsic

    global compilations
    compilations += 1

    @intrinsic
    def run(typing: Any, address: Any, first: Any, end: Any, stage: Any) -> Any:
        signature = types.void(*[types.int64] * 4)

        def emit(context: Any, builder: Any, signature: Any, args: Any) -> Any:
            _emit(builder, program, lanes, *args)
            return context.get_dummy_value()

        return signature, emit

    @njit(types.void(*[types.int64] * 4), nogil=True, boundscheck=False, no_cpython_wrapper=False)
    def kernel(address, first, end, stage):  # type: ignore[no-untyped-def]
        run(address, first, end, stage)

    return kernel  # type: ignore[no-any-return]


def _emit(
    builder: Any, program: Program, lanes: int, address: Any, first: Any, end: Any, stage: Any
) -> None:
    from llvmlite import ir

    from grade.emit.simd_kernel import StageKernel, emit_prologue, exact_floating_point

    def chosen(number: int) -> Any:
        return builder.if_then(
            builder.icmp_signed("==", stage, ir.Constant(ir.IntType(64), number))
        )

    with exact_floating_point(builder, platform.machine().lower()):
        if program.prologue:
            with chosen(PROLOGUE):
                emit_prologue(builder, program, address)
        for number in range(len(program.stages) if lanes else 0):
            with chosen(number):
                StageKernel(builder, program, number, lanes).emit(address, first, end)
