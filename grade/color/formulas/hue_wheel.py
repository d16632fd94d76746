"""Smallest and largest channel, and the pure color of a hue: what HSV, HSY and hexagon share."""

from __future__ import annotations

from typing import Any

from grade.ir.expression import absolute, clamp, maximum, minimum


def smallest(red: Any, green: Any, blue: Any) -> Any:
    """Take the smallest channel; NaN behaves as in nested ``std::min(std::min(r, g), b)``."""
    return minimum(blue, minimum(green, red))


def largest(red: Any, green: Any, blue: Any) -> Any:
    """Take the largest channel; NaN behaves as in nested ``std::max(std::max(r, g), b)``."""
    return maximum(blue, maximum(green, red))


def wheel(hue: Any) -> tuple[Any, Any, Any]:
    """Compute the pure color of a hue in 0..6, red at 0: largest channel 1, smallest 0."""
    red = clamp(absolute(hue - 3.0) - 1.0, 0.0, 1.0)
    green = clamp(2.0 - absolute(hue - 2.0), 0.0, 1.0)
    blue = clamp(2.0 - absolute(hue - 4.0), 0.0, 1.0)
    return red, green, blue
