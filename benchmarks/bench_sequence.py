"""A sequence from disk to disk, against what can be put together today.

`python -m benchmarks sequence` makes a plate of 4096x2160 half EXR with grain, and renders it by

- ours: ``grade render``, one process;
- oiiotool: the command that a studio writes today (it comes in the OpenImageIO wheel);
- fused: one OpenColorIO processor for the whole look, over bands of rows on threads, OpenEXR
  reading and writing frames in parallel: the best that its libraries allow on a CPU.

Each is a new process; wall time, processor time and peak memory are those of the process and its
children. Rivals render ``--rival-frames`` of the frames, and what is compared is time per frame.
Ours is also measured in parts: read only, grade only (a frame in memory), write only. What the
three wrote is compared. ``--json FILE`` writes the figures down.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np

WIDTH, HEIGHT = 4096, 2160
LOOKS = ("cdl", "aces1", "aces2")
BUDGETS = {
    ("cdl", "oiiotool"): 2.0,
    ("aces1", "oiiotool"): 5.0, ("aces1", "fused"): 2.5,
    ("aces2", "oiiotool"): 20.0, ("aces2", "fused"): 4.0,
}  # fmt: skip
DISPLAY = "Rec.1886 Rec.709 - Display"
VIEWS = {"aces1": "ACES 1.0 - SDR Video", "aces2": "ACES 2.0 - SDR 100 nits (Rec.709)"}


# --- what is rendered -----------------------------------------------------------------------------


def make_plate(folder: Path, frames: int, compression: str) -> None:
    """The demo plate in ARRI LogC4 code values, enlarged, with grain that differs by frame."""
    from dataclasses import replace

    import grade
    from grade.plate import Scene

    light = Scene(WIDTH // 4, HEIGHT // 4, 2).frame(0.3, 1).astype(np.float32)
    look = grade.Look("to camera log", input="ACES2065-1", working="ACES2065-1")
    look.outputs["log"] = look.source >> grade.Convert(dst="ARRI LogC4")
    large = look.apply(light).repeat(4, axis=0).repeat(4, axis=1)
    draw = np.random.default_rng(7)
    for number in range(1, frames + 1):
        grain = draw.standard_normal(large.shape, np.float32) * np.float32(0.004)
        frame = replace(grade.Frame.from_pixels((large + grain).astype(np.float16)), frame=number)
        frame.write(folder / "in.####.exr", bits="half", compression=compression, sync=False)


def make_look(folder: Path, name: str) -> Path:
    """The workload as a file; a cube that it holds as an array becomes a file beside it."""
    from grade import assets
    from grade.cli.bench.workloads import EDGES, cube

    text = assets.workload(f"{name}.grade.yaml").read_text(encoding="utf-8")
    if name in EDGES:
        data, edge = cube(EDGES[name]), EDGES[name]
        lines = [f"LUT_3D_SIZE {edge}"]
        flat = data.transpose(2, 1, 0, 3).reshape(-1, 3)  # in the file red goes fastest
        lines += [f"{r:.7f} {g:.7f} {b:.7f}" for r, g, b in flat]
        (folder / "lmt.cube").write_text("\n".join(lines) + "\n", encoding="utf-8")
        text = text.replace(
            "{op: lut3d, interpolation: tetrahedral}",
            "{op: file_lut, file: lmt.cube, interpolation: tetrahedral}",
        )
    path = folder / f"{name}.grade.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def group_of(name: str) -> Any:
    """OpenColorIO's processor with the values of the look, optimised for half."""
    import PyOpenColorIO as ocio

    from grade.cli.bench import opencolorio_peers as peers
    from grade.cli.bench.workloads import WORKLOADS

    workload = next(w for w in WORKLOADS if w.name == name)
    look = workload.look()
    config = look.configuration.raw if look.input else ocio.Config.CreateRaw()
    processor = config.getProcessor(getattr(peers, name if name != "aces2" else "primary")(look))
    half = ocio.BIT_DEPTH_F16
    return processor.getOptimizedProcessor(half, half, ocio.OPTIMIZATION_DEFAULT)


# --- the rivals -----------------------------------------------------------------------------------

