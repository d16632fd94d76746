"""RGBCurves: a curve per channel and one for all."""

from __future__ import annotations

from typing import Any

from grade.ir.expression import channels, rgb
from grade.op import Choice, Op, PointsParam
from grade.op.spline import curve

DIAGONAL = ((0.0, 0.0), (1.0, 1.0))
ABOUT: dict[str, Any] = {
    "fewest": 2,
    "most": 16,
    "soft": (0, 1),
    "hard": (-65504, 65504),
    "unit": "code value",
}


class RGBCurves(Op):
    """Curves through control points: red, green and blue each by its own, then all by ``master``.

        y = master(red(x.r)), master(green(x.g)), master(blue(x.b))

    Points are ``[[x, y], ...]`` with x ascending, 2 to 16 of them. Between points, ``monotone`` is
    the monotone cubic of Fritsch and Butland known as PCHIP, which never overshoots a point, and
    ``linear`` is straight. Beyond the end points every curve runs on straight with the slope it
    has there, so nothing is clipped unless an end is drawn flat. A curve whose points all lie on
    the diagonal gives the bits of its input. NaN stays NaN; an infinity stays one, on a flat end
    it becomes the end's value.

    Dragging a point recompiles nothing; adding or removing one does.

    Source: Fritsch and Butland 1984; the worked example is the data of MATLAB's ``pchip`` page,
    x = -3..3. Differs from OpenColorIO's RGBCurve, which is a quadratic B-spline.

    >>> step = [[-3, -1], [-2, -1], [-1, -1], [0, 0], [1, 1], [2, 1], [3, 1]]
    >>> RGBCurves(master=step).evaluate([0.5, 1.5, -9.0]).tolist()
    [0.625, 1.0, -1.0]
    """

    red = PointsParam(DIAGONAL, **ABOUT, doc="The curve of red.")
    green = PointsParam(DIAGONAL, **ABOUT, doc="The curve of green.")
    blue = PointsParam(DIAGONAL, **ABOUT, doc="The curve of blue.")
    master = PointsParam(DIAGONAL, **ABOUT, doc="The curve of all three, after their own.")
    spline = Choice("monotone", "linear", doc="What runs between the points.")

    def forward(self, x: Any) -> Any:
        own = zip(channels(x), (self.red, self.green, self.blue), strict=True)
        shaped = rgb(*(curve(channel, points, self.spline) for channel, points in own))
        return curve(shaped, self.master, self.spline)
