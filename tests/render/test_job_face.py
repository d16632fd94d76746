"""`grade.render` and `grade.render_show`: a job from Python, as the verb does it, and silent."""

import dataclasses
import json
import logging
import multiprocessing
import os
import pickle
import subprocess
import sys
import threading
from collections import Counter
from fractions import Fraction
from pathlib import Path
from typing import get_type_hints

import click
import pytest

import grade
from grade.cli.render import command
from grade.errors import FramesFailed, GradeError, RequestError, TemporaryError
from grade.io import read
from grade.render.errors import PlanError, UnknownOption
from grade.render.options import CHOICES, Keywords, Options
from grade.render.stop_event import StopEvent
from grade.settings import child_environment

from .shot import FIRST, LAST, write_look, write_plate

NUMBERS = list(range(FIRST, LAST + 1))
REFERENCE = {"device": "reference"}


@pytest.fixture
def job(tmp_path, monkeypatch):
    """A folder with `plate/plate.####.exr` and `dusk.grade.yaml`, which is the current one."""
    monkeypatch.chdir(tmp_path)
    write_plate(tmp_path / "plate", size=(8, 12))
    write_look(tmp_path)
    return tmp_path


PLATE, LOOK_FILE = "plate/plate.####.exr", "dusk.grade.yaml"


def two_outputs(folder="out"):
    return {"master": f"{folder}/m.####.exr", "sdr": f"{folder}/s.####.png"}


def files(folder):
    return {path.name: path.read_bytes() for path in sorted(Path(folder).glob("[!.]*"))}


def rows(folder):
    """How many times each file was written, over all journals."""
    lines = [p.read_text().splitlines()[1:] for p in Path(folder, ".grade").glob("*.jsonl")]
    return Counter(json.loads(line)["file"] for journal in lines for line in journal)


def test_two_outputs_with_a_callback_and_not_a_word(job, capfd):
    told = []
    here = threading.get_ident()

    def progress(outcome):
        assert threading.get_ident() == here
        told.append((outcome.frame, outcome.status, dict(outcome.outputs)))

    report = grade.render(LOOK_FILE, PLATE, two_outputs(), progress=progress, **REFERENCE)
    assert report.check() is report
    assert sorted(told) == [(n, "ok", {"master": "ok", "sdr": "ok"}) for n in NUMBERS]
    assert report.frames("ok") == NUMBERS and report.exit_code == 0 and report.seconds > 0
    assert report.last_line == "done 12 failed 0 skipped 0"
    assert len(files("out")) == 2 * len(NUMBERS)
    assert capfd.readouterr() == ("", "")


def test_it_gives_the_bytes_journals_and_report_of_the_verb(job, capfd):
    report = grade.render(LOOK_FILE, PLATE, two_outputs("face"), **REFERENCE)
    from grade.cli import main

    words = [
        "render",
        LOOK_FILE,
        PLATE,
        "-o",
        "master=verb/m.####.exr",
        "-o",
        "sdr=verb/s.####.png",
    ]
    assert main([*words, "--device", "reference", "--json"]) == 0
    assert files("face") == files("verb")
    verb = json.loads(capfd.readouterr().out.replace("verb/", "face/"))
    face = json.loads(json.dumps(report.data()))
    for data in (verb, face):
        del data["seconds"]
        for frame in data["frames"]:
            del frame["seconds"]
    assert list(face) == list(verb) and face == verb
    assert rows("face") == rows("verb")
    again = grade.render(LOOK_FILE, PLATE, two_outputs("verb"), **REFERENCE)
    assert again.frames("kept") == NUMBERS


def test_its_event_stops_it_and_the_same_call_goes_on(job):
    stop = threading.Event()
    report = grade.render(
        LOOK_FILE, PLATE, two_outputs(), stop=stop, progress=lambda outcome: stop.set(),
        threads=1, **REFERENCE,
    )  # fmt: skip
    done = report.frames("ok")
    assert 1 <= len(done) < len(NUMBERS)
    assert report.not_begun == [number for number in NUMBERS if number not in done]
    with pytest.raises(TemporaryError, match="not begun: "):
        report.check()
    written = files("out")
    assert sorted(written) == sorted(name for n in done for name in (f"m.{n}.exr", f"s.{n}.png"))
    assert not list(Path("out").glob(".*.part"))
    rest = grade.render(LOOK_FILE, PLATE, two_outputs(), **REFERENCE)
    assert (rest.frames("kept"), rest.frames("ok")) == (done, report.not_begun)
    assert set(rows("out").values()) == {1}
    assert written.items() <= files("out").items()
    nothing = grade.render(LOOK_FILE, PLATE, "other/m.####.exr", stop=stop, **REFERENCE)
    assert nothing.not_begun == NUMBERS