FUSED = """
import itertools, sys, threading
from pathlib import Path
import numpy as np, OpenEXR, PyOpenColorIO as ocio

folder, name, frames, compression, threads, root = sys.argv[1:]
sys.path.insert(0, root)
from benchmarks.bench_sequence import group_of

half = ocio.BIT_DEPTH_F16
cpu = group_of(name).getOptimizedCPUProcessor(half, half, ocio.OPTIMIZATION_DEFAULT)
kinds = {"zip": OpenEXR.ZIP_COMPRESSION, "dwaa": OpenEXR.DWAA_COMPRESSION}
numbers = itertools.count(1)

def work():
    while (number := next(numbers)) <= int(frames):
        path = f"{folder}/in.{number:04d}.exr"
        pixels = np.ascontiguousarray(OpenEXR.File(path).channels()["RGB"].pixels)
        height, width = pixels.shape[:2]
        for top in range(0, height, 64):
            band = pixels[top : top + 64]
            cpu.apply(ocio.PackedImageDesc(band, width, len(band), 3, half, 2, 6, width * 6))
        header = {"compression": kinds[compression], "type": OpenEXR.scanlineimage}
        OpenEXR.File(header, {"RGB": pixels}).write(f"{folder}/fused.{number:04d}.exr")

workers = [threading.Thread(target=work) for _ in range(int(threads))]
for worker in workers:
    worker.start()
for worker in workers:
    worker.join()
"""
OLDER = {"v5.0.0_aces-v2.1_ocio-v2.6": "v4.0.0_aces-v2.0_ocio-v2.5"}  # what oiiotool's library has


def oiiotool(folder: Path, name: str, frames: int, compression: str) -> list[str]:
    """The command of today: the grade and the cube as files, the view by name."""
    from grade.graph import Look

    look = Look.load(folder / f"{name}.grade.yaml")
    write_grade(folder, name, look)
    words = [str(Path(sys.executable).parent / "oiiotool")]
    if look.input:
        config = look.configuration.name
        for new, old in OLDER.items():
            config = config.replace(new, old)
        words += ["--colorconfig", config]
    words += ["--frames", f"1-{frames}", str(folder / "in.%04d.exr")]
    if look.input:
        words += ["--iscolorspace", look.input, "--tocolorspace", look.working or look.input]
    words += ["--ociofiletransform", str(folder / f"{name}.ctf")]
    if name == "aces1":
        words += ["--ociofiletransform", str(folder / "lmt.cube")]
    if name in VIEWS:
        words += ["--iscolorspace", look.working or ""]
        words += [f"--ociodisplay:from={look.working}", DISPLAY, VIEWS[name]]
    out = str(folder / "oiiotool.%04d.exr")
    return [*words, "-d", "half", "--compression", compression, "-o", out]


def write_grade(folder: Path, name: str, look: Any) -> None:
    """The nodes between the input conversion and the view, as one CTF file."""
    import PyOpenColorIO as ocio

    from grade.cli.bench import opencolorio_peers as peers

    group = ocio.GroupTransform()
    if name == "aces2":
        gain = [peers.gain_of(look, "open") * (i % 5 == 0) for i in range(15)] + [1.0]
        code = "ACEScct_to_ACES2065-1"
        group.appendTransform(ocio.BuiltinTransform(code))
        group.appendTransform(ocio.MatrixTransform(gain))
        group.appendTransform(ocio.BuiltinTransform(code, ocio.TRANSFORM_DIR_INVERSE))
    group.appendTransform(peers.cdl(look))
    if name == "aces2":
        for part in (
            peers.wheels,
            peers.contrast,
            peers.curves,
        ):
            group.appendTransform(part(look))
        saturation = ocio.CDLTransform()
        saturation.setSat(look["color"].values["saturation"])
        saturation.setStyle(ocio.CDL_NO_CLAMP)
        group.appendTransform(saturation)
    processor = ocio.Config.CreateRaw().getProcessor(group)
    text = processor.createGroupTransform().write("Color Transform Format")
    (folder / f"{name}.ctf").write_text(text, encoding="utf-8")


# --- measuring ------------------------------------------------------------------------------------


def timed(command: list[str], environment: dict[str, str] | None = None) -> dict[str, float]:
    """Wall and processor seconds and peak memory of a process and its children."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    start = time.perf_counter()
    process = subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
        env={**os.environ, **(environment or {})},
    )  # fmt: skip
    peak = 0
    while process.poll() is None:
        peak = max(peak, _memory(process.pid))
        time.sleep(0.05)
    wall = time.perf_counter() - start
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if process.returncode:
        assert process.stderr is not None
        raise RuntimeError(f"{command[:4]}: {process.returncode}: {process.stderr.read()[-2000:]}")
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return {"wall": wall, "cpu": cpu, "peak_mb": peak / 1024}


def _memory(pid: int) -> int:
    """Kilobytes of a process and of its children, as Linux says; 0 elsewhere."""
    total = 0
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = status.read_text().rpartition(")")[2].split()
            if int(status.parent.name) == pid or int(fields[1]) == pid:
                total += int(fields[21]) * resource.getpagesize() // 1024
        except (OSError, ValueError, IndexError):
            continue
    return total


def parts(folder: Path, name: str, compression: str, repeat: int = 3) -> dict[str, float]:
    """Seconds a frame to read, to grade in memory, and to write, each alone on one thread."""
    import grade

    look = grade.load(folder / f"{name}.grade.yaml")
    times: dict[str, list[float]] = {"read": [], "grade": [], "write": []}
    for _ in range(repeat + 1):
        marks = [time.perf_counter()]
        frame = grade.read(folder / "in.####.exr", 1)
        marks.append(time.perf_counter())
        made = look.apply(frame, threads=1)
        marks.append(time.perf_counter())
        made.write(folder / "part.####.exr", compression=compression)
        marks.append(time.perf_counter())
        for key, a, b in zip(times, marks, marks[1:], strict=False):
            times[key].append(b - a)
    return {key: sorted(values[1:])[repeat // 2] for key, values in times.items()}


def apart(folder: Path, rival: str) -> float:
    """The median difference of code values between our first frame and a rival's."""
    import grade

    ours, theirs = (grade.read(folder / f"{who}.0001.exr").pixels for who in ("ours", rival))
    return float(np.median(np.abs(ours.astype(np.float32) - theirs.astype(np.float32))))


