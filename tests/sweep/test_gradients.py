"""A million greys through every tonal op at an extreme of its sliders: none falls.

The right answer, derived: each op's tone curve has a slope of 0 or more there, so of two greys the
brighter stays at least as bright. A step down by up to four roundings of float32 is a rounding.
The settings are the ends of the sliders as they were when this was written, together.
"""

import numpy as np
import pytest

import grade
from grade import ops

STOPS = np.linspace(-16, 12, 1_000_000)
LIGHT = (0.18 * 2.0**STOPS).astype(np.float32)
CODES = np.linspace(-0.6, 1.6, 1_000_000).astype(np.float32)
STEEP = [[0, 0], [0.2, 0.6], [0.25, 0.6], [0.7, 0.65], [1, 1]]
EXTREMES = {
    "exposure": ops.Exposure(-8),
    "contrast": ops.Contrast(2, high_soft=1, low_soft=1),
    "lift_gamma_gain": ops.LiftGammaGain(0.2, 2, 0.5),
    "log_wheels": ops.LogWheels(0.1, -0.1, 0.1),
    "zones": ops.Zones(black={"exposure": 2}, dark={"exposure": -2}, shadow={"exposure": 2},
                       light={"exposure": -2}, highlight={"exposure": 2},
                       specular={"exposure": -2, "falloff": 0.5}),
    "grading_primary": ops.GradingPrimary("linear", contrast_master=0.5, exposure=4, offset=0.2),
    "grading_tone": ops.GradingTone("log", blacks=1.9, shadows=1.8, midtones=0.1, highlights=0.2,
                                    whites=0.1, s_contrast=0.01),
    "rgb_curves monotone": ops.RGBCurves(master=STEEP),
    "soft_clip": ops.SoftClip(shoulder=0.5, ceiling=1, toe=0.3, floor=-0.1),
    "film_density": ops.FilmDensity(2, dyes=2, absorption=0.3),
    "split_tone": ops.SplitTone(shadow=ops.SplitTone.params()["shadow"].soft[1],
                                highlight=(0.03, 0.03, -0.03),
                                width=ops.SplitTone.params()["width"].soft[0]),
    "split_tone opposed": ops.SplitTone(
        shadow=[ops.SplitTone.params()["shadow"].soft[i] for i in (0, 0, 1)],
        highlight=[ops.SplitTone.params()["highlight"].soft[i] for i in (1, 1, 0)],
        width=ops.SplitTone.params()["width"].soft[0]),
    "printer_lights": ops.PrinterLights(12, master=-12),
}  # fmt: skip


@pytest.mark.parametrize("name", EXTREMES)
def test_no_grey_of_a_million_falls(name):
    op = EXTREMES[name]
    linear = op.domain == "linear"
    look = grade.Look("ramp", working="ACEScg" if linear else "ACEScct")
    look.outputs["out"] = look.source >> op
    if op.domain == "display":
        look = grade.Look("ramp")
        look.outputs["out"] = look.source >> op
    ramp = LIGHT if linear else CODES
    graded = look.apply(np.repeat(ramp[None, :, None], 3, axis=2))[0]
    down = np.maximum.accumulate(graded, axis=0) - graded
    size = np.maximum(np.abs(graded), np.abs(ramp[:, None])) * 2.0**-23
    worst = np.unravel_index(np.argmax(down / np.maximum(size, 1e-9)), down.shape)
    right = "right: no step down"
    got = f"{down[worst]:.4g} down at {ramp[worst[0]]:.4g}"
    assert down[worst] <= 4 * max(size[worst], 1e-9), f"{right}, got {got}"
