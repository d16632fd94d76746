"""The frame rate that the header of a frame states."""

from __future__ import annotations

import math
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from grade.science.frame_rate import snap_rate

ATTRIBUTE = "framesPerSecond"


def rate_of(attributes: Mapping[str, Any]) -> Fraction | None:
    """Return the frames per second in header entries; None where they state none.

    Programs write a rate of television as they like: 23.976, 2398/100 or 24000/1001 are one.
    """
    value = attributes.get(ATTRIBUTE)
    # A Rational of OpenEXR has `n` and `d`.
    numerator, denominator = getattr(value, "n", None), getattr(value, "d", None)
    if numerator and denominator:
        value = Fraction(numerator, denominator)
    if isinstance(value, bool) or not isinstance(value, Fraction | int | float):
        return None
    if not math.isfinite(value) or value <= 0:
        return None
    found = snap_rate(value if isinstance(value, float) else Fraction(value))
    return found if found > 0 else None
