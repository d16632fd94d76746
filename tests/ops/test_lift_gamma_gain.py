"""LiftGammaGain: two conventions, each equal to the system it is named after."""

import numpy as np
import PyOpenColorIO as OCIO
import pytest

import grade
from grade.op import ParameterError
from grade.ops import LiftGammaGain


def test_lift_holds_white_and_gain_holds_black():
    classic = LiftGammaGain(lift=0.1)
    assert np.isclose(classic.evaluate(1.0), 1.0) and np.isclose(classic.evaluate(0.0), 0.1)
    assert LiftGammaGain(gain=1.5).evaluate(0.0) == 0.0
    video = LiftGammaGain(lift=0.1, gain=2.0, convention="video")
    assert np.isclose(video.evaluate(-0.1), 0.0) and np.isclose(video.evaluate(0.5), 1.0)


def test_video_is_opencolorio(run):
    wheels = {"lift": (0.05, -0.02, 0.0), "gamma": (1.2, 0.9, 1.5), "gain": (1.1, 0.8, 1.3)}
    primary = OCIO.GradingPrimary(OCIO.GRADING_VIDEO)
    for name, (red, green, blue) in wheels.items():
        setattr(primary, name, OCIO.GradingRGBM(red, green, blue, 0.0 if name == "lift" else 1.0))
    transform = OCIO.GradingPrimaryTransform(OCIO.GRADING_VIDEO)
    transform.setValue(primary)
    processor = OCIO.Config.CreateRaw().getProcessor(transform)
    cpu = processor.getOptimizedCPUProcessor(OCIO.OPTIMIZATION_LOSSLESS)
    x = np.random.default_rng(5).uniform(-0.3, 1.5, (200, 3)).astype(np.float32)
    theirs = np.array([cpu.applyRGB([float(v) for v in pixel]) for pixel in x])
    # Their power is an approximation at every level: 7.9e-5 of the value.
    assert np.allclose(run(LiftGammaGain(**wheels, convention="video"), x), theirs, atol=2e-4)


def test_wheels_that_would_cross_are_refused():
    with pytest.raises(ParameterError, match=r"lift = -0\.6: with gain 2 .* above -0\.5"):
        LiftGammaGain(lift=-0.6, gain=2.0, convention="video")
    LiftGammaGain(lift=-0.6, gain=2.0)


def test_published_vectors(run):
    """FIELD 3.4: the vector of video; classic by hand: 1.1 * (0.5 + 0.05 * 0.5) is 0.5775."""
    video = LiftGammaGain(0.05, 1.2, 1.1, convention="video")
    assert run(video, [[0.5, 0.5, 0.5]])[0] == pytest.approx(0.629147, abs=5e-7)
    assert LiftGammaGain(0.05, 1.0, 1.1).evaluate(0.5) == pytest.approx(0.5775, abs=1e-15)
    assert LiftGammaGain(0.05, 1.2, 1.1).evaluate(0.5) == pytest.approx(0.5775 ** (1 / 1.2))


def stops_at_grey(**wheels):
    look = grade.Look("x", input="ACEScg", working="ACEScct")
    look.outputs["m"] = (
        look.source >> LiftGammaGain(**wheels, name="lgg") >> grade.Convert(dst="ACEScg")
    )
    made = look.apply(np.full((1, 1, 3), 0.18, np.float32), device="reference")
    return float(np.log2(made[0, 0, 0] / 0.18))


@pytest.mark.parametrize(
    ("wheels", "stops"),
    [({"lift": 0.05}, 0.5), ({"lift": 0.2}, 2.05), ({"gain": 1.1}, 0.7)],
)
def test_in_a_log_space_the_wheels_move_grey_as_the_docs_say(wheels, stops):
    assert stops_at_grey(**wheels) == pytest.approx(stops, abs=0.03)


@pytest.mark.parametrize("wheel", ["lift", "gamma", "gain"])
def test_a_slider_moves_grey_by_less_than_two_stops_in_a_log_space(wheel):
    assert all(
        0.4 < abs(stops_at_grey(**{wheel: end})) < 2 for end in LiftGammaGain.settings[wheel].soft
    )
