"""How much of a pixel lies within a straight edge: the anti-aliasing of every window."""

from __future__ import annotations

from typing import Any

from grade.ir.expression import absolute, clamp, fma, maximum, minimum, select
from grade.op.formulas.falloff import fallen
from grade.op.position import Position


def covered(
    distance: Any,
    normal: tuple[Any, Any],
    position: Position,
    soft: Any,
    falloff: str = "linear",
) -> Any:
    """The part of a pixel that lies within an edge: 1 inside, 0 outside.

    The box filter over the pixel, seen along the normal, is a box of ``|nx| width`` convolved with
    one of ``|ny| height``. For a hard edge the integral of that is the exact area of the pixel
    within the line. A soft edge, which falls from 1 on the edge to 0 at ``soft`` beyond it, makes
    the larger box that much wider.

    Parameters
    ----------
    distance
        From the edge to the middle of the pixel, in heights; below 0 inside. NaN gives 0.
    normal
        x and y of the direction in which ``distance`` grows, of length 1.
    position
        Whose pixel size counts; with a size of 0 a place on the edge is inside.
    soft
        How far the edge reaches out, in heights, not below 0.
    falloff
        ``linear`` or ``smooth``; the anti-aliasing of a hard edge is not eased.

    Source: the box filter of Catmull 1978, A hidden-surface algorithm with anti-aliasing.

    >>> pixel = Position(0.0, 0.0, 1.0, 1.0)
    >>> float(covered(0.0, (0.6, 0.8), pixel, 0.0))
    0.5
    >>> round(float(covered(0.25, (0.6, 0.8), pixel, 0.0)), 9)  # 0.45**2 / (2 * 0.6 * 0.8)
    0.2109375
    """
    across = absolute(normal[0]) * position.pixel_width
    up = absolute(normal[1]) * position.pixel_height
    broad = maximum(across, up) + soft
    narrow = minimum(across, up)
    past = distance - 0.5 * soft
    far = absolute(past)
    reach = 0.5 * (broad + narrow)
    over = reach - far
    straight = 0.5 - far * (1.0 / broad)
    corner = 0.5 * (over * (1.0 / broad)) * (over * (1.0 / narrow))
    outer = select(far < 0.5 * (broad - narrow), straight, select(far < reach, corner, 0.0))
    matte = select(past <= 0.0, 1.0 - outer, outer)
    if falloff == "linear":
        return matte
    part = clamp(soft / broad, 0.0, 1.0)  # 0 for a hard edge, of NaN too
    return fma(part, fallen(matte, falloff) - matte, matte)
