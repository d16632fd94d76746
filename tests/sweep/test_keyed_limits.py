"""Limits that hang on another parameter, and limits that a curve between keys overshoots.

Right, derived: a key is a value at a frame. What ``set`` refuses as a still value is refused by
``key`` with the same type of error and leaves the look as it was; so what ``save`` writes ``load``
reads. Between keys the values are those of the cubic of the key's handles, whose largest overshoot
is computed below, so a frame at which they break a limit is known: at it ``apply`` raises, and a
job whose range has it ends with exit 2 before anything is written.
"""

import numpy as np
import pytest

import grade
from grade.errors import RequestError
from grade.io import format_ranges
from grade.op import ParameterError
from grade.ops import (
    BT1886,
    CDL,
    LUT1D,
    Clamp,
    ColorCorrect,
    Contrast,
    Ellipse,
    Exposure,
    GradingHueCurve,
    GradingPrimary,
    GradingTone,
    HSLQualifier,
    HueSaturationCurve,
    LiftGammaGain,
    LinearGradient,
    LogWheels,
    MatteLevels,
    RGBCurves,
    SoftClip,
    WhiteBalance,
    WhitePoint,
)

PIXELS = np.full((1, 2, 3), 0.4, np.float32)
BACK = {"ease": "bezier", "handles": [0.3, -0.8, 0.7, 1.0]}  # falls below the key before
SMOOTH = {"ease": "smooth"}
OVER = {"ease": "bezier", "handles": [0.3, 0.0, 0.7, 1.9]}  # rises above its own key


def look_of(op, **fields):
    look = grade.Look("keyed", working="ACEScct", **fields)
    node = op.copy(name="node")
    if op.makes == "picture":
        look.outputs["out"] = look.source >> node
        return look
    if op.takes == "matte":
        matte = Ellipse(name="m") >> node
    else:
        matte = look.source >> node if op.pictures else node
    look.outputs["out"] = look.source >> Exposure(1, name="limited", matte=matte)
    return look


def table(**fields):
    return LUT1D(np.linspace(0, 1, 5), **fields)


STILL = {
    "black above white": (BT1886(black=0.1, white=100, space="as_is"), "black", 120.0),
    "levels of a matte": (MatteLevels(black=0.1, white=0.6), "white", 0.05),
    "a toe above the shoulder": (SoftClip(shoulder=0.6, ceiling=1, toe=0.2), "toe", 0.7),
    "a shoulder at the ceiling": (SoftClip(shoulder=0.6, ceiling=1), "ceiling", 0.6),
    "borders of wheels": (LogWheels(), "low_range", 0.95),
    "lift below minus 1 / gain": (LiftGammaGain(gain=4, convention="video"), "lift", -0.4),
    "shadows full above none": (ColorCorrect(space="as_is"), "shadows_full", 0.5),
    "a pivot of white below black": (GradingPrimary(space="as_is"), "pivot_white", -0.5),
    "a tonal zone turned round": (GradingTone(space="as_is"), "shadows_start", -9.0),
    "blackbody beyond its locus": (WhiteBalance(5000, locus="blackbody"), "temperature", 22000.0),
    "half of a white": (WhitePoint(0.31, 0.33), "x", None),
    "a white that no light has": (WhitePoint(0.31, 0.33), "y", 0.0005),
    "low above high": (Clamp(0.1, 0.5), "low", 0.9),
    "a quadratic that falls": (
        RGBCurves(red=[[0, 0], [0.5, 0.5], [1, 1]], spline="quadratic"), "red",
        [[0, 0], [0.5, 0.9], [1, 0.8]]),
    "hues of one turn": (GradingHueCurve(hue_sat=[[0.1, 1], [0.6, 1.2]]), "hue_sat",
                         [[0.1, 1], [1.05, 1.2]]),
    "an empty domain": (table(), "domain_max", 0.0),
    "a gradient without direction": (LinearGradient((0, 0), (0.5, 0)), "end", (0.0, 0.0)),
}  # fmt: skip


def refusal(call, *arguments):
    try:
        call(*arguments)
    except ParameterError as error:
        return str(error)
    return None


@pytest.mark.parametrize("name", STILL)
def test_a_key_is_refused_as_the_still_value_is(name, tmp_path):
    op, field, value = STILL[name]
    look = look_of(op)
    right = refusal(look.set, {f"node.{field}": value})
    assert right, "the still value is refused"
    for earlier in (False, True):
        look = look_of(op)
        now = look.op("node").values[field]
        if earlier and now is not None:  # beside a key that is good
            look.key(f"node.{field}", 1, now)
        before = look.hash
        got = refusal(look.key, f"node.{field}", 10, value)
        assert got and look.hash == before, f"right: {right} | got: {got or 'accepted'}"
        if op.kind == "lut1d":
            continue  # an array has no place in a look file
        saved = look.save(tmp_path / f"{earlier}.grade.yaml")
        assert grade.load(saved) == look