def test_four_threads_into_four_folders(job, capfd):
    once = grade.render(LOOK_FILE, PLATE, two_outputs("alone"), device="cpu", threads=2)
    assert once.exit_code == 0
    look, together = grade.load(LOOK_FILE), threading.Barrier(4)
    reports, faults = {}, []

    def work(number):
        given = LOOK_FILE if number % 2 else look
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


def test_two_threads_on_one_sequence_write_each_frame_once(job):
    together, reports = threading.Barrier(2), []

    def work():
        together.wait()
        reports.append(grade.render(LOOK_FILE, PLATE, two_outputs(), threads=2, **REFERENCE))

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [report.frames("ok", "kept") for report in reports] == [NUMBERS] * 2
    assert len(rows("out")) == 2 * len(NUMBERS) and set(rows("out").values()) == {1}
    assert not list(Path("out").glob(".*.part"))


def test_threads_of_one_job_do_not_stop_another(job, monkeypatch):
    """A job that loses its disk sets its own event, not the caller's, which others may share."""
    import errno

    real = os.replace

    def full(source, target):
        if "full" in str(target):
            raise OSError(errno.ENOSPC, "No space left on device")
        real(source, target)

    monkeypatch.setattr(os, "replace", full)
    stop = threading.Event()
    lost = grade.render(LOOK_FILE, PLATE, "full/m.####.exr", stop=stop, threads=1, **REFERENCE)
    assert lost.exit_code == 75 and lost.not_begun and not stop.is_set()
    with pytest.raises(TemporaryError, match="not begun"):
        lost.check()
    assert grade.render(LOOK_FILE, PLATE, "m.####.exr", stop=stop, **REFERENCE).exit_code == 0


def test_an_event_is_its_own_or_the_callers():
    for asked in (threading.Event(), multiprocessing.Event()):
        event = StopEvent(asked)
        assert not event.is_set() and not event.wait(0.001)
        asked.set()
        assert event.is_set() and event.wait(60)
    own = StopEvent(None)
    own.set()
    assert own.is_set() and own.wait(60)


def test_a_callback_that_raises_ends_the_job_and_leaves_whole_frames(job):
    def progress(outcome):
        raise LookupError("the database is away")

    with pytest.raises(LookupError, match="away"):
        grade.render(LOOK_FILE, PLATE, "out/m.####.exr", progress=progress, threads=1, **REFERENCE)
    assert not list(Path("out").glob(".*.part"))
    written = files("out")
    assert 1 <= len(written) < len(NUMBERS)
    rest = grade.render(LOOK_FILE, PLATE, "out/m.####.exr", **REFERENCE)
    assert {f"m.{number}.exr" for number in rest.frames("kept")} == set(written)


# --- what it takes --------------------------------------------------------------------------------


def test_a_look_is_a_path_an_open_look_or_a_shipped_name(job):
    look = grade.load(LOOK_FILE)
    one = {"frames": FIRST, **REFERENCE}
    grade.render(Path(LOOK_FILE), Path(PLATE), Path("a/m.####.exr"), **one)
    grade.render(look, PLATE, "b/m.####.exr", **one)
    look.render(PLATE, {"master": "c/m.####.exr"}, **one)
    assert files("a") == files("b") == files("c") and len(files("a")) == 1
    shipped = grade.render("neutral", PLATE, {"sdr": "d/s.####.png"}, **one)
    assert shipped.asked.look == "neutral" and len(files("d")) == 1


