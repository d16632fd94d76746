"""Bezier: a window with a smooth outline."""

from __future__ import annotations

from typing import Any

from grade.op import Choice, Param, PathParam, Window, other_words
from grade.op.formulas.falloff import EDGES
from grade.op.formulas.windows import cover_outline, flatten_path
from grade.op.position import Position

LINES = 16
ROUND = 0.13807118745  # length of the handles of a circle of radius 0.25: 4/3 (sqrt(2) - 1) of it


class Bezier(Window):
    """A closed path of 2 to 12 cubic Bezier segments with handles.

        1 inside; beyond the outline falling to 0 over ``soft``

    A point is ``[x, y]``, a corner; ``[x, y, dx, dy]``, smooth, with the handle (dx, dy) after it
    and the opposite one before it; or ``[x, y, in_x, in_y, out_x, out_y]``. Handles are relative to
    their point. Each segment is drawn as 16 straight lines, which for a quarter of a circle stay
    within 0.12 % of its radius. The inside and the distance to the edge are those of ``polygon``:
    where the path crosses itself there is a hole. A place that is NaN is outside.

    ``edge`` says where the soft edge lies: ``outward`` of the outline, which is then the last place
    of the full matte; ``inward``, where it comes to 0; or half on ``both`` sides.

    Moving a point or a handle recompiles nothing; adding or removing a point does.

    Source: de Casteljau's curve in Bernstein form. The worked example is the circle by four
    segments, with handles of 4/3 (sqrt(2) - 1) = 0.5523 radii, which leaves the true one by at most
    0.027 % (Goldapp 1991); it is the default.

    >>> Bezier().evaluate([0.0, 0.2494, 0.2502], 0.0).tolist()
    [1.0, 1.0, 0.0]
    """

    known_as = ("roto", "rotoscope", "pen", "spline", "garbage_matte", "curve_window")
    synonyms = other_words(points="path vertices")
    points = PathParam(
        ((0.25, 0.0, 0.0, -ROUND, 0.0, ROUND), (0.0, 0.25, ROUND, 0.0, -ROUND, 0.0),
         (-0.25, 0.0, 0.0, ROUND, 0.0, -ROUND), (0.0, -0.25, -ROUND, 0.0, ROUND, 0.0)),
        fewest=2, most=12, soft=(-0.5, 0.5), hard=(-100, 100), unit="height",
        doc="The points in order, with their handles.",
    )  # fmt: skip
    soft = Param(0.0, soft=(0, 0.5), hard=(0, 100), unit="height", doc="Width of the soft edge.")
    falloff = Choice("smooth", "linear", doc="Shape of the soft edge: eased, or a straight ramp.")
    edge = Choice(*EDGES, doc="The side of the outline that the soft edge lies on.")

    def forward(self, position: Position) -> Any:
        places = flatten_path(self.points, LINES)
        return cover_outline(places, position, self.soft, self.falloff, self.edge)
