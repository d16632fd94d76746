"""What `grade.render` takes: looks, outputs, and the flags of the verb as options."""

import dataclasses
import json
import pickle
from collections import Counter
from fractions import Fraction
from pathlib import Path
from typing import get_type_hints

import pytest

import grade
from grade.cli.job.render_options import RenderOptions
from grade.cli.render import command
from grade.errors import FramesFailed, GradeError, RequestError
from grade.io import read
from grade.render.errors import PlanError, UnknownOption
from grade.render.options import CHOICES, Keywords, Options

from .python_job import LOOK, NUMBERS, PLATE, REFERENCE, files
from .shot import FIRST


def test_a_look_is_a_path_an_open_look_or_a_shipped_name(folder):
    look = grade.load(LOOK)
    one = {"frames": FIRST, **REFERENCE}
    grade.render(Path(LOOK), Path(PLATE), Path("a/m.####.exr"), **one)
    grade.render(look, PLATE, "b/m.####.exr", **one)
    look.render(PLATE, {"master": "c/m.####.exr"}, **one)
    assert files("a") == files("b") == files("c") and len(files("a")) == 1
    shipped = grade.render("neutral", PLATE, {"sdr": "d/s.####.png"}, **one)
    assert shipped.asked.look == "neutral" and len(files("d")) == 1


def test_options_are_the_flags(folder):
    report = grade.render(
        LOOK, PLATE, "out/m.####.exr", frames=range(FIRST, FIRST + 4, 2), bits="float",
        compression="zips", scale=0.5, set={"open.stops": 1.5}, without="trim", threads=2,
        memory="1G", rate=Fraction(24), **REFERENCE,
    )  # fmt: skip
    assert report.frames("ok") == [FIRST, FIRST + 2]
    graded = read(f"out/m.{FIRST}.exr")
    assert (graded.pixels.shape, graded.compression) == ((4, 6, 3), "zips")
    knobs = json.loads(graded.attributes["grade:knobs"])
    assert knobs["open.stops"] == 1.5 and "trim.slope.r" not in knobs
    assert grade.render(LOOK, PLATE, "out/m.####.exr", frames="1001,1003", chunk="1/2",
                        **REFERENCE).frames("ok") == [FIRST]  # fmt: skip


TALK = {"look", "input", "output", "named", "shots", "dask", "wait", "mode", "dry_run", "progress",
        "log", "report", "as_json", "quiet", "verbose"}  # fmt: skip


def test_each_flag_is_an_option_of_its_name_and_default():
    flags = {flag.name: flag for flag in command.params if flag.name not in TALK}
    assert flags.keys() == {option.name for option in dataclasses.fields(Options)}
    for name, flag in flags.items():
        long = max(flag.opts, key=len).removeprefix("--").replace("-", "_")
        assert long == name or (name, long) == ("input_space", "input")
        if name in CHOICES:
            assert tuple(flag.type.choices) == CHOICES[name], name
    typed = command.make_context("render", [LOOK]).params
    assert RenderOptions.of_command_line(typed).job == Options()


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
def test_a_wrong_option_is_refused_before_anything_is_written(folder, options, error, said):
    with pytest.raises(error) as found:
        grade.render(LOOK, PLATE, "out/m.####.exr", **{**REFERENCE, **options})
    assert said in str(found.value) and isinstance(found.value, GradeError)
    assert not Path("out").exists()


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (("none.grade.yaml", PLATE, "out/m.####.exr"), "none.grade.yaml: cannot be read"),
        ((LOOK, "none.####.exr", "out/m.####.exr"), "none.####.exr"),
        ((LOOK, PLATE, {}), "outputs is empty: name master, sdr"),
        ((LOOK, PLATE, {"mastre": "out/m.####.exr"}), "has no output mastre"),
        ((LOOK, PLATE, PLATE), "the output is the plate itself"),
        ((LOOK, PLATE, "out/m.####.png"), "add a Display or --as-is"),
    ],
)
def test_a_wrong_argument_is_refused_before_anything_is_written(folder, given, said):
    with pytest.raises(RequestError) as found:
        grade.render(*given, **REFERENCE)
    assert said in str(found.value)
    assert not Path("out").exists()


def test_frames_that_fail_are_in_the_report_and_raise_when_they_are_asked(folder):
    Path("plate/plate.1003.exr").unlink()
    damaged = Path("plate/plate.1005.exr")
    damaged.write_bytes(damaged.read_bytes()[:100])
    told = Counter()
    report = grade.render(
        LOOK, PLATE, "out/m.####.exr", progress=lambda o: told.update([o.status]), **REFERENCE
    )
    assert told == {"ok": 10, "skipped": 1, "failed": 1}
    assert (report.frames("skipped"), report.frames("failed")) == ([1003], [1005])
    assert report.exit_code == 4
    with pytest.raises(FramesFailed, match="missing: 1003; failed: 1005"):
        report.check()
    assert pickle.loads(pickle.dumps(report)).data() == report.data()


def test_a_dry_run_says_what_would_be_written_and_why(folder):
    grade.render(LOOK, PLATE, "out/m.####.exr", frames="1001-1003", **REFERENCE)
    before = files("out")
    change = {"set": {"open.stops": 1}} | REFERENCE
    report = grade.render(LOOK, PLATE, "out/m.####.exr", dry_run=True, **change)
    assert report.not_begun == NUMBERS
    assert report.asked.reasons[1002]["master"] == "look changed: open.stops 0.5 -> 1"
    assert report.asked.reasons[1004]["master"] == "new"
    same = grade.render(LOOK, PLATE, "out/m.####.exr", dry_run=True, **REFERENCE)
    assert (same.frames("kept"), same.not_begun) == ([1001, 1002, 1003], NUMBERS[3:])
    assert files("out") == before and not Path("new").exists()
