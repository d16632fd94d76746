"""Polygon: a window with straight sides."""

from __future__ import annotations

from typing import Any

from grade.op import Choice, Param, PlacesParam, Window, other_words
from grade.op.formulas.falloff import EDGES
from grade.op.formulas.windows import cover_outline
from grade.op.position import Position


class Polygon(Window):
    """A closed shape of 3 to 32 corners, joined by straight lines.

        1 inside; beyond the outline falling to 0 over ``soft``, by the distance to the nearest line

    It may be concave. The inside follows the even-odd rule: where the outline crosses itself there
    is a hole. Each pixel is covered by its box filter across the nearest line, which is exact
    except for the pixels at corners. A place that is NaN is outside.

    ``edge`` says where the soft edge lies: ``outward`` of the outline, which is then the last place
    of the full matte; ``inward``, where it comes to 0; or half on ``both`` sides.

    Moving a corner recompiles nothing; adding or removing one does.

    Source: SVG 2, 13.4.2, ``fill-rule: evenodd``; the worked example is the star of its figure, one
    path of five corners whose middle is a hole.

    >>> star = [[0, 0.4], [-0.24, -0.32], [0.38, 0.12], [-0.38, 0.12], [0.24, -0.32]]
    >>> Polygon(star).evaluate([0.0, 0.0, 0.3], [0.3, 0.0, 0.3]).tolist()
    [1.0, 0.0, 0.0]
    """

    known_as = ("polygonal_window", "poly")
    synonyms = other_words(points="corners vertices")
    points = PlacesParam(
        ((-0.25, -0.25), (0.25, -0.25), (0.25, 0.25), (-0.25, 0.25)), fewest=3, most=32,
        soft=(-0.5, 0.5), hard=(-100, 100), unit="height", doc="The corners in order.",
    )  # fmt: skip
    soft = Param(0.0, soft=(0, 0.5), hard=(0, 100), unit="height", doc="Width of the soft edge.")
    falloff = Choice("smooth", "linear", doc="Shape of the soft edge: eased, or a straight ramp.")
    edge = Choice(*EDGES, doc="The side of the outline that the soft edge lies on.")

    def forward(self, position: Position) -> Any:
        return cover_outline(self.points, position, self.soft, self.falloff, self.edge)
