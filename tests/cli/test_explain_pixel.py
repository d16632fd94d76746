"""`grade explain`: one pixel through every node, the drawing, mattes and keyframes."""

import json
from dataclasses import replace
from xml.etree import ElementTree

import numpy as np
import pytest

import grade

LOOK = """\
grade: 2
look: night
input: ACES2065-1
working: ACEScct
mattes:
  skin: {op: luma_qualifier, from: trim, luma: {low: 0.3, high: 0.6, soft: 0.1}}
  spot: {op: ellipse, size: [0.8, 0.6], soft: 0.1}
  face: skin & spot
nodes:
  trim: {op: cdl, slope: [1.1, 1.0, 0.9]}
  open: {op: exposure, stops: {1001: 0.0, 1040: 0.5}}
  warm: {op: exposure, stops: 0.3, matte: face}
outputs:
  master: {from: warm, space: ACEScg}
  sdr: {from: warm, display: sRGB - Display, view: Un-tone-mapped}
"""


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "night.grade.yaml").write_text(LOOK)
    random = np.random.default_rng(2)
    pixels = random.uniform(0, 1, (20, 32, 3)).astype(np.float16)
    tags = {"colorInteropID": "lin_ap0_scene"}
    for number in (1001, 1020):
        frame = replace(grade.Frame.from_pixels(pixels, tags=tags), frame=number)
        frame.write(tmp_path / "plate.####.exr", sync=False)
    return tmp_path


def test_the_table_has_a_row_for_every_node_and_ends_in_what_is_stored(run, folder):
    path, plate = folder / "night.grade.yaml", folder / "plate.####.exr"
    done = run("explain", path, plate, "--pixel", "17,9", "--frame", 1020)
    assert done.code == 0, done.err
    lines = done.out.splitlines()
    assert lines[0].split() == [
        "node", "op", "space", "R", "G", "B", "hue", "sat", "luma", "matte", "change",
    ]  # fmt: skip
    assert [line.split()[0] for line in lines[1:]] == [
        "source", "source", "trim", "open", "skin", "spot", "face", "warm", "master", "master",
    ]  # fmt: skip
    stored = grade.load(path).apply(grade.read(plate, 1020)).pixels[9, 17]
    assert lines[-1].split()[:3] == ["master", "stored", "ACEScg"]
    assert [float(word) for word in lines[-1].split()[3:]] == pytest.approx(stored, rel=1e-6)


def test_json_has_every_digit(run, folder):
    path, plate = folder / "night.grade.yaml", folder / "plate.####.exr"
    words = ("explain", path, plate, "--pixel", "3,4", "--frame", 1001, "--output", "sdr", "--json")
    found = json.loads(run(*words).out)
    frame = grade.read(plate, 1001)
    rows = grade.load(path).probe(frame, 3, 4, output="sdr")
    assert found["look"] == "night"
    assert [entry["name"] for entry in found["rows"]] == [row.name for row in rows]
    for entry, row in zip(found["rows"], rows, strict=True):
        assert entry["matte"] == row.matte
        assert entry["rgb"] == (None if row.rgb is None else list(row.rgb))
    assert (
        found["rows"][-1]["rgb"]
        == grade.load(path).apply(frame, output="sdr").pixels[4, 3].tolist()
    )


def test_numbers_without_a_plate(run, folder):
    done = run("explain", folder / "night.grade.yaml", "--value", "0.18,0.2,0.22", "--frame", 1001)
    assert done.code == 0, done.err
    assert done.out.splitlines()[1].split()[-3:] == ["0.18", "0.2", "0.22"]
    changed = run(
        "explain", folder / "night.grade.yaml", "--value", "0.18,0.2,0.22", "--frame", 1001,
        "--set", "trim.slope=1",
    )  # fmt: skip
    assert next(line for line in changed.out.splitlines() if line.startswith("trim")).endswith(
        "none"
    )


