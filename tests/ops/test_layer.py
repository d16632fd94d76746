"""Layer: each mode against its closed form, in light or on an odd power of it, and beyond 0..1."""

import itertools

import numpy as np
import pytest

import grade
from grade.ops import Layer

LUMA = np.array([0.2126, 0.7152, 0.0722])
RANDOM = np.random.default_rng(3)
BELOW, OVER = RANDOM.uniform(-1, 2, (2, 64, 3)).astype(np.float32)
EXAMPLES = [Layer(mode) for mode in Layer.mode.options] + [Layer("color", amount=0.4)]


def up(x, exponent=1 / 2.4):
    return np.sign(x) * np.abs(x) ** exponent


def down(x):
    return up(x, 2.4)


def inside(x):
    return (x > 0) & (x < 1)


def overlay(a, b):
    return np.where(a <= 0.5, 2 * a * b, 1 - 2 * (1 - a) * (1 - b))


def soft_light(a, b):
    """W3C Compositing and Blending, section 10.1.9."""
    d = np.where(a <= 0.25, ((16 * a - 12) * a + 4) * a, np.sqrt(np.abs(a)))
    return np.where(b <= 0.5, a - (1 - 2 * b) * a * (1 - a), a + (2 * b - 1) * (d - a))


def hard_light(a, b):
    a, b = up(a), up(b)
    within = np.clip(a, 0, 1)
    made = np.where((b >= 0) & (b <= 1), overlay(b, within), b)
    return down(made + (a - within) * np.clip(2 * b, 0, 1))


def shift(a, b):
    return ((up(b) - up(a)) @ LUMA)[:, None]


FORMS = {
    "normal": lambda a, b: b,
    "add": lambda a, b: a + b,
    "subtract": lambda a, b: a - b,
    "difference": lambda a, b: np.abs(a - b),
    "multiply": lambda a, b: a * b,
    "divide": lambda a, b: np.where(b > 0, a / b, 0),
    "darken": np.minimum,
    "lighten": np.maximum,
    "screen": lambda a, b: np.where(
        inside(a) & inside(b), down(1 - (1 - up(a)) * (1 - up(b))), np.maximum(a, b)
    ),
    "overlay": lambda a, b: np.where(inside(a), down(overlay(up(a), np.clip(up(b), 0, 1))), a),
    "hard_light": hard_light,
    "soft_light": lambda a, b: np.where(
        inside(a), down(soft_light(up(a), np.clip(up(b), 0, 1))), a
    ),
    "luminosity": lambda a, b: down(up(a) + shift(a, b)),
    "color": lambda a, b: down(up(b) - shift(a, b)),
}


@pytest.mark.parametrize("mode", Layer.mode.options)
def test_the_formula(run, mode):
    made = run(Layer(mode), BELOW, OVER)
    expected = FORMS[mode](BELOW.astype(np.float64), OVER.astype(np.float64))
    assert np.allclose(made, expected, rtol=3e-6, atol=3e-6)


@pytest.mark.parametrize(
    ("mode", "a", "b", "expected"),
    [
        ("multiply", 0.5, 0.5, 0.25),
        ("subtract", 0.25, 0.75, -0.5),
        ("difference", 0.25, 0.75, 0.5),
        ("divide", 0.5, 0.25, 2.0),
        ("divide", 0.5, 0.0, 0.0),
        ("screen", 4.0, 0.5, 4.0),
        ("screen", -0.5, 0.25, 0.25),
        ("screen", 0.5**2.4, 0.5**2.4, 0.75**2.4),
        ("overlay", 0.25**2.4, 0.75**2.4, 0.375**2.4),
        ("overlay", 4.0, 0.9, 4.0),
        ("hard_light", 0.75**2.4, 0.25**2.4, 0.375**2.4),
        ("hard_light", 4.0, 0.5**2.4, 4.0),
        ("soft_light", 0.25**2.4, 0.75**2.4, 0.375**2.4),
        ("soft_light", 0.5**2.4, 0.25**2.4, 0.375**2.4),
        ("soft_light", 4.0, 0.9, 4.0),
        ("soft_light", -0.5, 0.9, -0.5),
        ("add", 3.0, 0.5, 3.5),
    ],
)
def test_numbers(mode, a, b, expected):
    assert Layer(mode).evaluate(a, b) == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize("mode", [m for m in Layer.mode.options if m != "divide"])
def test_every_mode_is_continuous(run, mode):
    """Across the places where a formula changes: 0, 1/4, 1/2 and 1 on the odd power."""
    others = np.float32([-0.5, 0.0, 0.1, 0.6, 1.0, 2.0])
    for center, other in itertools.product((0.0, 0.25**2.4, 0.5**2.4, 1.0), others):
        close = np.float32([[center - 1e-7] * 3, [center + 1e-7] * 3])
        rest = np.full((2, 3), other, np.float32)
        for pair in ((close, rest), (rest, close)):
            low, high = run(Layer(mode), *pair)
            assert np.abs(high - low).max() < 1e-2, (mode, center, other)  # the power is steep at 0


@pytest.mark.parametrize("mode", ["overlay", "hard_light", "soft_light"])
def test_one_half_is_neutral(run, mode):
    over = np.full_like(BELOW, 0.5**2.4)
    assert np.allclose(run(Layer(mode), BELOW, over), BELOW, rtol=2e-6, atol=2e-6)


def test_luminosity_keeps_color_differences_and_takes_luma(run):
    made = up(run(Layer("luminosity"), BELOW, OVER).astype(np.float64))
    assert np.allclose(made @ LUMA, up(OVER.astype(np.float64)) @ LUMA, atol=3e-6)
    below = up(BELOW.astype(np.float64))
    assert np.allclose(made[:, 0] - made[:, 1], below[:, 0] - below[:, 1], atol=3e-6)


@pytest.mark.parametrize("mode", Layer.mode.options)
def test_the_working_space_does_not_matter(mode):
    """The same light comes out of log spaces and of a linear one of the same primaries."""
    spaces = ("ACEScct", "ACEScc", "ACEScg")
    plates = RANDOM.uniform(0.02, 1.5, (2, 1, 16, 3)).astype(np.float32)
    made = []
    for space in spaces:
        look = grade.Look("x", input="ACEScg", working=space)
        over = look.source >> grade.Exposure(-1, name="over")
        look.outputs["m"] = grade.layer(look.source, over, mode=mode, name="l") >> grade.Convert(
            dst="ACEScg"
        )
        made.append(look.apply(plates[0]))
    for other in made[1:]:
        assert np.allclose(made[0], other, rtol=2e-5, atol=2e-5)
