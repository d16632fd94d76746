"""GradingPrimary, in three styles and both directions.

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
from grade.color.formulas.plain import choose
from grade.color.formulas.plain import exp2 as exp2_of_either
from grade.color.transforms.dynamic import Dynamic, Taken, moves, takes
from grade.color.transforms.transform import Step
from grade.color.transforms.translation import is_inverse, reads
from grade.science.correctly_rounded_math import exp2

STYLES: dict[str, Style] = {
    "GRADING_LOG": "log", "GRADING_LIN": "linear", "GRADING_VIDEO": "video",
}  # fmt: skip
NO_CLAMP = 1e300  # OpenColorIO says "none" with the largest double, and relies on it

# What a style knows: colours, and single numbers by their names there.
COLOURS: dict[Style, tuple[str, ...]] = {
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
FOUR = {"r": "red", "g": "green", "b": "blue", "master": "master"}


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


@dataclass(frozen=True)
class MovingGradingPrimary(Dynamic):
    """The same with every control of its style: ``primary.gamma.r``, ``primary.saturation``."""

    name = "GradingPrimary"

    def __call__(self, x: Any) -> Any:
        style = STYLES[self.given.getStyle().name]
        value = self.parameters
        colours = {
            name: tuple(value[f"primary.{name}.{part}"] for part in FOUR) for name in COLOURS[style]
        }
        single = {name: value[f"primary.{name}"] for name in (*SINGLE[style], *ENDS)}
        controls = Primary(style, **{**colours, **single})
        way = inverse if is_inverse(self.given) else forward
        return choose(controls.neutral(), x, way(x, controls, exp2_of_either))

    def store(self, transform: Any) -> None:
        grade = transform.getValue()
        style = STYLES[self.given.getStyle().name]
        values = self.parameters
        for name in COLOURS[style]:
            colour = getattr(grade, name)
            for part, theirs in FOUR.items():
                setattr(colour, theirs, values[f"primary.{name}.{part}"])
            setattr(grade, name, colour)
        for name, theirs in {**SINGLE[style], **ENDS}.items():
            number = values[f"primary.{name}"]
            # An infinite bound is none, for which there the largest double stands.
            setattr(grade, theirs, max(-sys.float_info.max, min(number, sys.float_info.max)))
        transform.setValue(grade)


def bound(value: float) -> float:
    """A bound of OpenColorIO's, infinite where it means none."""
    return value if abs(value) <= NO_CLAMP else INFINITY if value > 0 else -INFINITY


def four(value: Any) -> Four:
    """Red, green, blue and master of an OpenColorIO value."""
    return (float(value.red), float(value.green), float(value.blue), float(value.master))


@reads("GradingPrimary")
def read(transform: Any) -> GradingPrimary | None:
    """None where nothing is changed."""
    value = transform.getValue()
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
        clamp_black=bound(float(value.clampBlack)),
        clamp_white=bound(float(value.clampWhite)),
        pivot_black=float(value.pivotBlack),
        pivot_white=float(value.pivotWhite),
    )
    return None if bool(controls.neutral()) else GradingPrimary(controls, is_inverse(transform))


@moves("GradingPrimary")
def read_moving(transform: Any, place: int, taken: Taken) -> Dynamic | None:
    """With every control that its style knows."""
    if not takes(transform, "primary", taken):
        return None
    value, style = transform.getValue(), STYLES[transform.getStyle().name]
    numbers = {}
    for name in COLOURS[style]:
        for part, theirs in FOUR.items():
            numbers[f"primary.{name}.{part}"] = float(getattr(getattr(value, name), theirs))
    for name, theirs in {**SINGLE[style], **ENDS}.items():
        numbers[f"primary.{name}"] = bound(float(getattr(value, theirs)))
    return MovingGradingPrimary(tuple(numbers), tuple(numbers.values()), place, transform)
