"""ExposureContrast: each style by hand and against OpenColorIO."""

import numpy as np
import PyOpenColorIO as OCIO
import pytest

from grade.color.transforms.ocio_processor import from_processor
from grade.ops import ExposureContrast

STYLES = {
    "linear": OCIO.EXPOSURE_CONTRAST_LINEAR,
    "video": OCIO.EXPOSURE_CONTRAST_VIDEO,
    "log": OCIO.EXPOSURE_CONTRAST_LOGARITHMIC,
}
GRADES = [
    {"exposure": 1.3, "contrast": 1.2, "gamma": 0.9, "pivot": 0.3},
    {"exposure": -2.0, "contrast": 0.6, "gamma": 1.0, "pivot": 0.18},
    {"exposure": 0.7, "contrast": 2.0, "gamma": 0.5, "pivot": 0.5},  # a plain gain
]
THEIR_POWER = 3e-5  # a polynomial of 15 bits, whatever the optimisation


def processor(style, grade, way):
    transform = OCIO.ExposureContrastTransform(STYLES[style], **grade)
    return OCIO.Config.CreateRaw().getProcessor(transform, way)


@pytest.mark.parametrize("inverse", [False, True], ids=["forward", "inverse"])
@pytest.mark.parametrize("grade", GRADES, ids=["first", "second", "gain"])
@pytest.mark.parametrize("style", STYLES)
def test_opencolorio_agrees(run, style, grade, inverse):
    way = OCIO.TRANSFORM_DIR_INVERSE if inverse else OCIO.TRANSFORM_DIR_FORWARD
    theirs = processor(style, grade, way)
    x = np.random.default_rng(12).uniform(-0.5, 1.5, (1000, 3)).astype(np.float32)
    expected = x.copy()
    theirs.getOptimizedCPUProcessor(OCIO.OPTIMIZATION_LOSSLESS).applyRGB(expected)
    transform = from_processor(theirs)
    assert transform.operations == ["ExposureContrast"]
    ours = transform(x)
    assert (np.abs(ours - expected) <= THEIR_POWER * (np.abs(expected) + 0.1)).all()
    if not inverse:
        np.testing.assert_allclose(
            run(ExposureContrast(style, **grade), x), ours, rtol=2e-6, atol=1e-6
        )


def test_what_negative_values_become():
    assert ExposureContrast(contrast=1.5).evaluate(-0.2) == 0.0
    assert ExposureContrast(exposure=1.0, contrast=2.0, gamma=0.5).evaluate(-0.2) == -0.4


def test_a_stop_is_a_step_of_log_code():
    op = ExposureContrast("log", exposure=1.0)
    assert np.isclose(op.evaluate(0.4), 0.488, rtol=1e-14)