def main() -> int:
    """Measure, print a table, write the figures."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--frames", type=int, default=24)
    parser.add_argument("--rival-frames", type=int, default=6)
    parser.add_argument("--looks", default=",".join(LOOKS))
    parser.add_argument("--compressions", default="zip,dwaa")
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--folder", type=Path, default=None, help="Where frames go.")
    parser.add_argument("--json", type=Path)
    asked = parser.parse_args()
    threads = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    folder = Path(tempfile.mkdtemp(prefix="grade-sequence-", dir=asked.folder))
    rows: list[dict[str, Any]] = []
    try:
        for compression in asked.compressions.split(","):
            make_plate(folder, asked.frames, compression)
            for name in asked.looks.split(","):
                rows.append(measured(folder, name, compression, int(threads or 1), asked))
                print(told(rows[-1]), flush=True)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    if asked.json:
        machine = {
            "cores": threads,
            "system": platform.platform(),
            "python": platform.python_version(),
        }
        data = {"machine": machine, "frames": asked.frames, "rows": rows}
        asked.json.write_text(json.dumps(data, indent=1) + "\n", encoding="utf-8")
    return 0


def measured(
    folder: Path, name: str, compression: str, threads: int, asked: argparse.Namespace
) -> dict[str, Any]:
    """One row: a look and a compression."""
    look = make_look(folder, name)
    ours = [
        sys.executable, "-m", "grade", "render", str(look), str(folder / "in.####.exr"),
        str(folder / "ours.####.exr"), "--bits", "half", "--compression", compression,
        "--force", "--progress", "none",
    ]  # fmt: skip
    fused = [
        sys.executable, "-c", FUSED, str(folder), name, str(asked.rival_frames), compression,
        str(threads), str(Path(__file__).parent.parent),
    ]  # fmt: skip
    theirs = oiiotool(folder, name, asked.rival_frames, compression)
    row: dict[str, Any] = {"look": name, "compression": compression, "ours": [], "rivals": {}}
    ratios: dict[str, list[float]] = {"oiiotool": [], "fused": []}
    for _ in range(asked.repeat):
        mine = timed(ours)
        row["ours"].append(mine)
        for rival, command in (("oiiotool", theirs), ("fused", fused)):
            if ratios[rival] and rival == "oiiotool" and name == "aces2":
                continue  # minutes; once is enough for a ratio that large
            found = timed(command)
            row["rivals"].setdefault(rival, []).append(found)
            each = found["wall"] / asked.rival_frames
            ratios[rival].append(each / (mine["wall"] / asked.frames))
    row["per_frame"] = sorted(run["wall"] for run in row["ours"])[asked.repeat // 2] / asked.frames
    row["ratios"] = {rival: sorted(found) for rival, found in ratios.items()}
    row["parts"] = parts(folder, name, compression)
    row["apart"] = {rival: apart(folder, rival) for rival in ratios}
    return row


def told(row: dict[str, Any]) -> str:
    """A row in words."""

    def middle(values: list[float]) -> float:
        return values[len(values) // 2]

    lines = [
        f"{row['look']}, {row['compression']}: {row['per_frame'] * 1000:.0f} ms a frame, peak"
        f" {max(run['peak_mb'] for run in row['ours']):.0f} MB; alone, one thread:"
        + ", ".join(f" {name} {seconds * 1000:.0f} ms" for name, seconds in row["parts"].items())
    ]
    for rival, found in row["ratios"].items():
        budget = BUDGETS.get((row["look"], rival))
        promised = "" if budget is None else f", promised {budget:g}"
        lines.append(
            f"  {rival}: {middle(found):.1f} times as long ({found[0]:.1f}..{found[-1]:.1f})"
            f"{promised}; apart by {row['apart'][rival]:.1e} in the median"
        )
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
