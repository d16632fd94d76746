"""What no job can mean is refused by a typed error before anything is written."""

import threading

import pytest

import grade
from grade.errors import RequestError
from grade.graph.file.shipped import find_shipped_look

from .python_job import REFERENCE

LOOK = grade.Look("x", input="ACEScg", working="ACEScg")
LOOK.outputs["m"] = LOOK.source >> grade.Exposure(0.5, name="open")


@pytest.fixture
def plate(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    import numpy as np

    pixels = np.full((4, 4, 3), 0.25, np.float32)
    grade.Frame.from_pixels(pixels, tags={"colorInteropID": "lin_ap1_scene"}).write("p.exr")
    return tmp_path


WRONG = {
    "a progress that cannot be called": {"progress": 5},
    "a stop that is no event": {"stop": 5},
    "a stop that is True": {"stop": True},
    "a look that is None": {"look": None},
    "a look that is a number": {"look": 3},
    "an input that is None": {"input": None},
    "an input that is a list": {"input": ["p.exr"]},
    "outputs that are a list": {"outputs": ["o/a.exr"]},
    "an output that is None": {"outputs": {"m": None}},
    "an output of bytes": {"outputs": {"m": b"o/a.exr"}},
    "an empty output": {"outputs": {"m": ""}},
    "frames that are no numbers": {"frames": 5.5},
    "no frames": {"frames": []},
    "values by numbers": {"set": {1: 2}},
    "no node to leave out": {"without": 5},
    "nodes that are numbers": {"without": [5]},
    "an empty CDL": {"cdl": ""},
    "an empty version": {"version": ""},
    "an empty config": {"config": ""},
    "an empty space": {"input_space": ""},
}


@pytest.mark.parametrize("name", WRONG)
def test_it_is_refused_and_nothing_written(name, plate):
    given = {"look": LOOK, "input": "p.exr", "outputs": "o/a.exr", **REFERENCE, **WRONG[name]}
    with pytest.raises(RequestError):
        grade.render(given.pop("look"), given.pop("input"), given.pop("outputs"), **given)
    assert [path.name for path in plate.iterdir()] == ["p.exr"]


@pytest.mark.parametrize(
    "given",
    [{"show": 5}, {"show": None}, {"shot": 5}, {"shot": None}, {"shot": [5]}, {"stop": 5},
     {"progress": "x"}],
)  # fmt: skip
def test_a_show_too(given, plate):
    with pytest.raises(RequestError):
        grade.render_show(given.pop("show", "x.show.yaml"), **given)


@pytest.mark.parametrize("values", [5, None, [1], {1: 2}])
def test_values_of_a_look_are_by_name(values):
    with pytest.raises(RequestError, match="takes values by name"):
        LOOK.set(values)


def test_an_event_and_a_function_are_taken(plate):
    seen = []
    grade.render(
        LOOK, "p.exr", "o/a.exr", progress=seen.append, stop=threading.Event(), **REFERENCE
    )
    assert len(seen) == 1


@pytest.mark.parametrize("name", ["film_print@", "film_print@x", "golden_hour@", "film_print@@1"])
def test_a_version_that_is_none_is_not_the_last_one(name):
    with pytest.raises(RequestError, match="no shipped look"):
        find_shipped_look(name)


@pytest.mark.parametrize("flag", ["--cdl", "--version", "--config", "--input"])
@pytest.mark.parametrize("verb", ["render", "explain"])
def test_an_empty_flag_is_refused(flag, verb, plate, capsys):
    from grade.cli import main

    (plate / "x.grade.yaml").write_text(
        "grade: 2\nlook: x\nnodes:\n  trim: {op: cdl}\noutputs:\n  m: {}\n"
    )
    words = {"render": ["x.grade.yaml", "p.exr", "o.exr"], "explain": ["x.grade.yaml"]}[verb]
    assert main([verb, *words, flag, ""]) == 2
    assert not (plate / "o.exr").exists() and capsys.readouterr().err
