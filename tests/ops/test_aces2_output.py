"""Aces2Output: greys of the published tone scale, gamut, limits."""

import numpy as np
import pytest

from grade.op import ParameterError
from grade.ops import Aces2Output

from ..draw import some

# A grey has no hue, and what is computed from its hue counts for nothing; a first-order bound
# does not see that. Greys are held to OpenColorIO in tests/color/test_aces2.py.
OPEN_ENDED = 0.6
EXAMPLES = [
    Aces2Output(),
    Aces2Output(1000, "rec2020", direction="inverse"),
    Aces2Output(500, "p3d65", amount=0.5, channels="rb"),
]


GREYS = [(100, 10.000), (1000, 14.512), (4000, 16.824)]
GAMUTS = ["rec709", "p3d65", "rec2020"]


@pytest.mark.parametrize(
    ("peak", "nits", "primaries"), some([(*g, p) for g in GREYS for p in GAMUTS], 3)
)
def test_middle_grey(run, peak, nits, primaries):
    """The tone scale puts 0.18 at these cd/m2, on every channel, in any gamut."""
    grey = np.full((1, 3), 0.18, np.float32)
    out = run(Aces2Output(peak, primaries), grey)
    assert np.allclose(out, nits / 100, rtol=1e-4)


def test_nothing_is_brighter_than_the_peak_or_much_outside_the_gamut(run):
    x = np.random.default_rng(3).uniform(0, 40, (4000, 3)).astype(np.float32)
    out = run(Aces2Output(500, "p3d65"), x)
    assert out.max() < 6.0 and out.min() > -0.6
    assert 4.9 < run(Aces2Output(500), np.full((1, 3), 200, np.float32)).max() < 5.1


def test_back_to_the_scene(run):
    light = np.random.default_rng(4).uniform(0.02, 0.98, (2000, 3)).astype(np.float32)
    scene = run(Aces2Output(direction="inverse"), light)
    again = run(Aces2Output(), scene)
    assert np.abs(again - light).max() < 2e-2
    assert np.median(np.abs(again - light)) < 1e-5


def test_what_is_no_light(run):
    odd = np.float32([[np.nan, 0.2, 0.3], [0.2, np.inf, 0.3], [0, 0, 0], [-1, -1, -1]])
    out = run(Aces2Output(), odd)
    assert np.isnan(out[:2]).all()
    assert np.abs(out[2:]).max() < 1e-20


def test_peaks_that_make_no_sense_are_refused():
    with pytest.raises(ParameterError, match=r"aces2_output\.peak = 20: outside 50..10000 cd/m2"):
        Aces2Output(20)
    with pytest.raises(ParameterError, match=r"aces2_output\.peak = 'high': not a number"):
        Aces2Output("high")
