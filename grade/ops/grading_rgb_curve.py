"""GradingRGBCurve: OpenColorIO's RGB curves, quadratic splines through control points."""

from __future__ import annotations

from typing import Any

from grade.color.formulas.grading_log_encoding import linear_to_log, log_to_linear
from grade.color.formulas.parameter_math import choose
from grade.color.formulas.quadratic_spline import fit_rgb_curve, forward, inverse
from grade.ir.expression import channels, equal, rgb
from grade.op import Choice, Op, ParameterError, PointsParam, other_words
from grade.op.base import DomainBy

DIAGONAL = ((0.0, 0.0), (1.0, 1.0))
ABOUT: dict[str, Any] = {
    "fewest": 2,
    "most": 16,
    "soft": (0, 1),
    "hard": (-65504, 65504),
    "unit": "code value or stops",
}


class GradingRGBCurve(Op):
    """The RGB curves of OpenColorIO: one each for red, green and blue, then ``master`` for all.

        y = master(red(x.r)), master(green(x.g)), master(blue(x.b))

    Points are ``[[x, y], ...]``, x ascending and y not falling, 2 to 16 of them. Slopes at the
    points are the mean of the neighboring secants, weighted by their lengths; between two points
    run two quadratics that meet smoothly. Beyond the end points a curve goes on straight. A curve
    whose points all lie on the diagonal gives the bits of its input. In ``linear`` the points are
    stops about 0.18, with -7 for black.

    The slopes are fitted in float32, in ``evaluate`` too, because the fit depends on a rounding.

    Dragging a point recompiles nothing; adding or removing one does. Negative values follow the
    straight ends. NaN stays NaN. An infinity stays one; in the inverse it becomes the end point
    where the end is flat.

    Source: OpenColorIO GradingRGBCurve; L. Schumaker, SIAM J. Numer. Anal. 20 (1983). Differs from
    it: slopes cannot be given; in ``linear`` the logarithm is exact here, within 1e-4 there.
    Differs from RGBCurves, which uses cubics.

    >>> curve = GradingRGBCurve(master=[[0, 0], [0.5, 0.6], [1, 1]])
    >>> curve.evaluate([0.5, 1.0, 0.25]).round(6).tolist()
    [0.6, 1.0, 0.314078]
    """

    group = "curve"
    domain = DomainBy("style", log="log", linear="linear", video="display")
    known_as = ("ocio_rgb_curve", "ocio_curves")
    synonyms = other_words(red="r", green="g", blue="b", master="rgb y")
    style = Choice("log", "linear", "video", doc="The encoding that the points are made for.")
    red = PointsParam(DIAGONAL, **ABOUT, doc="The curve of red.")
    green = PointsParam(DIAGONAL, **ABOUT, doc="The curve of green.")
    blue = PointsParam(DIAGONAL, **ABOUT, doc="The curve of blue.")
    master = PointsParam(DIAGONAL, **ABOUT, doc="The curve of all three, after their own.")

    def validate(self) -> None:
        for name in ("red", "green", "blue", "master"):
            points = self.values[name]
            for i in range(1, len(points)):
                if points[i][1] < points[i - 1][1]:
                    raise ParameterError(
                        f"{self.name or self.kind}.{name}[{i}].y = {points[i][1]:g}: below"
                        f" {points[i - 1][1]:g} before it; these curves may not fall"
                    )

    def forward(self, x: Any) -> Any:
        return self._through(x, forward, (self._by_own, self._by_master))

    def inverse(self, y: Any) -> Any:
        """The color at which the curves give ``y``; for a flat part the beginning of it."""
        return self._through(y, inverse, (self._by_master, self._by_own))

    def _through(self, x: Any, way: Any, stages: Any) -> Any:
        inner = linear_to_log(x) if self.style == "linear" else x
        for stage in stages:
            inner = stage(inner, way)
        shaped = log_to_linear(inner) if self.style == "linear" else inner
        on = [_diagonal(self.values[name]) for name in ("red", "green", "blue", "master")]
        return choose(on[0] & on[1] & on[2] & on[3], x, shaped)

    def _by_own(self, x: Any, way: Any) -> Any:
        own = zip(channels(x), (self.red, self.green, self.blue), strict=True)
        return rgb(*(_shaped(channel, points, way) for channel, points in own))

    def _by_master(self, x: Any, way: Any) -> Any:
        return _shaped(x, self.master, way)


def _shaped(x: Any, points: Any, way: Any) -> Any:
    return choose(_diagonal(points), x, way(fit_rgb_curve(points), x))


def _diagonal(points: Any) -> Any:
    result = equal(*points[0])
    for point in points[1:]:
        result = result & equal(*point)
    return result
