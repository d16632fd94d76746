"""The host side of the CUDA executor, without a GPU: a stand-in for CuPy that is late on purpose.

Its memory is the host's and its kernels are the twin's. A stream runs nothing before it is waited
for, so a buffer that is read or reused too early gives wrong pixels here too.
"""

import ctypes
import shutil
import sys
import types
from contextlib import nullcontext

import numpy as np
import pytest

from grade.errors import TemporaryError
from grade.ir.storage import Layout
from grade.run import executor
from grade.run.nvrtc import CudaMissing
from grade.run.twin import TwinExecutor

from .programs import (
    blank,
    check,
    expected,
    picture,
    stencil_program,
    table_program,
    turned_program,
    uniform_program,
    written,
)

pytest.importorskip("cuda.bindings.nvrtc", reason="NVRTC is not installed")


pytestmark = pytest.mark.skipif(not shutil.which("g++"), reason="the twin needs g++")


class Array:
    """An array on the device that is not there."""

    def __init__(self, cupy, host):
        self._cupy, self.host, self.shape, self.dtype = cupy, host, host.shape, host.dtype
        self.size = host.size
        self.strides, self.data = host.strides, types.SimpleNamespace(ptr=host.ctypes.data)
        cupy.alive.append(self)  # CuPy's pool hands memory on in the order of the stream

    def set(self, array):
        assert array.flags.c_contiguous and array.shape == self.shape
        self._cupy.later(lambda: np.copyto(self.host, array))

    def get(self, out, blocking):
        assert not blocking and out.flags.c_contiguous and out.dtype == self.dtype
        self._cupy.later(lambda: np.copyto(out, self.host))


class Stream:
    def __init__(self, cupy, non_blocking=False):
        self.cupy, self.queue = cupy, []

    def __enter__(self):
        self.before, self.cupy.current = self.cupy.current, self
        return self

    def __exit__(self, *error):
        self.cupy.current = self.before

    def synchronize(self):
        while self.queue:
            self.queue.pop(0)()


