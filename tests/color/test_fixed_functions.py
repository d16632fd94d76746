"""Fixed functions, in both directions, against OpenColorIO's lossless float32.

What is demanded of each, and why, stands in tolerances.py.
"""

import numpy as np
import PyOpenColorIO as ocio
import pytest

from grade.color.processor import from_processor

from .tolerances import tolerance

FORWARD, INVERSE = ocio.TRANSFORM_DIR_FORWARD, ocio.TRANSFORM_DIR_INVERSE
WAYS = {"forward": FORWARD, "inverse": INVERSE}

GAMUT_COMPRESS = [1.147, 1.264, 1.312, 0.815, 0.803, 0.88, 1.2]


def fixed(style, parameters=()):
    return ocio.FixedFunctionTransform(getattr(ocio, f"FIXED_FUNCTION_{style}"), list(parameters))


CASES = {
    "ACES_GLOW_03": fixed("ACES_GLOW_03"),
    "ACES_GLOW_10": fixed("ACES_GLOW_10"),
    "ACES_RED_MOD_03": fixed("ACES_RED_MOD_03"),
    "ACES_RED_MOD_10": fixed("ACES_RED_MOD_10"),
    "ACES_DARK_TO_DIM_10": fixed("ACES_DARK_TO_DIM_10"),
    "ACES_GAMUT_COMP_13": fixed("ACES_GAMUT_COMP_13", GAMUT_COMPRESS),
}

# The product of the largest float32 and a distance of 1.3 overflows there, here it is fused.
OVERFLOW = [("ACES_GAMUT_COMP_13", "inverse")]


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("case", CASES)
def test_fixed_function(
    case, way, processor_of, samples, corners, oracle, compiled, difference, classes
):
    processor = processor_of(CASES[case], WAYS[way])
    transform = from_processor(processor)
    assert transform.operations == [f"FixedFunction {case}"]
    expected, actual = oracle(processor, samples), compiled(transform, samples)
    assert (classes(expected) == classes(actual)).all()
    apart = difference(actual, expected, whole_pixel=True)
    at = np.unravel_index(np.argmax(apart), apart.shape)
    assert apart[at] <= tolerance(case, way), (
        apart[at], samples[at[0]], actual[at[0]], expected[at[0]],
    )  # fmt: skip
    if (case, way) in OVERFLOW:
        corners = corners[
            (np.abs(corners) < 1e38).all(axis=-1) | ~np.isfinite(corners).all(axis=-1)
        ]
    expected, actual = oracle(processor, corners), compiled(transform, corners)
    wrong = (classes(expected) != classes(actual)).any(axis=-1)
    assert not wrong.any(), (corners[wrong], expected[wrong], actual[wrong])
