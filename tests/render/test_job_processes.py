"""`grade.render` from several threads at once, and in processes that were forked or spawned."""

import errno
import multiprocessing
import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

import grade
from grade.errors import TemporaryError
from grade.render.stop_event import StopEvent
from grade.settings import child_environment

from .python_job import LOOK, NUMBERS, PLATE, REFERENCE, files, rows, two_outputs


def test_four_threads_into_four_folders(folder, capfd):
    once = grade.render(LOOK, PLATE, two_outputs("alone"), device="cpu", threads=2)
    assert once.exit_code == 0
    look, together = grade.load(LOOK), threading.Barrier(4)
    reports, faults = {}, []

    def work(number):
        given = LOOK if number % 2 else look
        try:
            together.wait()
            reports[number] = grade.render(
                given, PLATE, two_outputs(f"t{number}"), device="cpu", threads=2
            )
        except BaseException as error:
            faults.append(error)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not faults
    assert [reports[number].frames("ok") for number in range(4)] == [NUMBERS] * 4
    assert all(files(f"t{number}") == files("alone") for number in range(4))
    assert capfd.readouterr() == ("", "")


def test_two_threads_on_one_sequence_write_each_frame_once(folder):
    together, reports = threading.Barrier(2), []

    def work():
        together.wait()
        reports.append(grade.render(LOOK, PLATE, two_outputs(), threads=2, **REFERENCE))

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [report.frames("ok", "kept") for report in reports] == [NUMBERS] * 2
    assert len(rows("out")) == 2 * len(NUMBERS) and set(rows("out").values()) == {1}
    assert not list(Path("out").glob(".*.part"))


def test_threads_of_one_job_do_not_stop_another(folder, monkeypatch):
    """A job that loses its disk sets its own event, not the caller's, which others may share."""
    real = os.replace

    def full(source, target):
        if "full" in str(target):
            raise OSError(errno.ENOSPC, "No space left on device")
        real(source, target)

    monkeypatch.setattr(os, "replace", full)
    stop = threading.Event()
    lost = grade.render(LOOK, PLATE, "full/m.####.exr", stop=stop, threads=1, **REFERENCE)
    assert lost.exit_code == 75 and lost.not_begun and not stop.is_set()
    with pytest.raises(TemporaryError, match="not begun"):
        lost.check()
    assert grade.render(LOOK, PLATE, "m.####.exr", stop=stop, **REFERENCE).exit_code == 0


def test_an_event_is_its_own_or_the_callers():
    for asked in (threading.Event(), multiprocessing.Event()):
        event = StopEvent(asked)
        assert not event.is_set() and not event.wait(0.001)
        asked.set()
        assert event.is_set() and event.wait(60)
    own = StopEvent(None)
    own.set()
    assert own.is_set() and own.wait(60)


SCRIPT = """
import multiprocessing, os, sys, threading
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager

import grade

LOOK, PLATE = "dusk.grade.yaml", "plate/plate.####.exr"
HOW = {"device": "cpu", "threads": 2}


def outputs(name):
    return {"master": f"{name}/m.####.exr", "sdr": f"{name}/s.####.png"}


@contextmanager
def locks_held():
    # Every lock of a module is held, as by threads in the middle of their work; but for the one
    # around LLVM, which a fork waits for.
    kinds = type(threading.Lock()), type(threading.RLock())
    names = [n for n in sys.modules if n.startswith("grade.") and n != "grade.run.host_kernels"]
    values = [value for name in names for value in vars(sys.modules[name]).values()]
    locks = [value for value in values if isinstance(value, kinds)]
    assert len(locks) >= 5
    held, over = threading.Event(), threading.Event()

    def hold():
        for lock in locks:
            lock.acquire()
        held.set()
        over.wait()
        for lock in locks:
            lock.release()

    thread = threading.Thread(target=hold)
    thread.start()
    held.wait()
    yield
    over.set()
    thread.join()


def forked_in_the_middle():
    # A child that unwinds the job of its parent leaves its claims and files alone.
    mine = os.getpid()

    def progress(outcome):
        if outcome.frame == 1004 and os.fork() == 0:
            raise SystemExit(0)

    try:
        report = grade.render(LOOK, PLATE, outputs("middle"), progress=progress, **HOW)
    finally:
        if os.getpid() != mine:
            os._exit(0)
    assert os.wait()[1] == 0
    return report.last_line


if __name__ == "__main__":
    before = grade.render(LOOK, PLATE, outputs("before"), **HOW)
    print(before.last_line)
    with ProcessPoolExecutor(2, multiprocessing.get_context(sys.argv[1])) as pool:
        with locks_held():
            # The function itself travels, and its report.
            job = pool.submit(grade.render, LOOK, PLATE, outputs("one"), **HOW)
        print(job.result().last_line)
        print(pool.submit(grade.render, LOOK, PLATE, outputs("two"), **HOW).result().last_line)
    print(forked_in_the_middle() if sys.argv[1] == "fork" else before.last_line)
"""


@pytest.mark.skipif(os.name == "nt", reason="Windows has no fork")
@pytest.mark.parametrize("method", ["fork", "spawn"])
def test_children_render_too(folder, method):
    (folder / "script.py").write_text(SCRIPT)
    words = [sys.executable, "-W", "ignore::DeprecationWarning", "script.py", method]
    done = subprocess.run(
        words, cwd=folder, env=child_environment(), capture_output=True, text=True, timeout=300
    )
    assert done.returncode == 0 and not done.stderr, done.stderr
    assert done.stdout.splitlines() == ["done 12 failed 0 skipped 0"] * 4
    folders = ["before", "one", "two", *(["middle"] if method == "fork" else [])]
    assert all(files(folder) == files("before") for folder in folders)
    assert not [path for folder in folders for path in Path(folder).glob(".*.part")]
