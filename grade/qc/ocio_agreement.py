"""Agreement of our kernels with OpenColorIO's own processors, pixel by pixel."""

from __future__ import annotations

import multiprocessing
from collections.abc import Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from typing import Any

import numpy as np

from grade.color.config.inventory import Request
from grade.color.transforms.ocio_processor import optimize_losslessly
from grade.color.transforms.transform import Transform
from grade.settings import settings

WORTH_A_FORK = 32  # kernels; fewer are compiled before other processes have started


@dataclass(frozen=True)
class Agreement:
    """The difference between our result and OpenColorIO's.

    Attributes
    ----------
    worst, usual
        The largest difference, and the one that 99.99 % of all values do not exceed. A difference
        is the smaller of the absolute one and that relative to the largest channel of the pixel
        plus 1e-4.
    pixel, ours, theirs
        Input and both results where the difference is largest.
    classes
        The number of values that are NaN or infinite in one result alone, for finite pixels.
    odd
        The same for pixels with a NaN or an infinity. (OpenColorIO carries alpha, which such a
        pixel can spoil, and the color with it; ours has no alpha.)
    """

    worst: float
    usual: float
    pixel: tuple[float, ...]
    ours: tuple[float, ...]
    theirs: tuple[float, ...]
    classes: int
    odd: int


def make_samples(coded: bool = False) -> Any:
    """Make test pixels (n, 3): greys -0.5..1.5 and 1e-6..200, random colors, NaN, infinities, -0.

    ``coded`` leaves out pixels above 1.2, which as code values would only overflow.
    """
    random = np.random.default_rng(20240229)
    greys = np.concatenate([np.linspace(-0.5, 1.5, 1001), np.geomspace(1e-6, 200.0, 1001)])
    odd = np.array([np.nan, np.inf, -np.inf, -0.0, 0.0, 65504.0])
    corners = np.full((18, 3), (0.2, 0.3, 0.4))
    for channel in range(3):
        corners[6 * channel : 6 * channel + 6, channel] = odd
    pixels = np.concatenate(
        [
            np.repeat(greys[:, None], 3, axis=1),
            random.uniform(-0.5, 1.5, (3000, 3)),
            np.exp(random.uniform(np.log(1e-6), np.log(200.0), (1000, 3))),
            corners,
        ]
    ).astype(np.float32)
    return pixels[~(np.abs(pixels) > 1.2).any(axis=-1)] if coded else pixels


def compile_kernel(transform: Transform) -> Any:
    """Compile a transform for the CPU: a function of float32 pixels (n, 3)."""
    from grade.ir.expression import channels, make, rgb
    from grade.ir.program import Program, Stage, verify
    from grade.ir.storage import Layout
    from grade.ir.types import F32
    from grade.run import executor

    layout = Layout(3)
    color = rgb(*(make("load", (), (F32, 0, c)) for c in range(3)))
    stage = Stage(tuple(channels(rgb(*channels(transform(color))))))
    ready = executor("cpu").prepare(verify(Program((layout,), (layout,), (), (stage,))))

    def run(pixels: Any) -> Any:
        result = np.empty_like(pixels)
        ready([pixels[None]], [result[None]], [])
        return result

    return run


def run_opencolorio(processor: Any, pixels: Any) -> Any:
    """Run OpenColorIO on the pixels: losslessly optimized, in float32."""
    import PyOpenColorIO as ocio

    single = (ocio.BIT_DEPTH_F32, ocio.BIT_DEPTH_F32, ocio.OPTIMIZATION_LOSSLESS)
    result = np.ascontiguousarray(pixels, dtype=np.float32).copy()
    optimize_losslessly(processor).getOptimizedCPUProcessor(*single).applyRGB(result)
    return result


def compare(pixels: Any, ours: Any, theirs: Any) -> Agreement:
    """Compare our result with theirs."""
    plain = np.isfinite(pixels).all(axis=-1)
    a, b = ours.astype(np.float64), theirs.astype(np.float64)
    differ = (np.isnan(a) != np.isnan(b)) | (np.isinf(a) != np.isinf(b))
    with np.errstate(all="ignore"):
        size = np.where(np.isfinite(b), np.abs(b), 0.0).max(axis=-1, keepdims=True)
        apart = np.minimum(np.abs(a - b), np.abs(a - b) / (size + 1e-4))
    apart = np.where(np.isfinite(a) & np.isfinite(b) & plain[:, None], apart, 0.0)
    row = int(np.argmax(apart.max(axis=-1)))
    return Agreement(
        worst=float(apart.max()),
        usual=float(np.quantile(apart, 0.9999)),
        pixel=tuple(map(float, pixels[row])),
        ours=tuple(map(float, ours[row])),
        theirs=tuple(map(float, theirs[row])),
        classes=int(np.count_nonzero(differ[plain])),
        odd=int(np.count_nonzero(differ[~plain])),
    )


def measure_agreements(requests: Mapping[int, Request]) -> Iterator[tuple[int, Agreement]]:
    """Measure the agreement of each request, in the order in which they become ready.

    Most of the time is compilation, which keeps one CPU busy. So many requests are divided among
    processes, where the system can fork. Equal processors go to one process, which compiles once.
    """
    alike: dict[str, list[int]] = {}
    for number, request in requests.items():
        alike.setdefault(optimize_losslessly(request.processor()).getCacheID(), []).append(number)
    groups = list(alike.values())
    workers = min(settings().threads, len(groups) // (WORTH_A_FORK // 2))
    if workers < 2 or "fork" not in multiprocessing.get_all_start_methods():
        for group in groups:
            yield from _measure_group(group, requests)
        return
    _shared.update(requests)
    try:
        with ProcessPoolExecutor(workers, multiprocessing.get_context("fork")) as pool:
            for done in as_completed([pool.submit(_measure_in_fork, group) for group in groups]):
                yield from done.result()
    finally:
        _shared.clear()


# Requests cannot be sent to another process, but a forked one inherits them.
_shared: dict[int, Request] = {}


def _measure_in_fork(group: list[int]) -> list[tuple[int, Agreement]]:
    return list(_measure_group(group, _shared))


def _measure_group(
    group: list[int], requests: Mapping[int, Request]
) -> Iterator[tuple[int, Agreement]]:
    for number in group:
        request = requests[number]
        processor = request.processor()
        pixels = make_samples(request.coded)
        ours = compile_kernel(request.transform(processor))(pixels)
        yield number, compare(pixels, ours, run_opencolorio(processor, pixels))
