"""ExposureContrast: the viewport's exposure and contrast, in three styles."""

from __future__ import annotations

from typing import Any

from grade.color.formulas import exposure_contrast as formula
from grade.ir import expression
from grade.op import Choice, DomainBy, Op, Param, other_words


class ExposureContrast(Op):
    """Exposure in stops and contrast about a pivot, as in OpenColorIO viewports.

    ``linear`` works on light, ``video`` on display code, where stops and pivot are raised to
    1/1.83 first:

        y = pivot * (x * 2**exposure / pivot) ** (contrast * gamma)

    ``log`` works on log codes, where the code p of the pivot is
    log_grey + log_step * log2(pivot / 0.18):

        y = (x + exposure * log_step - p) * contrast * gamma + p

    Contrast and gamma are multiplied; there are two for two sliders. While their product is 1,
    linear and video are a plain gain that keeps negative values. Otherwise the power gives 0 for
    negative values and NaN, so there is no inverse. Log keeps NaN and infinities.

    Source: OpenColorIO ExposureContrast. Differs from it: the power is exact here, to 2e-5 there.

    >>> ExposureContrast(exposure=1.0).evaluate([0.18, -0.1, 2.0]).tolist()
    [0.36, -0.2, 4.0]
    >>> round(ExposureContrast("linear", contrast=2.0).evaluate(0.36), 6)   # 0.18 * 2**2
    0.72
    """

    domain = DomainBy("style", linear="linear", video="display", log="log")
    known_as = ("ocio_exposure_contrast", "viewport")
    synonyms = other_words(exposure="stops ev")
    style = Choice(
        "linear", "video", "log", doc="Encoding of the values: light, display code, log code."
    )
    exposure = Param(0.0, soft=(-4, 4), hard=(-24, 24), unit="stops", doc="Gain, before contrast.")
    contrast = Param(
        1.0, soft=(0.5, 2), hard=(0.05, 20), unit="factor", doc="Slope about the pivot."
    )
    gamma = Param(1.0, soft=(0.5, 2), hard=(0.05, 20), unit="factor", doc="A second contrast.")
    pivot = Param(
        0.18,
        soft=(0.05, 1),
        hard=(0.001, 100),
        unit="scene light",
        doc="The light that contrast keeps.",
    )
    log_step = Param(
        0.088,
        soft=(0.04, 0.15),
        hard=(0.001, 1),
        unit="code per stop",
        doc="Log: code values per stop.",
    )
    log_grey = Param(
        0.435, soft=(0.3, 0.5), hard=(0.0, 1), unit="code value", doc="Log: the code of 0.18."
    )

    def forward(self, x: Any) -> Any:
        return formula.forward(x, self._controls())

    def _controls(self) -> formula.Controls:
        contrast = self.contrast * self.gamma
        return formula.Controls.of(
            self.style,
            self.exposure,
            contrast,
            self.pivot,
            self.log_step,
            self.log_grey,
            expression,
        )
