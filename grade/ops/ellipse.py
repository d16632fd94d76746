"""Ellipse: a round window."""

from __future__ import annotations

from typing import Any

from grade.ir.expression import equal, fma, minimum, select, sqrt
from grade.op import Choice, LabelledParam, Param, Window, other_words
from grade.op.formulas.falloff import EDGES
from grade.op.formulas.windows import cover_edge, move_edge, rotate_into_window
from grade.op.position import Position


class Ellipse(Window):
    """A circle or an ellipse, anti-aliased.

        1 inside; beyond the edge falling to 0 over ``soft``, along the distance
            d = k (k - 1) / |grad|,   k = |(u/a, v/b)|,   grad = (u/a^2, v/b^2)

    where u, v are a place in the axes of the window, and a, b are half its width and height. The
    distance is exact for a circle and on the axes of an ellipse. Elsewhere it is of first order, so
    a soft edge is a little narrower than ``soft`` between the axes of a long ellipse. A hard edge
    covers each pixel by its box filter across the edge: the matte of a circle of 20 pixels has its
    area within 0.1 %. A place that is NaN is outside.

    ``edge`` says where the soft edge lies: ``outward`` of the outline, which is then the last place
    of the full matte; ``inward``, where it comes to 0; or half on ``both`` sides.

    With ``unit: pixels`` the center is in pixels of the display window from its lower left corner,
    y up, as Nuke's and most other trackers export it; other lengths stay in heights. Such a place
    belongs to plates of that size: on a proxy it is another one, where heights stay the same.

    Source: Taubin 1991, Estimation of planar curves, for the distance. The worked example is the
    definition of an ellipse: the distances to its foci, here at x = -0.3 and 0.3, add up to its
    length, 1.

    >>> from math import hypot
    >>> inside = [hypot(x - 0.3, y) + hypot(x + 0.3, y) < 1 for x, y in ((0.3, 0.31), (0.3, 0.33))]
    >>> inside, Ellipse(size=(1.0, 0.8)).evaluate([0.3, 0.3], [0.31, 0.33]).tolist()
    ([True, False], [1.0, 0.0])
    """

    known_as = (
        "circle", "circular_window", "oval", "power_window", "window", "radial", "vignette",
        "shape",
    )  # fmt: skip
    synonyms = other_words(size="radius radii")
    center = LabelledParam(
        (0.0, 0.0), labels=("x", "y"), one=False, soft=(-0.5, 0.5), hard=(-65536, 65536),
        unit="height", doc="Its center, relative to the center of the picture; see unit.",
    )  # fmt: skip
    size = LabelledParam(
        (0.5, 0.5), labels=("width", "height"), one=True, soft=(0.05, 1), hard=(1e-4, 100),
        unit="height", doc="Full width and height; one number is a circle.",
    )  # fmt: skip
    angle = Param(
        0.0, soft=(-90, 90), hard=(-36000, 36000), unit="degree", doc="Rotation, counter-clockwise."
    )
    soft = Param(0.0, soft=(0, 0.5), hard=(0, 100), unit="height", doc="Width of the soft edge.")
    falloff = Choice("smooth", "linear", doc="Shape of the soft edge: eased, or a straight ramp.")
    edge = Choice(*EDGES, doc="The side of the outline that the soft edge lies on.")
    unit = Choice(
        "height", "pixels",
        doc="Unit of the center: heights from the middle, or pixels from the lower left corner.",
    )  # fmt: skip

    def forward(self, position: Position) -> Any:
        center = position.from_pixels(self.center) if self.in_pixels else self.center
        place = rotate_into_window(position, center, self.angle)
        a, b = (2.0 / extent for extent in self.size)
        u, v = place.u * a, place.v * b
        along, up = u * a, v * b
        k = sqrt(fma(v, v, u * u))
        slope = sqrt(fma(up, up, along * along))
        scale = 1.0 / slope
        normal = place.rotate_back(along * scale, up * scale)
        middle = -0.5 * minimum(
            *self.size
        )  # at the center, where there is no direction to the edge
        distance = select(equal(slope, 0.0), middle, (k - 1.0) * (k * scale))
        normal = tuple(select(equal(slope, 0.0), 1.0, n) for n in normal)
        distance = move_edge(distance, self.soft, self.edge)
        return cover_edge(distance, (normal[0], normal[1]), position, self.soft, self.falloff)