def test_options_are_the_flags(job):
    report = grade.render(
        LOOK_FILE, PLATE, "out/m.####.exr", frames=range(FIRST, FIRST + 4, 2), bits="float",
        compression="zips", scale=0.5, set={"open.stops": 1.5}, without="trim", threads=2,
        memory="1G", rate=Fraction(24), **REFERENCE,
    )  # fmt: skip
    assert report.frames("ok") == [FIRST, FIRST + 2]
    graded = read(f"out/m.{FIRST}.exr")
    assert (graded.pixels.shape, graded.compression) == ((4, 6, 3), "zips")
    knobs = json.loads(graded.attributes["grade:knobs"])
    assert knobs["open.stops"] == 1.5 and "trim.slope.r" not in knobs
    assert grade.render(LOOK_FILE, PLATE, "out/m.####.exr", frames="1001,1003", chunk="1/2",
                        **REFERENCE).frames("ok") == [FIRST]  # fmt: skip


def flags():
    """Every flag of `grade render` that says something of the job itself."""
    talk = {"look", "input", "output", "named", "shots", "dask", "mode", "dry_run", "progress",
            "log", "report", "as_json", "quiet", "verbose"}  # fmt: skip
    return {p.name: p for p in command.params if p.name not in talk}


def test_each_flag_is_an_option_of_its_name_and_default():
    options = {option.name: option for option in dataclasses.fields(Options)}
    assert flags().keys() == options.keys()
    plain, context = Options(), click.Context(command)
    for name, flag in flags().items():
        default = {} if name == "set" else flag.get_default(context)
        assert getattr(plain, name) == (() if name == "without" else default), name
        long = max(flag.opts, key=len).removeprefix("--").replace("-", "_")
        assert long == name or (name, long) == ("input_space", "input")
        if name in CHOICES:
            assert tuple(flag.type.choices) == CHOICES[name], name


def test_type_checkers_see_every_option_with_its_type():
    assert get_type_hints(Keywords) == get_type_hints(Options)


@pytest.mark.parametrize(
    ("options", "error", "said"),
    [
        ({"thread": 2}, UnknownOption, "there is no option thread. Did you mean threads?"),
        ({"thread": 2}, TypeError, "threads"),
        ({"missing": "skp"}, PlanError, "missing = 'skp': takes error, skip, hold, black"),
        ({"threads": 0}, PlanError, "threads = 0: takes a whole number from 1"),
        ({"threads": True}, PlanError, "threads = True"),
        ({"bits": 9}, PlanError, "bits = 9: takes half, float, 8"),
        ({"scale": 0.3}, PlanError, "scale = 0.3: takes 1, 1/2"),
        ({"force": "no"}, PlanError, "force = 'no': takes True or False"),
        ({"set": ["a=1"]}, PlanError, "set = ['a=1']: takes values by name"),
        ({"frames": []}, PlanError, "frames = []: takes ranges"),
        ({"frames": "5-1"}, RequestError, "runs backwards"),
        ({"stale": 0}, PlanError, "stale = 0: takes minutes"),
        ({"rate": 0}, PlanError, "--rate 0: write frames per second"),
        ({"memory": "much"}, PlanError, "--memory much: takes a size"),
        ({"device": 1}, PlanError, "device = 1: takes a text"),
        ({"cdl": 1}, PlanError, "cdl = 1: takes a path"),
        ({"device": "gpu"}, RequestError, "device 'gpu'"),
        ({"set": {"open.stps": 1}}, RequestError, "stops"),
        ({"version": "dawn"}, RequestError, "has no version 'dawn'"),
        ({"frames": "7"}, RequestError, "missing frames 7"),
    ],
)
def test_a_wrong_option_is_refused_before_anything_is_written(job, options, error, said):
    with pytest.raises(error) as found:
        grade.render(LOOK_FILE, PLATE, "out/m.####.exr", **{**REFERENCE, **options})
    assert said in str(found.value) and isinstance(found.value, GradeError)
    assert not Path("out").exists()


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (("none.grade.yaml", PLATE, "out/m.####.exr"), "none.grade.yaml: cannot be read"),
        ((LOOK_FILE, "none.####.exr", "out/m.####.exr"), "none.####.exr"),
        ((LOOK_FILE, PLATE, {}), "outputs is empty: name master, sdr"),
        ((LOOK_FILE, PLATE, {"mastre": "out/m.####.exr"}), "has no output mastre"),
        ((LOOK_FILE, PLATE, PLATE), "the output is the plate itself"),
        ((LOOK_FILE, PLATE, "out/m.####.png"), "add a Display or --as-is"),
    ],
)
def test_a_wrong_argument_is_refused_before_anything_is_written(job, given, said):
    with pytest.raises(RequestError) as found:
        grade.render(*given, **REFERENCE)
    assert said in str(found.value)
    assert not Path("out").exists()


