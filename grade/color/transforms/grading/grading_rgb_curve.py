"""GradingRGBCurve: a spline for each channel, then one for all.

Source: OpenColorIO ``GradingRGBCurveTransform``; ops/gradingrgbcurve.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from grade.color.errors import UntranslatedTransform
from grade.color.formulas.grading_log_encoding import linear_to_log, log_to_linear
from grade.color.formulas.parameter_math import all_equal, choose
from grade.color.formulas.quadratic_spline import Curve, fit_rgb_curve, forward, inverse
from grade.color.transforms.dynamic_properties import (
    DynamicStep,
    TakenProperties,
    claim_property,
    reads_dynamic,
)
from grade.color.transforms.grading.control_points import (
    collect_points,
    find_too_near,
    make_spline,
    name_numbers,
)
from grade.color.transforms.ocio_translation import is_inverse, reads
from grade.color.transforms.transform import Step
from grade.ir.expression import channels, equal, rgb

NAMES = ("red", "green", "blue", "master")


@dataclass(frozen=True)
class GradingRGBCurve(Step):
    """A curve for each channel, then ``master`` for all; the inverse undoes them in reverse order.

    A curve of None leaves its channel unchanged. If ``linear``, the curves are over stops, see
    :mod:`grade.color.formulas.grading_log_encoding`. NaN stays NaN. An infinity on a flat end
    becomes NaN; in the inverse it becomes the knot of the end.
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
            return self._apply_curve(red, x)
        return rgb(*(self._apply_curve(t, c) for t, c in zip(self.own, channels(x), strict=True)))

    def _by_master(self, x: Any) -> Any:
        return self._apply_curve(self.master, x)

    def _apply_curve(self, curve: Curve | None, x: Any) -> Any:
        if curve is None:
            return x
        return inverse(curve, x) if self.inverse else forward(curve, x)


@dataclass(frozen=True)
class DynamicGradingRGBCurve(DynamicStep):
    """GradingRGBCurve with dynamic control points, such as ``rgb_curve.red.0.x``."""

    name = "GradingRGBCurve"

    def __call__(self, x: Any) -> Any:
        linear, back = is_linear(self.given), is_inverse(self.given)
        inner = linear_to_log(x) if linear else x
        straight = {name: self._is_straight(name) for name in NAMES}
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
        curve = fit_rgb_curve(*collect_points(f"rgb_curve.{name}", self.parameters))
        return choose(straight[name], x, way(curve, x))

    def _is_straight(self, name: str) -> Any:
        """Whether a curve does nothing: its points are on the diagonal, its slopes unset."""
        points, slopes = collect_points(f"rgb_curve.{name}", self.parameters)
        result = True if slopes is None else all_equal(slopes, 0.0)
        for x, y in points:
            result = equal(x, y) & result
        return result

    def store(self, transform: Any) -> None:
        value = transform.getValue()
        for name in NAMES:
            made = collect_points(f"rgb_curve.{name}", self.parameters)
            setattr(value, name, make_spline(getattr(value, name), *made))
        transform.setValue(value)

    def explain_refusal(self) -> str:
        for name in NAMES:
            points, _ = collect_points(f"rgb_curve.{name}", self.parameters)
            why = find_too_near(f"rgb_curve.{name}", points)
            if why:
                return why
        return super().explain_refusal()


def is_linear(transform: Any) -> bool:
    """Whether the curves are over stops."""
    return transform.getStyle().name == "GRADING_LIN" and not transform.getBypassLinToLog()


def read_points(spline: Any) -> tuple[list[tuple[float, float]], list[float]]:
    """Read points and slopes of an OpenColorIO spline."""
    points = [(float(point.x), float(point.y)) for point in spline.getControlPoints()]
    return points, [float(slope) for slope in spline.getSlopes()]


def read_curve(spline: Any) -> Curve | None:
    """Read and fit an OpenColorIO spline; None for points on the diagonal without slopes."""
    points, slopes = read_points(spline)
    if not any(slopes):
        if all(x == y for x, y in points):
            return None
        if any(x0 == x1 for (x0, _), (x1, _) in pairwise(points)):
            raise UntranslatedTransform("GradingRGBCurve", "two control points at one x")
        return fit_rgb_curve(points)
    return fit_rgb_curve(points, slopes)


@reads("GradingRGBCurve")
def read(transform: Any) -> GradingRGBCurve | None:
    """Read the curves; style GRADING_LIN goes through the logarithm, unless that is bypassed."""
    value = transform.getValue()
    red, green, blue, master = (read_curve(getattr(value, name)) for name in NAMES)
    if not any((red, green, blue, master)):
        return None
    own = (red, green, blue)
    return GradingRGBCurve(own, master, is_linear(transform), is_inverse(transform))


@reads_dynamic("GradingRGBCurve")
def read_dynamic(transform: Any, place: int, taken: TakenProperties) -> DynamicStep | None:
    """Read it with the control points of all four curves as dynamic properties."""
    if not claim_property(transform, "rgb_curve", taken):
        return None
    numbers = {}
    for name in NAMES:
        points, slopes = read_points(getattr(transform.getValue(), name))
        numbers.update(name_numbers(f"rgb_curve.{name}", points, slopes if any(slopes) else None))
    return DynamicGradingRGBCurve(tuple(numbers), tuple(numbers.values()), place, transform)
