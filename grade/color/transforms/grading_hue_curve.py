"""GradingHueCurve, in three styles and both directions, as OpenColorIO 2.6 computes it.

Source: OpenColorIO ``GradingHueCurveTransform``; ops/gradinghuecurve.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from grade.color.errors import UntranslatedTransform
from grade.color.grading_primary import Style
from grade.color.hue_curve import LEVELS, NAMES, PERIODIC, Drawn, Variant, drawn, graded
from grade.color.transform import Step
from grade.color.transforms.grading_primary import STYLES
from grade.color.translation import is_inverse, reads


@dataclass(frozen=True)
class GradingHueCurve(Step):
    """The curves that do something, as constants. ``plain``: of hue, saturation and luma."""

    style: Style
    curves: tuple[tuple[str, Drawn], ...]
    inverse: bool = False
    plain: bool = False
    variant: Variant = "ocio26"
    name = "GradingHueCurve"

    def __call__(self, x: Any) -> Any:
        return graded(x, dict(self.curves), self.style, self.variant, self.inverse, self.plain)


def curve_of(name: str, spline: Any) -> Drawn:
    """The curve of an OpenColorIO spline: hues turned into 0..1, points in order."""
    points = [(float(point.x), float(point.y)) for point in spline.getControlPoints()]
    slopes = [float(slope) for slope in spline.getSlopes()]
    if name in PERIODIC:
        turn = 1.0 if LEVELS[name] is None else 0.0
        points = [
            (x + 1.0, y + turn) if x < 0.0 else (x - 1.0, y - turn) if x >= 1.0 else (x, y)
            for x, y in points
        ]
    points.sort(key=lambda point: point[0])
    if any(x0 == x1 for (x0, _), (x1, _) in pairwise(points)) and points[0][0] == points[-1][0]:
        raise UntranslatedTransform("GradingHueCurve", "all control points at one x")
    return drawn(name, points, slopes if any(slopes) else None)


@reads("GradingHueCurve")
def read(transform: Any) -> Step | None:
    """None where every curve leaves everything as it is."""
    value = transform.getValue()
    style = STYLES[transform.getStyle().name]
    if value.getDrawCurveOnly():
        raise UntranslatedTransform("GradingHueCurve", "a curve alone, as an interface draws it")
    curves = [(name, curve_of(name, getattr(value, name))) for name in NAMES]
    acting = tuple((name, curve) for name, curve in curves if not bool(curve.neutral))
    plain = transform.getRGBToHSY().name == "HSY_TRANSFORM_NONE"
    if not acting:
        return None
    return GradingHueCurve(style, acting, is_inverse(transform), plain)
