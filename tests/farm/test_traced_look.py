"""Workers grade by programs that were sent: they trace nothing, and the bytes are the same."""

from dataclasses import replace

import numpy as np
import pytest

import grade.graph.tracing.trace
from grade.farm.dispatch import split_into_chunks
from grade.farm.errors import FarmError
from grade.farm.job_package import JobPackage, JobPackager
from grade.farm.traced_look import FrameTime
from grade.farm.worker import render_chunk
from grade.io import Frame

from .shot import LOOK, counted, pixels, rows

MOVING = LOOK.replace("stops: 0.5", "stops: {1001: 0.0, 1040: 2.0}").replace(
    "look: dusk", "look: dusk\ntime: frame"
)
MATTES = """\
grade: 2
look: lamps
config: ocio://studio-config-v5.0.0_aces-v2.1_ocio-v2.6
input: ACES2065-1
working: ACEScct
inputs:
  lamps: {files: mattes/m.####.exr, channel: R}
mattes:
  spot: {op: ellipse, center: [0.1, 0.0], size: [0.4, 0.5], soft: 0.2}
nodes:
  open: {op: exposure, stops: 1.0, matte: lamps & spot}
outputs:
  master: {from: open, space: ACES2065-1}
"""
CUBE = """\
grade: 2
look: film
nodes:
  film: {op: file_lut, file: film.cube}
outputs:
  master: {from: film}
"""


def sent(plan, chunk=None):
    """A packed package, its token and a chunk of all frames."""
    packager = JobPackager(plan, "reference", threads=1)
    package = packager.package()
    return package.pack(), package.token, chunk or packager.chunk(plan.todo)


@pytest.fixture
def poison(monkeypatch):
    """Call it, and whoever traces fails."""

    def refuse(*_, **__):
        raise AssertionError("a worker traced")

    def drink():
        monkeypatch.setattr(grade.graph.tracing.trace, "trace", refuse)
        monkeypatch.setattr(grade.graph.tracing.trace.Tracer, "__init__", refuse)

    return drink


def write_mattes(folder, numbers):
    (folder / "mattes").mkdir()
    for number in numbers:
        Frame.from_pixels(pixels(number + 7), frame=number).write(folder / "mattes" / "m.####.exr")


def write_cube(folder):
    lines = ["LUT_3D_SIZE 5"]
    for index in range(125):
        r, g, b = index % 5, index // 5 % 5, index // 25
        lines.append(f"{(r / 4) ** 2:.6f} {g / 4:.6f} {(b / 4) ** 0.5:.6f}")
    (folder / "film.cube").write_text("\n".join(lines) + "\n")


@pytest.mark.parametrize(
    "text", [LOOK, MOVING, MATTES, CUBE], ids=["plain", "moving", "mattes", "cube"]
)
def test_nothing_is_traced_and_the_bytes_are_the_same(job, poison, text):
    write_mattes(job.folder, range(1001, 1009))
    write_cube(job.folder)
    whole = job.whole(text, "1001-1008")
    packed, token, chunk = sent(job.plan(text, "1001-1008"))
    poison()
    done = render_chunk(packed, token, chunk)
    assert {outcome.status for outcome in done.outcomes} == {"ok"}, done.outcomes
    assert len(done.outcomes) == 8
    assert job.files() == whole
    assert set(counted(job.folder / "out").values()) == {1}


def test_twice_is_once(job):
    packed, token, chunk = sent(job.plan(LOOK, "1001-1004"))
    assert {o.status for o in render_chunk(packed, token, chunk).outcomes} == {"ok"}
    before = job.files()
    again = render_chunk(packed, token, chunk)
    assert {o.status for o in again.outcomes} == {"kept"}
    assert job.files() == before
    assert set(counted(job.folder / "out").values()) == {1}


def test_here_and_there_share_a_resume_key(job):
    """What a worker wrote is up to date here, and the other way round."""
    packed, token, chunk = sent(job.plan(MOVING, "1001-1004"))
    render_chunk(packed, token, chunk)
    assert job.plan(MOVING, "1001-1004").todo == []
    moved = MOVING.replace("1040: 2.0", "1040: 3.0")
    assert [task.number for task in job.plan(moved, "1001-1004").todo] == [1002, 1003, 1004]


def test_one_journal_a_process_whatever_it_does(job):
    plan = job.plan(LOOK, "1001-1008")
    packager = JobPackager(plan, "reference", threads=1)
    package = packager.package()
    for tasks in (plan.todo[:4], plan.todo[4:]):
        render_chunk(package.pack(), package.token, packager.chunk(tasks))
    assert len(list((job.folder / "out" / ".grade").glob("*.jsonl"))) == 1
    assert len(rows(job.folder / "out")) == 16


