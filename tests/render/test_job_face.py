"""`grade.render`: a job from Python as the verb does it, stopped by an event, and silent."""

import json
import logging
import pickle
import signal
import threading
from pathlib import Path

import pytest

import grade
from grade.cli import main
from grade.errors import TemporaryError

from .python_job import LOOK, NUMBERS, PLATE, REFERENCE, files, rows, two_outputs


def test_two_outputs_with_a_callback_and_not_a_word(folder, capfd):
    told = []
    here = threading.get_ident()

    def progress(outcome):
        assert threading.get_ident() == here
        told.append((outcome.frame, outcome.status, dict(outcome.outputs)))

    report = grade.render(LOOK, PLATE, two_outputs(), progress=progress, **REFERENCE)
    assert report.check() is report
    assert sorted(told) == [(n, "ok", {"master": "ok", "sdr": "ok"}) for n in NUMBERS]
    assert report.frames("ok") == NUMBERS and report.exit_code == 0 and report.seconds > 0
    assert report.last_line == "done 12 failed 0 skipped 0"
    assert len(files("out")) == 2 * len(NUMBERS)
    assert capfd.readouterr() == ("", "")


def test_it_gives_the_bytes_journals_and_report_of_the_verb(folder, capfd):
    report = grade.render(LOOK, PLATE, two_outputs("face"), **REFERENCE)
    words = [
        "render",
        LOOK,
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
    again = grade.render(LOOK, PLATE, two_outputs("verb"), **REFERENCE)
    assert again.frames("kept") == NUMBERS


def test_its_event_stops_it_and_the_same_call_goes_on(folder):
    stop = threading.Event()
    report = grade.render(
        LOOK, PLATE, two_outputs(), stop=stop, progress=lambda outcome: stop.set(),
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
    rest = grade.render(LOOK, PLATE, two_outputs(), **REFERENCE)
    assert (rest.frames("kept"), rest.frames("ok")) == (done, report.not_begun)
    assert set(rows("out").values()) == {1}
    assert written.items() <= files("out").items()
    nothing = grade.render(LOOK, PLATE, "other/m.####.exr", stop=stop, **REFERENCE)
    assert nothing.not_begun == NUMBERS


def test_a_callback_that_raises_ends_the_job_and_leaves_whole_frames(folder):
    def progress(outcome):
        raise LookupError("the database is away")

    with pytest.raises(LookupError, match="away"):
        grade.render(LOOK, PLATE, "out/m.####.exr", progress=progress, threads=1, **REFERENCE)
    assert not list(Path("out").glob(".*.part"))
    written = files("out")
    assert 1 <= len(written) < len(NUMBERS)
    rest = grade.render(LOOK, PLATE, "out/m.####.exr", **REFERENCE)
    assert {f"m.{number}.exr" for number in rest.frames("kept")} == set(written)


def test_the_logger_says_what_the_verb_says(folder, caplog, capfd):
    Path("plate/plate.1003.exr").unlink()
    with caplog.at_level(logging.DEBUG, logger="grade"):
        grade.render(LOOK, PLATE, "face/m.####.exr", threads=1, **REFERENCE)
    said = [record.getMessage() for record in caplog.records]
    levels = {record.getMessage(): record.levelname for record in caplog.records}
    assert capfd.readouterr() == ("", "")
    words = ["render", LOOK, PLATE, "verb/m.####.exr", "--device", "reference", "--threads", 1]
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


def test_no_handler_of_a_signal_is_changed(folder):
    before = [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)]
    during = []

    def progress(outcome):
        during.append([signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)])

    grade.render(LOOK, PLATE, "out/m.####.exr", progress=progress, **REFERENCE)
    assert all(found == before for found in during) and len(during) == len(NUMBERS)


def test_the_room_is_the_function(folder):
    import grade.render.planner  # binds `grade.render` to the package
    from grade.render import plan

    assert plan is grade.render.planner.plan is grade.render.plan
    assert pickle.loads(pickle.dumps(grade.render)) is grade.render
    assert "progress" in grade.render.__call__.__doc__
