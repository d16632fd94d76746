"""Tracks: keyframes from CSV and JSON, named in the look file, part of what the look means."""

import json

import pytest

import grade
from grade.errors import GradeError
from grade.graph import Look, LookFileError
from grade.op import AnimationError, ParameterError, Track

CSV = "frame, x, y, ease\n1001, 0.0, 0.1, linear\n1002, 0.01, 0.11, smooth\n1010, 0.2, -0.1,\n"
LOOK = """\
grade: 2
look: tracked
config: ocio://studio-config-v5.0.0_aces-v2.1_ocio-v2.6
working: ACEScct
mattes:
  spot: {op: ellipse, center: {track: tracks/spot.csv}, size: [0.4, 0.4]}
nodes:
  open: {op: exposure, matte: spot, stops: {track: tracks/open.json}}
outputs:
  master: {}
"""


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "tracks").mkdir()
    (tmp_path / "tracks" / "spot.csv").write_text(CSV)
    stops = {"1001": 0, "1010": {"value": 1.0, "ease": "smooth"}}
    (tmp_path / "tracks" / "open.json").write_text(json.dumps(stops))
    (tmp_path / "x.grade.yaml").write_text(LOOK)
    return tmp_path


def test_columns_make_the_value(folder):
    both = Track.read(folder / "tracks" / "spot.csv")
    assert [(k.frame, k.value, k.ease) for k in both] == [
        (1001, (0.0, 0.1), "linear"), (1002, (0.01, 0.11), "smooth"), (1010, (0.2, -0.1), "linear"),
    ]  # fmt: skip
    assert Track.read(folder / "tracks" / "spot.csv", ["y"]).at(1010) == -0.1
    rows = [{"frame": k.frame, "x": k.value[0], "y": k.value[1]} for k in both]
    (folder / "rows.json").write_text(json.dumps(rows))
    assert Track.read(folder / "rows.json").at(1010) == (0.2, -0.1)


def test_a_look_names_its_tracks(folder):
    look = grade.load(folder / "x.grade.yaml")
    assert look.op("spot").values["center"].at(1002) == (0.01, 0.11)
    assert look.op("open").values["stops"].at(1010) == 1.0
    copy = folder / "copy.grade.yaml"
    look.save(copy)
    assert copy.read_text() == LOOK
    look.derive(text=None).save(copy)
    assert "{track: tracks/spot.csv}" in copy.read_text()
    assert grade.load(copy) == look


def test_what_the_file_holds_is_what_the_look_means(folder):
    before = grade.load(folder / "x.grade.yaml")
    (folder / "tracks" / "spot.csv").write_text(CSV.replace("0.2", "0.3"))
    after = grade.load(folder / "x.grade.yaml")
    assert before.hash != after.hash
    keys = {k.frame: {"value": k.value, "ease": k.ease} for k in before.op("spot").values["center"]}
    assert before.set({"spot.center": keys}) == before


def test_a_changed_key_makes_the_track_keys_of_the_look(folder):
    look = grade.load(folder / "x.grade.yaml").set({"open.stops@1005": 0.25})
    copy = folder / "copy.grade.yaml"
    look.save(copy)
    assert "1005: 0.25" in copy.read_text()
    assert grade.load(copy) == look


def test_python_takes_a_track():
    look = Look("x", working="ACEScct")
    with pytest.raises(AnimationError, match=r"nowhere\.csv: No such file"):
        Track.read("nowhere.csv")
    with pytest.raises(ParameterError, match=r"exposure\.stops: nowhere\.csv: No such file"):
        look.outputs["m"] = look.source >> grade.Exposure({"track": "nowhere.csv"})


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("a.csv", "", "without keys"),
        ("a.csv", "x,y\n1,2\n", r"a\.csv:2: no column frame; it has x, y"),
        ("a.csv", "frame\n1\n", r"a\.csv:2: no column value"),
        ("a.csv", "frame,x\n1,much\n", r"a\.csv:2: x = 'much': no number"),
        ("a.csv", "frame,x\n1,nan\n", r"a\.csv:2: x = 'nan': not finite"),
        ("a.csv", "frame,x\n1,2,3\n", r"a\.csv:2: more numbers"),
        ("a.csv", "frame,x\n1,2\n1,3\n", r"two keys at 1"),
        ("a.csv", "frame,x,ease\n1,2,quick\n", r"a\.csv:2: ease 'quick'"),
        ("a.csv", "frame,x\n\xff\n", None),
        ("a.json", "{", r"a\.json:1: no JSON"),
        ("a.json", "3", r"takes \[\{frame"),
        ("a.json", '[{"frame": 1}]', r"a\.json: element 0: no column value"),
        ("a.json", '{"x": 1}', "a key is a frame number"),
    ],
)
def test_what_is_no_track_is_refused_with_its_place(tmp_path, name, text, message):
    file = tmp_path / name
    file.write_bytes(text.encode("latin-1"))
    with pytest.raises(AnimationError, match=message or "not UTF-8"):
        Track.read(file)


def test_the_wrong_number_of_columns_is_refused_in_its_line(folder):
    text = LOOK.replace("tracks/open.json", "tracks/spot.csv")
    (folder / "y.grade.yaml").write_text(text)
    with pytest.raises(LookFileError, match=r"y\.grade\.yaml:8: open\.stops = .*not a number"):
        grade.load(folder / "y.grade.yaml")
    (folder / "y.grade.yaml").write_text(LOOK.replace("spot.csv}", "spot.csv, colums: [x]}"))
    with pytest.raises(GradeError, match=r"y\.grade\.yaml:6: spot\.center: .*columns"):
        grade.load(folder / "y.grade.yaml")
