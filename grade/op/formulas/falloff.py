"""The soft edge of a window: its shape from 1 to 0, and the side of the outline it lies on."""

from __future__ import annotations

from typing import Any

FALLOFFS = ("linear", "smooth")
EDGES = ("outward", "inward", "both")
_INSIDE = {"outward": 0.0, "inward": 1.0, "both": 0.5}


def apply_falloff(matte: Any, falloff: str) -> Any:
    """A straight ramp as it is, or eased: m^2 (3 - 2m), flat where it meets 0 and 1.

    >>> apply_falloff(0.25, "linear"), apply_falloff(0.25, "smooth")
    (0.25, 0.15625)
    """
    return matte * matte * (3.0 - 2.0 * matte) if falloff == "smooth" else matte


def part_inside(edge: str) -> float:
    """The part of a soft edge that lies inside the outline.

    >>> part_inside("outward"), part_inside("inward"), part_inside("both")
    (0.0, 1.0, 0.5)
    """
    return _INSIDE[edge]
