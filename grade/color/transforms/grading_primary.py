"""GradingPrimary, in three styles and both directions.

Source: OpenColorIO ``GradingPrimaryTransform``; ops/gradingprimary.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from grade.color.exact import exp2
from grade.color.grading_primary import INFINITY, PIVOTS, Four, Primary, Style, forward, inverse
from grade.color.transform import Step
from grade.color.translation import is_inverse, reads

STYLES: dict[str, Style] = {
    "GRADING_LOG": "log", "GRADING_LIN": "linear", "GRADING_VIDEO": "video",
}  # fmt: skip
NO_CLAMP = 1e300  # OpenColorIO says "none" with the largest double, and relies on it


@dataclass(frozen=True)
class GradingPrimary(Step):
    """The controls as constants. NaN stays NaN."""

    controls: Primary
    inverse: bool = False
    name = "GradingPrimary"

    @property
    def bijective(self) -> bool:
        c = self.controls
        unbounded = c.clamp_black == -INFINITY and c.clamp_white == INFINITY
        return bool(unbounded and c.saturation > 0 and all(v > 0 for v in c.contrast + c.gain))

    def __call__(self, x: Any) -> Any:
        return (inverse if self.inverse else forward)(x, self.controls, exp2)


def four(value: Any) -> Four:
    """Red, green, blue and master of an OpenColorIO value."""
    return (float(value.red), float(value.green), float(value.blue), float(value.master))


@reads("GradingPrimary")
def read(transform: Any) -> GradingPrimary | None:
    """None where nothing is changed."""
    value = transform.getValue()
    black, white = float(value.clampBlack), float(value.clampWhite)
    style = STYLES[transform.getStyle().name]
    controls = Primary(
        style,
        **{
            name: four(getattr(value, name))
            for name in ("brightness", "contrast", "gamma", "offset", "exposure", "lift", "gain")
        },
        # Of a video grade the pivot does nothing and may be anything.
        pivot=PIVOTS[style] if style == "video" else float(value.pivot),
        saturation=float(value.saturation),
        clamp_black=-INFINITY if black < -NO_CLAMP else black,
        clamp_white=INFINITY if white > NO_CLAMP else white,
        pivot_black=float(value.pivotBlack),
        pivot_white=float(value.pivotWhite),
    )
    return None if bool(controls.neutral()) else GradingPrimary(controls, is_inverse(transform))
