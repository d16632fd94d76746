"""Coverage of pixels by windows: straight edges, closed outlines, windows that are rotated."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from grade.ir.expression import absolute, clamp, cos, fma, maximum, minimum, select, sin, sqrt
from grade.op.formulas.falloff import apply_falloff, part_inside
from grade.op.position import Position

Places = Sequence[tuple[Any, Any]]
RADIANS = 0.017453292519943295  # of one degree


def cover_edge(
    distance: Any,
    normal: tuple[Any, Any],
    position: Position,
    soft: Any,
    falloff: str = "linear",
) -> Any:
    """The part of a pixel that a straight edge covers: 1 inside, 0 outside.

    This is the anti-aliasing of every window. The box filter over the pixel, seen along the normal,
    is a box of ``|nx| width`` convolved with one of ``|ny| height``. For a hard edge its integral
    is the exact area of the pixel within the line. A soft edge falls from 1 on the edge to 0 at
    ``soft`` beyond it: it makes the larger box that much wider.

    Parameters
    ----------
    distance
        From the edge to the center of the pixel, in heights; negative inside. NaN gives 0.
    normal
        The unit vector, x and y, in which ``distance`` grows.
    position
        Gives the size of the pixel. With a size of 0 a place on the edge is inside.
    soft
        Width of the soft edge, in heights, not negative.
    falloff
        ``linear`` or ``smooth``. The anti-aliasing of a hard edge is never eased.

    Source: the box filter of Catmull 1978, A hidden-surface algorithm with anti-aliasing.

    >>> pixel = Position(0.0, 0.0, 1.0, 1.0)
    >>> float(cover_edge(0.0, (0.6, 0.8), pixel, 0.0))
    0.5
    >>> round(float(cover_edge(0.25, (0.6, 0.8), pixel, 0.0)), 9)  # 0.45**2 / (2 * 0.6 * 0.8)
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
    return fma(part, apply_falloff(matte, falloff) - matte, matte)


def move_edge(distance: Any, soft: Any, edge: str) -> Any:
    """The distance from where the full matte ends, given that from the outline.

    Parameters
    ----------
    distance
        From the outline; negative inside.
    soft, edge
        Width of the soft edge, and the side of the outline that it lies on.

    >>> [float(move_edge(0.0, 0.5, edge)) for edge in ("outward", "both", "inward")]
    [0.0, 0.25, 0.5]
    """
    return distance if edge == "outward" else fma(part_inside(edge), soft, distance)


def cover_outline(
    places: Places, position: Position, soft: Any, falloff: str, edge: str = "outward"
) -> Any:
    """The part of a pixel that a closed outline of straight lines covers.

    The inside follows the even-odd rule: where the outline crosses itself there is a hole, and
    every line has the inside on one side. The edge is that of the nearest line.

    Parameters
    ----------
    places
        The corners, three or more; the last is joined to the first.
    position, soft, falloff
        As for :func:`cover_edge`.
    edge
        The side of the outline that the soft edge lies on.

    Source: the crossings test of Shimrat 1962 (CACM algorithm 112) in half-open form.
    """
    x, y = position.x, position.y
    nearest: Any = None
    for (ax, ay), (bx, by) in pairwise([*places, places[0]]):
        ex, ey = bx - ax, by - ay
        px, py = x - ax, y - ay
        length = fma(ey, ey, ex * ex)
        scale = select(length > 0.0, 1.0 / length, 0.0)  # two corners at one place make a point
        along = clamp(fma(py, ey, px * ex) * scale, 0.0, 1.0)
        vx, vy = px - along * ex, py - along * ey
        square = fma(vy, vy, vx * vx)
        low, high = ay <= y, by <= y
        left = (py * ex < px * ey) ^ low  # of an upward line; right of a downward one
        crossed = (low ^ high) & left
        if nearest is None:
            nearest, dx, dy, inside = square, vx, vy, crossed
            continue
        closer = square < nearest
        nearest = select(closer, square, nearest)
        dx, dy = select(closer, vx, dx), select(closer, vy, dy)
        inside = inside ^ crossed
    away = sqrt(nearest)
    scale = 1.0 / away
    # On the outline itself there is no direction; any unit vector serves there.
    normal = select(away > 0.0, dx * scale, 1.0), select(away > 0.0, dy * scale, 0.0)
    distance = move_edge(select(inside, -away, away), soft, edge)
    return cover_edge(distance, normal, position, soft, falloff)


def flatten_path(points: Sequence[tuple[Any, ...]], lines: int) -> list[tuple[Any, Any]]:
    """Replace each cubic Bezier segment of a closed path by ``lines`` straight lines.

    Parameters
    ----------
    points
        x, y, then the handles before and after the point, relative to it.
    lines
        Lines per segment, at equal steps of its parameter.

    Source: the Bernstein form of de Casteljau's curve.
    """
    places = []
    for here, following in pairwise([*points, points[0]]):
        for i in range(lines):
            t, r = i / lines, (lines - i) / lines
            before = r * r * (r + 3.0 * t)  # includes the part of the handle, which is relative
            after = t * t * (t + 3.0 * r)
            places.append(
                tuple(
                    fma(
                        3.0 * t * t * r,
                        following[2 + axis],
                        fma(
                            3.0 * r * r * t,
                            here[4 + axis],
                            fma(after, following[axis], before * here[axis]),
                        ),
                    )
                    for axis in (0, 1)
                )
            )
    return [(x, y) for x, y in places]


@dataclass(frozen=True, slots=True)
class WindowPlace:
    """A place in the axes of a rotated window.

    Attributes
    ----------
    u, v
        Distances from the center to the window's right and to its top.
    cosine, sine
        Of the window's angle.
    """

    u: Any
    v: Any
    cosine: Any
    sine: Any

    def rotate_back(self, u: Any, v: Any) -> tuple[Any, Any]:
        """A direction in the window's axes, in the axes of the picture."""
        return self.cosine * u - self.sine * v, fma(self.sine, u, self.cosine * v)


def rotate_into_window(position: Position, center: Sequence[Any], angle: Any) -> WindowPlace:
    """The place of a pixel in a window that is rotated by degrees counter-clockwise.

    >>> from grade.op.position import Position
    >>> place = rotate_into_window(Position(0.0, 2.0, 0.0, 0.0), (0.0, 0.0), 90.0)
    >>> round(float(place.u), 12), round(abs(float(place.v)), 12)
    (2.0, 0.0)
    """
    cosine, sine = cos(angle * RADIANS), sin(angle * RADIANS)
    x, y = position.x - center[0], position.y - center[1]
    return WindowPlace(fma(y, sine, x * cosine), fma(y, cosine, -(x * sine)), cosine, sine)
