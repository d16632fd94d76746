"""Runs both engines on one buffer: compares their pictures, then times them in turns."""

from __future__ import annotations

import platform
import statistics
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from grade.cli.bench.rivals import Rival, Setting
from grade.errors import CheckFailed
from grade.ir.storage import Layout, Storage

if TYPE_CHECKING:
    from grade.cli.bench.workloads import Workload
    from grade.graph import Look

Clock = Callable[[], float]
MEMORY_BOUND = 0.8


@dataclass(frozen=True)
class Result:
    """Times of one workload, in ns per pixel, one per round."""

    workload: Workload
    engine: str
    lanes: int | None
    ours: list[float]
    theirs: list[float]
    moving: list[float]
    difference: float
    from_default: float

    @property
    def ratios(self) -> list[float]:
        """Their time over ours in each round, for a slow moment of the machine hits both."""
        return [b / a for a, b in zip(self.ours, self.theirs, strict=True)]

    @property
    def ratio(self) -> float:
        """The median ratio."""
        return statistics.median(self.ratios)

    @property
    def spread(self) -> tuple[float, float]:
        """The middle half of the ratios."""
        ordered = sorted(self.ratios)
        return ordered[len(ordered) // 4], ordered[-1 - len(ordered) // 4]

    @property
    def met(self) -> bool:
        """Whether this run met the budget."""
        return self.ratio >= self.workload.budget

    @property
    def memory(self) -> float:
        """The share of our time that reading and writing the picture takes by itself."""
        return min(1.0, statistics.median(self.moving) / statistics.median(self.ours))

    @property
    def limit(self) -> str:
        """What limits the speed: memory or arithmetic."""
        return "memory" if self.memory >= MEMORY_BOUND else "arithmetic"

    def data(self) -> dict[str, Any]:
        """As plain data."""
        return {
            "workload": self.workload.name,
            "storage": self.workload.storage,
            "engine": self.engine,
            "lanes": self.lanes,
            "ns_per_pixel": _figures(self.ours),
            "peer": self.workload.rival,
            "peer_ns_per_pixel": _figures(self.theirs),
            "moving_ns_per_pixel": _figures(self.moving),
            "ratio": round(self.ratio, 3),
            "ratio_middle_half": [round(r, 3) for r in self.spread],
            "budget": self.workload.budget,
            "met": self.met,
            "memory_share": round(self.memory, 3),
            "limit": self.limit,
            "difference_from_lossless": self.difference,
            "difference_from_default": self.from_default,
        }


def _figures(times: list[float]) -> dict[str, float]:
    return {"median": round(statistics.median(times), 4), "least": round(min(times), 4)}


def circumstances(size: tuple[int, int], threads: int, repeat: int, device: str) -> dict[str, Any]:
    """The machine, libraries and settings of the figures."""
    from importlib import metadata

    from grade import __version__
    from grade.run import executor
    from grade.settings import available_threads

    libraries = ("numpy", "numba", "llvmlite", "opencolorio")
    return {
        "date": datetime.now(UTC).date().isoformat(),
        "grade": __version__,
        "libraries": {name: metadata.version(name) for name in libraries},
        "python": platform.python_version(),
        "machine": _machine(),
        "device": executor(device, threads).name,
        "threads": threads,
        "threads_available": available_threads(),
        "size": list(size),
        "rounds": repeat,
        "clock": clock(threads, device).__name__,
    }


def clock(threads: int, device: str) -> Clock:
    """Processor time where one thread does all the work, so that a busy machine misleads less."""
    fine = time.get_clock_info("thread_time").resolution < 1e-5
    return time.thread_time if threads == 1 and device == "cpu" and fine else time.perf_counter


def _machine() -> str:
    """The name of the processor, as the system gives it."""
    information = Path("/proc/cpuinfo")
    if information.is_file():
        for line in information.read_text().splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()


def widths(device: str, every: bool) -> list[int | None]:
    """Lanes to measure with: the host's, and narrower ones if asked; None on a GPU."""
    from grade.run.host_processor import host_lanes

    if device != "cpu":
        return [None]
    return [n for n in (16, 8, 4) if n == host_lanes() or (every and n < host_lanes())]


def run(
    workload: Workload,
    size: tuple[int, int],
    threads: int,
    repeat: int,
    device: str,
    lanes: int | None,
) -> Result:
    """Compare the pictures of a workload, then time both engines.

    Raises
    ------
    CheckFailed
        If the two do not compute the same picture.
    """
    look = workload.look()
    image = picture(size, workload.storage)
    difference = _compared(workload, look.set(workload.equal_if), image, lossless=True)
    if not difference <= workload.tolerance:
        raise CheckFailed(
            f"{workload.name} in {workload.storage}: differs from {workload.rival} by"
            f" {difference:.3g}, more than {workload.tolerance:g}; a race between different"
            " pictures means nothing"
        )
    from_default = _compared(workload, look.set(workload.equal_if), image, lossless=False)
    ours, buffer = _grade(look, workload.storage, image, threads, device, lanes)
    empty, _ = _grade(_nothing(), workload.storage, image, threads, device, lanes)
    peer = workload.peer(look, Setting(size, workload.storage, lossless=False))
    host = image.copy()
    with ThreadPoolExecutor(threads) as pool:
        theirs = _in_bands(peer, threads, pool)
        racers = [(ours, buffer), (theirs, host), (empty, buffer)]
        times = _in_turns(racers, image, repeat, clock(threads, device))
    pixels = size[0] * size[1]
    mine, others, moving = ([t / pixels * 1e9 for t in column] for column in times)
    return Result(workload, device, lanes, mine, others, moving, difference, from_default)


def _nothing() -> Look:
    """A look without nodes, which only reads and writes."""
    from grade.graph import Look

    look = Look("nothing")
    look.outputs["as_it_was"] = look.source
    return look


def picture(size: tuple[int, int], storage: Storage) -> Any:
    """Smooth log code values with a little noise, as of a camera; within its gamut, and opaque.

    No value is near the black of a display, where a power of 1 / 2.4 makes a difference of any
    rounding.
    """
    import numpy as np

    width, height = size
    x, y = np.arange(width) / 1920, np.arange(height)[:, None] / 1920

    def wave(across: float, down: float) -> Any:
        return np.sin(2 * np.pi * across * x) * np.cos(2 * np.pi * down * y)

    noise = np.random.default_rng(7).standard_normal((height, width, 3), dtype=np.float32)
    result = np.ones((height, width, 4), np.float32)
    light = 0.36 + 0.15 * wave(3.1, 2.7)
    for channel, (across, down) in enumerate([(5.3, 5.7), (4.3, 7.9), (6.7, 4.9)]):
        tint = 0.03 * wave(across, down)
        result[..., channel] = light + tint + 0.003 * noise[..., channel]
    return result.astype({"f32": np.float32, "f16": np.float16}[storage])


def _compared(workload: Workload, look: Look, image: Any, lossless: bool) -> float:
    """The largest difference between the two on a small copy of the picture."""
    import numpy as np

    step = max(1, image.shape[0] // 300)
    part = np.ascontiguousarray(image[::step, ::step])
    theirs = part.copy()
    size = part.shape[1], part.shape[0]
    workload.peer(look, Setting(size, workload.storage, lossless))(theirs)
    ours = look.apply(part, device="cpu", threads=1)
    return float(np.abs(ours.astype(np.float64) - theirs.astype(np.float64)).max())


def _grade(
    look: Look, storage: Storage, image: Any, threads: int, device: str, lanes: int | None
) -> tuple[Rival, Any]:
    """Our kernel as a function that works in place, and a buffer on its device."""
    from grade.graph.tracing.geometry import Geometry
    from grade.run import executor
    from grade.run.cpu import CpuExecutor
    from grade.run.cuda import CudaExecutor

    layout = Layout(image.shape[-1], storage)
    program = look.program(layout, layout)
    engine = CpuExecutor(threads, lanes) if lanes else executor(device, threads)
    kernel = engine.prepare(program)
    geometry = Geometry.of_array((image.shape[1], image.shape[0]), None, None)
    values = look.uniform_values(program, geometry=geometry)
    if not isinstance(engine, CudaExecutor):
        return lambda buffer, top=0: kernel([buffer], [buffer], values), image.copy()
    cupy = engine.cupy

    def on_device(buffer: Any, top: int = 0, /) -> None:
        kernel([buffer], [buffer], values)
        cupy.cuda.get_current_stream().synchronize()

    return on_device, cupy.asarray(image)


def _in_bands(peer: Rival, threads: int, pool: ThreadPoolExecutor) -> Rival:
    """The rival on several threads: each takes a band of rows, for it has no threads of its own."""
    if threads == 1:
        return peer

    def run(buffer: Any, top: int = 0, /) -> None:
        import numpy as np

        bands = np.array_split(buffer, threads)
        starts = [top, *(top + np.cumsum([len(band) for band in bands[:-1]])).tolist()]
        list(pool.map(peer, bands, starts))

    return run


def _in_turns(
    racers: list[tuple[Rival, Any]], image: Any, repeat: int, now: Clock
) -> list[list[float]]:
    """Seconds of each racer in each round; the first round warms up and does not count."""
    times: list[list[float]] = [[] for _ in racers]
    for round in range(repeat + 1):
        for (racer, buffer), column in zip(racers, times, strict=True):
            if isinstance(buffer, type(image)):
                buffer[...] = image
            else:
                buffer.set(image)
            start = now()
            racer(buffer)
            if round:
                column.append(now() - start)
    return times
