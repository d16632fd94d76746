"""ExposureContrast: linear, video and logarithmic.

Source: OpenColorIO ``ExposureContrastTransform``; see :mod:`grade.color.exposure_contrast`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from grade.color import exact
from grade.color.exposure_contrast import Controls, forward, inverse
from grade.color.transform import Step
from grade.color.translation import is_inverse, reads

STYLES = {
    "EXPOSURE_CONTRAST_LINEAR": "linear",
    "EXPOSURE_CONTRAST_VIDEO": "video",
    "EXPOSURE_CONTRAST_LOGARITHMIC": "log",
}


@dataclass(frozen=True)
class ExposureContrast(Step):
    """A gain and a power about a pivot, or a line on log codes. NaN gives 0 through the power."""

    controls: Controls
    inverse: bool = False
    name = "ExposureContrast"

    def __call__(self, x: Any) -> Any:
        return (inverse if self.inverse else forward)(x, self.controls)


@reads("ExposureContrast")
def read(transform: Any) -> ExposureContrast:
    """As it stands: dynamic properties are read once."""
    controls = Controls.of(
        STYLES[transform.getStyle().name],
        float(transform.getExposure()),
        float(transform.getContrast()) * float(transform.getGamma()),
        float(transform.getPivot()),
        float(transform.getLogExposureStep()),
        float(transform.getLogMidGray()),
        exact,
    )
    return ExposureContrast(controls, is_inverse(transform))