class Cupy(types.ModuleType):
    """The part of CuPy that the executor uses."""

    def __init__(self, programs, failure=None):
        super().__init__("cupy")
        self.alive, self.pinned, self.failure = [], [], failure
        self.launches = {}
        for kernel in TwinExecutor().prepare_many(programs):
            for launch in kernel._launch:
                self.launches[launch.__name__.removeprefix("launch_")] = launch
        error = type("CUDARuntimeError", (RuntimeError,), {})
        self.null = self.current = Stream(self)
        runtime = types.SimpleNamespace(
            CUDARuntimeError=error,
            getDeviceCount=lambda: 1,
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

    def later(self, work):
        self.current.queue.append(work)

    def device(self, number):
        if number:
            raise self.cuda.runtime.CUDARuntimeError("invalid device ordinal")

        device = nullcontext()
        device.compute_capability = "90"
        return device

    def allocate_pinned(self, size):
        memory = bytearray(size)
        self.pinned.append(memory)
        return memory

    def empty(self, shape, dtype):
        if self.failure:
            raise self.cuda.memory.OutOfMemoryError(self.failure)
        host = np.full(np.prod(shape, dtype=int) * np.dtype(dtype).itemsize, 0xEE, np.uint8)
        return Array(self, host.view(dtype).reshape(shape))

    def asarray(self, array):
        device = self.empty(array.shape, array.dtype)
        device.set(np.ascontiguousarray(array))
        return device

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
            self.later(lambda: self.launches[name](ctypes.c_char_p(copy), *sizes))

        return launch


TURNED = turned_program(Layout(4, "f16"), Layout(3, "u16", planar=True))
PROGRAMS = [TURNED, stencil_program(), table_program(), uniform_program()]


@pytest.fixture
def cupy(monkeypatch):
    module = Cupy(PROGRAMS)
    monkeypatch.setitem(sys.modules, "cupy", module)
    return module


@pytest.fixture
def device(cupy):
    from grade.run.cuda import CudaExecutor

    return CudaExecutor()


@pytest.mark.parametrize("index", range(len(PROGRAMS)))
def test_numpy_pictures_go_there_and_back(index, device):
    program, values = PROGRAMS[index], [[0.5], [3], [], [0.7, 5, 1]][index]
    kernel = device.prepare(program)
    for height, width, pad in ((9, 35, 0), (9, 35, 2), (1, 1, 0), (0, 4, 0)):
        source = picture(program.sources[0], height, width, seed=width, pad=pad)
        check(kernel, program, [source], values, pad)


def test_a_picture_may_be_graded_in_place(device):
    same = Layout(4, "f16")
    program = turned_program(same, same)
    device.cupy.launches |= Cupy([program]).launches
    source = picture(same, 9, 40)
    want = expected(program, [source], [0.5])
    device.prepare(program)([source], [source], [0.5])
    assert all(map(np.array_equal, want, written(program, [source])))


def test_pictures_of_the_caller_stay_and_nothing_waits(device):
    source, target = picture(TURNED.sources[0], 5, 33), blank(TURNED.targets[0], 5, 33)
    there = Array(device.cupy, source.copy())
    out = [Array(device.cupy, plane.copy()) for plane in target]
    device.prepare(TURNED)([there], [out], [0.5])
    assert device.cupy.null.queue, "the kernel waits on the stream of the caller"
    device.cupy.null.synchronize()
    want = expected(TURNED, [source], [0.5])
    got = written(TURNED, [[array.host for array in out]])
    assert all(map(np.array_equal, want, got)) and not device.cupy.pinned


def test_a_host_target_of_a_device_source_is_waited_for(device):
    source, target = picture(TURNED.sources[0], 5, 33), blank(TURNED.targets[0], 5, 33)
    device.prepare(TURNED)([Array(device.cupy, source.copy())], [target], [0.5])
    want = expected(TURNED, [source], [0.5])
    assert all(map(np.array_equal, want, written(TURNED, [target])))


def test_tables_are_uploaded_once(device):
    kernel = device.prepare(PROGRAMS[2])
    before = len(device.cupy.alive)
    again = device._prepare(PROGRAMS[2])
    assert len(device.cupy.alive) == before and again._tables == kernel._tables
    assert device.prepare(PROGRAMS[2]) is kernel


def test_a_full_device_is_a_failure_that_may_pass(device):
    kernel = device.prepare(TURNED)
    device.cupy.failure = "out of memory allocating 16 bytes"
    source, target = picture(TURNED.sources[0], 5, 33), blank(TURNED.targets[0], 5, 33)
    with pytest.raises(
        TemporaryError, match=r"cuda:0 \(stand-in, sm_90\): out of memory"
    ) as caught:
        kernel([source], [target], [0.5])
    assert caught.value.exit_code == 75


def test_a_device_that_is_not_there(cupy):
    with pytest.raises(CudaMissing, match="CUDA device 1 cannot be used"):
        executor("cuda:1")


@pytest.mark.parametrize("missing", ["cupy", "driver", "device"])
def test_what_is_missing_is_named_with_what_to_install(missing, cupy, monkeypatch):
    from grade.run.cuda import CudaExecutor

    def insufficient():
        raise cupy.cuda.runtime.CUDARuntimeError("driver version is insufficient")

    if missing == "cupy":
        monkeypatch.setitem(sys.modules, "cupy", None)
    elif missing == "driver":
        cupy.cuda.runtime.getDeviceCount = insufficient
    else:
        cupy.cuda.runtime.getDeviceCount = lambda: 0
    with pytest.raises(CudaMissing, match=r"pip install 'grade-toolkit\[cuda13\]'") as caught:
        CudaExecutor()
    assert caught.value.exit_code == 75 and "--device cpu" in str(caught.value)
