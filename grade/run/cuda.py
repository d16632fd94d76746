"""The CUDA executor: our cubins with CuPy's streams, pinned buffers and memory pools.

NumPy pictures are uploaded, graded and downloaded on a stream of the calling thread, so threads
overlap; CuPy pictures are used where they lie, on the caller's stream, and nothing waits.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from typing import Any

import numpy as np

from grade.emit.cuda import emit, kernel_name
from grade.emit.kernel_arguments import pack_struct
from grade.emit.launch_grid import BLOCK, grids
from grade.errors import TemporaryError
from grade.ir.program import Program
from grade.ir.storage import Layout
from grade.ir.table import Table
from grade.passes.pipeline import lower
from grade.run.nvrtc import CudaMissing, compile_for_device
from grade.run.pictures import Picture, addresses, check_pictures, planes_of
from grade.run.uniform_block import uniform_block

INSTALL = (
    "It needs an NVIDIA driver and CuPy for its CUDA version: "
    "pip install 'grade-toolkit[cuda13]' (driver 580 or later) or 'grade-toolkit[cuda12]'. "
    "Without them work with --device cpu: the bits are the same"
)


class DeviceFailed(TemporaryError):
    """The device was lost or its memory is full: another try, or another device, may succeed."""


class CudaExecutor:
    """Runs programs on one device.

    Parameters
    ----------
    device
        The number of the device, as CUDA counts.

    Raises
    ------
    CudaMissing
        If CuPy, the driver or the device is missing.

    Attributes
    ----------
    overlap
        Three threads: one frame is uploaded, one is graded, one is downloaded.
    """

    overlap = 3

    def __init__(self, device: int = 0) -> None:
        self.cupy = cupy = _cupy()
        try:
            self.device = cupy.cuda.Device(device)
            self.capability = int(self.device.compute_capability)
            label = cupy.cuda.runtime.getDeviceProperties(device)["name"].decode()
        except cupy.cuda.runtime.CUDARuntimeError as error:
            raise CudaMissing(f"CUDA device {device} cannot be used: {error}. {INSTALL}") from error
        self.name = f"cuda:{device} ({label}, sm_{self.capability})"
        self._tables: dict[str, Any] = {}
        self._local = threading.local()
        self._prepared = lru_cache(maxsize=256)(self._prepare)

    def prepare(self, program: Program) -> CudaKernel:
        """The kernel of a program, traced or lowered."""
        return self._prepared(program)

    def _prepare(self, program: Program) -> CudaKernel:
        with self.working():
            return CudaKernel(self, lower(program))

    @contextmanager
    def working(self) -> Iterator[None]:
        """Make the device current; its failures become `DeviceFailed`."""
        cuda = self.cupy.cuda
        try:
            with self.device:
                yield
        except (
            cuda.memory.OutOfMemoryError,
            cuda.runtime.CUDARuntimeError,
            cuda.driver.CUDADriverError,
        ) as error:
            raise DeviceFailed(f"{self.name}: {error}") from error

    def borrow(self, array: Any) -> Any:
        """An array of any library as CuPy's, over the same memory.

        CuPy's current stream waits for what another library's stream writes into it; the host does
        not wait.
        """
        if isinstance(array, self.cupy.ndarray):
            return array
        with self.working():
            return self.cupy.from_dlpack(array)

    def stream(self) -> Any:
        """The stream of this thread, which does not wait for the default stream."""
        if not hasattr(self._local, "stream"):
            self._local.stream = self.cupy.cuda.Stream(non_blocking=True)
        return self._local.stream

    def table(self, table: Table) -> Any:
        """A table on the device, uploaded once and kept."""
        if table.digest not in self._tables:
            array = self.cupy.asarray(table.data)
            self.cupy.cuda.get_current_stream().synchronize()  # other streams will read it
            self._tables[table.digest] = array
        return self._tables[table.digest]


class CudaKernel:
    """A program compiled for a device."""

    def __init__(self, executor: CudaExecutor, program: Program) -> None:
        self.executor, self.program = executor, program
        path = compile_for_device(emit(program), executor.capability)
        module = executor.cupy.RawModule(path=str(path))
        self._functions = [
            module.get_function(kernel_name(program, stage)) for stage in range(len(program.stages))
        ]
        self._tables = [executor.table(table) for table in program.tables]

    def __call__(
        self,
        sources: Sequence[Picture],
        targets: Sequence[Picture],
        uniforms: Sequence[float] = (),
        origin: tuple[int, int] = (0, 0),
    ) -> None:
        """Compute the targets; see :class:`grade.run.executor.Kernel`."""
        program, cupy = self.program, self.executor.cupy
        size = check_pictures(program, sources, targets)
        words = uniform_block(program, uniforms)
        if 0 in size:
            return
        arrays = _arrays(program.sources, sources) + _arrays(program.targets, targets)
        on_host = [isinstance(array, np.ndarray) for array in arrays]
        with self.executor.working():
            # An array on the device was filled on the caller's stream.
            own = all(on_host)
            stream = self.executor.stream() if own else cupy.cuda.get_current_stream()
            with stream:
                staging = _Staging(cupy)
                inputs = _map_arrays(program.sources, sources, staging.upload)
                outputs = _map_arrays(program.targets, targets, staging.target)
                self._run(inputs, outputs, size, origin, words)
                if any(on_host):
                    staging.download(stream)

    def _run(
        self,
        sources: Sequence[Picture],
        targets: Sequence[Picture],
        size: tuple[int, int],
        origin: tuple[int, int],
        words: Any,
    ) -> None:
        program, (height, width) = self.program, size
        count = sum(len(stage.outputs) for stage in program.stages[:-1])
        # Each row of a plane begins at a cache line.
        planes = [
            self.executor.cupy.empty((height, -(-width // 32) * 32), np.float32)
            for _ in range(count)
        ]
        strips = (
            addresses(program.sources, sources),
            addresses(program.targets, targets),
            [(plane.data.ptr, plane.strides[0]) for plane in planes],
        )
        tables = [table.data.ptr for table in self._tables]
        for function in self._functions:
            for first_row, grid in grids(width, height):
                frame = (width, height, first_row, *origin)
                function(grid, BLOCK, (pack_struct(*strips, tables, frame, words),))


class _Staging:
    """Copies between pageable memory and the device, through pinned buffers.

    The buffers live until the stream has been waited for, because CuPy's pool hands a freed buffer
    to the next caller at once.
    """

    def __init__(self, cupy: Any) -> None:
        self.cupy = cupy
        self._pinned: list[Any] = []
        self._downloads: list[tuple[Any, Any]] = []

    def upload(self, array: Any) -> Any:
        """A copy of an array of the host on the device; an array of the device as it is."""
        if not isinstance(array, np.ndarray):
            return array
        pinned = self._buffer(array)
        np.copyto(pinned, array)
        device = self.cupy.empty(array.shape, array.dtype)
        device.set(pinned)
        return device

    def target(self, array: Any) -> Any:
        """An array on the device, whose content ``download`` copies to ``array``."""
        if not isinstance(array, np.ndarray):
            return array
        device = self.cupy.empty(array.shape, array.dtype)
        self._downloads.append((array, device))
        return device

    def download(self, stream: Any) -> None:
        """Copy the targets to the host, and wait for everything on the stream."""
        waiting = []
        for array, device in self._downloads:
            pinned = self._buffer(array)
            device.get(out=pinned, blocking=False)
            waiting.append((array, pinned))
        stream.synchronize()
        for array, pinned in waiting:
            np.copyto(array, pinned)

    def _buffer(self, array: Any) -> Any:
        memory = self.cupy.cuda.alloc_pinned_memory(array.nbytes)
        self._pinned.append(np.ndarray(array.shape, array.dtype, memory))
        return self._pinned[-1]


def _arrays(layouts: Sequence[Layout], pictures: Sequence[Picture]) -> list[Any]:
    pairs = zip(layouts, pictures, strict=True)
    return [array for layout, picture in pairs for array in planes_of(layout, picture)]


def _map_arrays(
    layouts: Sequence[Layout], pictures: Sequence[Picture], move: Callable[[Any], Any]
) -> list[Picture]:
    """The pictures with ``move`` applied to each array."""
    return [
        [move(plane) for plane in picture] if layout.planar else move(picture)
        for layout, picture in zip(layouts, pictures, strict=True)
    ]


def device_count() -> int:
    """How many CUDA devices can be used; 0 without CUDA."""
    try:
        return int(_cupy().cuda.runtime.getDeviceCount())
    except CudaMissing:
        return 0


def _cupy() -> Any:
    try:
        import cupy

        count = cupy.cuda.runtime.getDeviceCount()
    except ImportError as error:
        raise CudaMissing(f"CuPy does not load ({error}). {INSTALL}") from error
    except Exception as error:  # a missing or old driver raises errors of several types
        raise CudaMissing(f"CUDA cannot be used ({error}). {INSTALL}") from error
    if not count:
        raise CudaMissing(f"there is no CUDA device. {INSTALL}")
    return cupy
