"""Two looks of other structure in one process, the second of which must not get the first's kernel.

The right answer is what the second look gives in a process that has computed nothing before: its
own formula, which the tests of its op compare with what is published.
"""

import numpy as np
import pytest

import grade
from grade.graph.running.kernels import forget
from grade.ops import (
    CDL,
    Clamp,
    Contrast,
    Ellipse,
    Exposure,
    HSLQualifier,
    HueSaturationCurve,
    LiftGammaGain,
    Offset,
    RGBCurves,
    Saturation,
    SoftClip,
    WhiteBalance,
    ZoneWheels,
)

from ..fresh_process import FreshProcesses


def chain(*ops, working="ACEScct"):
    look = grade.Look("pair", working=working)
    picture = look.source
    for number, op in enumerate(ops):
        picture = picture >> op.copy(name=op.name or f"node_{number}")
    look.outputs["out"] = picture
    return look


def matted(matte, **fields):
    look = grade.Look("pair", working="ACEScct")
    bound = matte and (look.source >> matte if matte.pictures else matte)
    look.outputs["out"] = look.source >> Offset(0.1, name="node", matte=bound, **fields)
    return look


def layered(mode, swapped=False):
    look = grade.Look("pair", working="ACEScg")
    one = look.source >> Offset(0.2, name="one")
    pictures = (one, look.source) if swapped else (look.source, one)
    look.outputs["out"] = grade.layer(*pictures, mode)
    return look


def shape(width):
    return HueSaturationCurve([[60 * i, 1 + 0.1 * i] for i in range(width)])


PAIRS = {
    "high_soft, then none": lambda: (
        chain(Contrast(1.5, low_soft=0.2, high_soft=0.5)), chain(Contrast(1.5, low_soft=0.2))),
    "none, then high_soft": lambda: (
        chain(Contrast(1.5, low_soft=0.2)), chain(Contrast(1.5, low_soft=0.2, high_soft=0.5))),
    "low_soft, then high_soft": lambda: (
        chain(Contrast(1.5, low_soft=0.5)), chain(Contrast(1.5, high_soft=0.5))),
    "no softness, then both": lambda: (
        chain(Contrast(1.5)), chain(Contrast(1.5, low_soft=0.5, high_soft=0.2))),
    "softness 0, then none": lambda: (
        chain(Contrast(1.5, style="log", low_soft=0, high_soft=0.4)),
        chain(Contrast(1.5, style="log", low_soft=0))),
    "softness set, then taken out by set": lambda: (
        look := chain(Contrast(1.5, low_soft=0.2, high_soft=0.5)),
        look.set({"node_0.low_soft": None})),
    "softness with keys, then none": lambda: (
        chain(Contrast(1.5, low_soft=0.1, high_soft=grade.Animation.of({1: 0.1, 9: 0.5}))),
        chain(Contrast(1.5, low_soft=0.1))),
    "one of two nodes": lambda: (
        chain(Contrast(1.2, high_soft=0.3), Contrast(0.8)),
        chain(Contrast(1.2), Contrast(0.8, high_soft=0.3))),
    "a temperature, then none": lambda: (
        chain(WhiteBalance(4300, tint=0.01)), chain(WhiteBalance(tint=0.01))),
    "one row, then two": lambda: (
        chain(ZoneWheels(light=[[-1, 0.5]])), chain(ZoneWheels(light=[[-1, 0.5], [0.5, -0.4]]))),
    "five points, then three": lambda: (chain(shape(5)), chain(shape(3))),
    "a curve of luma, then none": lambda: (
        chain(RGBCurves(red=[[0, 0.1], [1, 1]], luma=[[0, 0], [1, 0.8]])),
        chain(RGBCurves(red=[[0, 0.1], [1, 1]]))),
    "all channels, then red": lambda: (chain(Exposure(1)), chain(Exposure(1, channels="r"))),
    "on, then off": lambda: (chain(Saturation(0.2)), chain(Saturation(0.2, enable=False))),
    "a space, then none": lambda: (
        chain(Saturation(0.2, space="ACEScg")), chain(Saturation(0.2))),
    "a window, then a key": lambda: (
        matted(Ellipse(name="m")), matted(HSLQualifier(saturation=grade.Band(0.2, 1), name="m"))),
    "a key of saturation, then of luma": lambda: (
        matted(HSLQualifier(saturation=grade.Band(0.2, 1), name="m")),
        matted(HSLQualifier(luminance=grade.Band(0.2, 1), name="m"))),
    "a matte, then none": lambda: (matted(Ellipse(name="m")), matted(None)),
    "a clamp, then none": lambda: (chain(CDL(1.5, clamp=True)), chain(CDL(1.5))),
    "a convention, then the other": lambda: (
        chain(LiftGammaGain(0.1, convention="video")), chain(LiftGammaGain(0.1))),
    "multiply, then screen": lambda: (layered("multiply"), layered("screen")),
    "a divided by b, then b by a": lambda: (layered("divide"), layered("divide", True)),
    "a shoulder, then none": lambda: (
        chain(SoftClip(shoulder=0.6, ceiling=1.2, toe=0.1)), chain(SoftClip(toe=0.1))),
    "clamped, then in light": lambda: (
        chain(Clamp(0.1, 0.5)), chain(Clamp(0.1, 0.5, space="ACEScg"))),
}  # fmt: skip
PIXELS = np.random.default_rng(5).uniform(-0.1, 1.2, (4, 6, 3)).astype(np.float32)


def computed(look):
    return look.apply(PIXELS, device="reference", frame=5)


def second(name):
    """What the second look of a pair gives."""
    return computed(PAIRS[name]()[1])


@pytest.fixture(scope="module")
def fresh():
    with FreshProcesses("pytest") as processes:
        yield processes


@pytest.mark.parametrize("name", PAIRS)
def test_the_second_gives_what_it_gives_alone(name, fresh):
    first, other = PAIRS[name]()
    forget()
    right = fresh.call(__name__, "second", name)
    before = computed(first)
    assert not np.array_equal(before, right), "the pair shows nothing: both give one picture"
    try:
        got = computed(other)
    except Exception as error:
        pytest.fail(f"right {right[0, 0]}, got {type(error).__name__}: {error}")
    assert np.array_equal(got, right), f"right {right[0, 0]}, got {got[0, 0]}" + (
        ", the picture of the first" if np.array_equal(got, before) else ""
    )
