"""The falloff of soft edges from 1 to 0: a straight ramp, or one eased at both ends."""

from __future__ import annotations

from typing import Any

FALLOFFS = ("linear", "smooth")


def apply_falloff(matte: Any, falloff: str) -> Any:
    """A straight ramp as it is, or eased: m^2 (3 - 2m), flat where it meets 0 and 1.

    >>> apply_falloff(0.25, "linear"), apply_falloff(0.25, "smooth")
    (0.25, 0.15625)
    """
    return matte * matte * (3.0 - 2.0 * matte) if falloff == "smooth" else matte
