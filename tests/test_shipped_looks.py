"""Every shipped look is one to start from: it loads, it is finite, its greys rise, its mattes act.

Pictures come from the float64 reference, which compiles nothing; that kernels agree with it is held
op by op in test_every_op.py and for whole looks in test_random_looks.py.
"""

import functools
import re
from pathlib import Path

import numpy as np
import pytest

from grade.cli.looks.command import license_of
from grade.graph import Look
from grade.graph.file.shipped import shipped_looks
from grade.ops import Display
from grade.plate import Scene
from grade.plate.colors import chart

from .windows_off import everywhere

LOOKS = shipped_looks()
MASTER = "ACES2065-1"
LUMINANCE = np.array([0.2126, 0.7152, 0.0722])
RAMP = 0.18 * 2.0 ** np.linspace(-9, 8, 137)
GREY, TOP = 72, -1  # of the ramp: 18 %, and eight stops above it
# Looks that may not tint a grey card more than one sees side by side.
HONEST = {
    "neutral", "film_print", "hdr_safe", "three_strip", "color_slide", "bleach_bypass", "noir",
    "silver_print", "high_key", "two_strip", "commercial", "broadcast", "beauty",
}  # fmt: skip
MONOCHROME = {"noir"}
# Looks whose master is the plate: for these, gamut is on the way to the screens alone.
UNTOUCHED = ("hdr_safe", "neutral")
DISPLAYS = {
    "sdr": "Rec.1886 Rec.709 - Display",
    "hdr": "Rec.2100-PQ - Display",
    "p3": "Gamma 2.6 P3-D65 - Display",
}


@functools.cache
def load(name):
    return Look.load(LOOKS[name])


def shown(look, picture, output="sdr"):
    picture = np.ascontiguousarray(picture, np.float32)
    return look.apply(picture, output=output, device="reference")


@pytest.fixture(scope="module")
def plate():
    return Scene(128, 72, 1).frame(0.15, seed=1).astype(np.float32)


def ramp(look, output):
    greys = np.repeat(RAMP[None, :, None], 3, axis=-1)
    return shown(everywhere(look), greys, output)[0].astype(np.float64)


def test_there_are_enough_to_choose_from():
    assert len(LOOKS) == 27 and next(iter(LOOKS)) == "hdr_safe"


@pytest.mark.parametrize("name", LOOKS)
def test_it_says_what_it_is(name):
    look, text = load(name), LOOKS[name].read_text(encoding="utf-8")
    assert look.name == name
    assert 20 < len(look.intent) < 100 and look.intent.endswith(".")
    assert license_of(LOOKS[name]).startswith("Apache-2.0")
    assert "# Input: ACES2065-1" in text
    assert (look.input, look.untagged, look.working) == ("auto", MASTER, "ACEScct")
    assert look.config and not re.search(r"files?:", text)  # nothing outside the file
    assert list(look.outputs) == ["master", *DISPLAYS]
    assert look.output_space("master") == MASTER and not look.output_is_display("master")
    for output in set(look.outputs) - {"master"}:
        assert look.output_is_display(output)
        assert isinstance(look.outputs[output].op, Display)
    for output, display in DISPLAYS.items():
        assert look.output_space(output) == display
        assert f"{output} {display.split()[0].partition('-PQ')[0]}" in text.replace(
            "\n# ", " "
        ) or (output == "p3" and "p3 P3-D65 gamma 2.6" in text)


@pytest.mark.parametrize("name", LOOKS)
def test_saved_again_no_line_changes(name, tmp_path):
    saved = load(name).save(tmp_path / LOOKS[name].name)
    assert saved.read_text(encoding="utf-8") == LOOKS[name].read_text(encoding="utf-8")


@pytest.mark.parametrize("name", LOOKS)
def test_lamps_come_into_the_gamut_first_and_keys_are_drawn_on_the_plate(name):
    look = load(name)
    nodes = {placed.name: placed for placed in look.nodes()}
    assert nodes["gamut"].op.kind == "gamut_compress"
    if name not in UNTOUCHED:
        assert nodes["gamut"].inputs == ("source",)
    for placed in look.mattes():
        assert placed.inputs in ((), ("source",))


@pytest.mark.parametrize("name", UNTOUCHED)
def test_the_master_keeps_the_bits_of_the_plate(name):
    """Lamps far outside AP1, negative light and grain too: what goes back to VFX is the plate."""
    draw = np.random.default_rng(5)
    wild = draw.normal(0.2, 2.0, (24, 40, 3)).astype(np.float32)
    look = load(name)
    assert shown(look, wild, "master").tobytes() == wild.tobytes()
    assert look.apply(wild, output="master", device="cpu").tobytes() == wild.tobytes()
    assert look.without("gamut").apply(wild, output="master").tobytes() == wild.tobytes()
    assert not np.array_equal(
        look.apply(wild, output="sdr"), look.without("gamut").apply(wild, output="sdr")
    )


