"""Fixed functions, in both directions, against OpenColorIO's lossless float32.

What is demanded of each, and why, stands in tolerances.py.
"""

import numpy as np
import PyOpenColorIO as ocio
import pytest

from grade.color.transforms.curves.pq import PQ
from grade.color.transforms.ocio_processor import from_processor

from .tolerances import TOLERANCES, tolerance

FORWARD, INVERSE = ocio.TRANSFORM_DIR_FORWARD, ocio.TRANSFORM_DIR_INVERSE
WAYS = {"forward": FORWARD, "inverse": INVERSE}

# The OETF of HLG, and logarithms on both sides of a line.
HLG = [0.0, 0.25, 0.5, 1.0, 0.0, np.e, 0.17883277, 0.807825590164, 1.0, -0.07116723]
TWO_LOGS = [10.0, -0.1, 0.01, -0.24, 0.11, -14.98325, 1.0, 0.24136077, 0.092864125, 14.98325, 1.0,
            1.2, 0.09]  # fmt: skip
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
    "RGB_TO_HSV": fixed("RGB_TO_HSV"),
    "RGB_TO_HSY_LIN": fixed("RGB_TO_HSY_LIN"),
    "RGB_TO_HSY_LOG": fixed("RGB_TO_HSY_LOG"),
    "RGB_TO_HSY_VID": fixed("RGB_TO_HSY_VID"),
    "XYZ_TO_xyY": fixed("XYZ_TO_xyY"),
    "XYZ_TO_uvY": fixed("XYZ_TO_uvY"),
    "XYZ_TO_LUV": fixed("XYZ_TO_LUV"),
    "LIN_TO_PQ": fixed("LIN_TO_PQ"),
    "LIN_TO_GAMMA_LOG": fixed("LIN_TO_GAMMA_LOG", HLG),
    "LIN_TO_DOUBLE_LOG": fixed("LIN_TO_DOUBLE_LOG", TWO_LOGS),
}

# The product of the largest float32 and a distance of 1.3 overflows there, here it is fused; and
# a saturation of -inf is not worth the operations that would turn it into what it is there.
OVERFLOW = {("ACES_GAMUT_COMP_13", "inverse"): 1e38, ("RGB_TO_HSY_LIN", "inverse"): -1.0}
# Backwards from code values: beyond 1.99 PQ has no light, and powers of 200 only overflow.
CODES = [
    ("LIN_TO_PQ", "inverse"),
    ("LIN_TO_GAMMA_LOG", "inverse"),
    ("LIN_TO_DOUBLE_LOG", "inverse"),
]
SINGLE = ("LIN_TO_PQ", "LIN_TO_GAMMA_LOG", "LIN_TO_DOUBLE_LOG")  # channel by channel
LARGEST_JUDGED = 1e6  # of a power of a code value far beyond 1 no bits are left


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("case", CASES)
def test_fixed_function(
    case, way, processor_of, samples, corners, oracle, compiled, difference, classes
):
    processor = processor_of(CASES[case], WAYS[way])
    transform = from_processor(processor)
    assert transform.operations == [f"FixedFunction {case}"]
    if (case, way) in CODES:
        samples = samples[np.abs(samples).max(axis=-1) <= 1.2]
    expected, actual = oracle(processor, samples), compiled(transform, samples)
    assert (classes(expected) == classes(actual)).all()
    apart = difference(actual, expected, whole_pixel=case not in SINGLE)
    apart[np.abs(expected) > LARGEST_JUDGED] = 0
    at = np.unravel_index(np.argmax(apart), apart.shape)
    assert apart[at] <= tolerance(case, way), (
        apart[at], samples[at[0]], actual[at[0]], expected[at[0]],
    )  # fmt: skip
    if (case, way) in OVERFLOW:
        beyond = OVERFLOW[case, way]
        corners = corners[
            ~(corners < beyond if beyond < 0 else corners == np.float32(3.4e38)).any(axis=-1)
        ]
    expected, actual = oracle(processor, corners), compiled(transform, corners)
    wrong = (classes(expected) != classes(actual)).any(axis=-1)
    assert not wrong.any(), (corners[wrong], expected[wrong], actual[wrong])


def test_pq_keeps_what_float32_can():
    """Against ST 2084 in float64: the textbook form in float32 is 1e-5 off."""
    light = np.exp(np.linspace(np.log(1e-6), np.log(200), 5001))
    y = (light / 100) ** (2610 / 16384)
    published = ((3424 / 4096 + 18.8515625 * y) / (1 + 18.6875 * y)) ** 78.84375
    np.testing.assert_allclose(PQ()(light), published, rtol=1e-12)
    np.testing.assert_allclose(PQ(inverse=True)(published), light, rtol=1e-8)


def test_pq_is_computed_within_its_tolerance(compiled):
    light = np.repeat(np.exp(np.linspace(-13, 5, 3000))[:, None], 3, axis=1).astype(np.float32)
    assert np.abs(compiled(PQ(), light) - PQ()(light)).max() <= TOLERANCES["op"]
    code = np.repeat(np.linspace(0.01, 1, 3000)[:, None], 3, axis=1).astype(np.float32)
    exact = PQ(inverse=True)(code)
    assert (np.abs(compiled(PQ(inverse=True), code) / exact - 1)).max() <= 4e-6
