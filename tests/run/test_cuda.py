"""The host side of the CUDA executor, without a GPU: by a stand-in for CuPy."""

import shutil
import sys

import numpy as np
import pytest

from grade.errors import RequestError, TemporaryError
from grade.ir.storage import Layout
from grade.run import executor
from grade.run.nvrtc import CudaMissing

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
from .stand_in import Array, Cupy

pytest.importorskip("cuda.bindings.nvrtc", reason="NVRTC is not installed")


pytestmark = pytest.mark.skipif(not shutil.which("g++"), reason="the twin needs g++")


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
    for unknown in ("cuda:", "cuda:one", "cuda:-1", "cudax"):
        with pytest.raises(RequestError, match=f"device '{unknown}': not one of"):
            executor(unknown)


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
