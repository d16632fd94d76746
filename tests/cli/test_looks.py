"""`grade looks`: the list, one look, the contact sheet, and shipped looks by their bare names."""

import json
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from grade.cli.looks.contact_sheet import SCREEN_ID
from grade.cli.looks.stroke_font import draw_text
from grade.graph.file.shipped import shipped_looks
from grade.io import Frame, read

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def plate(tmp_path_factory):
    """Half of it grey, half of it bright: 96x54 half EXR."""
    pixels = np.full((54, 96, 3), 0.18, np.float16)
    pixels[:, 48:] = (1.6, 0.9, 0.3)
    path = tmp_path_factory.mktemp("plate") / "plate.0001.exr"
    Frame.from_pixels(pixels, tags={"colorInteropID": "lin_ap0_scene"}).write(path, sync=False)
    return path


def test_the_list(run):
    done = run("looks")
    assert done.code == 0
    for name in shipped_looks():
        assert re.search(rf"^{name}  +\S", done.out, re.MULTILINE)
    plates = "auto (untagged: ACES2065-1) in ACEScct"
    assert f"{plates}; master ACES2065-1, sdr Rec.1886 Rec.709 - Display" in done.out


def test_the_list_for_programs(run):
    found = json.loads(run("looks", "--json").out)
    assert [look["name"] for look in found] == list(shipped_looks())
    for look in found:
        assert Path(look["path"]).is_file() and look["license"].startswith("Apache-2.0")
        assert {"intent", "input", "working", "outputs", "nodes", "knobs"} <= set(look)


def test_one_look(run):
    done = run("looks", "teal_orange")
    assert done.code == 0
    for word in ("license  Apache-2.0", "skin    hsl_qualifier", "where ~skin", "mood", "subtle"):
        assert word in done.out
    alone = json.loads(run("looks", "teal_orange", "--json").out)
    assert alone["mattes"] == ["skin"] and alone["versions"] == ["subtle"]
    path = run("looks", "teal_orange", "--path").out.strip()
    assert Path(path) == shipped_looks()["teal_orange"]


VERBS_OF_A_LOOK = {
    "looks": lambda look, plate: ("looks", look),
    "explain": lambda look, plate: ("explain", look, "--value", "0.2,0.2,0.2"),
    "diff": lambda look, plate: ("diff", look, "neutral"),
    "check": lambda look, plate: ("check", look),
    "render": lambda look, plate: ("render", look, plate, "-o", "sdr=x.png", "--dry-run"),
}


@pytest.mark.parametrize("verb", VERBS_OF_A_LOOK)
def test_a_look_that_is_no_longer_shipped_is_found_and_said(run, plate, verb):
    words = VERBS_OF_A_LOOK[verb]
    said = run(*words("golden_hour", plate)).lines[0]
    assert said == (
        "golden_hour: is no longer among the shipped looks; its last form is golden_hour@1"
    )
    assert not any("no longer" in line for line in run(*words("golden_hour@1", plate)).lines)
    done = run(*words("golden_hour@7", plate))
    assert done.code == 2
    assert "no shipped look 'golden_hour@7'; there is golden_hour@1" in done.err


def test_looks_of_older_formats_are_not_in_the_list(run):
    assert "@" not in run("looks").out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("looks", "teal_orang"), "there is no shipped look 'teal_orang'. Did you mean teal_oran"),
        (("looks", "--path"), "--path: name a look"),
        (("looks", "--plate", "x.exr"), "add --sheet OUT.png"),
        (("looks", "--sheet", "x.gif"), "a contact sheet is a PNG"),
        (("looks", "--sheet", "x.png", "--plate", "no.exr"), "no.exr"),
    ],
)
def test_what_cannot_be(run, words, said):
    done = run(*words)
    assert done.code == 2 and said in done.err and len(done.lines) == 1


