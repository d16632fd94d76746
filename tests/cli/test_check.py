"""`grade check`: what it prints, what it writes, and how it ends."""

import json
import re
import subprocess
import sys
from xml.etree import ElementTree

import numpy as np
import pytest

from grade.cli.check import found
from grade.graph.file.shipped import shipped_looks
from grade.io import Frame
from grade.settings import child_environment, override
from grade.testing.extra_plates import hash_file

PLAIN = """\
grade: 2
look: plain
working: ACES2065-1
nodes:
  trim: {op: cdl, slope: [1.1, 1.0, 0.9]}
outputs:
  master: {from: trim}
"""


@pytest.fixture
def looks(tmp_path, monkeypatch):
    """A folder with a look, and the working folder above it."""
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / "looks"
    folder.mkdir()
    (folder / "plain.grade.yaml").write_text(PLAIN)
    with override(ci=False):
        yield folder


@pytest.fixture
def kept(looks, run):
    assert run("check", "looks", "--update").code == 0
    return looks / "plain.golden.yaml"


def move(looks):
    path = looks / "plain.grade.yaml"
    path.write_text(path.read_text().replace("1.1, 1.0", "1.2, 1.0"))


def test_from_no_golden_file_to_a_pass(looks, run):
    done = run("check", "looks")
    assert done.code == 3
    assert "make it with: grade check looks/plain.grade.yaml --update" in done.out
    assert done.lines == ["1 of 1 looks failed: plain"]
    done = run("check", "looks/plain.grade.yaml", "--update")
    assert done.code == 0 and done.out.startswith("looks/plain.golden.yaml: written (")
    done = run("check", "looks")
    assert (done.code, done.out) == (0, "plain ok: master\n")
    assert run("check", "looks", "-q").out == ""


def test_a_copy_with_the_old_name_is_told_apart_by_its_file(looks, kept, run):
    (looks / "copy.grade.yaml").write_text(PLAIN.replace("1.1, 1.0", "1.2, 1.0"))
    done = run("check", "looks")
    assert done.code == 3 and "plain ok: master" in done.out
    assert "plain (looks/copy.grade.yaml) FAILED: " in done.out
    assert done.lines == ["1 of 2 looks failed: plain (looks/copy.grade.yaml)"]


def test_a_moved_knob(looks, kept, run):
    move(looks)
    done = run("check", "looks/*.grade.yaml")
    assert done.code == 3
    lines = done.out.splitlines()
    assert lines[0] == "plain FAILED"
    assert lines[1] == "  cause: look edited: trim.slope 1.1, 1, 0.9 -> 1.2, 1, 0.9"
    assert lines[2] == "  master: other pixels, 47 of 48 samples differ"
    assert re.fullmatch(r"    \w+ [-.0-9]+ [-.0-9]+ [-.0-9]+ -> .* codes [.0-9]+", lines[3])
    assert run("check", "looks", "--max-codes", "200").code == 0
    assert run("check", "looks", "--max-de", "1e9").code == 3
    assert run("check", "looks", "--update").code == 0
    assert run("check", "looks").code == 0


def test_json(looks, kept, run):
    assert json.loads(run("check", "looks", "--json").out)["passed"] is True
    move(looks)
    done = run("check", "looks", "--json")
    assert done.code == 3
    (found,) = json.loads(done.out)["looks"]
    assert found["causes"] and not found["passed"] and found["look"] == "plain"
    (part,) = found["parts"]
    assert part["expected"] != part["found"] and part["max_codes"] > 1
    assert part["kind"] == "scene" and part["max_de_itp"] is None
    assert part["samples"][0]["codes"] == part["max_codes"]


def test_reports_for_ci(looks, kept, run):
    move(looks)
    done = run("check", "looks", "--junit", "out/check.xml", "--html", "out/check.html")
    assert done.code == 3 and "out/check.html: written" in done.err
    root = ElementTree.parse("out/check.xml").getroot()
    assert root.get("failures") == "1"
    page = (looks.parent / "out" / "check.html").read_text()
    assert page.count("data:image/png") >= 4 and "trim.slope" in page


def test_an_automatic_run_writes_no_golden_file(looks, run):
    with override(ci=True):
        done = run("check", "looks", "--update")
        assert done.code == 2 and "CI is set" in done.err
        assert not (looks / "plain.golden.yaml").exists()
        assert run("check", "looks").code == 3


