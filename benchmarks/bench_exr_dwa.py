"""Writing DWA frames, the writer here against OpenEXR's: `python -m benchmarks exr_dwa`.

One 4096x2160 RGB half frame with grain is written in turns by both, into memory, so that no disk
counts; processor time of all threads. Then the files are read by OpenEXR: sizes and errors are
compared, the latter where DWA itself measures them, behind its power and logarithm. New processes
say what the first frame costs, with nothing of Numba's on disk and then with it. ``--json FILE``
writes the figures down.
"""

from __future__ import annotations

import argparse
import io
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import IO, Any

import numpy as np
import OpenEXR

from benchmarks.bench_exr_zip import HEIGHT, WIDTH, header_for, middle, raced, scene
from grade.io.formats.exr import dwa_writer
from grade.io.formats.exr.dwa_tables import curves
from grade.io.formats.exr.scanline_writer import ScanlinePart

FIRST = """
import sys, time
import numpy as np
from grade.io import Frame
frame = Frame.from_pixels(np.full((64, 64, 3), 0.5, np.float16))
frame.write(sys.argv[1], compression="zip")
start = time.process_time()
frame.write(sys.argv[1], compression="dwaa")
print(time.process_time() - start)
"""


def error(data: bytes, planes: dict[str, Any]) -> dict[str, float]:
    """The largest and the root mean square error of all channels."""
    found = OpenEXR.File(io.BytesIO(data), separate_channels=True).parts[0].channels
    bent = curves()[0]
    apart = np.array(
        [
            bent[found[name].pixels.view(np.uint16)] - bent[plane.view(np.uint16)]
            for name, plane in planes.items()
        ]
    )
    rms = float(np.sqrt((apart.astype(np.float64) ** 2).mean()))
    return {"largest": round(float(np.abs(apart).max()), 5), "rms": round(rms, 6)}


def first_frame() -> dict[str, float]:
    """Milliseconds of processor that the first frame of a process takes beside the packing."""
    found = {}
    with tempfile.TemporaryDirectory() as folder:
        environment = {**os.environ, "NUMBA_CACHE_DIR": folder}
        command = [sys.executable, "-c", FIRST, str(Path(folder) / "a.exr")]
        for name in ("nothing_on_disk", "compiled_on_disk"):
            done = subprocess.run(
                command, env=environment, capture_output=True, text=True, check=True
            )
            found[name] = round(1000 * float(done.stdout), 1)
    return found


def main() -> int:
    """Measure, print, compare."""
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--rounds", type=int, default=7)
    arguments.add_argument("--threads", type=int, default=1)
    arguments.add_argument("--compression", choices=("dwaa", "dwab"), default="dwaa")
    arguments.add_argument("--level", type=float, default=45.0)
    arguments.add_argument("--json", type=Path)
    asked = arguments.parse_args()
    planes = scene()
    header = header_for(
        getattr(OpenEXR, f"{asked.compression.upper()}_COMPRESSION"),
        dwaCompressionLevel=asked.level,
    )

    def here(stream: IO[bytes]) -> None:
        part = ScanlinePart(header, planes, frozenset(), OpenEXR)
        dwa_writer.write(stream, part, asked.threads)

    files, cpu, wall = raced("grade", here, header, planes, asked.threads, asked.rounds)
    ratios = sorted(a / b for a, b in zip(cpu["openexr"], cpu["grade"], strict=True))
    result = {
        "machine": platform.processor() or platform.machine(),
        "date": time.strftime("%Y-%m-%d"),
        "frame": f"{WIDTH}x{HEIGHT} RGB half, {asked.compression}:{asked.level:g}",
        "threads": asked.threads,
        "ratio": {
            "median": round(statistics.median(ratios), 2),
            "low": round(ratios[0], 2),
            "high": round(ratios[-1], 2),
        },
        "first_frame_cpu_ms": first_frame(),
        **{
            name: {
                "cpu_ms": {**middle(cpu[name]), "least": round(1000 * min(cpu[name]), 1)},
                "wall_ms": middle(wall[name]),
                "megabytes": round(len(data) / 1e6, 2),
                "error": error(data, planes),
            }
            for name, data in files.items()
        },
    }
    print(json.dumps(result, indent=1))
    if asked.json:
        asked.json.write_text(json.dumps(result, indent=1) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
