"""HSY of OpenColorIO in its linear, log and video styles.

Formula and source are in :mod:`grade.color.formulas.hsy`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from grade.color.formulas.hsy import Style, from_hsy, to_hsy
from grade.color.transforms.ocio_translation import is_inverse, name_primitive, reads
from grade.color.transforms.transform import Step

STYLES: dict[str, Style] = {
    "FixedFunction RGB_TO_HSY_LIN": "linear",
    "FixedFunction RGB_TO_HSY_LOG": "log",
    "FixedFunction RGB_TO_HSY_VID": "video",
}


@dataclass(frozen=True)
class HSY(Step):
    """RGB to hue, saturation and luma, or back."""

    name: str  # type: ignore[misc]
    inverse: bool = False

    def __call__(self, x: Any) -> Any:
        return (from_hsy if self.inverse else to_hsy)(x, STYLES[self.name])


@reads(*STYLES)
def read(transform: Any) -> HSY:
    """Read the direction; there are no parameters."""
    return HSY(name_primitive(transform), is_inverse(transform))
