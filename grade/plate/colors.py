"""Measured reflectances and saturated lights as ACES2065-1 numbers, through colour-science."""

from __future__ import annotations

import warnings
from functools import cache

import numpy as np
from numpy.typing import NDArray

# Linear BT.2020, peak 1: inside what a display of tomorrow can show, outside Rec.709.
_TUBES = {
    "red": (1.0, 0.045, 0.02),
    "amber": (1.0, 0.36, 0.03),
    "green": (0.12, 1.0, 0.12),
    "cyan": (0.03, 0.75, 0.85),
    "blue": (0.06, 0.12, 1.0),
    "magenta": (0.85, 0.08, 0.75),
}


@cache
def chart() -> NDArray[np.float32]:
    """The 24 patches of the ColorChecker, ``(4, 6, 3)``, as an ACES camera sees them.

    Source: spectra of ISO 17321-1 as published in colour-science; exposure values after SMPTE
    ST 2065-1 under the daylight D60.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import colour

        patches = colour.SDS_COLOURCHECKERS["ISO 17321-1"]
        light = colour.SDS_ILLUMINANTS["D60"]
        values = [
            colour.sd_to_aces_relative_exposure_values(patch, light) for patch in patches.values()
        ]
    return np.asarray(values, np.float32).reshape(4, 6, 3)


@cache
def tubes() -> NDArray[np.float32]:
    """The colors of the six tubes, ``(6, 3)``, the largest number of each is 1."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import colour

        values = colour.RGB_to_RGB(np.array([*_TUBES.values()]), "ITU-R BT.2020", "ACES2065-1")
    positive = np.maximum(np.asarray(values, np.float32), 0.001)
    return positive / positive.max(axis=-1, keepdims=True)  # type: ignore[no-any-return]
