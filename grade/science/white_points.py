"""White points: CIE 1931 x, y of the whites that spaces are balanced to."""

from __future__ import annotations

from typing import Any

from grade.science.matrices import Vector

Chromaticity = tuple[float, float]

ACES_WHITE = (0.32168, 0.33767)  # near D60. Source: ACES TB-2018-001
D65 = (0.3127, 0.3290)  # Source: ITU-R BT.709, BT.2020; SMPTE RP 431 for P3-D65
EQUAL_ENERGY = (1 / 3, 1 / 3)
D65_UV = (0.19783001, 0.46831999)  # u', v' of D65 in the digits of OpenColorIO's XYZ_TO_LUV


def to_xyz(x: Any, y: Any) -> Vector:
    """CIE XYZ of a chromaticity at Y = 1; of numbers or nodes."""
    return x / y, 1.0, (1 - x - y) / y
