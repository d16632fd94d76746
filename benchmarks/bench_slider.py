"""What a moved slider costs beside its kernel: `python -m benchmarks slider`.

``look.set({...})`` and ``apply`` into the same picture, with another value in every turn, against
the prepared kernel called on the same buffers, in turns and on one thread. Looks of six and of
twelve nodes, each with a window and a key. What a turn takes more is measured at 1920x1080, where
the kernel's own spread hides much of it, and at one pixel, where nothing does.

Times are processor time of the thread. Medians, with the middle half of the turns. ``--json FILE``
writes the figures down; a turn that compiles is an error.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

import grade
from grade.graph.running import kernels
from grade.graph.tracing.geometry import Geometry
from grade.ir.storage import Layout
from grade.run import host_kernels

SIZES = {"1920x1080": (1080, 1920), "one pixel": (1, 1)}
KNOB = "open.stops"
BUDGET = 0.001


def desk(nodes: int) -> grade.Look:
    """A look of six or twelve nodes, two mattes among its settings."""
    look = grade.Look(f"{nodes} nodes", input="ACEScct", working="ACEScct")
    spot = grade.Ellipse(center=(-0.12, 0.05), size=(0.4, 0.55), soft=0.1, name="spot")
    base = look.source >> grade.CDL(saturation=0.95, name="trim")
    base = base >> grade.Exposure(0.3, name="open") >> grade.WhiteBalance(5200, name="balance")
    skin = base >> grade.HSLQualifier(
        hue=grade.Band(8, 35, soft=8), saturation=grade.Band(0.08, 0.25, soft=0.05), name="skin"
    )
    final = base >> grade.Saturation(1.15, matte=skin & spot, amount=0.8, name="skin_color")
    final = final >> grade.Offset(-0.01, matte=~spot, name="corners")
    final = final >> grade.Contrast(1.12, pivot=0.18, name="punch")
    if nodes == 12:
        final = final >> grade.PrinterLights(points=(1, 0, -1), name="lights")
        final = final >> grade.RGBMixer(name="mixer") >> grade.HueRotate(3.0, name="turn")
        final = final >> grade.Vibrance(0.1, name="vivid") >> grade.SoftClip(name="ends")
        final = final >> grade.LiftGammaGain(gamma=1.02, name="wheels")
    look.outputs["master"] = final
    assert (len(look.nodes()), len(look.mattes())) == (nodes, 2)
    return look


def taken(work: Callable[[], Any]) -> float:
    """Seconds of this thread."""
    start = time.thread_time()
    work()
    return time.thread_time() - start


def middle(values: list[float]) -> dict[str, float]:
    """The median and the middle half."""
    low, median, high = statistics.quantiles(values, n=4)
    return {"median": round(median, 7), "low": round(low, 7), "high": round(high, 7)}


def measured(look: grade.Look, size: tuple[int, int], turns: int) -> dict[str, dict[str, float]]:
    """What kernel, slider and the difference of the two take at one size."""
    picture = np.random.default_rng(1).random((*size, 4), dtype=np.float32)
    out = np.empty_like(picture)
    look.apply(picture, out=out, threads=1)
    layouts = (Layout(4, "f32"),) * 2
    program, kernel = kernels.prepare_kernel(look, "master", layouts, "straight", "cpu", 1)
    values = look.uniform_values(program, None, Geometry.of_array(size[::-1], None, None))
    before = host_kernels.compilations
    alone, moved = [], []
    for turn in range(turns):
        stops = 0.3 + turn / 1000
        alone.append(taken(lambda: kernel([picture], [out], values, (0, 0))))
        moved.append(
            taken(lambda: look.set({KNOB: stops}).apply(picture, out=out, threads=1))  # noqa: B023
        )
    if host_kernels.compilations != before:
        raise SystemExit("a moved slider compiled a kernel")
    beside = [with_slider - without for with_slider, without in zip(moved, alone, strict=True)]
    return {"kernel": middle(alone), "slider": middle(moved), "beside the kernel": middle(beside)}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--turns", type=int, default=101)
    parser.add_argument("--json", type=Path, metavar="FILE")
    options = parser.parse_args()
    found: dict[str, Any] = {}
    for nodes in (6, 12):
        look = desk(nodes)
        for size, pixels in SIZES.items():
            figures = measured(look, pixels, options.turns)
            found[f"{look.name}, {size}"] = figures
            kernel, beside = figures["kernel"], figures["beside the kernel"]
            print(
                f"{look.name}, {size:<10} kernel {kernel['median'] * 1e3:8.3f} ms, beside it"
                f" {beside['median'] * 1e3:.3f} ms"
                f" ({beside['low'] * 1e3:.3f}..{beside['high'] * 1e3:.3f}),"
                f" budget {BUDGET * 1e3:g} ms"
            )
    if options.json:
        from grade.cli.bench.race import circumstances

        about = circumstances((1920, 1080), 1, options.turns, "cpu")
        options.json.write_text(json.dumps({**about, "seconds": found}, indent=1) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
