"""What optimising costs and gains on the CPU: `python -m benchmarks compile`.

Each workload is emitted, and then made into machine code in two ways: with the one pass that
`grade/run/machine_code.py` runs, and with LLVM's whole pipeline of ``-O3`` (its vectorisers off:
the text is vectors). Printed are seconds of processor time to lower, to emit and to compile, and
the least ns per pixel of several runs on one thread, in turns. ``--json FILE`` writes them down.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from grade.cli.bench.race import circumstances, picture
from grade.cli.bench.workloads import WORKLOADS
from grade.graph.tracing.geometry import Geometry
from grade.ir.storage import Layout
from grade.passes.pipeline import PASSES
from grade.run import machine_code
from grade.run.cpu import CpuExecutor
from grade.run.host_kernels import llvm_text
from grade.run.host_processor import host_lanes
from grade.run.machine_code import MachineCode

SIZE = (1920, 540)


def whole_pipeline(text: str) -> bytes:
    """The object file of a module after ``-O3``."""
    llvm, machine = machine_code._llvm(), machine_code._machine()
    module = llvm.parse_assembly(text)
    options = llvm.create_pipeline_tuning_options(speed_level=3)
    options.loop_vectorization = options.slp_vectorization = options.loop_unrolling = False
    builder = llvm.create_pass_builder(machine, options)
    builder.getModulePassManager().run(module, builder)
    code: bytes = machine.emit_object(module)
    return code


WAYS: dict[str, Callable[[str], bytes]] = {
    "one pass": machine_code.assemble, "-O3": whole_pipeline,
}  # fmt: skip


def measured(row: Any) -> dict[str, Any]:
    """Every figure of one workload."""
    look, layout = row.look(), Layout(4, row.storage)
    program = lowered = look.program(layout, layout)
    marks = [time.process_time()]
    for step in PASSES.values():
        lowered = step(lowered)
    marks.append(time.process_time())
    text = llvm_text(lowered, host_lanes())
    marks.append(time.process_time())
    found: dict[str, Any] = {
        "nodes": len(lowered.nodes), "lower": marks[1] - marks[0], "emit": marks[2] - marks[1],
    }  # fmt: skip
    kernel = CpuExecutor(1).prepare(program)
    image = picture(SIZE, row.storage)
    values = look.uniform_values(program, geometry=Geometry.of_array(SIZE, None, None))
    codes = {}
    for way, compile in WAYS.items():
        start = time.process_time()
        codes[way] = MachineCode(compile(text))
        found[way] = {"compile": time.process_time() - start, "ns per pixel": np.inf}
    targets = {way: np.empty_like(image) for way in WAYS}
    for _ in range(15):
        for way, code in codes.items():
            kernel.native = code
            start = time.thread_time()
            kernel([image], [targets[way]], values)
            each = (time.thread_time() - start) / (SIZE[0] * SIZE[1]) * 1e9
            found[way]["ns per pixel"] = min(found[way]["ns per pixel"], each)
    first, *others = (target.tobytes() for target in targets.values())
    assert all(other == first for other in others), "optimising moved a bit"
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", type=Path, metavar="FILE")
    options = parser.parse_args()
    heads = "".join(f"{way:>12}{'ns/px':>8}" for way in WAYS)
    print(f"{'seconds':<10}{'type':<6}{'nodes':>6}{'lower':>8}{'emit':>8}{heads}")
    rows = {}
    for row in WORKLOADS:
        rows[f"{row.name} {row.storage}"] = found = measured(row)
        line = f"{row.name:<10}{row.storage:<6}{found['nodes']:>6}"
        line += f"{found['lower']:>8.3f}{found['emit']:>8.3f}"
        for way in WAYS:
            line += f"{found[way]['compile']:>12.3f}{found[way]['ns per pixel']:>8.2f}"
        print(line, flush=True)
    if options.json:
        about = circumstances(SIZE, 1, 15, "cpu")
        options.json.write_text(json.dumps({**about, "workloads": rows}, indent=1) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