ANIMATED = {
    "a number beyond its hard limit": (
        lambda keys: CDL(power=keys({1: 0.1, 10: (1.0, BACK)})), "node.power"),
    "points of a curve that cross": (
        lambda keys: RGBCurves(red=keys({1: [[0, 0], [0.3, 0.4], [1, 1]],
                                         10: ([[0, 0], [0.9, 0.6], [1, 1]], OVER)})), "node.red"),
    "hues a turn apart": (
        lambda keys: HueSaturationCurve(keys({1: [[0, 1], [200, 1.2]],
                                              10: ([[0, 1], [340, 1.2]], OVER)})), "node.points"),
    "a band turned round": (
        lambda keys: HSLQualifier(luminance=keys({1: grade.Band(0.28, 0.3),
                                                  10: (grade.Band(0.28, 1.0), BACK)})),
        "node.luminance"),
    "low above high, each within": (
        lambda keys: Clamp(keys({1: 0.0, 10: (0.48, SMOOTH)}), keys({1: 0.02, 10: 0.5})),
        "node.low"),
    "a temperature below the locus": (
        lambda keys: WhiteBalance(keys({1: 4100, 10: (6500, BACK)}), locus="daylight"),
        "node.temperature"),
    "a shoulder over the ceiling": (
        lambda keys: SoftClip(shoulder=keys({1: 0.2, 10: (0.9, OVER)}), ceiling=1.0),
        "node.shoulder"),
    "highlights of color_correct": (
        lambda keys: ColorCorrect(highlights_none=keys({1: 0.2, 10: (0.8, OVER)}),
                                  highlights_full=0.9, space="as_is"), "node.highlights"),
    "a contrast below 0": (
        lambda keys: Contrast(keys({1: 0.1, 10: (1.5, BACK)})), "node.contrast"),
    "a soft edge below 0": (
        lambda keys: Ellipse(soft=keys({1: 0.02, 10: (0.5, BACK)})), "node.soft"),
    "an amount above 1": (
        lambda keys: Exposure(1, amount=keys({1: 0.2, 10: (0.95, OVER)})), "node.amount"),
}  # fmt: skip


def keys(entries):
    made = {}
    for frame, entry in entries.items():
        plain = not (isinstance(entry, tuple) and isinstance(entry[-1], dict))
        made[frame] = entry if plain else {"value": entry[0], **entry[1]}
    return grade.Animation.of(made)


@pytest.fixture(scope="module")
def plates(tmp_path_factory):
    folder = tmp_path_factory.mktemp("plates")
    for number in range(1, 11):
        grade.Frame.from_pixels(np.full((2, 2, 3), 0.4, np.float32)).write(
            folder / f"p.{number:04}.exr"
        )
    return folder / "p.####.exr"


def bad_frames(look):
    """The frames of 1..10 whose own values, as still ones, are refused: a look for each."""
    found = []
    op = look.op("node")
    for frame in range(1, 11):
        values = {
            name: value.at(frame) if isinstance(value, grade.Animation) else value
            for name, value in op.values.items()
        }
        try:
            type(op)(**values)
        except ParameterError:
            found.append(frame)
    return found


@pytest.mark.parametrize("name", ANIMATED)
def test_between_keys_apply_raises_at_the_frame(name):
    make, label = ANIMATED[name]
    look = look_of(make(keys))
    bad = bad_frames(look)
    assert bad and set(bad) != set(range(1, 11)), "some frames break the limit"
    raised = []
    for frame in range(1, 11):
        try:
            look.apply(PIXELS, frame=frame, device="reference")
        except ParameterError as error:
            assert label in str(error) and f"at frame {frame}" in str(error), str(error)
            raised.append(frame)
        except Exception as error:
            raised.append(f"{frame} {type(error).__name__}")
    assert raised == bad, f"right: refused at {bad}, got: {raised}"


@pytest.mark.parametrize("name", ANIMATED)
def test_a_job_ends_before_its_first_frame(name, plates, tmp_path):
    make, label = ANIMATED[name]
    look = look_of(make(keys))
    bad = bad_frames(look)
    saved = look.save(tmp_path / "keyed.grade.yaml")
    target = tmp_path / "o.####.exr"
    try:
        report = grade.render(saved, plates, target, device="reference")
        got = report.last_line
    except RequestError as error:
        got = str(error)
        assert f"frames {format_ranges(bad)}: {label.partition('.')[0]}" in got, got
    written = sorted(path.name for path in tmp_path.glob("o.*"))
    assert not written, f"right: refused for frames {format_ranges(bad)}, got: {got}"
    good = next(frame for frame in range(1, 11) if frame not in bad)
    grade.render(saved, plates, target, device="reference", frames=f"{good}")
    assert (tmp_path / f"o.{good:04}.exr").exists(), "a frame that breaks no limit is rendered"