def test_a_frame_of_another_kind_is_asked_for(job):
    frame = Frame.from_pixels(pixels(1, dtype=np.float32), tags={"colorInteropID": "lin_ap0_scene"})
    frame.write(job.folder / "plate" / "plate.1003.exr")
    whole = job.whole(LOOK, "1001-1004")
    plan = job.plan(LOOK, "1001-1004")
    packager = JobPackager(plan, "reference", threads=1)
    package = packager.package()
    done = render_chunk(package.pack(), package.token, packager.chunk(plan.todo))
    assert (done.unprepared, len(done.outcomes)) == ((1003,), 3)
    assert {row["frame"] for row in rows(job.folder / "out")} == {1001, 1002, 1004}
    packager.add_programs(done.missing_programs)
    package = packager.package()
    left = [task for task in plan.todo if task.number == 1003]
    for _ in range(3):  # every output may ask
        done = render_chunk(package.pack(), package.token, packager.chunk(left))
        if not done.unprepared:
            break
        packager.add_programs(done.missing_programs)
        package = packager.package()
    assert [outcome.status for outcome in done.outcomes] == ["ok"], done.outcomes
    assert job.files() == whole


def test_keys_at_timecodes_are_asked_for(job):
    for number in range(1001, 1005):
        entries = {"timecode": f"01:00:00:{number - 1001:02}", "frame": number}
        frame = Frame.from_pixels(
            pixels(number), tags={"colorInteropID": "lin_ap0_scene"}, **entries
        )
        frame.write(job.folder / "plate" / "plate.####.exr")
    text = LOOK.replace("look: dusk", "look: dusk\nrate: 24").replace(
        "stops: 0.5", "stops: {'01:00:00:00': 0.0, '01:00:00:03': 3.0}"
    )
    whole = job.whole(text, "1001-1004")
    plan = job.plan(text, "1001-1004")
    packager = JobPackager(plan, "reference", threads=1)
    package = packager.package()
    done = render_chunk(package.pack(), package.token, packager.chunk(plan.todo))
    assert done.unprepared == (1001, 1002, 1003, 1004)
    assert FrameTime(1002, "01:00:00:01") in done.missing_times
    chunk = packager.chunk(plan.todo, done.missing_times)
    done = render_chunk(package.pack(), package.token, chunk)
    assert len(done.outcomes) == 4
    assert job.files() == whole


def test_another_version_is_refused(job):
    plan = job.plan(LOOK, "1001-1002")
    packager = JobPackager(plan, "reference", threads=1)
    package = replace(packager.package(), version="0.0.1", token="old")
    with pytest.raises(FarmError, match=r"sent by 0\.0\.1; install one version on both"):
        render_chunk(package.pack(), package.token, packager.chunk(plan.todo))


def test_a_damaged_frame_is_named(job):
    (job.folder / "plate" / "plate.1002.exr").write_bytes(b"\x76\x2f\x31\x01 no picture")
    packed, token, chunk = sent(job.plan(LOOK, "1001-1003"))
    done = render_chunk(packed, token, chunk)
    assert {o.frame: o.status for o in done.outcomes} == {1001: "ok", 1002: "failed", 1003: "ok"}
    assert "plate.1002.exr" in next(o.message for o in done.outcomes if o.frame == 1002)


def test_a_package_survives_its_way(job):
    package = JobPackager(job.plan(LOOK, "1001-1002"), "reference").package()
    again = JobPackage.unpack(package.pack())
    assert (again.token, again.texts, again.sequence) == (
        package.token, package.texts, package.sequence,
    )  # fmt: skip
    assert all(made.pattern.folder.is_absolute() for made in again.destinations)


@pytest.mark.parametrize("count", [0, 1, 5, 40, 1000])
@pytest.mark.parametrize("workers", [0, 1, 2, 16])
def test_chunks_are_all_frames_once(count, workers):
    tasks = list(range(count))
    parts = list(split_into_chunks(tasks, workers))
    assert [task for part in parts for task in part] == tasks
    assert all(4 <= len(part) <= 16 for part in parts[:-1])


def test_one_file_for_many_frames_is_no_farm_job(job):
    plan = job.plan(LOOK, "1001-1004")
    still = {"master": replace(plan.targets["master"], prefix="m.mov", suffix="", width=None)}
    with pytest.raises(FarmError, match=r"master: .*m\.mov is one file for 4 frames"):
        JobPackager(replace(plan, targets=still), "reference")
