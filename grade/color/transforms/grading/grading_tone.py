"""GradingTone in its three styles.

Source: OpenColorIO ``GradingToneTransform``; ops/gradingtone.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from grade.color.formulas.grading_tone import ZONES, Tone, ToneZone, apply_tone
from grade.color.formulas.parameter_math import choose
from grade.color.transforms.dynamic_properties import (
    DynamicStep,
    TakenProperties,
    claim_property,
    reads_dynamic,
)
from grade.color.transforms.grading.grading_primary import CHANNELS, STYLES, read_four
from grade.color.transforms.ocio_translation import is_inverse, reads
from grade.color.transforms.transform import Step


@dataclass(frozen=True)
class GradingTone(Step):
    """A tone grade whose controls are constants. NaN stays NaN; no output is above 65504."""

    controls: Tone
    inverse: bool = False
    name = "GradingTone"

    def __call__(self, x: Any) -> Any:
        return apply_tone(x, self.controls, self.inverse)


# The width of shadows and highlights is their pivot.
PLACES = {"start": "start", "width": "width"}


@dataclass(frozen=True)
class DynamicGradingTone(DynamicStep):
    """GradingTone with all controls as dynamic properties, such as ``tone.blacks.r``."""

    name = "GradingTone"

    def __call__(self, x: Any) -> Any:
        values = self.parameters
        zones = {}
        for name in ZONES:
            red, green, blue, master = (values[f"tone.{name}.{part}"] for part in CHANNELS)
            start, width = (values[f"tone.{name}.{part}"] for part in PLACES)
            zones[name] = ToneZone((red, green, blue, master), start, width)
        tone = Tone(
            STYLES[self.given.getStyle().name], **zones, s_contrast=values["tone.s_contrast"]
        )
        return choose(tone.neutral(), x, apply_tone(x, tone, is_inverse(self.given)))

    def store(self, transform: Any) -> None:
        grade, values = transform.getValue(), self.parameters
        for name in ZONES:
            zone = getattr(grade, name)
            for part, theirs in {**CHANNELS, **PLACES}.items():
                setattr(zone, theirs, values[f"tone.{name}.{part}"])
            setattr(grade, name, zone)
        grade.scontrast = values["tone.s_contrast"]
        transform.setValue(grade)


@reads("GradingTone")
def read(transform: Any) -> GradingTone | None:
    """Read the controls; None if they change nothing."""
    value = transform.getValue()
    zones = {}
    for name in ZONES:
        zone = getattr(value, name)
        zones[name] = ToneZone(read_four(zone), float(zone.start), float(zone.width))
    style = STYLES[transform.getStyle().name]
    controls = Tone(style, **zones, s_contrast=float(value.scontrast))
    return None if bool(controls.neutral()) else GradingTone(controls, is_inverse(transform))


@reads_dynamic("GradingTone")
def read_dynamic(transform: Any, place: int, taken: TakenProperties) -> DynamicStep | None:
    """Read it with all controls as dynamic properties."""
    if not claim_property(transform, "tone", taken):
        return None
    value = transform.getValue()
    numbers = {}
    for name in ZONES:
        for part, theirs in {**CHANNELS, **PLACES}.items():
            numbers[f"tone.{name}.{part}"] = float(getattr(getattr(value, name), theirs))
    numbers["tone.s_contrast"] = float(value.scontrast)
    return DynamicGradingTone(tuple(numbers), tuple(numbers.values()), place, transform)
