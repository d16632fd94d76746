"""Luma, luminance and saturation of a color."""

from __future__ import annotations

from typing import Any

from grade.ir.expression import channels, dot, equal, fma, select
from grade.science.luma import LUMA_WEIGHTS
from grade.science.matrices import Matrix


def luma(x: Any, weights: str) -> Any:
    """The weighted sum of the channels; ``weights`` is a name in :data:`LUMA_WEIGHTS`."""
    return dot(LUMA_WEIGHTS[weights], x)


def luminance(x: Any, to_xyz: Any) -> Any:
    """CIE Y of linear RGB, given the nine numbers that take it to XYZ."""
    return dot(to_xyz[3:6], x)


def saturate(x: Any, saturation: Any, weights: str) -> Any:
    """``Y + saturation * (x - Y)`` where Y is the weighted sum of the channels.

    Written as ``saturation * x + (1 - saturation) * Y``: six operations, the weights scaled once
    per frame. A grey stays exactly grey. At saturation 1 Y is left out, so an infinity in one
    channel does not reach the others.
    """
    red, green, blue = channels(x)
    scaled = [weight * (1 - saturation) for weight in LUMA_WEIGHTS[weights]]
    grey = fma(blue, scaled[2], fma(green, scaled[1], red * scaled[0]))
    return fma(x, saturation, select(equal(saturation, 1.0), 0.0, grey))


def saturation_matrix(saturation: Any, weights: str) -> Matrix:
    """The nine numbers of :func:`saturate` as a matrix, row by row.

    >>> [round(cell, 4) for cell in saturation_matrix(0.0, "rec709")[:3]]
    [0.2126, 0.7152, 0.0722]
    """
    grey = [weight * (1 - saturation) for weight in LUMA_WEIGHTS[weights]]
    cells: Any = tuple(grey[j] + saturation * float(i == j) for i in range(3) for j in range(3))
    return cells  # type: ignore[no-any-return]