def test_what_is_not_finite_is_a_word(run, folder):
    done = run(
        "explain", folder / "night.grade.yaml", "--value", "nan,inf,0", "--frame", 1001, "--json"
    )
    assert json.loads(done.out)["rows"][0]["rgb"] == ["nan", "inf", 0.0]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["PLATE", "--pixel", "17,9"], "a sequence; name the frame, as in --frame 1001"),
        (["PLATE", "--pixel", "17", "--frame", "1001"], "--pixel 17: takes column and row"),
        (["PLATE", "--pixel", "a,b", "--frame", "1001"], "--pixel a,b: takes column and row"),
        (["PLATE", "--pixel", "99,9", "--frame", "1001"], "the picture has x 0..31, y 0..19"),
        (["PLATE", "--frame", "1001"], "to trace a pixel give PLATE and --pixel X,Y"),
        (["--pixel", "1,2"], "to trace a pixel give PLATE and --pixel X,Y"),
        (["--value", "1,2"], "--value 1,2: takes three numbers"),
        (["--value", "1,2,3"], "open.stops has keyframes: say at which frame, as in --frame 1001"),
        (["PLATE", "--value", "1,2,3"], "give --value alone, or PLATE and --pixel"),
        (["PLATE", "--pixel", "1,1", "--frame", "1005"], "plate.1005.exr"),
        (["--svg", "night.png"], "call it night.svg"),
    ],
)
def test_what_is_wrong_is_one_line(run, folder, words, said):
    words = [str(folder / "plate.####.exr") if word == "PLATE" else word for word in words]
    done = run("explain", folder / "night.grade.yaml", *words)
    assert done.code == 2 and len(done.lines) == 1
    assert said in done.err


def test_a_plate_that_says_something_else_is_refused_or_trusted(run, folder):
    frame = grade.read(folder / "plate.1001.exr")
    other = folder / "other.exr"
    frame.with_tags({"colorInteropID": "lin_ap1_scene"}).write(other, sync=False)
    words = ("explain", folder / "night.grade.yaml", other, "--pixel", "3,4", "--frame", 1001)
    assert run(*words).code == 2
    trusted = run(*words, "--trust-input")
    assert trusted.code == 0 and "lin_ap1" not in trusted.out


def test_a_value_cannot_stand_for_files_beside_the_plate(run, folder):
    path = folder / "lamps.grade.yaml"
    inputs = "inputs:\n  lamps: {files: lamps.####.exr, channel: A}\nmattes:"
    path.write_text(LOOK.replace("mattes:", inputs).replace("skin & spot", "skin & spot - lamps"))
    done = run("explain", path, "--value", "1,1,1", "--frame", 1001)
    assert done.code == 2 and "the look has other inputs, lamps" in done.err


def test_mattes_and_keyframes_are_told(run, folder):
    told = run("explain", folder / "night.grade.yaml", "--output", "master").out
    lines = [line.split() for line in told.splitlines()]
    assert ["skin", "luma_qualifier", "ACEScct"] in lines
    assert ["spot", "ellipse", "display", "window"] in lines
    assert ["face", "skin", "&", "spot"] in lines
    assert ["open.stops", "1001", "1040"] in lines
    plain = run("explain", "noir", "--output", "master").out
    assert "keyframes" not in plain


def test_the_story_as_json(run, folder):
    found = json.loads(run("explain", folder / "night.grade.yaml", "--json").out)
    assert [story["output"] for story in found] == ["master", "sdr"]
    assert found[0]["keyframes"] == {"open.stops": ["1001", "1040"]}
    assert found[0]["mattes"][1] == {"name": "spot", "op": "ellipse", "space": "display window"}
    assert found[0]["edges"][1]["space_in"] == "ACEScct" and found[0]["bytes_per_pixel"] == 12
    assert "trim.slope.r" in found[0]["uniforms"]


def test_the_drawing_is_written(run, folder):
    done = run("explain", folder / "night.grade.yaml", "--svg", folder / "night.svg")
    assert done.code == 0 and not done.out
    text = (folder / "night.svg").read_text(encoding="utf-8")
    assert text == grade.load(folder / "night.grade.yaml")._repr_svg_()
    assert ElementTree.fromstring(text).tag.endswith("svg")
