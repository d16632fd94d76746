"""`grade.render_show`: the shots of a show from Python."""

import threading
from collections import Counter
from pathlib import Path

import pytest

import grade
from grade.errors import FramesFailed, RequestError, TemporaryError

from .python_job import REFERENCE

SHOW = """\
grade: 1
show: two
look: dusk.grade.yaml
plates: plate/plate.####.exr
outputs: {master: out/$SHOT.####.exr}
shots: shots.csv
"""


@pytest.fixture
def show(folder):
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


def test_what_the_movies_of_shots_say_is_in_the_report(show, caplog):
    pytest.importorskip("av", reason="movies need PyAV")
    Path("dusk.grade.yaml").write_text(
        "grade: 2\nlook: hot\nworking: sRGB - Display\n"
        "nodes:\n  open: {op: cdl, slope: 3}\noutputs:\n  sdr: {from: open}\n"
    )
    Path("two.show.yaml").write_text(
        SHOW.replace("{master: out/$SHOT.####.exr}", "{sdr: out/$SHOT.mkv}")
    )
    Path("shots.csv").write_text("shot,frames\na,1001-1002\nb,1003-1004\n")
    Path("presets").mkdir()
    Path("presets/tight.preset.yaml").write_text(
        "preset: tight\nmovie: {codec: ffv1, profile: 422, range: legal, limit: ebu_r103}\n"
    )
    with caplog.at_level("INFO", logger="grade"):
        report = grade.render_show(
            show, preset="tight", rate=25, trust_input=True, **REFERENCE
        ).check()
    for shot in ("a", "b"):
        data = report.data()["shots"][shot]
        assert data["limited"]["sdr"] > 0
        (note,) = [line for line in data["notes"] if "ebu_r103" in line]
        assert f"{shot}: {note}" in caplog.messages
