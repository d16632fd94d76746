"""Machine code from LLVM text, and functions from machine code: the one place that drives LLVM.

The emitted text is nearly optimal: vectors, no calls, each value computed once. So one peephole
pass comes before code generation; the whole pipeline of ``-O3`` doubles the time and gains nothing
(``benchmarks/bench_compile.py``).
"""

from __future__ import annotations

import ctypes
from functools import cache
from typing import Any

from grade.emit.kernel_arguments import FUNCTION_NAME
from grade.run.host_processor import host_flags, host_name

_OPTIMIZATION = 3  # of code generation alone
_signature = ctypes.CFUNCTYPE(None, *[ctypes.c_int64] * 4)  # its calls release the GIL


class MachineCode:
    """The object code of a kernel, ready to be called; freed with its last reference.

    Parameters
    ----------
    code
        An object file of this processor, with one function.

    Raises
    ------
    ValueError
        If there is no such function.
    """

    def __init__(self, code: bytes) -> None:
        llvm = _llvm()
        self.code = code
        # The engine needs a module, and owns its target machine; only the object file matters.
        self._engine = llvm.create_mcjit_compiler(llvm.parse_assembly(""), _machine())
        self._engine.add_object_file(llvm.ObjectFileRef.from_data(code))
        self._engine.finalize_object()
        address = self._engine.get_function_address(FUNCTION_NAME)
        if not address:
            raise ValueError(f"there is no function {FUNCTION_NAME!r} in the object code")
        self._call = _signature(address)

    def __call__(self, arguments: int, first: int, end: int, stage: int) -> None:
        """Run rows ``first..end`` of a stage with the argument block at an address."""
        self._call(arguments, first, end, stage)


def assemble(text: str) -> bytes:
    """The object file of a module for this processor."""
    machine = _machine()
    code: bytes = machine.emit_object(_optimize(text, machine))
    return code


def versions() -> str:
    """The versions of LLVM that the code of a kernel depends on."""
    import llvmlite

    return f"llvmlite {llvmlite.__version__} LLVM {_llvm().llvm_version_info}"


def _optimize(text: str, machine: Any) -> Any:
    llvm = _llvm()
    module = llvm.parse_assembly(text)
    module.data_layout = str(machine.target_data)
    module.verify()
    if machine.triple.startswith("x86_64"):  # elsewhere it would undo `Vectors.selects_bits`
        passes = llvm.create_new_module_pass_manager()
        passes.add_instruction_combine_pass()
        builder = llvm.create_pass_builder(machine, llvm.create_pipeline_tuning_options())
        passes.run(module, builder)
    return module


@cache
def _llvm() -> Any:
    import llvmlite.binding as llvm

    llvm.initialize_native_target()
    llvm.initialize_native_asmprinter()
    return llvm


def _machine() -> Any:
    target = _llvm().Target.from_default_triple()
    return target.create_target_machine(
        cpu=host_name(),
        features=host_flags(),
        opt=_OPTIMIZATION,
        reloc="pic",
        codemodel="default",
    )
