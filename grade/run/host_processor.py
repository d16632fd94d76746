"""The processor of this host, which kernels are compiled for: name, instruction sets, lanes."""

from __future__ import annotations

import platform
from functools import cache

from grade.errors import RequestError


class HostError(RequestError):
    """The processor lacks an instruction set that exact kernels need."""


@cache
def host_name() -> str:
    """LLVM's name of this processor."""
    import llvmlite.binding as llvm

    return str(llvm.get_host_cpu_name())


@cache
def host_triple() -> str:
    """LLVM's triple of this process: architecture, vendor and system."""
    import llvmlite.binding as llvm

    return str(llvm.get_process_triple())


@cache
def host_features() -> frozenset[str]:
    """LLVM's names of the instruction sets of this processor."""
    import llvmlite.binding as llvm

    return frozenset(name for name, present in llvm.get_host_cpu_features().items() if present)


@cache
def host_flags() -> str:
    """Every instruction set that LLVM knows, with ``+`` if this processor has it, else ``-``."""
    import llvmlite.binding as llvm

    return str(llvm.get_host_cpu_features().flatten())


@cache
def host_lanes() -> int:
    """Floats in the widest vector of this processor: 16, 8 or 4.

    Raises
    ------
    HostError
        On x86 without FMA or F16C (before 2013): their emulation would be slow.
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
