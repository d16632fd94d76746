"""Frames in flight: bounded whatever is slow, nothing lost, nothing twice."""

import threading
import time

import pytest

from grade.graph import Look
from grade.io import format_ranges, read
from grade.render import Report, Request, Stream, frame_loader, plan, stream
from grade.render.report import Outcome
from grade.run import executor

from .shot import FIRST, write_look, write_plate

NUMBERS = range(FIRST, FIRST + 60)


@pytest.fixture
def job(tmp_path):
    look = Look.load(write_look(tmp_path))
    pattern = write_plate(tmp_path / "plate", NUMBERS, size=(4, 6))
    request = Request(
        look=look, input=str(pattern), outputs={"master": str(tmp_path / "out" / "g.####.exr")}
    )
    made = plan(request, executor("reference"))
    made.make_folders()
    return made


def rendered(job, threads):
    report = Report()
    for outcome in Stream(job, threads).outcomes():
        report.add(outcome)
    return report


@pytest.mark.parametrize("slow", ["_load", "_grade", "_store"])
def test_memory_does_not_grow_with_the_number_of_frames(job, monkeypatch, slow):
    alive, most, lock = 0, 0, threading.Lock()
    original = {name: getattr(Stream, name) for name in ("_load", "_grade", "_store")}

    def step(name):
        def run(self, item):
            nonlocal alive, most
            with lock:
                alive += name == "_load"
                most = max(most, alive)
            if name == slow:
                time.sleep(0.002)
            original[name](self, item)
            with lock:
                alive -= name == "_store"

        return run

    for name in original:
        monkeypatch.setattr(Stream, name, step(name))
    report = rendered(job, 2)
    assert report.frames("ok") == list(NUMBERS)
    assert 1 <= most <= 6


@pytest.mark.parametrize("threads", [1, 3, 64])
def test_every_frame_is_rendered_once(job, threads):
    report = rendered(job, threads)
    assert [o.frame for o in sorted(report.outcomes, key=lambda o: o.frame)] == list(NUMBERS)
    assert report.exit_code == 0


def test_after_stop_nothing_is_begun_and_nothing_is_lost(job, monkeypatch):
    running, report, original = Stream(job, 2), Report(), Stream._store

    def store(self, item):
        self.stop.set()
        original(self, item)

    monkeypatch.setattr(Stream, "_store", store)
    for outcome in running.outcomes():
        report.add(outcome)
    done = report.frames("ok")
    assert 1 <= len(done) <= running.in_flight < len(NUMBERS)
    written = sorted(path.name for path in job.targets["master"].folder.glob("[!.]*"))
    assert written == [f"g.{number}.exr" for number in done]


def test_a_bug_in_one_step_ends_the_job_with_its_traceback(job, monkeypatch):
    def broken(self, item):
        raise ZeroDivisionError("ours")

    monkeypatch.setattr(stream.Stream, "_grade", broken)
    with pytest.raises(ZeroDivisionError, match="ours"):
        rendered(job, 2)


def test_the_last_line_and_the_exit_code():
    report = Report()
    for number, status in enumerate(["ok"] * 3 + ["failed"] + ["skipped"] * 2, 1):
        report.add(Outcome(number, status, 0.208, temporary=False))
    assert report.last_line == "done 3 failed 1 skipped 2"
    assert report.exit_code == 4
    assert report.troubles() == ["missing: 5-6", "failed: 4"]
    assert report.outcomes[0].line() == "1 ok 0.21s"
    report.add(Outcome(7, "failed", temporary=True))
    assert report.exit_code == 75
    assert format_ranges(report.frames("failed")) == "4,7"


def test_the_frame_that_a_job_is_planned_with_is_read_once(job, monkeypatch):
    read = []
    original = frame_loader.read_frame
    monkeypatch.setattr(
        frame_loader, "read_frame", lambda *asked: read.append(asked[1]) or original(*asked)
    )
    assert rendered(job, 2).frames("ok") == list(NUMBERS)
    assert sorted(read) == list(NUMBERS)[1:]
    with pytest.raises(AssertionError):  # and held no longer
        assert job.sample.frame


def test_a_frame_that_changed_since_the_plan_is_read_again(job):
    path = job.sequence.path(FIRST)
    other = job.sequence.path(FIRST + 7).read_bytes()
    path.write_bytes(other)
    assert rendered(job, 2).exit_code == 0
    first, eighth = (read(job.targets["master"].path(n)).pixels for n in (FIRST, FIRST + 7))
    assert (first == eighth).all()
    with pytest.raises(AssertionError):  # what is of no use is not held either
        assert job.sample.frame


def test_who_asks_no_further_leaves_whole_frames_and_their_rows(job, monkeypatch):
    running, original, first = Stream(job, 3), Stream._store, threading.Lock()

    def store(self, item):
        """The first frame goes through; the others are in flight until nobody asks."""
        if not first.acquire(blocking=False):
            self.stop.wait()
        original(self, item)

    monkeypatch.setattr(Stream, "_store", store)
    outcomes = running.outcomes()
    next(outcomes)
    outcomes.close()
    folder = job.targets["master"].folder
    written = {path.name for path in folder.glob("[!.]*")}
    assert 1 <= len(written) <= running.in_flight + 1 < len(NUMBERS)
    again = plan(job.request, executor("reference"))
    assert {f"g.{number}.exr" for number in again.kept} == written
    assert not any(folder.glob(".*.part*"))
    stages = ("grade-reader", "grade-grader", "grade-writer")
    assert not [thread for thread in threading.enumerate() if thread.name.startswith(stages)]
