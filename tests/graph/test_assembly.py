"""Stacks, dissolves and compounds: one flat graph with the bits of its parts one after another."""

from pathlib import Path

import numpy as np
import pytest

import grade
from grade.graph import GraphError, Look
from grade.graph.file.load import from_text
from grade.graph.file.new_text import new_text
from grade.ir.storage import Layout
from grade.passes.pipeline import lower

PIXELS = np.random.default_rng(5).uniform(0, 1, (27, 48, 3)).astype(np.float32)
SDR = "Rec.1886 Rec.709 - Display"


def graded(name, *ops, **entries):
    look = Look(name, working="ACEScct", **entries)
    picture = look.source
    for op in ops:
        picture = picture >> op
    look.outputs["master"] = picture
    return look


@pytest.fixture
def levels():
    spot = grade.Ellipse(size=(0.5, 0.5), soft=0.2, name="spot")
    clip = graded(
        "clip", grade.CDL(slope=1.1, name="trim"), grade.CDL(offset=0.02, matte=spot, name="lift")
    )
    clip.knobs["cdl"] = "trim"
    clip.versions["warm"] = {"cdl.slope": [1.2, 1.0, 0.9]}
    timeline = graded("tl", grade.Saturation(1.2, name="trim"))
    timeline.outputs["sdr"] = timeline.output >> grade.Display(SDR, view="Un-tone-mapped")
    return {
        "pre_clip": graded("pre", grade.Exposure(0.3, name="trim")),
        "clip": clip,
        "post_clip": graded("post", grade.Contrast(1.1, name="trim")),
        "timeline": timeline,
    }


def test_a_stack_is_its_levels_one_after_another(levels):
    flat = grade.stack("sh010", **levels)
    assert [node.name for node in flat.nodes()] == [
        "pre_clip_trim", "clip_trim", "clip_lift", "post_clip_trim", "timeline_trim",
    ]  # fmt: skip
    assert list(flat.outputs) == ["master", "sdr"]
    # Of one working space, so level after level has the bits but for the way through float32.
    expected = PIXELS
    for look in levels.values():
        expected = look.apply(expected)
    made = flat.apply(PIXELS)
    assert np.allclose(made, expected, rtol=2e-6, atol=2e-6)
    layout = Layout(3)
    assert len(lower(flat.program(layout, layout)).stages) == 1
    assert flat.output_space("sdr") == "Rec.1886 Rec.709 - Display"


def test_levels_may_be_left_out(levels):
    only = grade.stack(clip=levels["clip"])
    assert np.array_equal(only.apply(PIXELS), levels["clip"].apply(PIXELS))


def test_knobs_and_versions_come_along(levels):
    flat = grade.stack(**levels)
    assert flat.knobs == {"clip_cdl": "clip_trim"}
    warm = flat.version("clip_warm")
    assert warm["clip_trim"].slope == (1.2, 1.0, 0.9)


def test_a_stack_has_a_file(levels, tmp_path):
    flat = grade.stack(**levels)
    assert from_text(new_text(flat), "x", tmp_path, Look) == flat


def test_shared_settings_stay_shared():
    look = Look("x", working="ACEScct")
    trim = grade.CDL(slope=1.1, name="trim")
    look.outputs["m"] = look.source >> trim >> grade.Offset(0.1) >> trim
    flat = grade.stack(clip=look)
    changed = flat.set({"clip_trim.slope": 1.3})
    direct = look.set({"trim.slope": 1.3})
    assert np.array_equal(changed.apply(PIXELS), direct.apply(PIXELS))


def test_looks_that_do_not_fit_are_refused(levels):
    other = Look("other", working="ACEScg")
    other.outputs["master"] = other.source
    with pytest.raises(GraphError, match="pre has working ACEScct, other has ACEScg"):
        grade.stack(pre_clip=levels["pre_clip"], clip=other)
    with pytest.raises(GraphError, match="no level 'grade'"):
        grade.stack(grade=other)
    with pytest.raises(GraphError, match="needs a look for one of its levels"):
        grade.stack()


# --- dissolves ------------------------------------------------------------------------------------


def test_a_dissolve_has_the_bits_of_its_ends_and_mixes_between():
    a = graded("day", grade.CDL(slope=1.2, name="trim"))
    b = graded("night", grade.CDL(slope=0.5, name="trim"), grade.Saturation(0.5))
    both = grade.dissolve(a, b, (1001, 1011))
    one, two = a.apply(PIXELS), b.apply(PIXELS)
    assert np.array_equal(both.apply(PIXELS, frame=990), one)
    assert np.array_equal(both.apply(PIXELS, frame=1001), one)
    assert np.array_equal(both.apply(PIXELS, frame=1011), two)
    assert np.allclose(both.apply(PIXELS, frame=1006), (one + two) / 2, atol=1e-6)
    assert [n.name for n in both.nodes()] == [
        "outgoing_trim", "incoming_trim", "incoming_saturation", "dissolve",
    ]  # fmt: skip
    assert from_text(new_text(both), "x", Path(), Look) == both


def test_every_output_dissolves_before_it_is_brought_to_its_space():
    looks = []
    for name, slope in (("a", 1.2), ("b", 0.5)):
        look = graded(name, grade.CDL(slope=slope, name="trim"))
        look.outputs["sdr"] = look.output >> grade.Display(SDR, view="Un-tone-mapped")
        looks.append(look)
    both = grade.dissolve(*looks, (1, 9), ease="smooth")
    for output in ("master", "sdr"):
        ends = [look.apply(PIXELS, output=output) for look in looks]
        for frame, end in zip((1, 9), ends, strict=True):
            assert np.array_equal(both.apply(PIXELS, output=output, frame=frame), end)


def test_what_cannot_dissolve_is_refused():
    a, b = graded("a", grade.CDL()), graded("b", grade.CDL())
    with pytest.raises(GraphError, match="ends after it begins"):
        grade.dissolve(a, b, (9, 9))
    b.outputs["sdr"] = b.output >> grade.Display(SDR, view="Un-tone-mapped")
    with pytest.raises(GraphError, match="needs the same"):
        grade.dissolve(a, b, (1, 9))


# --- compounds ------------------------------------------------------------------------------------


def test_a_compound_is_switched_mixed_and_limited_as_a_whole():
    chain = grade.CDL(slope=1.2, name="trim") >> grade.Saturation(1.3) >> grade.Offset(0.02)
    look = Look("x", working="ACEScct")
    spot = grade.Ellipse(size=(0.5, 0.5), name="spot")
    look.outputs["m"] = grade.compound(look.source, chain, "day", matte=spot)
    assert [n.name for n in look.nodes()] == ["day_trim", "day_saturation", "day_offset", "day"]
    plain = graded("y", *chain).apply(PIXELS)
    made = look.apply(PIXELS)
    inside = np.all(made == plain, axis=-1)
    outside = np.all(made == PIXELS, axis=-1)
    assert inside.any()
    assert outside.any()
    assert np.array_equal(look.set({"day.enable": False}).apply(PIXELS), PIXELS)
    half = look.set({"day.amount": 0.5, "spot.enable": False}).apply(PIXELS)
    assert np.allclose(half, (plain + PIXELS) / 2, atol=1e-6)
    assert from_text(new_text(look), "x", Path(), Look) == look
