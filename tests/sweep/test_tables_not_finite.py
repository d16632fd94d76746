"""Sweep: NaN and infinities in tables are what OpenColorIO's lossless path makes of them.

The oracle is OpenColorIO itself at 0, 1/2 and 1, and inside the first cell, where the odd entry has
the weight 0: NaN counts as 0, an infinity as the largest float of its sign.
"""

import numpy as np
import PyOpenColorIO as ocio
import pytest

from grade.ops import FileLUT

from .text_luts import FORMATS

PIXELS = np.array([[0, 0, 0], [0.5, 0.5, 0.5], [1, 1, 1], [0, 0.25, 0], [1, 0, 0]], np.float32)
TABLES = [name for name in FORMATS if not name.endswith("spimtx")]


def lossless(path):
    config = ocio.Config.CreateRaw()
    config.setProcessorCacheFlags(ocio.PROCESSOR_CACHE_OFF)
    ocio.ClearAllCaches()
    processor = config.getProcessor(ocio.FileTransform(str(path)))
    cpu = processor.getOptimizedCPUProcessor(ocio.OPTIMIZATION_LOSSLESS)
    return np.array([cpu.applyRGB([float(v) for v in pixel]) for pixel in PIXELS])


@pytest.mark.parametrize("name", TABLES)
@pytest.mark.parametrize("word", ["nan", "NaN", "inf", "-inf"])
def test_it_is_what_opencolorio_makes_of_it(name, word, tmp_path):
    path = tmp_path / name
    path.write_text(FORMATS[name](word))
    made = FileLUT(path).evaluate(PIXELS)
    assert np.isfinite(made).all()
    assert np.allclose(made, lossless(path), rtol=1e-6)
