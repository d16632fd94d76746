"""RGBCurves: a curve per channel, one for all, and one for luma."""

from __future__ import annotations

from typing import Any

from grade.color.formulas.quadratic_spline import fit_rgb_curve
from grade.color.formulas.quadratic_spline import forward as quadratic
from grade.ir.expression import channels, dot, maximum, rgb, select
from grade.op import Choice, DomainBy, Op, ParameterError, PointsParam, Switch, other_words
from grade.op.formulas.above_black import mix_above_black
from grade.op.formulas.spline import evaluate_curve, is_diagonal, limit_to_ends, stop_at_flat_ends
from grade.op.formulas.stops import from_stops, to_stops
from grade.op.parameters.points import OptionalPointsParam
from grade.science.luma import LUMA_WEIGHTS

DIAGONAL = ((0.0, 0.0), (1.0, 1.0))
NAMES = ("red", "green", "blue", "master", "luma")
SPAN: dict[str, Any] = {
    "most": 16,
    "soft": (0, 1),
    "hard": (-65504, 65504),
    "unit": "code value or stops",
}
ABOUT: dict[str, Any] = {"fewest": 2, **SPAN}
NEAR_BLACK = 2.0**-12  # luma below which the luma curve keeps differences instead of ratios


class RGBCurves(Op):
    """Curves through control points: one each for red, green and blue, ``master``, then luma.

        y = master(red(x.r)), master(green(x.g)), master(blue(x.b))
        y + (luma(Y) - Y)                             with points of luma; Y = w.y

    Points are ``[[x, y], ...]`` with x ascending, 2 to 16 of them; without points the ``luma``
    curve does nothing. The luma curve keeps the differences between the channels. Between points,
    ``monotone`` is the monotone cubic of Fritsch and Butland known as PCHIP, which never overshoots
    a point; ``linear`` is straight; ``natural`` is the natural cubic spline; ``akima`` is Akima's
    of 1970; ``quadratic`` is the two quadratics of OpenColorIO's GradingRGBCurve, whose y may not
    fall. The switch ``monotone`` limits the slopes of ``natural`` and ``akima`` so that they do not
    overshoot either.

    Beyond the end points every curve goes on straight with its slope there, so nothing is clipped
    unless an end is flat; with ``extrapolation`` ``constant`` it keeps the value of the end point.
    A curve whose points all lie on the diagonal gives the bits of its input, whatever the
    extrapolation. NaN stays NaN. An infinity stays one; on a flat end it becomes the end's value.
    With a luma curve NaN or an infinity in a channel becomes NaN in all. In the luma of a log
    space, a channel below black, the code of light 0, counts as black.

    With ``axis`` ``stops`` the picture is linear light, and x and y are stops about 18 % grey,
    log2(x / 0.18). From eight stops under grey down, the tangent goes on through black, which is
    -9.44 stops, into the negative. The luma curve then keeps the ratios of the channels,
    y + (Y' - Y) (1 + (y - Y) Y / (Y^2 + e^2)) with e = 2^-12, and near black and below their
    differences.

    Dragging a point recompiles nothing; adding or removing one does.

    Source: Fritsch and Butland 1984; Akima 1970; de Boor 1978; OpenColorIO for ``quadratic``. The
    worked example is the data of MATLAB's ``pchip`` page, x = -3..3.

    >>> step = [[-3, -1], [-2, -1], [-1, -1], [0, 0], [1, 1], [2, 1], [3, 1]]
    >>> RGBCurves(master=step).evaluate([0.5, 1.5, -9.0]).tolist()
    [0.625, 1.0, -1.0]
    """

    group = "curve"
    domain = DomainBy("axis", code="any", stops="linear")
    known_as = (
        "curves", "curve", "rgb_curve", "custom_curves", "tone_curve", "y_curve", "color_lookup",
    )  # fmt: skip
    synonyms = other_words(
        red="r",
        green="g",
        blue="b",
        master="rgb curve",
        luma="y lum",
        spline="interpolation",
    )
    red = PointsParam(DIAGONAL, **ABOUT, doc="The curve of red.")
    green = PointsParam(DIAGONAL, **ABOUT, doc="The curve of green.")
    blue = PointsParam(DIAGONAL, **ABOUT, doc="The curve of blue.")
    master = PointsParam(DIAGONAL, **ABOUT, doc="The curve of all three, after their own.")
    luma = OptionalPointsParam(None, **SPAN, doc="The curve of luma, after master.")
    spline = Choice(
        "monotone",
        "linear",
        "natural",
        "akima",
        "quadratic",
        doc="The interpolation between points.",
    )
    monotone = Switch(False, doc="Limit natural and akima so that nothing overshoots a point.")
    extrapolation = Choice(
        "linear", "constant", doc="The curve beyond the end points: straight on, or constant."
    )
    axis = Choice("code", "stops", doc="The unit of the points: code values, or stops of light.")
    weights = Choice(*LUMA_WEIGHTS, doc="The luma of the luma curve.")

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
        return mix_above_black(self, shaped, self._by_luma) if self.luma else shaped

    def _curve(self, x: Any, points: Any) -> Any:
        if self.spline != "quadratic" or len(points) == 2:
            spline = "linear" if self.spline == "quadratic" else self.spline
            return evaluate_curve(x, points, spline, self.monotone, self.extrapolation)
        fitted = fit_rgb_curve(points)
        if self.extrapolation == "constant":
            reached = limit_to_ends(x, points)
        else:
            reached = stop_at_flat_ends(x, points, fitted.first[0], fitted.last[0])
        return select(is_diagonal(points), x, quadratic(fitted, reached))

    def _where_drawn(self, x: Any, shaped: Any) -> Any:
        """Give the bits of the light to channels that no curve changes."""
        master = is_diagonal(self.master)
        own = (is_diagonal(points) for points in (self.red, self.green, self.blue))
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
        return select(is_diagonal(self.luma), x, moved)
