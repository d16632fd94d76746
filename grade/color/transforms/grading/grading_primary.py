"""GradingPrimary in its three styles.

Source: OpenColorIO ``GradingPrimaryTransform``; ops/gradingprimary.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import Any

from grade.color.formulas.grading_primary import (
    INFINITY,
    PIVOTS,
    Four,
    Primary,
    Style,
    forward,
    inverse,
)
from grade.color.formulas.parameter_math import choose
from grade.color.formulas.parameter_math import exp2 as exp2_of_either
from grade.color.transforms.dynamic_properties import (
    DynamicStep,
    TakenProperties,
    claim_property,
    reads_dynamic,
)
from grade.color.transforms.ocio_translation import is_inverse, reads
from grade.color.transforms.transform import Step
from grade.science.correctly_rounded_math import exp2

STYLES: dict[str, Style] = {
    "GRADING_LOG": "log", "GRADING_LIN": "linear", "GRADING_VIDEO": "video",
}  # fmt: skip
NO_CLAMP = 1e300  # above this it is OpenColorIO's "no clamp", which is the largest double

# The controls of each style: colors, and single numbers with their OpenColorIO names.
COLORS: dict[Style, tuple[str, ...]] = {
    "log": ("brightness", "contrast", "gamma"),
    "linear": ("offset", "exposure", "contrast"),
    "video": ("lift", "gain", "offset", "gamma"),
}
SINGLE: dict[Style, dict[str, str]] = {
    "log": {"pivot": "pivot", "pivot_black": "pivotBlack", "pivot_white": "pivotWhite"},
    "linear": {"pivot": "pivot"},
    "video": {"pivot_black": "pivotBlack", "pivot_white": "pivotWhite"},
}
ENDS = {"saturation": "saturation", "clamp_black": "clampBlack", "clamp_white": "clampWhite"}
CHANNELS = {"r": "red", "g": "green", "b": "blue", "master": "master"}


@dataclass(frozen=True)
class GradingPrimary(Step):
    """A primary grade whose controls are constants. NaN stays NaN."""

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


@dataclass(frozen=True)
class DynamicGradingPrimary(DynamicStep):
    """GradingPrimary with all controls of its style as dynamic properties: ``primary.gamma.r``."""

    name = "GradingPrimary"

    def __call__(self, x: Any) -> Any:
        style = STYLES[self.given.getStyle().name]
        value = self.parameters
        colors = {
            name: tuple(value[f"primary.{name}.{part}"] for part in CHANNELS)
            for name in COLORS[style]
        }
        single = {name: value[f"primary.{name}"] for name in (*SINGLE[style], *ENDS)}
        controls = Primary(style, **{**colors, **single})
        way = inverse if is_inverse(self.given) else forward
        return choose(controls.neutral(), x, way(x, controls, exp2_of_either))

    def store(self, transform: Any) -> None:
        grade = transform.getValue()
        style = STYLES[self.given.getStyle().name]
        values = self.parameters
        for name in COLORS[style]:
            color = getattr(grade, name)
            for part, theirs in CHANNELS.items():
                setattr(color, theirs, values[f"primary.{name}.{part}"])
            setattr(grade, name, color)
        for name, theirs in {**SINGLE[style], **ENDS}.items():
            number = values[f"primary.{name}"]
            # An infinite bound is no clamp, which OpenColorIO writes as the largest double.
            setattr(grade, theirs, max(-sys.float_info.max, min(number, sys.float_info.max)))
        transform.setValue(grade)


def read_bound(value: float) -> float:
    """Read a clamp; the number that means no clamp becomes infinite."""
    return value if abs(value) <= NO_CLAMP else INFINITY if value > 0 else -INFINITY


def read_four(value: Any) -> Four:
    """Read red, green, blue and master of an OpenColorIO value."""
    return (float(value.red), float(value.green), float(value.blue), float(value.master))


@reads("GradingPrimary")
def read(transform: Any) -> GradingPrimary | None:
    """Read the controls; None if they change nothing."""
    value = transform.getValue()
    style = STYLES[transform.getStyle().name]
    controls = Primary(
        style,
        **{
            name: read_four(getattr(value, name))
            for name in ("brightness", "contrast", "gamma", "offset", "exposure", "lift", "gain")
        },
        # The pivot of a video grade does nothing and may be anything.
        pivot=PIVOTS[style] if style == "video" else float(value.pivot),
        saturation=float(value.saturation),
        clamp_black=read_bound(float(value.clampBlack)),
        clamp_white=read_bound(float(value.clampWhite)),
        pivot_black=float(value.pivotBlack),
        pivot_white=float(value.pivotWhite),
    )
    return None if bool(controls.neutral()) else GradingPrimary(controls, is_inverse(transform))


@reads_dynamic("GradingPrimary")
def read_dynamic(transform: Any, place: int, taken: TakenProperties) -> DynamicStep | None:
    """Read it with all controls of its style as dynamic properties."""
    if not claim_property(transform, "primary", taken):
        return None
    value, style = transform.getValue(), STYLES[transform.getStyle().name]
    numbers = {}
    for name in COLORS[style]:
        for part, theirs in CHANNELS.items():
            numbers[f"primary.{name}.{part}"] = float(getattr(getattr(value, name), theirs))
    for name, theirs in {**SINGLE[style], **ENDS}.items():
        numbers[f"primary.{name}"] = read_bound(float(getattr(value, theirs)))
    return DynamicGradingPrimary(tuple(numbers), tuple(numbers.values()), place, transform)
