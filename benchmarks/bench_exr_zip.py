"""Writing ZIP frames, ISA-L against OpenEXR: `python -m benchmarks exr_zip`.

One 4096x2160 RGB half frame with grain is written in turns by both, into memory, so that no disk
counts; processor time of all threads, median and middle half. Then the files are read by OpenEXR,
which must find the same pixels in both. ``--json FILE`` writes the figures down.
"""

from __future__ import annotations

import argparse
import io
import json
import platform
import statistics
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import IO, Any

import numpy as np
import OpenEXR

from grade.io.formats.exr import zip_writer
from grade.io.formats.exr.scanline_writer import ScanlinePart

WIDTH, HEIGHT = 4096, 2160


def scene() -> dict[str, Any]:
    """Soft shapes with grain that grows with the light, and a tenth of flat black."""
    y, x = np.mgrid[0:HEIGHT, 0:WIDTH].astype(np.float32)
    random = np.random.default_rng(1)
    planes = {}
    for index, name in enumerate("RGB"):
        shade = np.float32(0.3) + np.float32(0.3) * (
            np.sin(x / np.float32(300 + 70 * index)) * np.sin(y / np.float32(190 - 30 * index))
        )
        shade += np.where(((x // 400 + y // 300) % 5) == index, np.float32(2.5), np.float32(0))
        grain = random.standard_normal(shade.shape, np.float32) * np.sqrt(shade + 0.01) * 0.02
        planes[name] = np.maximum(shade + grain, 0).astype(np.float16)
        planes[name][: HEIGHT // 10] = 0
    return planes


def middle(values: list[float]) -> dict[str, float]:
    """The median and the middle half, in milliseconds."""
    low, median, high = (1000 * value for value in statistics.quantiles(values, n=4))
    return {"median": round(median, 1), "low": round(low, 1), "high": round(high, 1)}


def timed(work: Callable[[], None], cpu: list[float], wall: list[float]) -> None:
    """Note what the call takes."""
    start, clock = time.process_time(), time.perf_counter()
    work()
    cpu.append(time.process_time() - start)
    wall.append(time.perf_counter() - clock)


def header_for(compression: Any, **more: Any) -> dict[str, Any]:
    """The header of the scene, as for the binding."""
    corner, far = np.zeros(2, np.int32), np.array([WIDTH - 1, HEIGHT - 1], np.int32)
    return {
        "type": OpenEXR.scanlineimage, "compression": compression,
        "dataWindow": (corner, far), "displayWindow": (corner, far), **more,
    }  # fmt: skip


def raced(
    name: str,
    write: Callable[[IO[bytes]], None],
    header: dict[str, Any],
    planes: dict[str, Any],
    threads: int,
    rounds: int,
) -> tuple[dict[str, bytes], dict[str, list[float]], dict[str, list[float]]]:
    """The files, processor times and wall times of a writer and of OpenEXR's, in turns."""

    def by_openexr(stream: IO[bytes]) -> None:
        part = OpenEXR.Part(header, dict(planes), "")
        OpenEXR.File([part], num_threads=0 if threads < 2 else threads).write(stream)

    writers = {name: write, "openexr": by_openexr}
    files: dict[str, bytes] = {}
    cpu: dict[str, list[float]] = {each: [] for each in writers}
    wall: dict[str, list[float]] = {each: [] for each in writers}
    for turn in range(rounds + 1):
        for each, work in writers.items():
            stream = io.BytesIO()
            timed(partial(work, stream), cpu[each], wall[each])
            files[each] = stream.getvalue()
            if turn == 0:  # the first of each warms caches and imports
                cpu[each].clear()
                wall[each].clear()
    return files, cpu, wall


def main() -> int:
    """Measure, print, compare."""
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--rounds", type=int, default=7)
    arguments.add_argument("--threads", type=int, default=1)
    arguments.add_argument("--json", type=Path)
    asked = arguments.parse_args()
    planes = scene()
    header = header_for(OpenEXR.ZIP_COMPRESSION)

    def by_isal(stream: IO[bytes]) -> None:
        part = ScanlinePart(header, planes, frozenset(), OpenEXR)
        zip_writer.write(stream, part, asked.threads)

    files, cpu, wall = raced("isal", by_isal, header, planes, asked.threads, asked.rounds)
    for data in files.values():
        read = OpenEXR.File(io.BytesIO(data), separate_channels=True).parts[0].channels
        assert all(read[name].pixels.tobytes() == plane.tobytes() for name, plane in planes.items())
    result = {
        "machine": platform.processor() or platform.machine(),
        "date": time.strftime("%Y-%m-%d"),
        "frame": f"{WIDTH}x{HEIGHT} RGB half",
        "threads": asked.threads,
        "ratio": round(
            statistics.median(cpu["openexr"]) / statistics.median(cpu["isal"]), 2
        ),
        **{
            name: {"cpu_ms": middle(cpu[name]), "wall_ms": middle(wall[name]),
                   "megabytes": round(len(files[name]) / 1e6, 1)}
            for name in files
        },
    }  # fmt: skip
    print(json.dumps(result, indent=1))
    if asked.json:
        asked.json.write_text(json.dumps(result, indent=1) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