def test_frames_that_fail_are_in_the_report_and_raise_when_they_are_asked(job):
    Path("plate/plate.1003.exr").unlink()
    damaged = Path("plate/plate.1005.exr")
    damaged.write_bytes(damaged.read_bytes()[:100])
    told = Counter()
    report = grade.render(
        LOOK_FILE, PLATE, "out/m.####.exr", progress=lambda o: told.update([o.status]), **REFERENCE
    )
    assert told == {"ok": 10, "skipped": 1, "failed": 1}
    assert (report.frames("skipped"), report.frames("failed")) == ([1003], [1005])
    assert report.exit_code == 4
    with pytest.raises(FramesFailed, match="missing: 1003; failed: 1005"):
        report.check()
    assert pickle.loads(pickle.dumps(report)).data() == report.data()


def test_a_dry_run_says_what_would_be_written_and_why(job):
    grade.render(LOOK_FILE, PLATE, "out/m.####.exr", frames="1001-1003", **REFERENCE)
    before = files("out")
    change = {"set": {"open.stops": 1}} | REFERENCE
    report = grade.render(LOOK_FILE, PLATE, "out/m.####.exr", dry_run=True, **change)
    assert report.not_begun == NUMBERS
    assert report.asked.reasons[1002]["master"] == "look changed: open.stops 0.5 -> 1"
    assert report.asked.reasons[1004]["master"] == "new"
    same = grade.render(LOOK_FILE, PLATE, "out/m.####.exr", dry_run=True, **REFERENCE)
    assert (same.frames("kept"), same.not_begun) == ([1001, 1002, 1003], NUMBERS[3:])
    assert files("out") == before and not Path("new").exists()


# --- what it says ---------------------------------------------------------------------------------


def test_the_logger_says_what_the_verb_says(job, caplog, capfd):
    Path("plate/plate.1003.exr").unlink()
    with caplog.at_level(logging.DEBUG, logger="grade"):
        grade.render(LOOK_FILE, PLATE, "face/m.####.exr", threads=1, **REFERENCE)
    said = [record.getMessage() for record in caplog.records]
    levels = {record.getMessage(): record.levelname for record in caplog.records}
    assert capfd.readouterr() == ("", "")
    from grade.cli import main

    words = ["render", LOOK_FILE, PLATE, "verb/m.####.exr", "--device", "reference", "--threads", 1]
    caplog.clear()
    with caplog.at_level(logging.DEBUG, logger="grade"):
        assert main([*map(str, words), "-v"]) == 4
    verb = capfd.readouterr().err.replace("verb/", "face/").splitlines()

    logged = [record.getMessage().replace("verb/", "face/") for record in caplog.records]

    def timeless(lines):
        return sorted(line.split(" ok ")[0] for line in lines if "frames/s" not in line)

    assert timeless(said) == timeless(logged) == timeless(verb)
    assert said[0] == verb[0] and said[-1] == verb[-1] == "done 11 failed 0 skipped 1"
    assert levels["1003 skipped missing"] == levels[f"{PLATE}: missing: 1003"] == "WARNING"
    assert levels["output master: face/m.####.exr"] == "DEBUG"
    assert {levels[said[0]], levels[said[-1]]} == {"INFO"}


def test_no_handler_of_a_signal_is_changed(job):
    import signal

    before = [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)]
    during = []

    def progress(outcome):
        during.append([signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)])

    grade.render(LOOK_FILE, PLATE, "out/m.####.exr", progress=progress, **REFERENCE)
    assert all(found == before for found in during) and len(during) == len(NUMBERS)


def test_the_room_is_the_function(job):
    import grade.render.planner  # binds `grade.render` to the package
    from grade.render import plan

    assert plan is grade.render.planner.plan is grade.render.plan
    assert pickle.loads(pickle.dumps(grade.render)) is grade.render
    assert "progress" in grade.render.__call__.__doc__


# --- other processes ------------------------------------------------------------------------------

