"""Memory: as many frames in flight as the budget holds, and no more for a longer job."""

import json
import subprocess
import sys

import numpy as np
import pytest

from grade.io import Frame, Pattern
from grade.render.errors import PlanError
from grade.render.frame.destination import Destination
from grade.render.frame.memory import bytes_per_frame, frames_in_flight, parse_bytes
from grade.settings import available_memory

from .shot import write_look, write_plate

FRAME = Frame.from_pixels(np.zeros((100, 200, 3), np.float16))
MASTER = Destination("master", Pattern.parse("a.####.exr"))


def test_a_frame_counts_with_its_outputs():
    plate = 100 * 200 * 3 * 2
    assert bytes_per_frame(FRAME, [MASTER]) == plate + 3 * plate
    assert bytes_per_frame(FRAME, [MASTER, MASTER]) == plate + 6 * plate


def test_frames_in_flight_follow_from_the_budget():
    assert frames_in_flight(1 << 30, 1 << 20, 2) == 6
    assert frames_in_flight(3 << 20, 1 << 20, 2) == 3
    assert frames_in_flight(1 << 20, 1 << 20, 2) == 1
    with pytest.raises(PlanError, match=r"--memory 1\.0M: one frame of this plate takes 2\.0M"):
        frames_in_flight(1 << 20, 2 << 20, 2)


@pytest.mark.parametrize("text", ["", "0", "8X", "-1G", "G"])
def test_what_is_no_size_is_refused(text):
    with pytest.raises(PlanError, match="takes a size such as 8G"):
        parse_bytes(text)


def test_a_budget_below_one_frame_is_refused_before_anything_is_written(shot):
    done = shot.run("render", shot.look, shot.plate, shot.out, "--memory", "10K")
    assert done.code == 2 and "one frame of this plate takes" in done.err
    assert not shot.out.parent.exists()
    assert shot.run("render", shot.look, shot.plate, shot.out, "--memory", "100K").code == 0


def test_the_limit_of_a_group_counts(tmp_path):
    (tmp_path / "proc/self").mkdir(parents=True)
    (tmp_path / "proc/self/cgroup").write_text("0::/job\n")
    (tmp_path / "sys/fs/cgroup/job").mkdir(parents=True)
    (tmp_path / "sys/fs/cgroup/job/memory.max").write_text("max\n")
    most = available_memory(tmp_path)
    (tmp_path / "sys/fs/cgroup/memory.max").write_text("1000000\n")
    assert available_memory(tmp_path) == 1000000 < most


RUN = """
import json, os, sys
from grade.graph import Look
from grade.render import Request, Stream, plan
from grade.run import executor

look, plate, out = sys.argv[1:]

def resident():
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")

request = Request(look=Look.load(look), input=plate, outputs={"master": out}, threads=2)
made = plan(request, executor("reference"))
made.make_folders()
sizes = []
for outcome in Stream(made, 2).outcomes():
    assert outcome.status == "ok", outcome
    sizes.append(resident())
print(json.dumps(sizes))
"""


@pytest.mark.skipif(sys.platform != "linux", reason="resident memory is read from /proc")
@pytest.mark.parametrize("count", [300, pytest.param(2000, marks=pytest.mark.full)])
def test_memory_is_flat_in_the_number_of_frames(tmp_path, count):
    plate = write_plate(tmp_path / "plate", [1], size=(36, 64))
    first = plate.with_name("plate.0001.exr").read_bytes()
    for number in range(2, count + 1):
        plate.with_name(f"plate.{number:04d}.exr").write_bytes(first)
    words = [write_look(tmp_path), plate, tmp_path / "out" / "g.####.exr"]
    done = subprocess.run(
        [sys.executable, "-c", RUN, *map(str, words)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    sizes = json.loads(done.stdout)
    assert len(sizes) == count
    warm = max(sizes[: count // 10])
    assert max(sizes[-count // 10 :]) < 1.02 * warm
