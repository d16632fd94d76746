"""Arrays of any library as executors take them: NumPy's on the host, CuPy's on a device.

Other libraries are reached by DLPack, so PyTorch, JAX and the like are neither imported nor known.
Memory is shared and never copied, and the host waits for nothing.
"""

from __future__ import annotations

import sys
from contextlib import AbstractContextManager, nullcontext
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from grade.run.pictures import PictureError

if TYPE_CHECKING:
    from grade.run.cuda import CudaExecutor

# DLDeviceType of dlpack.h.
HOST = (1, 3, 11)  # kDLCPU, kDLCUDAHost, kDLROCMHost: the last two are pinned memory of the host
DEVICE = (2, 13)  # kDLCUDA, kDLCUDAManaged
CPU = "cpu"


class Held(NamedTuple):
    """An array that an executor takes.

    Attributes
    ----------
    array
        NumPy's or CuPy's, over the memory of what was given.
    device
        Where that lies: ``cpu``, ``cuda:0``.
    given
        What it was.
    """

    array: Any
    device: str
    given: Any

    @property
    def library(self) -> Any:
        """NumPy or CuPy, which call what both have alike."""
        return np if self.device == CPU else _cuda(self.device).cupy

    def working(self) -> AbstractContextManager[Any]:
        """In this, arrays are made where this one lies."""
        return nullcontext() if self.device == CPU else _cuda(self.device).working()

    def overlaps(self, other: Any) -> bool:
        """Whether writing ``other`` could change this one; told by their bounds."""
        return bool(self.library.may_share_memory(self.array, other))

    def is_same(self, other: Any) -> bool:
        """Whether ``other`` is this one, or the same pixels in the same memory."""
        return self.array is other or _place(self.array) == _place(other)

    def in_kind(self, made: Any) -> Any:
        """An array of the executor as one of the library of what was given.

        By ``from_dlpack`` of the array's namespace, or else of its module or type. Without one it
        stays NumPy's or CuPy's. Work of that library waits, on its own stream, for what the
        current stream of CuPy does until now.
        """
        if isinstance(self.given, type(self.array)):
            return made
        convert = _from_dlpack(self.given)
        return made if convert is None else convert(made)

    def settle(self) -> None:
        """Have the library of what was given wait, on its own stream, for what was written."""
        if self.device != CPU:
            self.in_kind(self.array)


def is_array(value: Any) -> bool:
    """Whether it is an array of NumPy, or of a library that has DLPack."""
    if isinstance(value, np.ndarray):
        return True
    kind = type(value)
    return hasattr(kind, "__dlpack__") and hasattr(kind, "__dlpack_device__")


def hold(value: Any, what: str) -> Held:
    """An array where it lies.

    Parameters
    ----------
    value
        What :func:`is_array` accepts.
    what
        What it is called in messages.

    Raises
    ------
    PictureError
        If it lies on a device of another make, or its library does not hand it out: because it
        needs a gradient, say.
    CudaMissing
        If it lies on a CUDA device and CuPy is not there.
    """
    if isinstance(value, np.ndarray):
        return Held(value, CPU, value)
    kind, number = value.__dlpack_device__()
    label = f"{type(value).__module__}.{type(value).__qualname__}"
    if kind not in (*HOST, *DEVICE):
        raise PictureError(
            f"{what}: {label} lies on a device of DLPack's kind {int(kind)}; arrays lie on the host"
            " or on a CUDA device"
        )
    device = CPU if kind in HOST else f"cuda:{int(number)}"
    try:
        taken = _on_host(value) if device == CPU else _cuda(device).borrow(value)
    except (BufferError, RuntimeError, TypeError, ValueError) as error:
        raise PictureError(f"{what}: {label} gives no array by DLPack: {error}") from error
    return Held(taken, device, value)


def dtype_name(value: Any) -> str:
    """What the type of the numbers is called: ``bfloat16`` also where NumPy has no such type."""
    return str(getattr(value.dtype, "name", value.dtype)).rpartition(".")[2]


def device_for(asked: str | None, lies: str) -> str:
    """The device that grades an array: the one asked for, else where the array lies.

    Raises
    ------
    PictureError
        If an array on a device is to be graded elsewhere: only arrays of the host are moved.
    """
    if asked is None or asked == lies:
        return lies
    if lies == CPU:
        return asked
    if asked in ("auto", "cuda"):
        return lies
    raise PictureError(
        f"device = {asked!r}: the array lies on {lies} and is graded there; leave device= out, or"
        " move the array first, as in cupy.asnumpy(x) or x.cpu()"
    )


def _on_host(value: Any) -> Any:
    """NumPy's array over host memory; it may be written where its library lets it."""
    array = np.from_dlpack(value)
    if array.flags.writeable or not hasattr(type(value), "__array__"):
        return array
    # DLPack before 1.0 does not say what may be written, so NumPy writes none of it.
    other = np.asarray(value)
    return other if other.flags.writeable and _place(other) == _place(array) else array


def _place(array: Any) -> tuple[Any, ...]:
    """What tells whether two arrays are the same pixels in the same memory."""
    pointer = getattr(array.data, "ptr", None)  # CuPy's; a memoryview of NumPy has none
    first = array.ctypes.data if pointer is None else pointer
    return first, array.shape, array.strides, array.dtype


def _from_dlpack(given: Any) -> Any:
    """The function that makes an array of a library from another's."""
    namespace = getattr(type(given), "__array_namespace__", None)
    module = sys.modules.get(type(given).__module__.partition(".")[0])
    for owner in (None if namespace is None else namespace(given), module, type(given)):
        convert = getattr(owner, "from_dlpack", None)
        if callable(convert):
            return convert
    return None


def _cuda(device: str) -> CudaExecutor:
    from grade.run import _executor
    from grade.run.cuda import CudaExecutor

    found = _executor(device, None)
    assert isinstance(found, CudaExecutor), found.name
    return found