SCRIPT = """
import multiprocessing, os, sys
from concurrent.futures import ProcessPoolExecutor

import grade

LOOK, PLATE = "dusk.grade.yaml", "plate/plate.####.exr"
HOW = {"device": "cpu", "threads": 2}


def outputs(name):
    return {"master": f"{name}/m.####.exr", "sdr": f"{name}/s.####.png"}


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
    context = multiprocessing.get_context(sys.argv[1])
    with ProcessPoolExecutor(2, context) as pool:
        # The function itself and its report travel.
        jobs = [pool.submit(grade.render, LOOK, PLATE, outputs(f"c{n}"), **HOW) for n in range(3)]
        for job in jobs:
            print(job.result().last_line)
    print(forked_in_the_middle() if sys.argv[1] == "fork" else before.last_line)
"""


@pytest.mark.skipif(os.name == "nt", reason="Windows has no fork")
@pytest.mark.parametrize("method", ["fork", "spawn"])
def test_children_render_too(job, method):
    (job / "script.py").write_text(SCRIPT)
    words = [sys.executable, "-W", "ignore::DeprecationWarning", "script.py", method]
    done = subprocess.run(
        words, cwd=job, env=child_environment(), capture_output=True, text=True, timeout=300
    )
    assert done.returncode == 0 and not done.stderr, done.stderr
    assert done.stdout.splitlines() == ["done 12 failed 0 skipped 0"] * 5
    folders = ["before", "c0", "c1", "c2", *(["middle"] if method == "fork" else [])]
    assert all(files(folder) == files("before") for folder in folders)
    assert not [path for folder in folders for path in Path(folder).glob(".*.part")]


# --- shows ----------------------------------------------------------------------------------------

SHOW = """\
grade: 1
show: two
look: dusk.grade.yaml
plates: plate/plate.####.exr
outputs: {master: out/$SHOT.####.exr}
shots: shots.csv
"""


@pytest.fixture
def show(job):
    Path("two.show.yaml").write_text(SHOW)
    Path("shots.csv").write_text(
        "shot,frames,open.stops\na,1001-1004,0.1\nb,1003-1008,0.2\nc,2001,1\n"
    )
    return "two.show.yaml"


def test_a_show_is_rendered_and_the_shot_that_cannot_be_is_named(show, capfd):
    told = []
    report = grade.render_show(show, progress=told.append, **REFERENCE)
    assert Counter(outcome.shot for outcome in told) == {"a": 4, "b": 6}
    assert report.last_line == "done 10 failed 0 skipped 0 shots refused 1"
    assert (report.exit_code, list(report.refused)) == (4, ["c"])
    with pytest.raises(FramesFailed, match="c: "):
        report.check()
    assert report.data()["shots"]["a"]["outputs"] == {"master": "out/a.####.exr"}
    assert capfd.readouterr() == ("", "")
    some = grade.render_show(show, shot="a", frames="1001-1002", **REFERENCE).check()
    assert some.shots["a"].frames("kept") == [1001, 1002]
    dry = grade.render_show(show, shot=["b"], set={"open.stops": 2}, dry_run=True, **REFERENCE)
    assert dry.not_begun == {"b": list(range(1003, 1009))}
    assert "look changed" in dry.asked["b"].reasons[1003]["master"]


def test_a_show_stops_between_its_shots(show):
    stop = threading.Event()
    report = grade.render_show(
        show, shot=["a", "b"], stop=stop, progress=lambda o: stop.set(), threads=1, **REFERENCE
    )
    assert "b" not in report.shots and report.not_begun["b"] == list(range(1003, 1009))
    with pytest.raises(TemporaryError, match="b: not begun: 1003-1008"):
        report.check()
    rest = grade.render_show(show, shot=["a", "b"], **REFERENCE).check()
    assert rest.shots["a"].frames("kept") == report.shots["a"].frames("ok")


def test_what_a_show_refuses(show):
    for given, said in (
        ({"shot": "z*"}, "no shot of two"),
        ({"cdl": "a.ccc"}, "--cdl a.ccc: the show file says this"),
        ({"frames": 7}, "--frames 7: no shot has any of these frames"),
        ({"shots": "a"}, "there is no option shots"),
    ):
        with pytest.raises(RequestError) as found:
            grade.render_show(show, **given, **REFERENCE)
        assert said in str(found.value)
    assert not Path("out").exists()
