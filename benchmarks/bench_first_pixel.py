"""How long until there are pixels: `python -m benchmarks first_pixel`.

What a person waits for, each figure the median of several runs with its extremes:

- ``import grade`` in a new process;
- look file to first pixels in a new process, a picture of 480x270, by stages, without its kernel on
  disk and with it;
- a new kernel in a process that has compiled before: load, trace, lower, compile, run;
- a view of OpenColorIO's in such a process: from the processor to the kernel, its tables on disk;
- a moved slider: what a call costs beside the kernel, with other values in every call.

A process is started anew for each run; the file cache of the system is warm. Beside the time to
first pixels stands the processor time of it, which a busy machine lengthens less. ``--json FILE``
writes the figures down.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from grade import assets

LOOKS = ("cdl", "primary")
BUDGETS = {
    "import grade": 0.3, "first pixels": 2.0, "new kernel": 0.4, "processor to kernel": 0.5,
    "slider": 0.001,
}  # fmt: skip

# Each child prints its seconds by stage as JSON. The clock starts before the first import; only
# "first pixels" counts from the start of the process, which its first argument says.
IMPORT = """
import time; start = time.perf_counter()
import grade
print('{"import grade": %f}' % (time.perf_counter() - start))
"""
COLD = """
import time; marks = [time.perf_counter()]
import json, sys
import grade; marks.append(time.perf_counter())
look = grade.load(sys.argv[1]); marks.append(time.perf_counter())
import numpy as np
picture = np.full((270, 480, 4), 0.4, np.float32)
look.program(*[__import__("grade.ir.storage", fromlist=["Layout"]).Layout(4, "f32")] * 2)
marks.append(time.perf_counter())
look.apply(picture); marks.append(time.perf_counter())
names = ["import grade", "load the look", "trace", "lower, compile and run"]
stages = {n: b - a for n, a, b in zip(names, marks, marks[1:])}
stages["first pixels"] = time.time() - float(sys.argv[2])
stages["its processor time"] = time.process_time()
print(json.dumps(stages))
"""
WARM = """
import json, sys, time
import numpy as np
import grade
from grade.ir.storage import Layout
from grade.passes.pipeline import lower
from grade.run import executor
from grade.run.host_processor import host_lanes
from grade.run.host_kernels import prepare_kernel

picture = np.full((270, 480, 4), 0.4, np.float32)
grade.load(sys.argv[2]).apply(picture)

marks = [time.perf_counter()]
look = grade.load(sys.argv[1]); marks.append(time.perf_counter())
layout = Layout(4, "f32")
program = look.program(layout, layout); marks.append(time.perf_counter())
lower(program); marks.append(time.perf_counter())
prepare_kernel(program, host_lanes()); marks.append(time.perf_counter())
look.apply(picture); marks.append(time.perf_counter())
names = ["load the look", "trace", "lower", "compile", "run"]
print(json.dumps({n: b - a for n, a, b in zip(names, marks, marks[1:])}))
"""
PROCESSOR = """
import json, time
import PyOpenColorIO as ocio
from grade.qc.ocio_agreement import compile_kernel
from grade.color.config.config import open_config
from grade.color.transforms.ocio_processor import from_processor

config = open_config("ocio://studio-config-v5.0.0_aces-v2.1_ocio-v2.6").raw
way = ocio.TRANSFORM_DIR_FORWARD

def asked(view):
    return config.getProcessor("ACEScg", "Rec.1886 Rec.709 - Display", view, way)

compile_kernel(from_processor(asked("Un-tone-mapped")))
start, busy = time.perf_counter(), time.process_time()
compile_kernel(from_processor(asked("ACES 2.0 - SDR 100 nits (Rec.709)")))
stages = {"processor to kernel": time.perf_counter() - start}
stages["its processor time"] = time.process_time() - busy
print(json.dumps(stages))
"""
SLIDER = """
import json, sys, time
import numpy as np
import grade
from grade.run import host_kernels

look = grade.load(sys.argv[1])
knob = {"cdl": "trim.saturation", "primary": "open.stops"}[look.name]
pixel = np.full((1, 1, 4), 0.4, np.float32)
look.apply(pixel)
before, times = host_kernels.compilations, []
for turn in range(200):
    start = time.perf_counter()
    moved = look.set({knob: 0.5 + turn / 400})
    moved.apply(pixel)
    times.append(time.perf_counter() - start)
assert host_kernels.compilations == before, "a slider compiled a kernel"
print(json.dumps({"slider": sorted(times)[len(times) // 2]}))
"""


def child(code: str, *arguments: str, kernels: bool = False) -> dict[str, float]:
    """Stages of one new process, which finds kernels on disk or none."""
    folder = Path(tempfile.gettempdir()) / "grade-first-pixel"
    if not kernels:
        shutil.rmtree(folder / "cpu", ignore_errors=True)
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments], capture_output=True, text=True, check=True,
        env={**os.environ, "GRADE_CACHE": str(folder)},
    )  # fmt: skip
    stages: dict[str, float] = json.loads(done.stdout)
    return stages


def figures(runs: list[dict[str, float]]) -> dict[str, dict[str, float]]:
    """Median and extremes of each stage."""
    return {
        stage: {
            "median": round(statistics.median(run[stage] for run in runs), 6),
            "least": round(min(run[stage] for run in runs), 6),
            "most": round(max(run[stage] for run in runs), 6),
        }
        for stage in runs[0]
    }


def measured(repeat: int) -> dict[str, Any]:
    """Every figure, by what is measured and by look."""
    found: dict[str, Any] = {"import": figures([child(IMPORT) for _ in range(repeat)])}
    other = str(assets.lut("looks/neutral.grade.yaml"))
    for name in LOOKS:
        look = str(assets.workload(f"{name}.grade.yaml"))
        runs = [child(COLD, look, repr(time.time())) for _ in range(repeat)]
        found[f"cold, {name}"] = figures(runs)
        runs = [child(COLD, look, repr(time.time()), kernels=True) for _ in range(repeat)]
        found[f"cold, {name}, kernel on disk"] = figures(runs)
        runs = [child(WARM, look, other) for _ in range(repeat)]
        for run in runs:
            run["new kernel"] = sum(run.values())
        found[f"warm, {name}"] = figures(runs)
        found[f"slider, {name}"] = figures([child(SLIDER, look) for _ in range(repeat)])
    child(PROCESSOR)  # builds the tables
    runs = [child(PROCESSOR) for _ in range(repeat)]
    found["processor to kernel, ACES 2.0 SDR view"] = figures(runs)
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repeat", type=int, default=7)
    parser.add_argument("--json", type=Path, metavar="FILE")
    options = parser.parse_args()
    found = measured(options.repeat)
    for label, stages in found.items():
        print(label)
        for stage, values in stages.items():
            note = f"   budget {BUDGETS[stage] * 1e3:g} ms" if stage in BUDGETS else ""
            low, high = values["least"] * 1e3, values["most"] * 1e3
            print(f"  {stage:<26}{values['median'] * 1e3:>9.2f} ms ({low:.2f}..{high:.2f}){note}")
    if options.json:
        from grade.cli.bench.race import circumstances

        about = circumstances((480, 270), 1, options.repeat, "cpu")
        options.json.write_text(json.dumps({**about, "seconds": found}, indent=1) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
