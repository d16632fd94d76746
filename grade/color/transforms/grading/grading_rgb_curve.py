"""GradingRGBCurve: a spline for each channel, then one for all.

Source: OpenColorIO ``GradingRGBCurveTransform``; ops/gradingrgbcurve.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from grade.color.errors import UntranslatedTransform
from grade.color.formulas.grading_log import linear_to_log, log_to_linear
from grade.color.formulas.parameter_math import all_equal, choose
from grade.color.formulas.quadratic_spline import Curve, forward, inverse, rgb_curve
from grade.color.transforms.dynamic_properties import Dynamic, Taken, moves, takes
from grade.color.transforms.grading.control_points import numbers_of, points_of, spline, too_near
from grade.color.transforms.ocio_translation import is_inverse, reads
from grade.color.transforms.transform import Step
from grade.ir.expression import channels, equal, rgb

NAMES = ("red", "green", "blue", "master")


@dataclass(frozen=True)
class GradingRGBCurve(Step):
    """Red, green and blue each by its curve, then all by ``master``; backwards in reverse order.

    A curve of None leaves its channel alone. ``linear``: the curves are drawn over stops, see
    :mod:`grade.color.formulas.grading_log`. NaN stays NaN; an infinity on a flat end becomes
    NaN, backwards the end's knot.
    """

    own: tuple[Curve | None, Curve | None, Curve | None]
    master: Curve | None
    linear: bool = False
    inverse: bool = False
    name = "GradingRGBCurve"

    def __call__(self, x: Any) -> Any:
        if self.linear:
            x = linear_to_log(x)
        stages = (self._by_own, self._by_master)
        for stage in reversed(stages) if self.inverse else stages:
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


@dataclass(frozen=True)
class MovingGradingRGBCurve(Dynamic):
    """The same with control points that may be moved: ``rgb_curve.red.0.x``."""

    name = "GradingRGBCurve"

    def __call__(self, x: Any) -> Any:
        linear, back = is_linear(self.given), is_inverse(self.given)
        inner = linear_to_log(x) if linear else x
        straight = {name: self._straight(name) for name in NAMES}
        stages = (self._by_own, self._by_master)
        for stage in reversed(stages) if back else stages:
            inner = stage(inner, inverse if back else forward, straight)
        alike = straight["red"] & straight["green"] & straight["blue"] & straight["master"]
        return choose(alike, x, log_to_linear(inner) if linear else inner)

    def _by_own(self, x: Any, way: Any, straight: dict[str, Any]) -> Any:
        own = zip(channels(x), NAMES[:3], strict=True)
        return rgb(*(self._shaped(channel, name, way, straight) for channel, name in own))

    def _by_master(self, x: Any, way: Any, straight: dict[str, Any]) -> Any:
        return self._shaped(x, "master", way, straight)

    def _shaped(self, x: Any, name: str, way: Any, straight: dict[str, Any]) -> Any:
        curve = rgb_curve(*points_of(f"rgb_curve.{name}", self.parameters))
        return choose(straight[name], x, way(curve, x))

    def _straight(self, name: str) -> Any:
        """Whether a curve does nothing: points on the diagonal, no slopes."""
        points, slopes = points_of(f"rgb_curve.{name}", self.parameters)
        result = True if slopes is None else all_equal(slopes, 0.0)
        for x, y in points:
            result = equal(x, y) & result
        return result

    def store(self, transform: Any) -> None:
        value = transform.getValue()
        for name in NAMES:
            made = points_of(f"rgb_curve.{name}", self.parameters)
            setattr(value, name, spline(getattr(value, name), *made))
        transform.setValue(value)

    def refusal(self) -> str:
        for name in NAMES:
            points, _ = points_of(f"rgb_curve.{name}", self.parameters)
            why = too_near(f"rgb_curve.{name}", points)
            if why:
                return why
        return super().refusal()


def is_linear(transform: Any) -> bool:
    """Whether the curves are drawn over stops."""
    return transform.getStyle().name == "GRADING_LIN" and not transform.getBypassLinToLog()


def points_and_slopes(spline: Any) -> tuple[list[tuple[float, float]], list[float]]:
    """What an OpenColorIO spline was drawn with."""
    points = [(float(point.x), float(point.y)) for point in spline.getControlPoints()]
    return points, [float(slope) for slope in spline.getSlopes()]


def curve_of(spline: Any) -> Curve | None:
    """The curve of an OpenColorIO spline; None for points on the diagonal without slopes."""
    points, slopes = points_and_slopes(spline)
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
    red, green, blue, master = (curve_of(getattr(value, name)) for name in NAMES)
    if not any((red, green, blue, master)):
        return None
    own = (red, green, blue)
    return GradingRGBCurve(own, master, is_linear(transform), is_inverse(transform))


@moves("GradingRGBCurve")
def read_moving(transform: Any, place: int, taken: Taken) -> Dynamic | None:
    """With the control points of all four curves."""
    if not takes(transform, "rgb_curve", taken):
        return None
    numbers = {}
    for name in NAMES:
        points, slopes = points_and_slopes(getattr(transform.getValue(), name))
        numbers.update(numbers_of(f"rgb_curve.{name}", points, slopes if any(slopes) else None))
    return MovingGradingRGBCurve(tuple(numbers), tuple(numbers.values()), place, transform)
