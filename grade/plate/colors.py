"""Colors of the chart and of the tubes as ACES2065-1 numbers; a test derives them anew."""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

_CHART = (
    ((0.1187684, 0.0870906, 0.0589512), (0.4000036, 0.3191652, 0.2373368),
     (0.1847632, 0.2039761, 0.3130842), (0.1090077, 0.1351103, 0.064923),
     (0.2668325, 0.2460383, 0.4092937), (0.3228275, 0.4620904, 0.4059997)),
    ((0.3860421, 0.2274336, 0.0577664), (0.1382169, 0.1303655, 0.336985),
     (0.3020003, 0.1375193, 0.1275799), (0.0930976, 0.0634647, 0.1352673),
     (0.3487653, 0.4365473, 0.1061184), (0.4865438, 0.3668514, 0.0806035)),
    ((0.0873056, 0.0744248, 0.2726782), (0.1536618, 0.2569165, 0.0907035),
     (0.2173921, 0.0706963, 0.0512982), (0.5891828, 0.5394372, 0.0915555),
     (0.3090146, 0.1481741, 0.2742628), (0.1489991, 0.233784, 0.3593217)),
    ((0.8665068, 0.8679174, 0.8580939), (0.5735499, 0.5725589, 0.5716389),
     (0.3534557, 0.3533663, 0.3538821), (0.2025223, 0.2024315, 0.2028571),
     (0.094672, 0.0952034, 0.096365), (0.0374508, 0.0376617, 0.0389543)),
)  # fmt: skip
_TUBES = (
    (1.0, 0.1250241, 0.0292339),  # red
    (1.0, 0.4834853, 0.0510138),  # amber
    (0.2960978, 1.0, 0.1618972),  # green
    (0.3271906, 0.8569021, 1.0),  # cyan
    (0.2269392, 0.204145, 1.0),  # blue
    (0.9703833, 0.24262, 1.0),  # magenta
)


@cache
def chart() -> NDArray[np.float32]:
    """The 24 patches of the ColorChecker, ``(4, 6, 3)``, as an ACES camera sees them.

    Source: spectra of ISO 17321-1 as published in colour-science; exposure values after SMPTE
    ST 2065-1 under the daylight D60.
    """
    return np.array(_CHART, np.float32)


@cache
def tubes() -> NDArray[np.float32]:
    """The colors of the six tubes, ``(6, 3)``, the largest number of each is 1.

    They lie inside BT.2020, which a display of tomorrow can show, and outside Rec.709.
    """
    return np.array(_TUBES, np.float32)
