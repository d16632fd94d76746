"""The two places where OpenColorIO gives other numbers and those here are right; see the README."""

import numpy as np
import PyOpenColorIO as ocio
import pytest

import grade
from grade.color.config.config import DEFAULT

LOGS = (
    "ARRI LogC3 (EI800)", "ARRI LogC4", "S-Log3 S-Gamut3", "V-Log V-Gamut", "ACEScct",
    "Log3G10 REDWideGamutRGB", "CanonLog3 CinemaGamut D55", "BMDFilm WideGamut Gen5",
    "DaVinci Intermediate WideGamut",
)  # fmt: skip
CODES = np.repeat(np.linspace(0.1, 0.95, 2000, dtype=np.float32)[None, :, None], 3, axis=2)


def test_glow_of_very_bright_saturated_light_is_a_number():
    """Its squares overflow in float32, and OpenColorIO makes NaN of the pixel."""
    glow = ocio.FixedFunctionTransform(ocio.FIXED_FUNCTION_ACES_GLOW_10)
    processor = ocio.Config.CreateRaw().getProcessor(glow)
    cpu = processor.getOptimizedCPUProcessor(ocio.OPTIMIZATION_LOSSLESS)
    look = grade.Look("x")
    look.outputs["m"] = look.source >> grade.from_processor(processor)
    light = np.float32([1e20, 1e19, 1e18])
    assert np.isnan(cpu.applyRGB([float(v) for v in light])).all()
    made = look.apply(light[None, None])[0, 0]
    assert np.allclose(made, light, rtol=1e-6)  # glow acts on the dark: here it changes nothing
    assert np.allclose(cpu.applyRGB([1e17, 1e16, 1e15]), [1e17, 1e16, 1e15], rtol=1e-6)


@pytest.mark.parametrize("space", LOGS)
def test_logs_decode_nearer_to_the_formula(space):
    """The largest relative error against float64: here, and in OpenColorIO's default processor."""
    look = grade.Look("x", input=space, working="ACES2065-1")
    look.outputs["m"] = look.source
    right = look.apply(CODES, device="reference").astype(np.float64)
    ours = look.apply(CODES, device="cpu")
    config = ocio.Config.CreateFromFile(DEFAULT)
    theirs = CODES.copy()
    config.getProcessor(space, "ACES2065-1").getDefaultCPUProcessor().applyRGB(theirs)

    def error(made):
        return (np.abs(made - right) / np.maximum(np.abs(right), 1e-3)).max()

    assert error(ours) < 4e-6
    # Canon's log is a table in the config, the same to both.
    assert error(ours) < 1.5 * error(theirs)
    if space == "ARRI LogC4":
        assert error(theirs) > 2e-5
