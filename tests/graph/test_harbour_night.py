"""The example look of the contract: it loads, renders, comes back unchanged, and keys only skin."""

import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import PyOpenColorIO as ocio
import pytest

import grade
from grade.graph.file.load import from_text
from grade.graph.file.new_text import new_text

FILE = Path(__file__).parent / "looks" / "harbour_night.grade.yaml"
HEIGHT, WIDTH = 54, 96

PATCHES = ("dark skin", "light skin")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """The look with the files it names: a print, and mattes of lamps for two frames."""
    folder = tmp_path_factory.mktemp("harbour")
    (folder / "looks" / "mattes").mkdir(parents=True)
    (folder / "luts").mkdir()
    shutil.copy(FILE, folder / "looks")
    print_ = ocio.CDLTransform(slope=[1.1, 1, 0.9], offset=[0.01, 0, 0], power=[1.1, 1, 1])
    text = ocio.GroupTransform([print_]).write("Academy/ASC Common LUT Format")
    (folder / "luts" / "print_2383.clf").write_text(text)
    for number in (1001, 1020):
        lamp = np.zeros((HEIGHT, WIDTH), np.float16)
        lamp[:, :20] = 1
        frame = grade.Frame.from_pixels(np.zeros((HEIGHT, WIDTH, 3), np.float16))
        frame = replace(frame.with_planes({"lamp.A": lamp}), frame=number)
        frame.write(folder / "looks" / "mattes" / "lamps.####.exr", sync=False)
    return folder


@pytest.fixture(scope="module")
def look(folder):
    return grade.load(folder / "looks" / FILE.name)


def plate(number, seed=0):
    pixels = np.random.default_rng(seed).uniform(0, 1, (HEIGHT, WIDTH, 3)).astype(np.float16)
    return replace(grade.Frame.from_pixels(pixels), frame=number)


def test_it_is_what_it_says(look):
    assert [node.name for node in look.nodes() if node.op.kind != "matte_file"] == [
        "trim", "open", "balance", "wheels", "pivot", "cool", "warm_skin", "edges", "print",
        "flat", "blend",
    ]  # fmt: skip
    assert {matte.name for matte in look.mattes()} == {"skin", "spot", "lamps"}
    assert next(n.matte for n in look.nodes() if n.name == "warm_skin") == "face"
    assert look.knobs == {"cdl": "trim", "mood": "balance.temperature"}
    assert list(look.outputs) == ["master", "sdr"]


def test_it_renders(look):
    master = look.apply(plate(1020))
    assert np.isfinite(master.pixels.astype(np.float32)).all()
    assert master.tags["colorInteropID"] == "lin_ap0_scene"
    sdr = look.apply(plate(1020), output="sdr").pixels.astype(np.float32)
    assert 0 <= sdr.min() < sdr.max() <= 1


def test_the_key_of_another_frame_is_another_picture(look):
    early, late = (look.apply(replace(plate(1020), frame=n)) for n in (1001, 1020))
    assert not np.array_equal(early.pixels, late.pixels)
    still = look.set({"open.stops": 0.0}).apply(plate(1001))
    assert np.array_equal(early.pixels, still.pixels)


def test_it_comes_back_with_no_changed_line(look, tmp_path, folder):
    copy = folder / "looks" / "copy.grade.yaml"
    look.save(copy)
    assert copy.read_bytes() == FILE.read_bytes()
    assert grade.load(copy) == look
    assert (
        from_text(new_text(look, folder / "looks"), "fresh", folder / "looks", grade.Look) == look
    )


@pytest.mark.parametrize(
    "change",
    [
        {"mood": 5000.0},
        {"cdl.slope.r": 1.1},
        {"skin.hue.high": 33.0},
        {"skin.saturation.soft": 0.06},
        {"spot.center.x": -0.2},
        {"open.stops@1040": 0.5},
        {"edges.amount": 0.25},
        {"blend.mode": "screen"},
        {"lamps.channel": "A"},
    ],
    ids=lambda change: next(iter(change)),
)
def test_one_changed_knob_is_one_changed_line(look, folder, change):
    copy = folder / "looks" / "copy.grade.yaml"
    changed = look.set(change)
    changed.save(copy)
    before, after = FILE.read_text().splitlines(), copy.read_text().splitlines()
    assert len(before) == len(after)
    assert sum(a != b for a, b in zip(before, after, strict=True)) == 1
    assert grade.load(copy) == changed


def test_a_version_is_a_set_of_values(look):
    dawn = look.version("dawn")
    assert (dawn["balance"].temperature, dawn["edges"].enable) == (5600, False)
    with pytest.raises(KeyError, match="Did you mean dawn"):
        look.version("dwan")


def test_a_missing_matte_is_an_error_that_names_the_file(look):
    with pytest.raises(grade.errors.RequestError, match=r"lamps\.1050\.exr"):
        look.apply(replace(plate(1050), frame=1050))


# --- the key of skin ------------------------------------------------------------------------------


def chart():
    """The ColorChecker's patches by name in ACES2065-1, computed from its xyY under D50."""
    colour = pytest.importorskip("colour")
    checker = colour.CCS_COLOURCHECKERS["ColorChecker24 - After November 2014"]
    found = {}
    for name, xyy in checker.data.items():
        xyz = colour.xyY_to_XYZ(xyy)
        ap0 = colour.XYZ_to_RGB(
            xyz, "ACES2065-1", checker.illuminant, chromatic_adaptation_transform="CAT02"
        )
        found[name] = ap0
    return found


def test_the_skin_matte_takes_both_skins_and_no_other_patch(look):
    patches = chart()
    names = list(patches)
    pixels = np.array([[patches[name] for name in names]], np.float32)
    key = look.op("skin").copy(name="skin")
    plain = grade.Look("key", input="ACES2065-1", working="ACEScct")
    black = plain.source >> grade.CDL(slope=0.0, name="black")
    white = black >> grade.Offset(1.0, name="white")
    plain.outputs["matte"] = grade.mix(black, white, matte=plain.source >> key)
    matte = plain.apply(pixels)[0, :, 0]
    skins = [name in PATCHES for name in names]
    assert sum(skins) == 2
    assert np.all(matte[skins] == 1), dict(zip(names, matte, strict=True))
    others = ~np.array(skins)
    assert np.all(matte[others] == 0), dict(zip(names, matte, strict=True))