@pytest.mark.parametrize("value", ["1", "true"])
def test_which_the_environment_says(looks, value):
    words = [sys.executable, "-m", "grade", "check", "looks", "--update"]
    environment = child_environment(CI=value)
    done = subprocess.run(words, cwd=looks.parent, env=environment, capture_output=True, text=True)
    assert done.returncode == 2 and "CI is set" in done.stderr
    assert not (looks / "plain.golden.yaml").exists()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("check",), "Missing argument 'LOOKS...'"),
        (("check", "night.grade.yaml"), "night.grade.yaml: there is no such look file"),
        (("check", "film_prin"), "no shipped look of this name. Did you mean film_print"),
        (("check", "none/*.yaml"), "no file matches this pattern"),
        (("check", "."), "no *.grade.yaml in this folder"),
        (("check", "looks", "--update", "--twin"), "leave the other flags out"),
        (("check", "looks", "--plates", "none"), "--plates none: there is no such folder"),
        (("check", "looks", "--plates", "looks"), "no picture in it; grade reads"),
        (("check", "looks", "--device", "gpu"), "device 'gpu': not one of"),
    ],
)
def test_what_cannot_be(looks, kept, run, words, said):
    done = run(*words)
    assert done.code == 2
    assert said in done.err + done.out


def test_a_broken_look_does_not_keep_others_from_being_checked(looks, kept, run):
    (looks / "broken.grade.yaml").write_text(PLAIN.replace("cdl", "cdll"))
    (looks / "a.golden.yaml").write_text("x: 1")
    done = run("check", "looks/broken.grade.yaml", "looks/plain.grade.yaml", "looks/a.golden.yaml")
    assert done.code == 3
    assert done.out.splitlines()[0].startswith("broken FAILED: looks/broken.grade.yaml:5: trim: ")
    assert done.out.splitlines()[1] == "plain ok: master"
    assert done.lines == ["1 of 2 looks failed: broken"]


def test_shipped_looks_go_by_their_names(run):
    assert found(("noir", "neutral")) == [shipped_looks()["noir"], shipped_looks()["neutral"]]


# --- own pictures ---------------------------------------------------------------------------------


@pytest.fixture
def plates(looks, run):
    folder = looks.parent / "plates"
    folder.mkdir()
    pixels = np.linspace(0, 1, 8 * 6 * 3, dtype=np.float32).reshape(6, 8, 3)
    Frame.from_pixels(pixels.astype(np.float16)).write(folder / "sh010.1001.exr")
    Frame.from_pixels((pixels * 255).astype(np.uint8)).write(folder / "still.png")
    (folder / "notes.txt").write_text("no picture")
    assert run("check", "looks", "--update", "--plates", "plates").code == 0
    return folder


def test_plates_are_graded_too(looks, plates, run):
    done = run("check", "looks", "--plates", "plates")
    assert done.code == 0
    assert done.out == "plain ok: master, master of sh010.1001.exr, master of still.png\n"
    assert run("check", "looks").code == 0  # on a machine that has not got them
    assert "without its 2 plates" in run("check", "looks", "--update").out
    assert "add it with" in run("check", "looks", "--plates", "plates").out
    assert run("check", "looks", "--update", "--plates", "plates").code == 0
    move(looks)
    done = run("check", "looks", "--plates", "plates", "--max-de", "500")
    assert done.code == 3 and "master of still.png: other pixels" in done.out


def test_plates_are_known_by_their_content(looks, plates, run):
    (plates / "still.png").rename(plates / "other.png")
    Frame.from_pixels(np.zeros((6, 8, 3), np.float16)).write(plates / "sh010.1001.exr")
    done = run("check", "looks", "--plates", "plates")
    assert done.code == 3
    for said in (
        "other.png: not in the golden file; add it with",
        "still.png: in the golden file, and not in plates",
        "sh010.1001.exr: another picture than the one in the golden file",
    ):
        assert said in done.out


def test_a_damaged_plate_is_named(looks, plates, run):
    path = plates / "sh010.1001.exr"
    golden = looks / "plain.golden.yaml"
    before = hash_file(path)
    path.write_bytes(path.read_bytes()[:200])
    golden.write_text(golden.read_text().replace(before, hash_file(path)))
    done = run("check", "looks", "--plates", "plates")
    assert done.code == 3 and "sh010.1001.exr" in done.out and "master of still.png" not in done.out
