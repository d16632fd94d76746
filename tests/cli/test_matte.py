"""`grade matte`: the values of a matte, at the size of the plate, in a picture."""

import numpy as np
import pytest

import grade
from grade.io import Frame, read

LOOK = """\
grade: 2
look: keyed
input: ACES2065-1
working: ACEScct
mattes:
  spot: {op: ellipse, size: 0.5, soft: 0.2}
  bright: {op: luma_qualifier, from: source, luma: {low: 0.4, high: 0.8, soft: 0.1}}
  both: spot & bright
nodes:
  a: {op: exposure, stops: 1, matte: both}
outputs:
  m: {from: a, space: ACES2065-1}
"""


@pytest.fixture
def shot(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "x.grade.yaml").write_text(LOOK)
    draw = np.random.default_rng(1)
    pixels = draw.uniform(0, 2, (40, 60, 4)).astype(np.float32)
    pixels[..., :3] *= pixels[..., 3:] / 2
    pixels[..., 3] /= 2
    Frame.from_pixels(
        pixels, alpha="premultiplied", tags={"colorInteropID": "lin_ap0_scene"}
    ).write("plate.exr", bits="float")
    return tmp_path


@pytest.mark.parametrize("name", ["spot", "bright", "both"])
def test_it_is_the_matte_at_the_size_of_the_plate(shot, run, name):
    done = run("matte", "x.grade.yaml", "plate.exr", "--matte", name, "-o", "m.exr")
    assert done.code == 0 and f"m.exr: the matte {name} of keyed" in done.err
    matte = read("m.exr").pixels
    assert matte.shape == (40, 60, 3) and matte.min() >= 0 and matte.max() <= 1
    assert (matte == matte[..., :1]).all() and matte.std() > 0.05
    # The node at one stop up says what the matte was: y = x (1 + m).
    if name == "both":
        look = grade.load("x.grade.yaml")
        plate = read("plate.exr").with_alpha("straight")
        graded = look.apply(plate)
        seen = graded.pixels[..., 1] / plate.pixels[..., 1] - 1
        solid = plate.pixels[..., 3] > 0.1
        assert np.allclose(seen[solid], matte[..., 0][solid], atol=2e-3)


def test_a_png_and_a_knob(shot, run):
    words = ("--matte", "spot", "--set", "spot.size=0.9", "-o", "m.png")
    assert run("matte", "x.grade.yaml", "plate.exr", *words).code == 0
    assert read("m.png").pixels[20, 30, 0] > 250


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (["--matte", "spto", "-o", "m.png"], "no matte 'spto'. Did you mean spot"),
        (["-o", "m.png"], "--matte: the look keyed has"),
        (["--matte", "spot", "-o", "plate.exr"], "plate.exr is there already"),
        (["--matte", "spot", "-o", "m.xyz"], "m.xyz"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_written(shot, run, words, why):
    done = run("matte", "x.grade.yaml", "plate.exr", *words)
    assert done.code == 2 and why in done.err
    assert not list(shot.glob("m.*"))


def test_a_look_without_mattes(shot, run):
    done = run("matte", "neutral", "plate.exr", "-o", "m.png")
    assert done.code == 2 and "the look neutral has none" in done.err


def test_the_only_matte_needs_no_name(shot, run):
    done = run("matte", "teal_orange", "plate.exr", "-o", "m.png", "--trust-input")
    assert done.code == 0 and "the matte skin of teal_orange" in done.err
