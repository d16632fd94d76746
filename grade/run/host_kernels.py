"""Host kernels: a program becomes a function, from memory, from disk, or compiled.

A native kernel takes the address of its argument block, a band of rows, and the number of a stage;
stage ``PROLOGUE`` fills the uniform block instead.
"""

from __future__ import annotations

import gc
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import RLock
from typing import Any, NamedTuple

from grade.emit.kernel_arguments import FUNCTION_NAME, Signature
from grade.fork import wait_at_fork
from grade.ir.floating_point_mode import exact_rounding
from grade.ir.program import Program
from grade.run import kernel_file
from grade.run.host_processor import host_triple
from grade.run.machine_code import MachineCode, assemble

PROLOGUE = -1
KEPT = 256
"""The most kernels that stay in memory."""

NativeKernel = Callable[[int, int, int, int], None]


class Prepared(NamedTuple):
    """A kernel, and what its caller must know of it."""

    signature: Signature
    native: MachineCode


_kernels: OrderedDict[tuple[str, int], Prepared] = OrderedDict()
_lock = wait_at_fork(RLock())  # LLVM has locks of its own
compilations = 0
"""The number of kernels that this process has compiled, for tests."""


def prepare_kernel(program: Program, lanes: int) -> Prepared:
    """The kernel of a program, traced or lowered; with ``lanes`` 0 only its prologue.

    A program whose kernel some process has made before is neither lowered nor compiled.
    """
    key = (program.hash, lanes)
    with _lock:
        found = _kernels.get(key) or _from_disk(program, lanes)
        if found is None:
            from grade.passes.pipeline import lower

            lowered = lower(program)
            with _no_collection():
                found = Prepared(Signature.of(lowered), _compile(lowered, lanes))
            kernel_file.save(program, lanes, found.signature, found.native.code)
        _kernels[key] = found
        _kernels.move_to_end(key)
        if len(_kernels) > KEPT:
            _kernels.popitem(last=False)
        return found


@exact_rounding()  # llvmlite converts constants to float32
def llvm_text(program: Program, lanes: int, triple: str = "") -> str:
    """The LLVM module of a lowered program, for this system or for the one of a triple."""
    from llvmlite import ir

    word = ir.IntType(64)
    module = ir.Module(FUNCTION_NAME)
    module.triple = triple or host_triple()
    function = ir.Function(module, ir.FunctionType(ir.VoidType(), [word] * 4), FUNCTION_NAME)
    builder = ir.IRBuilder(function.append_basic_block())
    _emit(builder, program, lanes, *function.args)
    builder.ret_void()
    return str(module)


def _from_disk(program: Program, lanes: int) -> Prepared | None:
    found = kernel_file.load(program, lanes)
    return None if found is None else Prepared(found[0], MachineCode(found[1]))


def _compile(program: Program, lanes: int) -> MachineCode:
    global compilations
    compilations += 1
    return MachineCode(assemble(llvm_text(program, lanes)))


@contextmanager
def _no_collection() -> Iterator[None]:
    """No garbage collection: a kernel is 50,000 objects that live until it is text."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def _emit(
    builder: Any, program: Program, lanes: int, address: Any, first: Any, end: Any, stage: Any
) -> None:
    from llvmlite import ir

    from grade.emit.simd_kernel import StageKernel, exact_floating_point
    from grade.emit.simd_prologue import emit_prologue

    def stage_is(number: int) -> Any:
        return builder.if_then(
            builder.icmp_signed("==", stage, ir.Constant(ir.IntType(64), number))
        )

    with exact_floating_point(builder):
        if program.prologue:
            with stage_is(PROLOGUE):
                emit_prologue(builder, program, address)
        for number in range(len(program.stages) if lanes else 0):
            with stage_is(number):
                StageKernel(builder, program, number, lanes).emit(address, first, end)
