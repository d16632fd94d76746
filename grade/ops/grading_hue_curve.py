"""GradingHueCurve: OpenColorIO's eight curves over hue, saturation and luma."""

from __future__ import annotations

from typing import Any

from grade.color.formulas.grading_hue_curve import LEVELS, NAMES, PERIODIC, apply_curves, fit_curve
from grade.color.formulas.parameter_math import choose
from grade.op import Choice, Op, ParameterError, other_words
from grade.op.base import DomainBy
from grade.op.parameters.points import OptionalPointsParam


def _curve(name: str, soft: tuple[float, float], doc: str) -> OptionalPointsParam:
    unit = "fraction of a turn, value" if name in PERIODIC else "value"
    return OptionalPointsParam(
        LEVELS[name], most=16, soft=soft, hard=(-1000, 1000), unit=unit, doc=doc
    )


class GradingHueCurve(Op):
    """The hue curves of OpenColorIO: eight splines, each active when it has points.

        hue, sat, luma of x; in style linear luma in stops about 0.18
        sat' = sat_sat(sat) * lum_sat(luma) * hue_sat(hue)
        luma' = lum_lum(luma), back to light
        g = 1 - (1 - hue_lum(hue)) * min(sat', 1);  s = sat_lum(sat')
        luma'' = luma' * g * s           in linear, and in video as of 2.6
        luma'' = luma' + (g + s - 2)/10  in log, and in video before
        hue' = hue_hue(hue);  hue'' = hue' + hue_fx(hue')

    Hue is 0 at magenta, 1/6 at red, and 1 is a full turn. Curves over hue are periodic, with x at
    least 0 and below 1. ``hue_hue``, ``sat_sat`` and ``lum_lum`` are neutral on the diagonal and
    may not fall; ``hue_fx`` is neutral at 0; the others are gains, neutral at 1. Between two points
    run two quadratics. A curve without points does nothing. Dragging a point recompiles nothing;
    adding or removing one does.

    A negative luma turns the hue by half a turn. NaN in any channel is NaN in all. An infinity
    becomes NaN. ``inverse`` is best effort: gains below 0.01 count as 0.01, and where a curve maps
    two colors to one, one of them comes back.

    Source: OpenColorIO GradingHueCurve. Differs from it: slopes cannot be given, and points are
    given in order.

    >>> dull = [[0.1, 0.5], [0.5, 0.5], [0.9, 0.5]]
    >>> GradingHueCurve("log", hue_sat=dull).evaluate([0.6, 0.4, 0.3]).round(6).tolist()
    [0.51765, 0.41765, 0.36765]
    """

    group = "curve"
    domain = DomainBy("style", log="log", linear="linear", video="display")
    known_as = ("ocio_hue_curve", "hue_curves")
    synonyms = other_words(
        hue_sat="hue_saturation",
        hue_lum="hue_luma",
        lum_sat="luma_saturation",
        sat_sat="saturation_saturation",
        lum_lum="luma_luma",
        sat_lum="saturation_luma",
    )
    style = Choice("log", "linear", "video", doc="The encoding that the curves are made for.")
    hue_hue = _curve("hue_hue", (0, 0.9375), "New hue, by hue.")
    hue_sat = _curve("hue_sat", (0, 0.9375), "Gain of saturation, by hue.")
    hue_lum = _curve("hue_lum", (0, 0.9375), "Gain of luma, by hue.")
    lum_sat = _curve("lum_sat", (0, 1), "Gain of saturation, by luma.")
    sat_sat = _curve("sat_sat", (0, 1), "New saturation, by saturation.")
    lum_lum = _curve("lum_lum", (0, 1), "New luma, by luma.")
    sat_lum = _curve("sat_lum", (0, 1), "Gain of luma, by saturation.")
    hue_fx = _curve("hue_fx", (0, 0.9375), "Added to the hue, by hue.")
    direction = Choice(
        "forward", "inverse", doc="Apply the curves, or undo them as far as possible."
    )
    variant = Choice("ocio26", "ocio25", doc="How style video applies the gains of luma.")

    def validate(self) -> None:
        for name in NAMES:
            points = self.values[name]
            if not points:
                continue
            label = f"{self.name or self.kind}.{name}"
            if name in PERIODIC and not 0 <= points[0][0] <= points[-1][0] < 1:
                raise ParameterError(f"{label}: hues are at least 0 and below 1; wrap yours")
            heights = [y for _, y in points]
            if name == "hue_hue":
                heights.append(heights[0] + 1)
            if LEVELS[name] is None and heights != sorted(heights):
                raise ParameterError(f"{label}: this curve may not fall")

    def forward(self, x: Any) -> Any:
        points = {name: self.values[name] for name in NAMES if self.values[name]}
        if not points:
            return x
        curves = {name: fit_curve(name, pairs) for name, pairs in points.items()}
        neutral: Any = True
        for curve in curves.values():
            neutral = curve.neutral & neutral
        inverse = self.direction == "inverse"
        return choose(neutral, x, apply_curves(x, curves, self.style, self.variant, inverse))
