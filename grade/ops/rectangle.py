"""Rectangle: a window with four sides."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from grade.ir.expression import absolute, clamp, fma, maximum, minimum, select, sqrt
from grade.op import Choice, LabelledParam, Param, Window, other_words
from grade.op.formulas.falloff import EDGES, part_inside
from grade.op.formulas.windows import WindowPlace, cover_edge, rotate_into_window
from grade.op.position import Position


class Rectangle(Window):
    """A rectangle with a softness for each side and sharp or round corners.

        1 inside; beyond each side falling to 0 over its ``soft``

    Sides are those of the window before its rotation. ``radius`` rounds the corners; it is limited
    to half the shorter side. Round a soft corner the width of the edge changes from that of one
    side to that of the other along an ellipse. The corner between two hard sides, or a hard and a
    soft one, is the product of both, which is exact while the window is not rotated. A place that
    is NaN is outside.

    ``edge`` says where the soft edge lies: ``outward`` of the outline, which is then the last place
    of the full matte; ``inward``, where it comes to 0; or half on ``both`` sides.

    With ``unit: pixels`` the center is in pixels of the display window from its lower left corner,
    y up, as Nuke's and most other trackers export it; other lengths stay in heights. Such a place
    belongs to plates of that size: on a proxy it is another one, where heights stay the same.

    Source: Catmull 1978 for the box filter; SVG 2, 10.2, for rounded corners. The worked example is
    the area of a pixel that a corner covers in a quarter.

    >>> Rectangle(size=(1.0, 0.5)).evaluate([0.5, 0.5, 0.4], [0.25, 0.1, 0.1], pixel=0.01).tolist()
    [0.25, 0.5, 1.0]
    """

    known_as = ("box", "square", "rect", "rectangular_window")
    synonyms = other_words(radius="corner_radius rounding")
    center = LabelledParam(
        (0.0, 0.0), labels=("x", "y"), one=False, soft=(-0.5, 0.5), hard=(-65536, 65536),
        unit="height", doc="Its center, relative to the center of the picture; see unit.",
    )  # fmt: skip
    size = LabelledParam(
        (0.5, 0.5), labels=("width", "height"), one=True, soft=(0.05, 1), hard=(1e-4, 100),
        unit="height", doc="Full width and height; one number is a square.",
    )  # fmt: skip
    angle = Param(
        0.0, soft=(-90, 90), hard=(-36000, 36000), unit="degree", doc="Rotation, counter-clockwise."
    )
    soft = LabelledParam(
        (0.0,) * 4, labels=("left", "right", "top", "bottom"), one=True, soft=(0, 0.5),
        hard=(0, 100), unit="height", doc="Width of the soft edge of each side.",
    )  # fmt: skip
    radius = Param(0.0, soft=(0, 0.25), hard=(0, 100), unit="height", doc="Radius of the corners.")
    falloff = Choice("smooth", "linear", doc="Shape of the soft edges: eased, or a straight ramp.")
    edge = Choice(*EDGES, doc="The side of the sides that the soft edge lies on.")
    unit = Choice(
        "height", "pixels",
        doc="Unit of the center: heights from the middle, or pixels from the lower left corner.",
    )  # fmt: skip

    def forward(self, position: Position) -> Any:
        center = position.from_pixels(self.center) if self.in_pixels else self.center
        place = rotate_into_window(position, center, self.angle)
        half = [0.5 * extent for extent in self.size]
        left, right, top, bottom = self.soft
        if self.edge != "outward":
            # The rectangle of the full matte, which is as far within as the soft edges reach in.
            part = 0.5 * part_inside(self.edge)
            half = [half[0] - part * (left + right), half[1] - part * (bottom + top)]
            place = replace(
                place, u=place.u - part * (left - right), v=place.v - part * (bottom - top)
            )
        across = self._between(place.u, half[0], place.rotate_back(1.0, 0.0), left, right, position)
        along = self._between(place.v, half[1], place.rotate_back(0.0, 1.0), bottom, top, position)
        side = select(place.u < 0.0, left, right)
        end = select(place.v < 0.0, bottom, top)
        shorter = minimum(*half)
        if self.edge != "outward":
            shorter = maximum(0.0, shorter)
        radius = minimum(self.radius, shorter)
        beyond = absolute(place.u) - (half[0] - radius), absolute(place.v) - (half[1] - radius)
        corner = self._corner(place, beyond, radius, (side, end), position)
        in_corner = (beyond[0] > 0.0) & (beyond[1] > 0.0)
        by_distance = select(in_corner, corner, minimum(across, along))
        # The two forms of a corner differ within a pixel only, so they are mixed over one pixel.
        pixel = maximum(position.pixel_width, position.pixel_height)
        roundness = clamp((radius + minimum(side, end)) / pixel, 0.0, 1.0)
        product = across * along
        return fma(roundness, by_distance - product, product)

    def _between(
        self, place: Any, half: Any, normal: tuple[Any, Any], low: Any, high: Any, position: Any
    ) -> Any:
        """The part of a pixel between two sides: by a sum, since a pixel may be wider than both."""
        below = cover_edge(-half - place, normal, position, low, self.falloff)
        above = cover_edge(place - half, normal, position, high, self.falloff)
        return maximum(below + above - 1.0, 0.0)

    def _corner(
        self,
        place: WindowPlace,
        beyond: Any,
        radius: Any,
        soft: tuple[Any, Any],
        position: Position,
    ) -> Any:
        """The matte round a corner, by the distance from the center of its arc."""
        u, v = beyond
        length = sqrt(fma(v, v, u * u))
        scale = 1.0 / length
        p, q = u * (1.0 / (radius + soft[0])), v * (1.0 / (radius + soft[1]))
        reach = length / sqrt(fma(q, q, p * p))  # of the ellipse on which the matte comes to 0
        ease = maximum(reach - radius, 0.0)
        normal = place.rotate_back(
            select(place.u < 0.0, -u, u) * scale, select(place.v < 0.0, -v, v) * scale
        )
        return cover_edge(length - radius, normal, position, ease, self.falloff)
