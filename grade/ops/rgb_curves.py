"""RGBCurves: a curve per channel, one for all and one for luma."""

from __future__ import annotations

from typing import Any

from grade.color.formulas.quadratic_spline import fit_rgb_curve
from grade.color.formulas.quadratic_spline import forward as quadratic
from grade.ir.expression import channels, dot, maximum, rgb, select
from grade.op import Choice, DomainBy, Op, ParameterError, PointsParam, Switch
from grade.op.formulas.spline import curve, diagonal, finite_on_flat_ends, within
from grade.op.formulas.stops import from_stops, to_stops
from grade.op.formulas.tone import LUMA_WEIGHTS
from grade.op.parameters.drawn import DrawnParam

DIAGONAL = ((0.0, 0.0), (1.0, 1.0))
NAMES = ("red", "green", "blue", "master", "luma")
SPAN: dict[str, Any] = {
    "most": 16,
    "soft": (0, 1),
    "hard": (-65504, 65504),
    "unit": "code value or stops",
}
ABOUT: dict[str, Any] = {"fewest": 2, **SPAN}
NEAR_BLACK = 2.0**-12  # of luma: where the luma curve goes over from ratios to differences


class RGBCurves(Op):
    """Curves through control points: red, green and blue each by its own, ``master``, then luma.

        y = master(red(x.r)), master(green(x.g)), master(blue(x.b))
        y + (luma(Y) - Y)                             with points of luma; Y = w.y

    Points are ``[[x, y], ...]`` with x ascending, 2 to 16 of them; ``luma`` may have none, and is
    then not there. The luma curve keeps the differences between the channels. Between points,
    ``monotone`` is the monotone cubic of Fritsch and Butland known as PCHIP, which never overshoots
    a point; ``linear`` is straight; ``natural`` is the natural cubic spline; ``akima`` Akima's of
    1970; ``quadratic`` the two quadratics of OpenColorIO's GradingRGBCurve, whose y may not fall.
    The switch ``monotone`` holds the slopes of ``natural`` and ``akima`` so that they do not
    overshoot either.

    Beyond the end points every curve runs on straight with the slope it has there, so nothing is
    clipped unless an end is drawn flat; ``extrapolation`` ``constant`` holds the end's value. A
    curve whose points all lie on the diagonal gives the bits of its input, whatever the
    extrapolation. NaN stays NaN; an infinity stays one, on a flat end it becomes the end's value.
    With a luma curve NaN or an infinity in a channel becomes NaN in all.

    With ``axis`` ``stops`` the picture is linear light and x and y are stops about 18 % grey,
    log2(x / 0.18); from eight stops under grey on down the tangent goes on through black, which is
    -9.44 stops, into the negative. Luma then keeps the ratios of the channels:
    y + (Y' - Y) (1 + (y - Y) Y / (Y^2 + e^2)), e = 2^-12, which near black and below keeps the
    differences.

    Dragging a point recompiles nothing; adding or removing one does.

    Source: Fritsch and Butland 1984; Akima 1970; de Boor 1978; OpenColorIO for ``quadratic``. The
    worked example is the data of MATLAB's ``pchip`` page, x = -3..3.

    >>> step = [[-3, -1], [-2, -1], [-1, -1], [0, 0], [1, 1], [2, 1], [3, 1]]
    >>> RGBCurves(master=step).evaluate([0.5, 1.5, -9.0]).tolist()
    [0.625, 1.0, -1.0]
    """

    domain = DomainBy("axis", code="any", stops="linear")

    red = PointsParam(DIAGONAL, **ABOUT, doc="The curve of red.")
    green = PointsParam(DIAGONAL, **ABOUT, doc="The curve of green.")
    blue = PointsParam(DIAGONAL, **ABOUT, doc="The curve of blue.")
    master = PointsParam(DIAGONAL, **ABOUT, doc="The curve of all three, after their own.")
    luma = DrawnParam(None, **SPAN, doc="The curve of luma, after master.")
    spline = Choice(
        "monotone", "linear", "natural", "akima", "quadratic", doc="What runs between the points."
    )
    monotone = Switch(False, doc="Hold natural and akima so that nothing overshoots a point.")
    extrapolation = Choice("linear", "constant", doc="What runs beyond the end points.")
    axis = Choice("code", "stops", doc="What the points are in: code values, or stops of light.")
    weights = Choice(*LUMA_WEIGHTS, doc="Whose luma the luma curve is for.")

    def validate(self) -> None:
        if self.values["spline"] != "quadratic":
            return
        for name in NAMES:
            points = self.values[name]
            for i in range(1, len(points)):
                if points[i][1] < points[i - 1][1]:
                    raise ParameterError(
                        f"{self.name or self.kind}.{name}[{i}].y = {points[i][1]:g}: below"
                        f" {points[i - 1][1]:g} before it; the quadratic spline may not fall, the"
                        " others may (spline: monotone)"
                    )

    def forward(self, x: Any) -> Any:
        stops = self.axis == "stops"
        inner = to_stops(x) if stops else x
        own = zip(channels(inner), (self.red, self.green, self.blue), strict=True)
        shaped = rgb(*(self._curve(channel, points) for channel, points in own))
        shaped = self._curve(shaped, self.master)
        if stops:
            shaped = self._where_drawn(x, from_stops(shaped))
        return self._by_luma(shaped) if self.luma else shaped

    def _curve(self, x: Any, points: Any) -> Any:
        if self.spline != "quadratic" or len(points) == 2:
            spline = "linear" if self.spline == "quadratic" else self.spline
            return curve(x, points, spline, self.monotone, self.extrapolation)
        fitted = fit_rgb_curve(points)
        if self.extrapolation == "constant":
            reached = within(x, points)
        else:
            reached = finite_on_flat_ends(x, points, fitted.first[0], fitted.last[0])
        return select(diagonal(points), x, quadratic(fitted, reached))

    def _where_drawn(self, x: Any, shaped: Any) -> Any:
        """The bits of the light in channels that no curve changes."""
        master = diagonal(self.master)
        own = (diagonal(points) for points in (self.red, self.green, self.blue))
        pairs = zip(own, channels(x), channels(shaped), strict=True)
        return rgb(*(select(on & master, old, new) for on, old, new in pairs))

    def _by_luma(self, x: Any) -> Any:
        luma = dot(LUMA_WEIGHTS[self.weights], x)
        if self.axis == "code":
            moved = x + (self._curve(luma, self.luma) - luma)
        else:
            change = from_stops(self._curve(to_stops(luma), self.luma)) - luma
            held = maximum(luma, 0.0)
            over = 1.0 / (held + NEAR_BLACK * NEAR_BLACK / held)  # Y / (Y^2 + e^2)
            moved = x + change * (1.0 + (x - luma) * over)
        return select(diagonal(self.luma), x, moved)
