"""ExposureContrast in its linear, video and logarithmic styles.

Source: OpenColorIO ``ExposureContrastTransform``; the formula is in
:mod:`grade.color.formulas.exposure_contrast`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from grade.color.formulas import parameter_math
from grade.color.formulas.exposure_contrast import Controls, forward, inverse
from grade.color.transforms.dynamic_properties import DynamicStep, TakenProperties, reads_dynamic
from grade.color.transforms.ocio_translation import is_inverse, reads
from grade.color.transforms.transform import Step

STYLES = {
    "EXPOSURE_CONTRAST_LINEAR": "linear",
    "EXPOSURE_CONTRAST_VIDEO": "video",
    "EXPOSURE_CONTRAST_LOGARITHMIC": "log",
}


@dataclass(frozen=True)
class ExposureContrast(Step):
    """A gain and a power about a pivot, or a line on log codes. The power turns NaN into 0."""

    controls: Controls
    inverse: bool = False
    name = "ExposureContrast"

    def __call__(self, x: Any) -> Any:
        return (inverse if self.inverse else forward)(x, self.controls)


@dataclass(frozen=True)
class DynamicExposureContrast(DynamicStep):
    """ExposureContrast with ``exposure``, ``contrast`` or ``gamma`` as dynamic properties."""

    name = "ExposureContrast"

    def __call__(self, x: Any) -> Any:
        controls = read_controls(self.given, self.parameters)
        return (inverse if is_inverse(self.given) else forward)(x, controls)

    def store(self, transform: Any) -> None:
        for name, value in self.parameters.items():
            getattr(transform, f"set{name.capitalize()}")(value)


def read_controls(transform: Any, moved: dict[str, Any]) -> Controls:
    """Read the controls of an OpenColorIO transform; ``moved`` replaces some of them."""
    exposure, contrast, gamma = (
        moved.get(name, float(getattr(transform, f"get{name.capitalize()}")()))
        for name in ("exposure", "contrast", "gamma")
    )
    return Controls.of(
        STYLES[transform.getStyle().name],
        exposure,
        contrast * gamma,
        float(transform.getPivot()),
        float(transform.getLogExposureStep()),
        float(transform.getLogMidGray()),
        parameter_math,
    )


@reads("ExposureContrast")
def read(transform: Any) -> ExposureContrast:
    """Read the present values, those of dynamic properties too."""
    return ExposureContrast(read_controls(transform, {}), is_inverse(transform))


@reads_dynamic("ExposureContrast")
def read_dynamic(transform: Any, place: int, taken: TakenProperties) -> DynamicStep | None:
    """Read it with each of the three properties that is dynamic and the first of its type."""
    numbers = {}
    for name in ("exposure", "contrast", "gamma"):
        if name not in taken and getattr(transform, f"is{name.capitalize()}Dynamic")():
            numbers[name] = float(getattr(transform, f"get{name.capitalize()}")())
    taken.update(numbers)
    if not numbers:
        return None
    return DynamicExposureContrast(tuple(numbers), tuple(numbers.values()), place, transform)
