"""Arrays of any library by DLPack, as executors take them: NumPy's on the host, CuPy's on a device.

PyTorch, JAX and the like are neither imported nor known by name. Memory is shared and never copied,
and the host waits for nothing.
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
    """An array that an executor takes, over the memory of an array of any library.

    Attributes
    ----------
    array
        The array as NumPy's or CuPy's.
    device
        Where its memory lies: ``cpu``, ``cuda:0``.
    given
        The array as it was given.
    """

    array: Any
    device: str
    given: Any

    @property
    def library(self) -> Any:
        """NumPy or CuPy: the functions that both have are called alike."""
        return np if self.device == CPU else _cuda(self.device).cupy

    def working(self) -> AbstractContextManager[Any]:
        """A context in which new arrays are made on the device of this one."""
        return nullcontext() if self.device == CPU else _cuda(self.device).working()

    def overlaps(self, other: Any) -> bool:
        """Whether writing to ``other`` could change this array, by the bounds of their memory."""
        return bool(self.library.may_share_memory(self.array, other))

    def is_same(self, other: Any) -> bool:
        """Whether ``other`` is this array, or the same pixels in the same memory."""
        return self.array is other or _place(self.array) == _place(other)

    def in_kind(self, made: Any) -> Any:
        """An array of the executor, converted to the library of the array that was given.

        ``from_dlpack`` of the array's namespace converts it, or else that of its module or type;
        without one it stays NumPy's or CuPy's. That library waits, on its own stream, for what the
        current stream of CuPy has been given up to now.
        """
        if isinstance(self.given, type(self.array)):
            return made
        convert = _from_dlpack(self.given)
        return made if convert is None else convert(made)

    def settle(self) -> None:
        """Have the library of the given array wait, on its own stream, for what was written."""
        if self.device != CPU:
            self.in_kind(self.array)


def is_array(value: Any) -> bool:
    """Whether a value is an array of NumPy, or of a library with DLPack."""
    if isinstance(value, np.ndarray):
        return True
    kind = type(value)
    return hasattr(kind, "__dlpack__") and hasattr(kind, "__dlpack_device__")


def hold(value: Any, what: str) -> Held:
    """Take an array over the memory where it lies.

    Parameters
    ----------
    value
        An array that :func:`is_array` accepts.
    what
        Its name in messages.

    Raises
    ------
    PictureError
        If it lies on a device that is not CUDA's, or its library does not share it, because it
        needs a gradient, say.
    CudaMissing
        If it lies on a CUDA device and CuPy is missing.
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
    """The name of an array's type: ``bfloat16`` also where NumPy has no such type."""
    return str(getattr(value.dtype, "name", value.dtype)).rpartition(".")[2]


def device_for(asked: str | None, lies: str) -> str:
    """The device that grades an array: the one asked for, else the one where the array lies.

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
    """NumPy's array over host memory; writable if its library allows it."""
    array = np.from_dlpack(value)
    if array.flags.writeable or not hasattr(type(value), "__array__"):
        return array
    # DLPack before 1.0 does not say what may be written, so NumPy makes all of it read-only.
    other = np.asarray(value)
    return other if other.flags.writeable and _place(other) == _place(array) else array


def _place(array: Any) -> tuple[Any, ...]:
    """What is equal for two arrays if they are the same pixels in the same memory."""
    pointer = getattr(array.data, "ptr", None)  # CuPy's; a memoryview of NumPy has none
    first = array.ctypes.data if pointer is None else pointer
    return first, array.shape, array.strides, array.dtype


def _from_dlpack(given: Any) -> Any:
    """The function of a library that makes its array from one of another library."""
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
