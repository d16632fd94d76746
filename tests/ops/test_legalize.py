"""Legalize: within the limits, luma and hue kept, legal colors untouched."""

import numpy as np
import pytest

import grade
from grade.ops import Legalize
from grade.science.signal_limits import SIGNAL_LIMITS

LUMA = {"rec709": (0.2126, 0.7152, 0.0722), "rec2020": (0.2627, 0.6780, 0.0593)}
WILD = np.random.default_rng(1).normal(0.5, 0.8, (4000, 3)).astype(np.float32)
# Far outside, luma and its distance to a channel are differences of large numbers.
OPEN_ENDED = 0.2
EXAMPLES = [Legalize(standard) for standard in SIGNAL_LIMITS] + [Legalize(weights="rec2020")]


def test_the_limits_are_those_of_the_standards():
    """EBU R 103: 20..984 of 10 bits; BT.709: 64..940; SMPTE ST 274: 4..1019."""
    codes = {n: [round(64 + 876 * v, 9) for v in ends] for n, ends in SIGNAL_LIMITS.items()}
    assert codes == {"ebu_r103": [20, 984], "nominal": [64, 940], "sdi": [4, 1019]}


@pytest.mark.parametrize("standard", SIGNAL_LIMITS)
@pytest.mark.parametrize("weights", LUMA)
def test_every_color_comes_within(run, standard, weights):
    low, high = SIGNAL_LIMITS[standard]
    op = Legalize(standard, weights=weights)
    made = run(op, WILD).astype(np.float64)
    assert made.min() >= low - 1e-7 and made.max() <= high + 1e-7
    before = WILD.astype(np.float64) @ LUMA[weights]
    luma = np.clip(before, low, high)
    assert np.allclose(made @ LUMA[weights], luma, atol=2e-6)
    legal = (np.float32(low) <= WILD).all(axis=1) & (np.float32(high) >= WILD).all(axis=1)
    assert legal.any() and (run(op, WILD)[legal] == WILD[legal]).all()


def test_hue_stays(run):
    """What is left of a color difference is a part of it, the same in all channels."""
    made = run(Legalize("nominal"), WILD).astype(np.float64)
    luma = WILD.astype(np.float64) @ LUMA["rec709"]
    inside = (luma > 0.01) & (luma < 0.99)
    before = WILD[inside] - luma[inside, None]
    after = made[inside] - luma[inside, None]
    part = after[:, :1] / before[:, :1]
    assert np.allclose(after, part * before, atol=5e-6)
    assert (part > -1e-6).all() and (part < 1 + 1e-6).all()


def test_it_stands_behind_a_display():
    look = grade.Look("x", input="ACEScg", working="ACEScct")
    look.outputs["m"] = look.source >> Legalize(name="legal")
    with pytest.raises(grade.graph.errors.DomainError, match="put it behind a Display"):
        look.apply(WILD[None])
    look.outputs["m"] = (
        look.source
        >> grade.Display("Rec.1886 Rec.709 - Display", view="Un-tone-mapped")
        >> Legalize(name="legal")
    )
    assert look.apply(WILD[None]).max() <= 1.0503
