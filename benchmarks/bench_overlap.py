"""Whether the stages of a render overlap: `python -m benchmarks overlap`.

Reading, grading and writing share the cores of a machine, so on few cores the wall time of a render
is that of their sum, and nothing tells whether they wait for one another. Here each stage of the
renderer's own stream also waits, as for a disk or a device, and computes next to nothing: then the
wall time is that of the slowest stage alone, plus what it takes to fill and to empty the line.
Printed is wall time over that of the slowest stage, for each stage in its turn; the budget is 1.1.
``--json FILE`` writes the figures down.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

import grade
from grade.render import Request, Stream, plan
from grade.run import executor

BUDGET = 1.1
FRAMES, THREADS = 120, 4
SLOW, QUICK = 0.12, 0.02
STAGES = {"read": "_load", "grade": "_grade", "write": "_store"}


def write_plate(folder: Path) -> None:
    """Small frames, which take next to no time."""
    frame = grade.Frame.from_pixels(np.full((36, 64, 3), 0.4, np.float16))
    for number in range(1, FRAMES + 1):
        replace(frame, frame=number).write(folder / "in.####.exr", sync=False)


def job(folder: Path) -> Any:
    """A plan to write every frame, whatever is there."""
    look = grade.Look("overlap")
    look.outputs["master"] = look.source >> grade.CDL(slope=1.1)
    request = Request(
        look=look, input=str(folder / "in.####.exr"),
        outputs={"master": str(folder / "out.####.exr")}, force=True, threads=THREADS,
    )  # fmt: skip
    return plan(request, executor("cpu", 1))


def rendered(made: Any, waits: dict[str, float]) -> float:
    """Seconds that a stream takes whose stages wait so long for each frame."""
    kept = {stage: getattr(Stream, name) for stage, name in STAGES.items()}

    def waiting(stage: str) -> Any:
        def step(stream: Stream, item: Any) -> None:
            time.sleep(waits[stage])
            kept[stage](stream, item)

        return step

    try:
        for stage, name in STAGES.items():
            setattr(Stream, name, waiting(stage))
        start = time.perf_counter()
        done = sum(outcome.status == "ok" for outcome in Stream(made, THREADS).outcomes())
        assert done == FRAMES
        return time.perf_counter() - start
    finally:
        for stage, name in STAGES.items():
            setattr(Stream, name, kept[stage])


def measured(folder: Path) -> dict[str, dict[str, float]]:
    """Wall time beside that of the slowest stage, by which is slowest."""
    write_plate(folder)
    rendered(job(folder), dict.fromkeys(STAGES, 0.0))
    side_by_side = {"read": THREADS, "grade": 1, "write": THREADS}
    found = {}
    for slowest in STAGES:
        # One thread grades, several read and write: as long a frame, whoever is slow.
        waits = {
            stage: (SLOW if stage == slowest else QUICK) * side_by_side[stage] / THREADS
            for stage in STAGES
        }
        alone = SLOW * FRAMES / THREADS
        wall = rendered(job(folder), waits)
        found[slowest] = {"alone": alone, "wall": wall, "ratio": wall / alone}
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", type=Path, metavar="FILE")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="grade-overlap-") as folder:
        found = measured(Path(folder))
    for stage, row in found.items():
        print(
            f"{stage} is slowest: alone {row['alone']:.2f} s, all three {row['wall']:.2f} s,"
            f" {row['ratio']:.3f} times as long (budget {BUDGET})"
        )
    if options.json:
        from grade.cli.bench.race import circumstances

        about = circumstances((64, 36), THREADS, 1, "cpu")
        options.json.write_text(json.dumps({**about, "overlap": found}, indent=1) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
