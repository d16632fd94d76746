"""GradingHueCurve in its three styles, as OpenColorIO 2.6 computes it.

Source: OpenColorIO ``GradingHueCurveTransform``; ops/gradinghuecurve.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from grade.color.errors import UntranslatedTransform
from grade.color.formulas.grading_hue_curve import (
    LEVELS,
    NAMES,
    PERIODIC,
    HueCurve,
    Variant,
    apply_curves,
    fit_curve,
)
from grade.color.formulas.grading_primary import Style
from grade.color.formulas.parameter_math import choose
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
from grade.color.transforms.grading.grading_primary import STYLES
from grade.color.transforms.ocio_translation import is_inverse, reads
from grade.color.transforms.transform import Step


@dataclass(frozen=True)
class GradingHueCurve(Step):
    """The curves that are not neutral, as constants.

    If ``plain``, input and output are hue, saturation and luma instead of RGB.
    """

    style: Style
    curves: tuple[tuple[str, HueCurve], ...]
    inverse: bool = False
    plain: bool = False
    variant: Variant = "ocio26"
    name = "GradingHueCurve"

    def __call__(self, x: Any) -> Any:
        return apply_curves(
            x, dict(self.curves), self.style, self.variant, self.inverse, self.plain
        )


@dataclass(frozen=True)
class DynamicGradingHueCurve(DynamicStep):
    """GradingHueCurve with dynamic control points, such as ``hue_curve.hue_sat.3.y``.

    It has all eight curves, with hues wrapped to 0..1 and points in order.
    """

    name = "GradingHueCurve"

    def __call__(self, x: Any) -> Any:
        curves = {name: fit_curve(name, *self._points(name)) for name in NAMES}
        neutral: Any = True
        for curve in curves.values():
            neutral = curve.neutral & neutral
        style = STYLES[self.given.getStyle().name]
        result = apply_curves(
            x, curves, style, "ocio26", is_inverse(self.given), is_plain(self.given)
        )
        return choose(neutral, x, result)

    def _points(self, name: str) -> tuple[list[Any], list[Any] | None]:
        return collect_points(f"hue_curve.{name}", self.parameters)

    def store(self, transform: Any) -> None:
        value = transform.getValue()
        for name in NAMES:
            setattr(value, name, make_spline(getattr(value, name), *self._points(name)))
        transform.setValue(value)

    def explain_refusal(self) -> str:
        for name in NAMES:
            points, _ = self._points(name)
            why = find_too_near(f"hue_curve.{name}", points)
            if not why and name in PERIODIC and not 0 <= points[0][0] <= points[-1][0] < 1:
                why = f"hue_curve.{name}: hues are at least 0 and below 1; wrap yours"
            if why:
                return why
        return super().explain_refusal()


def is_plain(transform: Any) -> bool:
    """Whether the input is hue, saturation and luma already."""
    return bool(transform.getRGBToHSY().name == "HSY_TRANSFORM_NONE")


def read_points(name: str, spline: Any) -> tuple[list[Any], list[float] | None]:
    """Read points and slopes of an OpenColorIO spline: hues wrapped to 0..1, points in order."""
    points = [(float(point.x), float(point.y)) for point in spline.getControlPoints()]
    slopes = [float(slope) for slope in spline.getSlopes()]
    if name in PERIODIC:
        turn = 1.0 if LEVELS[name] is None else 0.0
        points = [
            (x + 1.0, y + turn) if x < 0.0 else (x - 1.0, y - turn) if x >= 1.0 else (x, y)
            for x, y in points
        ]
    points.sort(key=lambda point: point[0])
    return points, slopes if any(slopes) else None


def read_curve(name: str, spline: Any) -> HueCurve:
    """Read and fit an OpenColorIO spline."""
    points, slopes = read_points(name, spline)
    if any(x0 == x1 for (x0, _), (x1, _) in pairwise(points)) and points[0][0] == points[-1][0]:
        raise UntranslatedTransform("GradingHueCurve", "all control points at one x")
    return fit_curve(name, points, slopes)


@reads("GradingHueCurve")
def read(transform: Any) -> Step | None:
    """Read the curves; None if all are neutral."""
    value = transform.getValue()
    style = STYLES[transform.getStyle().name]
    _check_complete(value)
    curves = [(name, read_curve(name, getattr(value, name))) for name in NAMES]
    acting = tuple((name, curve) for name, curve in curves if not bool(curve.neutral))
    if not acting:
        return None
    return GradingHueCurve(style, acting, is_inverse(transform), is_plain(transform))


@reads_dynamic("GradingHueCurve")
def read_dynamic(transform: Any, place: int, taken: TakenProperties) -> DynamicStep | None:
    """Read it with the control points of all eight curves as dynamic properties."""
    if not claim_property(transform, "hue_curve", taken):
        return None
    value = transform.getValue()
    _check_complete(value)
    numbers = {}
    for name in NAMES:
        made = read_points(name, getattr(value, name))
        numbers.update(name_numbers(f"hue_curve.{name}", *made))
    return DynamicGradingHueCurve(tuple(numbers), tuple(numbers.values()), place, transform)


def _check_complete(value: Any) -> None:
    if value.getDrawCurveOnly():
        raise UntranslatedTransform("GradingHueCurve", "a curve alone, as an interface draws it")
