"""GradingTone: what each zone moves and leaves, and what is refused."""

import numpy as np
import pytest

from grade.op import ParameterError
from grade.ops import GradingTone

EXAMPLES = (
    GradingTone("log", blacks=(0.75, 1.25, 1.0), blacks_master=0.9, whites=(1.25, 0.75, 1.0)),
    GradingTone("log", shadows=(0.8, 1.2, 1), highlights_master=1.3, midtones=(1.2, 0.9, 1.1)),
    GradingTone("video", midtones_master=0.7, midtones_center=0.6, midtones_width=0.5,
                s_contrast=1.4),
    GradingTone("video", whites_master=1.4, highlights_master=0.75, whites_start=0.5),
    GradingTone("linear", blacks_master=0.8, whites_master=1.2, shadows=(1.1, 0.9, 1.0)),
    GradingTone("linear", midtones_master=1.2, highlights=(0.8, 1.2, 1.0), s_contrast=0.75),
    GradingTone("log", s_contrast=1.7, amount=0.5, channels="rb"),
)  # fmt: skip

DARK, BRIGHT = np.linspace(-0.2, 0.28, 25), np.linspace(0.52, 1.4, 25)


def graded(x, **values):
    return GradingTone("log", **values).evaluate(np.repeat(x[:, None], 3, axis=1))[:, 0]


def test_every_value_above_one_lifts_its_zone():
    for zone, x in (
        ("blacks", DARK), ("shadows", np.linspace(0.02, 0.48)), ("midtones", np.linspace(0.2, 0.6)),
        ("highlights", np.linspace(0.32, 0.98)), ("whites", BRIGHT),
    ):  # fmt: skip
        assert (graded(x, **{f"{zone}_master": 1.4}) > x).all(), zone
        assert (graded(x, **{f"{zone}_master": 0.6}) < x).all(), zone


def test_a_zone_leaves_what_is_outside_it():
    assert np.allclose(graded(DARK, whites=1.5, highlights=0.5), DARK, atol=1e-15)
    assert np.allclose(graded(BRIGHT, blacks=1.5, shadows=0.5), BRIGHT, atol=1e-15)
    outside = np.array([-0.5, 0.0, 1.0, 1.5])
    assert np.allclose(graded(outside, midtones=1.5), outside, atol=1e-15)
    held = np.array([0.3, 1.0])  # start and pivot of the highlights
    assert np.allclose(graded(held, highlights=1.5), held, atol=1e-15)


@pytest.mark.parametrize("value", [0.4, 0.8, 1.3, 1.7])
@pytest.mark.parametrize("zone", ["blacks", "shadows", "midtones", "highlights", "whites"])
def test_a_zone_has_no_corner_and_never_falls(zone, value):
    x = np.linspace(-0.5, 2, 20001)
    slope = np.diff(graded(x, **{zone: value})) / np.diff(x)
    assert slope.min() > 0.01
    assert np.abs(np.diff(slope)).max() < 0.03


def test_the_masters_move_whites_and_blacks():
    """Start and width of whites go through the highlights, those of blacks through the shadows."""
    moved = GradingTone("log", whites=0.5, highlights_master=0.6)
    start = GradingTone("log", highlights_master=0.6).evaluate(0.4)
    below, above = (moved.evaluate(v) for v in (0.4 - 1e-4, 0.4 + 1e-4))
    alone = GradingTone("log", highlights_master=0.6)
    assert np.isclose(moved.evaluate(0.4), start)
    assert below == alone.evaluate(0.4 - 1e-4) and above < alone.evaluate(0.4 + 1e-4)


def test_an_unset_place_is_that_of_the_style():
    linear = GradingTone("linear", whites=1.5)
    placed = linear.copy(whites_start=0, whites_width=8)
    assert linear.evaluate(3.0) == placed.evaluate(3.0) != linear.copy(whites_start=1)


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"whites_width": 0.001}, r"whites_width = 0\.001: it takes 0\.01 and above"),
        ({"shadows_start": 0.0}, r"shadows_start = 0: not 0\.01 above shadows_pivot = 0"),
        ({"highlights_pivot": 0.3}, r"highlights_start = 0\.3: not 0\.01 below highlights_pivot"),
    ],
)
def test_zones_without_width_are_refused(values, message):
    with pytest.raises(ParameterError, match=message):
        GradingTone("log", **values)
