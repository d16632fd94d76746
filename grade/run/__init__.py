"""Executors, which run programs: on the CPU, on CUDA, or in the float64 reference."""

from __future__ import annotations

from functools import lru_cache
from importlib.util import find_spec

from grade.errors import RequestError
from grade.fork import call_after_fork
from grade.run.executor import Executor, Kernel
from grade.run.pictures import PictureError
from grade.settings import settings

__all__ = ["Executor", "Kernel", "PictureError", "device_count", "executor"]


def executor(device: str = "auto", threads: int | None = None) -> Executor:
    """The executor for a device; one per device and thread count.

    Parameters
    ----------
    device
        ``auto`` (CUDA where it works, else the CPU), ``cpu``, ``cuda``, ``cuda:N``, ``reference``
        (NumPy float64), or ``twin`` (the CUDA text through g++).
    threads
        Threads on the CPU; None: as many as the process may use.

    Raises
    ------
    RequestError
        For an unknown device.
    TemporaryError
        If CUDA is asked for and cannot be used: ``cuda`` never falls back to the CPU.
    """
    found = _executor(device, threads)
    wanted = settings()
    if wanted.debug or wanted.dump:
        from grade.run.debug_output import DebugExecutor

        return DebugExecutor(found, wanted.debug, wanted.dump)
    return found


@lru_cache(maxsize=16)
def _executor(device: str, threads: int | None) -> Executor:
    if device == "auto":
        return _best(threads)
    if device == "cpu":
        from grade.run.cpu import CpuExecutor

        return CpuExecutor(threads)
    if device == "reference":
        from grade.run.reference import ReferenceExecutor

        return ReferenceExecutor()
    if device == "twin":
        from grade.run.cuda_emulator import TwinExecutor

        return TwinExecutor()
    kind, _, number = device.partition(":")
    if kind == "cuda" and (number.isdecimal() or device == "cuda"):
        if device == "cuda" or threads is not None:  # one executor, however it is asked for
            return _executor(f"cuda:{int(number or 0)}", None)
        from grade.run.cuda import CudaExecutor

        return CudaExecutor(int(number))
    raise RequestError(f"device {device!r}: not one of auto, cpu, cuda, cuda:N, reference, twin")


call_after_fork(_executor.cache_clear)  # a child has neither our threads nor our CUDA context


def _best(threads: int | None) -> Executor:
    if find_spec("cupy") is None:  # the usual machine without a device: nothing more to try
        return _executor("cpu", threads)
    from grade.run.nvrtc import CudaMissing

    try:
        return _executor("cuda", None)
    except CudaMissing:
        return _executor("cpu", threads)


def device_count() -> int:
    """How many CUDA devices can be used; 0 without CUDA."""
    from grade.run.cuda import device_count as count

    return count()
