"""How many vectors in flight: `python -m benchmarks in_flight`.

`grade/emit/simd_kernel.py` emits one to four vectors of pixels side by side, by the number of nodes
of a stage: more hide the latency of a chain, and cost registers and time to compile. This runs
chains of growing length, window sums of growing radius, and the workloads, with each number of
vectors and each vector width that this processor has, on one thread, and prints the least processor
time of several. `*` marks what the kernel would choose. ``--json FILE`` writes the figures down.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from grade.cli.bench.race import circumstances, picture, widths
from grade.cli.bench.workloads import WORKLOADS
from grade.emit import simd_kernel
from grade.graph.tracing.geometry import Geometry
from grade.ir.expression import channels, clamp, const, fma, make, power, rgb, walk
from grade.ir.program import Program, Stage, Uniform, verify
from grade.ir.storage import Layout, Storage, decode, encode
from grade.ir.table import Table
from grade.ir.types import F32, I32
from grade.passes.pipeline import lower
from grade.run import host_kernels, kernel_file
from grade.run.cpu import CpuExecutor

NUMBERS = (1, 2, 3, 4)
SIZE = (1920, 540)
CHOOSE = simd_kernel.in_flight_for


def chain(kind: str, length: int, storage: Storage) -> Program:
    """``length`` multiply-adds or powers, one after another, on three channels."""
    layout = Layout(4, storage)
    raw = [make("load", (), (layout.raw_type, 0, c)) for c in range(4)]
    x = rgb(*(decode(storage, channel) for channel in raw[:3]))
    for step in range(length):
        knob = make("uniform", (), (F32, step))
        x = power(clamp(x, 1e-3, 1.0), knob) if kind == "power" else fma(x, knob, 0.01)
    outputs = (*(encode(storage, c) for c in channels(x)), raw[3])
    uniforms = tuple(Uniform(f"knob.{step}", F32, 0.5, 2.0) for step in range(length))
    return verify(Program((layout,), (layout,), uniforms, (Stage(outputs),)))


def sums(radius: int) -> Program:
    """A horizontal and a vertical window sum of three planes."""
    layout, count = Layout(3, "f32", planar=True), 2 * radius + 1
    weights = Table(np.full(count, 1 / count, np.float32))
    planes = [make("load", (), (F32, 0, c)) for c in range(3)]
    for axis in ("x", "y"):
        attr = (axis, -radius, 1, weights, count)
        planes = [make("ascending_sum", (plane, const(count, I32)), attr) for plane in planes]
    return verify(Program((layout,), (layout,), (), (Stage(tuple(planes)),)))


def cases() -> Iterator[tuple[str, Storage, Program, list[float]]]:
    """Name, storage, program and uniforms of everything that is run."""
    storages: tuple[Storage, ...] = ("f32", "f16")
    for storage in storages:
        for kind, lengths in (("fma", (1, 4, 16)), ("power", (1, 2, 4, 8))):
            for length in lengths:
                yield f"{length} {kind}", storage, chain(kind, length, storage), [1.05] * length
    for radius in (2, 8, 24, 64):
        yield f"sum {radius}", "f32", sums(radius), []
    for row in WORKLOADS:
        look, layout = row.look(), Layout(4, row.storage)
        program = look.program(layout, layout)
        geometry = Geometry.of_array(SIZE, None, None)
        yield row.name, row.storage, program, look.uniform_values(program, geometry=geometry)


def run(program: Program, uniforms: list[float], image: Any, lanes: int, number: int) -> Any:
    """Least ns per pixel of several, and seconds to compile."""
    simd_kernel.in_flight_for = lambda *_: number
    kernel_file._compiler = lambda root: None  # a kernel on disk was made with another number
    host_kernels._kernels.clear()
    start = time.thread_time()
    kernel = CpuExecutor(1, lanes).prepare(program)
    compiled = time.thread_time() - start
    if program.sources[0].planar:
        image = [np.ascontiguousarray(image[..., c]) for c in range(3)]
    planar = isinstance(image, list)
    target = [np.empty_like(plane) for plane in image] if planar else np.empty_like(image)
    times = []
    for _ in range(9):
        start = time.thread_time()
        kernel([image], [target], uniforms)
        times.append(time.thread_time() - start)
    simd_kernel.in_flight_for = CHOOSE
    return min(times) / (SIZE[0] * SIZE[1]) * 1e9, compiled


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", type=Path, metavar="FILE")
    options = parser.parse_args()
    columns = "".join(f"{f'{n} in flight':>20}" for n in NUMBERS)
    print(f"{'':<10}{'type':<6}{'nodes':<7}{'lanes':<6}{columns}      ns per pixel, s to compile")
    rows = []
    for name, storage, program, uniforms in cases():
        lowered, image = lower(program), picture(SIZE, storage)
        nodes = len(walk(lowered.stages[-1].outputs))
        for lanes in widths("cpu", every=True):
            chosen = CHOOSE(lowered, len(lowered.stages) - 1)
            found = [run(lowered, uniforms, image, lanes, number) for number in NUMBERS]
            cells = []
            for number, (ns, compiled) in zip(NUMBERS, found, strict=True):
                mark = "*" if number == chosen else " "
                cells.append(f"{f'{ns:.2f}{mark} {compiled:.2f}':>20}")
            print(f"{name:<10}{storage:<6}{nodes:<7}{lanes:<6}{''.join(cells)}", flush=True)
            figures = {
                str(number): {"ns_per_pixel": round(ns, 3), "seconds_to_compile": round(s, 3)}
                for number, (ns, s) in zip(NUMBERS, found, strict=True)
            }
            rows.append({
                "case": name, "storage": storage, "nodes": nodes, "lanes": lanes,
                "chosen": chosen, "in_flight": figures,
            })  # fmt: skip
    if options.json:
        about = circumstances(SIZE, 1, 9, "cpu")
        options.json.write_text(json.dumps({**about, "results": rows}, indent=1) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
