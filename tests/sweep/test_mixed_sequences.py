"""Sweep: sequences whose frames do not agree on what they are.

Right: the first frame on disk says what the sequence is, so a frame has the same pixels whatever
frames a job was asked for. A job that would render a frame which says otherwise is refused with
exit code 2, nothing is written, and the message has the frames of each group as ranges. A job of
frames that agree is done. ``--input`` decides, and the job says which frames say otherwise.
``grade info`` shows every group. Where headers take too long, such frames fail as they come (4).
"""

import json
from fractions import Fraction

import numpy as np
import pytest

import grade
from grade.cli import main
from grade.ops import CDL

AP0 = {"colorInteropID": "lin_ap0_scene"}
AP1 = {"colorInteropID": "lin_ap1_scene"}
REC709 = {"colorInteropID": "lin_rec709_scene"}
SRGB = {"colorInteropID": "srgb_rec709_display"}
P3_PRIMARIES = {"chromaticities": (0.68, 0.32, 0.265, 0.69, 0.15, 0.06, 0.3127, 0.329)}

# Kind: suffix, what all frames have, what the odd one has, and a word that names the difference.
KINDS = {
    "interop id": (".exr", {"tags": AP0}, {"tags": AP1}, "lin_ap1_scene"),
    "chromaticities": (".exr", {"tags": AP0}, {"tags": P3_PRIMARIES}, "0.68"),
    "no tag": (".exr", {"tags": AP1}, {"tags": {}}, "no tag"),
    "a tag among untagged": (".exr", {"tags": {}}, {"tags": AP1}, "lin_ap1_scene"),
    "size": (".exr", {"tags": AP0}, {"tags": AP0, "size": (6, 9)}, "9x6"),
    "pixel aspect": (".exr", {"tags": AP0}, {"tags": AP0, "pixel_aspect": 2.0}, "aspect 2"),
    "rate": (".exr", {"tags": AP0, "rate": 24}, {"tags": AP0, "rate": 25}, "25"),
    "dpx": (".dpx", {"tags": REC709}, {"tags": {"colorInteropID": "acescct_ap1_scene"}}, "acescct"),
    "dpx size": (".dpx", {"tags": REC709}, {"tags": REC709, "size": (6, 9)}, "9x6"),
    "png": (".png", {"tags": SRGB}, {"tags": {"colorInteropID": "g24_rec709_display"}}, "g24"),
    "png size": (".png", {"tags": SRGB}, {"tags": SRGB, "size": (6, 9)}, "9x6"),
    "tiff size": (".tif", {"tags": AP0}, {"tags": AP0, "size": (6, 9)}, "9x6"),
}  # fmt: skip
TAGS = ("interop id", "chromaticities", "no tag", "a tag among untagged", "dpx", "png")
NUMBERS = range(1001, 1006)


def write(path, number, size=(5, 8), rate=None, **entries):
    dtype = np.uint8 if path.suffix == ".png" else np.float32
    values = np.random.default_rng(number).uniform(0.1, 0.9, (*size, 3))
    pixels = (values * 255).astype(dtype) if dtype == np.uint8 else values.astype(dtype)
    attributes = {} if rate is None else {"framesPerSecond": Fraction(rate)}
    frame = grade.Frame.from_pixels(pixels, frame=number, attributes=attributes, **entries)
    frame.write(path, sync=False)


