"""Zones within their sliders that turn the picture back: a darker grey comes out brighter.

The right answer, derived: a tone control never reverses two greys. So along a ramp of greys no
channel falls, at any setting whose saturations are neutral. Float32 rounds: a step down by less
than two units of the last place of the value is none.
"""

import numpy as np
import pytest

import grade
from grade.ops import Zones

RAMP = (0.18 * 2.0 ** np.linspace(-12, 12, 200_001)).astype(np.float32)
SETTINGS = {
    "shadow up, light down": {"shadow": {"exposure": 1}, "light": {"exposure": -1}},
    "dark up, light down": {"dark": {"exposure": 1}, "light": {"exposure": -1}},
    "shadow up": {"shadow": {"exposure": 2}},
    "dark up": {"dark": {"exposure": 1.5}},
    "black up": {"black": {"exposure": 2, "falloff": 1}},
    "light down": {"light": {"exposure": -1.4}},
    "highlight down": {"highlight": {"exposure": -2}},
    "specular down": {"specular": {"exposure": -2, "falloff": 0.5}},
    "all dark up": {"black": {"exposure": 1}, "dark": {"exposure": 1}, "shadow": {"exposure": 1}},
    "contrast taken out": {"dark": {"exposure": 0.9}, "shadow": {"exposure": 0.6},
                           "light": {"exposure": -0.6}, "highlight": {"exposure": -0.9}},
    "a red balance": {"shadow": {"balance": (1, 0, -1)}, "light": {"balance": (-1, 0, 1)}},
    "balance and exposure": {"light": {"exposure": -1, "balance": (-0.5, 0, 0.5)}},
    "moved borders": {"dark": {"exposure": 1, "border": 0.5}, "light": {"exposure": -1,
                                                                       "border": -0.5}},
    "steep": {"highlight": {"exposure": -1, "border": 0, "falloff": 0.5}},
    "every zone against its neighbor": {"black": {"exposure": 2}, "dark": {"exposure": -2},
                                        "shadow": {"exposure": 2}, "light": {"exposure": -2},
                                        "highlight": {"exposure": 2},
                                        "specular": {"exposure": -2}},
}  # fmt: skip


@pytest.fixture(scope="module")
def look():
    look = grade.Look("zones", working="ACEScg")
    look.outputs["out"] = look.source >> Zones(name="tone")
    return look


@pytest.mark.parametrize("name", SETTINGS)
def test_no_grey_falls(name, look):
    zones = {f"tone.{zone}": values for zone, values in SETTINGS[name].items()}
    graded = look.set(zones).apply(np.repeat(RAMP[None, :, None], 3, axis=2))[0]
    fall = (graded[1:] / graded[:-1]).min()
    assert fall >= 1 - 2.4e-7, f"steps of a rising ramp: right 1 or more, got {fall:.6f}"
    assert np.isfinite(graded).all()
