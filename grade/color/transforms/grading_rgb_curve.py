"""GradingRGBCurve: a spline for each channel, then one for all.

Source: OpenColorIO ``GradingRGBCurveTransform``; ops/gradingrgbcurve.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from grade.color.errors import UntranslatedTransform
from grade.color.grading_curve import Curve, forward, inverse, rgb_curve
from grade.color.grading_log import linear_to_log, log_to_linear
from grade.color.transform import Step
from grade.color.translation import is_inverse, reads
from grade.ir.expression import channels, rgb


@dataclass(frozen=True)
class GradingRGBCurve(Step):
    """Red, green and blue each by its curve, then all by ``master``; backwards in reverse order.

    A curve of None leaves its channel alone. ``linear``: the curves are drawn over stops, see
    :mod:`grade.color.grading_log`. NaN stays NaN; an infinity on a flat end becomes NaN, backwards
    the end's knot.
    """

    own: tuple[Curve | None, Curve | None, Curve | None]
    master: Curve | None
    linear: bool = False
    inverse: bool = False
    name = "GradingRGBCurve"

    def __call__(self, x: Any) -> Any:
        if self.linear:
            x = linear_to_log(x)
        for stage in (
            (self._by_master, self._by_own)
            if self.inverse
            else (
                self._by_own,
                self._by_master,
            )
        ):
            x = stage(x)
        return log_to_linear(x) if self.linear else x

    def _by_own(self, x: Any) -> Any:
        red, green, blue = self.own
        if red == green == blue:
            return self._through(red, x)
        return rgb(*(self._through(t, c) for t, c in zip(self.own, channels(x), strict=True)))

    def _by_master(self, x: Any) -> Any:
        return self._through(self.master, x)

    def _through(self, curve: Curve | None, x: Any) -> Any:
        if curve is None:
            return x
        return inverse(curve, x) if self.inverse else forward(curve, x)


def curve_of(spline: Any) -> Curve | None:
    """The curve of an OpenColorIO spline; None for points on the diagonal without slopes."""
    points = [(float(point.x), float(point.y)) for point in spline.getControlPoints()]
    slopes = [float(slope) for slope in spline.getSlopes()]
    if not any(slopes):
        if all(x == y for x, y in points):
            return None
        if any(x0 == x1 for (x0, _), (x1, _) in pairwise(points)):
            raise UntranslatedTransform("GradingRGBCurve", "two control points at one x")
        return rgb_curve(points)
    return rgb_curve(points, slopes)


@reads("GradingRGBCurve")
def read(transform: Any) -> GradingRGBCurve | None:
    """Of any style; of style GRADING_LIN through the logarithm, unless that is bypassed."""
    value = transform.getValue()
    red, green, blue, master = (
        curve_of(getattr(value, name)) for name in ("red", "green", "blue", "master")
    )
    if not any((red, green, blue, master)):
        return None
    linear = transform.getStyle().name == "GRADING_LIN" and not transform.getBypassLinToLog()
    return GradingRGBCurve((red, green, blue), master, linear, is_inverse(transform))