def test_a_shipped_look_goes_by_its_name(run, plate, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    words = ("--device", "reference", "-q")
    assert run("render", "noir", plate, "-o", "sdr=by_name.png", *words).code == 0
    by_path = run("render", shipped_looks()["noir"], plate, "-o", "sdr=by_path.png", *words)
    assert by_path.code == 0
    assert (read("by_name.png").pixels == read("by_path.png").pixels).all()
    assert run("explain", "noir").code == 0
    # A file of that name is the file, and another word is a path that is not there.
    (tmp_path / "noir").write_text("grade: 9\n")
    assert run("explain", "noir").code == 2
    assert run("explain", "noirr").code == 2


def test_they_are_in_canonical_layout(run):
    assert run("fmt", "--check", *shipped_looks().values()).code == 0


@pytest.mark.full
def test_the_sheet_of_all(run, tmp_path):
    # The reference compiles nothing: a kernel for each look would take a minute.
    done = run("looks", "--sheet", tmp_path / "made" / "looks.png", "--device", "reference")
    assert done.code == 0 and done.lines[-1].endswith(f"{len(shipped_looks())} looks")
    sheet = read(tmp_path / "made" / "looks.png")
    assert sheet.tags["colorInteropID"] == SCREEN_ID
    assert sheet.pixels.dtype == np.uint8
    height, width, _ = sheet.pixels.shape
    assert width <= 1600 and height <= 1200
    assert tuple(sheet.pixels[0, 0]) == (41, 41, 41)  # the surround is neutral
    wide, high = (width - 84) // 6, round((width - 84) / 6 * 9 / 16)
    tiles = [
        sheet.pixels[12 + row * (high + 38) :, 12 + column * (wide + 12) :][:high, :wide]
        for row in range(-(-len(shipped_looks()) // 6))
        for column in range(6)
    ][: len(shipped_looks())]
    small = [tile.astype(int) for tile in tiles]
    for index, tile in enumerate(small):
        assert tile.std() > 5
        for other in small[:index]:
            assert np.abs(tile - other).mean() > 2.5


def test_a_sheet_of_one_look_on_a_plate_of_ones_own(run, plate, tmp_path):
    target = tmp_path / "one.png"
    assert run("looks", "neutral", "--sheet", target, "--plate", plate, "-q").code == 0
    sheet = read(target).pixels.astype(int)
    wide, high = sheet.shape[1] - 24, sheet.shape[0] - 12 - 26 - 12
    assert abs(wide / high - 96 / 54) < 0.02
    left, right = sheet[12 + high // 2, 12 + wide // 4], sheet[12 + high // 2, 12 + 3 * wide // 4]
    # The view of ACES 2.0 shows 10 of 100 cd/m2 for 18 % grey: the code 0.3492 of an sRGB screen.
    assert abs(left - 0.3492 * 255).max() <= 1.5
    assert right[0] > right[1] > right[2] > left[2] - 40
    assert sheet[12 + high + 4 :].max() > 120  # its name is written below


def test_a_plate_that_is_something_else(run, plate, tmp_path):
    """The tag of a plate must agree with the look, as when rendering."""
    done = run(
        "looks", "noir", "--sheet", tmp_path / "x.png", "--plate", plate, "--input", "ACEScg"
    )
    assert done.code == 2
    assert "is tagged ACES2065-1, and the look takes ACEScg" in done.err
    assert not (tmp_path / "x.png").exists()


def test_letters_are_apart_and_whole():
    signs = "abcdefghijklmnopqrstuvwxyz0123456789_-."
    drawn = [draw_text(sign, 4.0) for sign in signs]
    for sign, glyph in zip(signs, drawn, strict=True):
        assert glyph.max() == 1.0 and glyph.min() == 0.0, sign
        assert glyph[0].max() == glyph[-1].max() == glyph[:, -1].max() == 0.0, sign  # none is cut
    for index, glyph in enumerate(drawn):
        assert all(g.shape != glyph.shape or np.abs(g - glyph).sum() > 4 for g in drawn[:index])
    assert (draw_text("ABC", 2.0) == draw_text("abc", 2.0)).all()
    assert draw_text("%", 2.0).max() == 1.0  # an unknown sign is a box, not a hole


def test_the_module_answers_too():
    words = [sys.executable, "-m", "grade", "looks", "noir", "--path"]
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=True)
    assert Path(done.stdout.strip()) == shipped_looks()["noir"]
