"""GradingTone, in three styles and both directions.

Source: OpenColorIO ``GradingToneTransform``; ops/gradingtone.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from grade.color.grading_tone import ZONES, Tone, Zone, graded
from grade.color.transform import Step
from grade.color.transforms.grading_primary import STYLES, four
from grade.color.translation import is_inverse, reads


@dataclass(frozen=True)
class GradingTone(Step):
    """The controls as constants. NaN stays NaN; nothing comes out above 65504."""

    controls: Tone
    inverse: bool = False
    name = "GradingTone"

    def __call__(self, x: Any) -> Any:
        return graded(x, self.controls, self.inverse)


@reads("GradingTone")
def read(transform: Any) -> GradingTone | None:
    """None where nothing is changed."""
    value = transform.getValue()
    zones = {}
    for name in ZONES:
        zone = getattr(value, name)
        zones[name] = Zone(four(zone), float(zone.start), float(zone.width))
    style = STYLES[transform.getStyle().name]
    controls = Tone(style, **zones, s_contrast=float(value.scontrast))
    return None if bool(controls.neutral()) else GradingTone(controls, is_inverse(transform))