@pytest.mark.parametrize("name", LOOKS)
def test_the_plate_comes_out_whole(name, plate):
    look = load(name)
    for output in look.outputs:
        picture = shown(look, plate, output)
        assert np.isfinite(picture).all()
        assert picture.std() > 0.01
        if look.outputs[output].op.values.get("view", "").startswith("ACES 2.0"):
            # A color outside is the view's own; grain in the shadows goes farthest.
            assert picture.min() > -0.002 and picture.max() < 1.001


@pytest.mark.parametrize("name", LOOKS)
def test_a_grey_ramp_rises_and_rolls_off(name):
    look = load(name)
    screen = ramp(look, "sdr")
    light = np.maximum(screen, 0) ** 2.4 @ LUMINANCE
    assert (np.diff(light) > -1e-6).all()  # brighter stays brighter
    fall = np.maximum.accumulate(screen) - screen
    assert fall.max() < 0.003  # in one channel a tint may let go, by less than a code of 8 bits
    assert screen[0].max() < 0.12 and screen[GREY].mean() > 0.15
    white = screen[TOP]
    if "white to straw" not in look.intent:
        assert white.min() > 0.95
    assert np.ptp(white) < 0.03
    # The last stop before the top is a small step, not a wall.
    assert (screen[TOP] - screen[TOP - 8]).max() < 0.06


@pytest.mark.parametrize("name", LOOKS)
def test_nothing_is_cut_off_before_the_view(name):
    light = ramp(load(name), "master") @ LUMINANCE
    assert (np.diff(light) > 0).all()
    assert light[-1] > 1.0  # more than a screen's white is left for a screen that has more


@pytest.mark.parametrize("name", sorted(HONEST))
def test_a_grey_card_stays_nearly_grey(name):
    assert np.ptp(ramp(load(name), "sdr")[GREY]) < 0.021


def test_black_and_white_is(plate):
    for name in MONOCHROME:
        picture = shown(load(name), plate)
        assert np.ptp(picture, axis=-1).max() < 1e-3


@pytest.mark.parametrize("name", [name for name in LOOKS if load(name).mattes()])
def test_every_matte_acts(name, plate):
    look = load(name)
    whole = shown(look, plate, "master")
    for placed in look.mattes():
        through = shown(look.without(placed.name), plate, "master")
        assert np.abs(through - whole).max() > 1e-3


def test_the_teal_keeps_off_skin():
    look = load("teal_orange")
    patches = chart().astype(np.float32)
    through = shown(look, patches, "master")
    without = shown(look.set({"teal.enable": False, "poles.enable": False}), patches, "master")
    same = (through == without).all(axis=-1)
    assert same[0, 0] and same[0, 1]  # dark and light skin, to the bit
    assert same.sum() == 2  # and no other patch
    greys = shown(look, patches, "sdr")[3]
    assert (greys[3:, 2] > greys[3:, 0]).all()  # the dark greys went to teal


@pytest.mark.parametrize("name", [name for name in LOOKS if load(name).versions])
def test_every_version_is_another_picture(name, plate):
    look = load(name)
    pictures = [shown(look, plate, "master")]
    pictures += [shown(look.version(version), plate, "master") for version in look.versions]
    for index, picture in enumerate(pictures):
        assert np.isfinite(picture).all()
        for other in pictures[:index]:
            assert np.abs(picture - other).mean() > 1e-4


@pytest.mark.parametrize("name", [name for name in LOOKS if load(name).knobs])
def test_every_knob_turns(name, plate):
    look = load(name)
    # Those of an untouched master act on the way to the screens.
    output = "sdr" if name in UNTOUCHED else "master"
    before = shown(look, plate, output)
    assert look.knobs["cdl"] == "trim"
    for knob, target in look.knobs.items():
        node, _, field = target.partition(".")
        if not field:
            turned = look.set({f"{knob}.slope": (1.1, 1.0, 0.9)})
        else:
            value = look.op(node).values[field]
            turned = look.set({knob: _moved(value)})
        assert np.abs(shown(turned, plate, output) - before).mean() > 1e-5, knob


def _moved(value):
    if value is None:  # a white balance that is not set
        return 4500.0
    if isinstance(value, tuple):
        return tuple(0.8 * number for number in value)
    return 1.15 * value if value > 1000 else 0.8 * value  # kelvin, or a factor, stops, a share


def test_the_list_beside_them_names_them_all():
    listed = (Path(LOOKS["neutral"]).parents[1] / "README.md").read_text(encoding="utf-8")
    assert set(re.findall(r"^\| `(\w+)` ", listed, re.MULTILINE)) == set(LOOKS)
    for name in LOOKS:
        assert f"| `{name}` | {load(name).intent} |" in listed
