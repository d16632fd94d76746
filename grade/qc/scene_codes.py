"""Difference of scene light in codes, the steps of a 10-bit ACEScct file.

    codes = 1023 * max over channels |s(a) - s(b)|,   a, b in linear AP1

    s(x) = 10.5402377416545 x                                  |x| <= 0.0078125
           sign(x) ((log2 |x| + 9.72) / 17.52 - 0.0729055...)  else

s is the ACEScct curve (Academy S-2016-001) less its value at 0, and odd: s(-x) = -s(x). So a stop
is 58.4 codes at any light, above black and below; between, the curve is a line, and noise in
shadows counts by its amount. dE ITP cannot measure scene light: it has no light below 0 and none
above 10,000 cd/m2, and what is 1.0 there is a matter of the view.

NumPy float64; infinities and NaN come through.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]

CODES = 1023.0
_TOE, _SLOPE, _BLACK = 0.0078125, 10.5402377416545, 0.0729055341958355


def encode(light: Array) -> Array:
    """Encode linear AP1 light by the odd curve s.

    >>> (CODES * (encode(np.array([0.36, -0.36])) - encode(np.array([0.18, -0.18])))).round(3)
    array([ 58.39, -58.39])
    """
    light = np.asarray(light, np.float64)
    size = np.abs(light)
    with np.errstate(all="ignore"):
        log = (np.log2(np.maximum(size, _TOE)) + 9.72) / 17.52 - _BLACK
    return np.copysign(np.where(size <= _TOE, _SLOPE * size, log), light)


def count_codes(a: Array, b: Array) -> Array:
    """Count the codes between pixels ``(..., 3)`` of linear AP1 light, the largest of a pixel."""
    with np.errstate(all="ignore"):
        apart: Array = CODES * np.max(np.abs(encode(a) - encode(b)), axis=-1)
    return apart
