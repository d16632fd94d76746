"""CodeLayer: each mode against its closed form, inside and outside of 0..1."""

import numpy as np
import pytest

from grade.ops import CodeLayer

LUMA = np.array([0.2126, 0.7152, 0.0722])
RANDOM = np.random.default_rng(3)
BELOW, OVER = RANDOM.uniform(-1, 2, (2, 64, 3)).astype(np.float32)
EXAMPLES = [CodeLayer(mode) for mode in CodeLayer.mode.options] + [CodeLayer("color", amount=0.4)]


def soft_light(a, b):
    """W3C Compositing and Blending, without its third piece; a beyond 0..1 stays."""
    b = np.clip(b, 0, 1)
    lit = np.where(
        b <= 0.5, a - (1 - 2 * b) * a * (1 - a), a + (2 * b - 1) * (np.sqrt(np.abs(a)) - a)
    )
    return np.where((a > 0) & (a < 1), lit, a)


def shift(a, b):
    return ((b - a) @ LUMA)[:, None]


FORMS = {
    "normal": lambda a, b: b,
    "add": lambda a, b: a + b,
    "multiply": lambda a, b: a * b,
    "screen": lambda a, b: 1 - (1 - a) * (1 - b),
    "soft_light": soft_light,
    "darken": np.minimum,
    "lighten": np.maximum,
    "luminosity": lambda a, b: a + shift(a, b),
    "color": lambda a, b: b - shift(a, b),
}


@pytest.mark.parametrize("mode", CodeLayer.mode.options)
def test_the_formula(run, mode):
    made = run(CodeLayer(mode), BELOW, OVER)
    expected = FORMS[mode](BELOW.astype(np.float64), OVER.astype(np.float64))
    assert np.allclose(made, expected, rtol=1e-6, atol=1e-6)


@pytest.mark.parametrize(
    ("mode", "a", "b", "expected"),
    [
        ("multiply", 0.5, 0.5, 0.25),
        ("screen", 0.5, 0.5, 0.75),
        ("soft_light", 0.25, 0.75, 0.375),
        ("soft_light", 0.5, 0.25, 0.375),
        ("soft_light", 4.0, 0.9, 4.0),
        ("soft_light", -0.5, 0.9, -0.5),
        ("add", 3.0, 0.5, 3.5),
    ],
)
def test_numbers(mode, a, b, expected):
    assert CodeLayer(mode).evaluate(a, b) == pytest.approx(expected, abs=1e-12)


def test_soft_light_is_continuous(run):
    """Across 0 and 1 of the lower picture, and across one half, 0 and 1 of the upper."""
    for centre in (0.0, 0.5, 1.0):
        close = np.float32([[centre - 1e-6] * 3, [centre + 1e-6] * 3])
        other = np.full((2, 3), 0.3, np.float32)
        for pair in ((close, other), (other, close)):
            low, high = run(CodeLayer("soft_light"), *pair)
            assert np.abs(high - low).max() < 2e-3  # the square root starts steeply


def test_luminosity_keeps_color_differences_and_takes_luma(run):
    made = run(CodeLayer("luminosity"), BELOW, OVER).astype(np.float64)
    assert np.allclose(made @ LUMA, OVER.astype(np.float64) @ LUMA, atol=1e-6)
    assert np.allclose(made[:, 0] - made[:, 1], BELOW[:, 0] - BELOW[:, 1], atol=1e-6)


def test_adding_is_meant_in_light():
    assert (CodeLayer("add").domain, CodeLayer("screen").domain) == ("linear", "any")