@pytest.fixture
def work(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    look = grade.Look("plain", input="auto", working="ACEScct", untagged="ARRI LogC4")
    look.outputs["out"] = look.source >> CDL(offset=0.1) >> grade.Convert(dst="ACES2065-1")
    look.save("auto.grade.yaml")

    def run(*words):
        capsys.readouterr()
        if words[0] == "render":
            words = (*words, "--device", "reference")
        code = main(list(words))
        said = capsys.readouterr()
        return code, said.out, said.err

    run.folder = tmp_path
    return run


def plate(kind, odd=(1003,)):
    suffix, usual, other, _ = KINDS[kind]
    pattern = f"p.####{suffix}"
    for number in NUMBERS:
        write(grade.io.Pattern.parse(pattern).path(number), number,
              **(other if number in odd else usual))  # fmt: skip
    return pattern


@pytest.mark.parametrize("kind", KINDS)
def test_a_mixed_sequence_is_refused(work, kind):
    code, _, said = work("render", "auto.grade.yaml", plate(kind), "out.####.exr")
    assert code == 2, said
    assert "1003" in said and "1001-1002,1004-1005" in said and KINDS[kind][3] in said
    assert not list(work.folder.glob("out*"))


@pytest.mark.parametrize("kind", KINDS)
def test_frames_that_agree_are_rendered(work, kind):
    pattern = plate(kind)
    words = ("render", "auto.grade.yaml", pattern, "out.####.exr", "--frames", "1001-1002,1004")
    assert work(*words)[0] == 0
    pixels = grade.read("out.1004.exr").pixels.copy()
    words = ("render", "auto.grade.yaml", pattern, "b.####.exr", "--frames", "1004-1005")
    assert work(*words)[0] == 0
    assert np.array_equal(grade.read("b.1004.exr").pixels, pixels)


@pytest.mark.parametrize("kind", TAGS)
@pytest.mark.parametrize("asked", ["1003", "1003-1004"])
def test_an_odd_tag_alone_is_refused_too(work, kind, asked):
    words = ("render", "auto.grade.yaml", plate(kind), "out.####.exr", "--frames", asked)
    code, _, said = work(*words)
    assert code == 2 and "1003" in said, said
    assert not list(work.folder.glob("out*"))


@pytest.mark.parametrize("kind", KINDS)
def test_every_chunk_is_refused(work, kind):
    pattern = plate(kind)
    for chunk in ("1/5", "3/5"):
        code, _, said = work("render", "auto.grade.yaml", pattern, "o.####.exr", "--chunk", chunk)
        assert code == 2, said


@pytest.mark.parametrize("kind", TAGS)
@pytest.mark.parametrize("odd", [(1003,), (1001,)])
def test_input_decides_and_says_so(work, kind, odd):
    words = ("render", "auto.grade.yaml", plate(kind, odd), "out.####.exr", "--input", "ACEScg")
    code, _, said = work(*words)
    assert code == 0, said
    assert f"{odd[0]}" in said and "--input" in said
    assert len(list(work.folder.glob("out*"))) == 5


@pytest.mark.parametrize("kind", KINDS)
def test_info_shows_every_group(work, kind):
    pattern = plate(kind, odd=(1002, 1005))
    code, out, _ = work("info", pattern)
    assert code == 0 and "1002,1005" in out and "1001,1003-1004" in out and KINDS[kind][3] in out
    groups = json.loads(work("info", pattern, "--json")[1])["groups"]
    assert [group["frames"] for group in groups] == ["1001,1003-1004", "1002,1005"]


@pytest.mark.parametrize("kind", KINDS)
def test_frames_that_differ_fail_as_they_come(work, kind, monkeypatch):
    monkeypatch.setattr("grade.render.frame.plate_headers.SECONDS", 0.0)
    code, _, said = work("render", "auto.grade.yaml", plate(kind), "out.####.exr")
    assert code == 4, said
    assert "1003 failed" in said and KINDS[kind][3] in said
    assert sorted(p.name[4:8] for p in work.folder.glob("out*")) == ["1001", "1002", "1004", "1005"]


def test_a_look_that_states_its_input_is_contradicted_by_one_frame(work):
    work("fmt", "auto.grade.yaml")
    look = grade.Look.load("auto.grade.yaml").with_input("ACES2065-1")
    look.save("stated.grade.yaml")
    code, _, said = work("render", "stated.grade.yaml", plate("interop id"), "out.####.exr")
    assert code == 2 and "1003" in said and "ACEScg" in said, said


def test_the_same_sequence_with_one_tag_is_rendered(work):
    code, _, _ = work("render", "auto.grade.yaml", plate("interop id", ()), "out.####.exr")
    assert code == 0 and "groups" not in json.loads(work("info", "p.####.exr", "--json")[1])
