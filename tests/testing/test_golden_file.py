"""Golden files: read as they were written, small, and refused by name when they are damaged."""

import math
from dataclasses import replace
from pathlib import Path

import pytest

from grade.errors import RequestError
from grade.testing import golden_file
from grade.testing.golden_file import Golden, find_golden_path, format_golden, read
from grade.testing.probe_picture import BRIEF, SAMPLES

SHA = "0123456789abcdef" * 4


def make(**entries):
    plain = Golden(
        look="night", hash=SHA, config=None, opencolorio=None, probe=SHA,
        nodes={"trim": "310256234729", "null": "1e2345678901"}, outputs={"sdr": "0" * 12},
        spaces={"sdr": None}, pixels={"sdr@1001": SHA, "sdr@1040": SHA},
        samples={
            name: {"in": (0.1, 64.0, -1.0), "sdr@1001": (math.inf, -0.0, 1e-20),
                   **({"sdr@1040": (0.25, 0.5, 1.0)} if name in BRIEF else {})}
            for name in SAMPLES
        },
        was="grade: 2\nlook: night # no: x\n",
    )  # fmt: skip
    return replace(plain, **entries)


def test_what_was_written_is_read(tmp_path):
    path = tmp_path / "night.golden.yaml"
    golden = make(plates={"a: b.exr": {"content": SHA, "sdr": SHA}}, look='ni"ght: é')
    path.write_text(format_golden(golden), encoding="utf-8")
    again = read(path)
    assert again == golden
    assert math.copysign(1, again.samples["white"]["sdr@1001"][1]) == -1
    assert format_golden(again) == format_golden(golden)


def test_nan_is_read_as_nan(tmp_path):
    path = tmp_path / "x.golden.yaml"
    path.write_text(format_golden(make(samples={"white": {"in": (math.nan, 0.0, 1.0)}})))
    assert math.isnan(read(path).samples["white"]["in"][0])


def test_a_long_look_is_left_out_before_the_file_grows():
    short, long = make(), make(was="# x\n" * 5000)
    assert "was:" in format_golden(short)
    assert "was:" not in format_golden(long) and len(format_golden(long)) < golden_file.MOST


def test_it_lies_beside_the_look():
    assert find_golden_path(Path("a/night.grade.yaml")) == Path("a/night.golden.yaml")
    assert find_golden_path(Path("a/night.yaml")) == Path("a/night.golden.yaml")


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("golden: 1", "golden: 7", "of format 7, and this grade knows 1"),
        ("golden: 1", "gold: 1", "no golden file"),
        ("golden: 1", "<<<<<<< HEAD\ngolden: 1", "not YAML"),
        ("probe:", "prob:", "damaged at 'probe'"),
        (SHA, SHA[:-1], "no sha256"),
        ("white: 0.1 64 -1", "white: 0.1 64", "white: 8 numbers"),
        ("white: 0.1 64 -1", "white: 0.1 64 one", "one"),
        ("nodes:", "nodes: 3\nnone:", "damaged"),
    ],
)
def test_damage_is_named_with_a_remedy(tmp_path, edit, before, after, said):
    path = tmp_path / "night.golden.yaml"
    path.write_text(format_golden(make()), encoding="utf-8")
    edit(path, before, after)
    with pytest.raises(RequestError) as caught:
        read(path)
    assert str(path) in str(caught.value) and said in str(caught.value)
    assert "--update" in str(caught.value)


def test_a_file_that_is_no_text(tmp_path):
    path = tmp_path / "night.golden.yaml"
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(RequestError, match="not YAML"):
        read(path)
    with pytest.raises(RequestError, match="cannot be read"):
        read(tmp_path)
