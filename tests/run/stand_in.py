"""A stand-in for CuPy that is late on purpose, and one for a library that lends it arrays.

Their memory is the host's and the kernels are the twin's. A stream runs nothing before it is waited
for, so a buffer that is read or reused too early gives wrong pixels here too.
"""

import ctypes
import threading
import types

import numpy as np

from grade.run.cuda_emulator import TwinExecutor


class Array:
    """An array on the device that is not there."""

    def __init__(self, cupy, host, device=None):
        self._cupy, self.host = cupy, host
        self.device = cupy.number if device is None else device
        self.shape, self.dtype, self.strides = host.shape, host.dtype, host.strides
        self.size, self.ndim, self.itemsize = host.size, host.ndim, host.itemsize
        self.data = types.SimpleNamespace(ptr=host.ctypes.data)
        self.flags = types.SimpleNamespace(c_contiguous=host.flags.c_contiguous)
        cupy.alive.append(self)  # CuPy's pool hands memory on in the order of the stream

    def set(self, array):
        assert array.flags.c_contiguous and array.shape == self.shape
        self._cupy.later(lambda: np.copyto(self.host, array))

    def get(self, out, blocking):
        assert not blocking and out.flags.c_contiguous and out.dtype == self.dtype
        self._cupy.later(lambda: np.copyto(out, self.host))

    def __getitem__(self, where):
        return Array(self._cupy, self.host[where], self.device)

    def __setitem__(self, where, other):
        assert other.device == self.device == self._cupy.number
        self._cupy.later(lambda: np.copyto(self.host[where], other.host))

    def __len__(self):
        return len(self.host)

    def reshape(self, shape):
        assert self.flags.c_contiguous, "a copy, and not by the stream"
        return Array(self._cupy, self.host.reshape(shape), self.device)

    def copy(self):
        made = self._cupy.empty(self.shape, self.dtype)
        made[...] = self
        return made

    def __array__(self, *args, **kwargs):
        raise TypeError("Implicit conversion to a NumPy array is not allowed.")

    def __dlpack_device__(self):
        return 2, self.device

    def __dlpack__(self, stream=None):
        stream.wait(self._cupy.current)
        return self


class Stream:
    """Work that is done when it is waited for."""

    def __init__(self, cupy, non_blocking=False):
        self.cupy, self.queue, self.waited = cupy, [], 0

    def __enter__(self):
        self.before, self.cupy.current = self.cupy.current, self
        return self

    def __exit__(self, *error):
        self.cupy.current = self.before

    def wait(self, other):
        """What comes here from now on is done after what is on the other until now."""
        if other is not self:
            self.queue.append(lambda work=list(other.queue): other.until(work))

    def until(self, work):
        while self.queue and any(one in self.queue for one in work):
            self.queue.pop(0)()

    def synchronize(self):
        self.waited += 1
        while self.queue:
            self.queue.pop(0)()


class Device:
    """Makes a device current."""

    compute_capability = "90"

    def __init__(self, cupy, number):
        self.cupy, self.number = cupy, number

    def __enter__(self):
        self.cupy.stack.append(self.cupy.number)
        self.cupy.number = self.number

    def __exit__(self, *error):
        self.cupy.number = self.cupy.stack.pop()


class Cupy(types.ModuleType):
    """The part of CuPy that the executor uses; the current stream and device are a thread's."""

    ndarray = Array

    def __init__(self, programs, failure=None, devices=1):
        super().__init__("cupy")
        self.alive, self.pinned, self.failure = [], [], failure
        self.devices, self._here = devices, threading.local()
        self.launches, self.launched = {}, []
        for kernel in TwinExecutor().prepare_many(programs):
            for launch in kernel._launch:
                self.launches[launch.__name__.removeprefix("launch_")] = launch
        error = type("CUDARuntimeError", (RuntimeError,), {})
        self.null = Stream(self)
        runtime = types.SimpleNamespace(
            CUDARuntimeError=error,
            getDeviceCount=lambda: devices,
            getDeviceProperties=lambda number: {"name": b"stand-in"},
        )
        self.cuda = types.SimpleNamespace(
            runtime=runtime,
            memory=types.SimpleNamespace(OutOfMemoryError=type("Full", (MemoryError,), {})),
            driver=types.SimpleNamespace(CUDADriverError=type("Driver", (RuntimeError,), {})),
            Device=self.device,
            Stream=lambda **options: Stream(self, **options),
            get_current_stream=lambda: self.current,
            alloc_pinned_memory=self.allocate_pinned,
        )

    @property
    def current(self):
        return getattr(self._here, "current", self.null)

    @current.setter
    def current(self, stream):
        self._here.current = stream

    @property
    def number(self):
        return getattr(self._here, "number", 0)

    @number.setter
    def number(self, number):
        self._here.number = number

    @property
    def stack(self):
        if not hasattr(self._here, "stack"):
            self._here.stack = []
        return self._here.stack

    def later(self, work):
        self.current.queue.append(work)

    def device(self, number):
        if number >= self.devices:
            raise self.cuda.runtime.CUDARuntimeError("invalid device ordinal")
        return Device(self, number)

    def allocate_pinned(self, size):
        memory = bytearray(size)
        self.pinned.append(memory)
        return memory

    def empty(self, shape, dtype):
        if self.failure:
            raise self.cuda.memory.OutOfMemoryError(self.failure)
        host = np.full(np.prod(shape, dtype=int) * np.dtype(dtype).itemsize, 0xEE, np.uint8)
        return Array(self, host.view(dtype).reshape(shape))

    def empty_like(self, array, order):
        assert order == "C"
        return self.empty(array.shape, array.dtype)

    def asarray(self, array):
        device = self.empty(array.shape, array.dtype)
        device.set(np.ascontiguousarray(array))
        return device

    def ascontiguousarray(self, array):
        return array if array.flags.c_contiguous else array.copy()

    def may_share_memory(self, one, other):
        return np.may_share_memory(one.host, other.host)

    def from_dlpack(self, lent):
        assert lent.__dlpack_device__()[1] == self.number
        return lent.__dlpack__(stream=self.current)

    def RawModule(self, path):
        with open(path, "rb") as file:
            assert file.read(4) == b"\x7fELF"
        return types.SimpleNamespace(get_function=self.function)

    def function(self, name):
        def launch(grid, block, arguments):
            (block_of_arguments,) = arguments
            assert block_of_arguments.size == 1  # what CuPy passes by value
            copy = block_of_arguments.tobytes()
            sizes = (ctypes.c_uint * 2)(*grid), (ctypes.c_uint * 2)(*block)
            self.launched.append(self.number)
            self.later(lambda: self.launches[name](ctypes.c_char_p(copy), *sizes))

        return launch


class Tensor:
    """An array of another library on the device, which works on a stream of its own.

    The library is a module of this name with ``from_dlpack``; see :func:`lender`.
    """

    __module__ = "lender"

    def __init__(self, stream, array, kind="float32"):
        self.stream, self.array, self.dtype = stream, array, f"lender.{kind}"

    def __dlpack_device__(self):
        return self.array.__dlpack_device__()

    def __dlpack__(self, stream=None):
        stream.wait(self.stream)
        return self.array


def lender(cupy):
    """A library that lends its arrays, as a module."""
    module = types.ModuleType("lender")
    module.stream = Stream(cupy)
    module.from_dlpack = lambda array: Tensor(
        module.stream, array.__dlpack__(stream=module.stream), array.dtype.name
    )
    return module
