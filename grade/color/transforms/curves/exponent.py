"""Exponent: a pure power, with three treatments of negative values.

Source: OpenColorIO ``ExponentTransform``; ops/gamma/GammaOpCPU.cpp, exact paths.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from grade.color.errors import UntranslatedTransform
from grade.color.transforms.ocio_translation import is_inverse, reads
from grade.color.transforms.transform import Step, collapse, map_channels
from grade.ir.expression import maximum, power, select, signed_power

Negative = Literal["clamp", "mirror", "pass_thru"]
NEGATIVE: dict[str, Negative] = {
    "NEGATIVE_CLAMP": "clamp", "NEGATIVE_MIRROR": "mirror", "NEGATIVE_PASS_THRU": "pass_thru",
}  # fmt: skip


@dataclass(frozen=True)
class Exponent(Step):
    """``y = x ** exponent`` for x > 0.

    For x below zero ``clamp`` gives 0, ``mirror`` gives the power of the absolute value with the
    sign of x, and ``pass_thru`` gives x. ``clamp`` turns NaN into 0, the others keep it.
    """

    exponent: tuple[float, float, float]
    negative: Negative = "clamp"
    name = "Exponent"

    @property
    def bijective(self) -> bool:
        return self.negative != "clamp"

    def __call__(self, x: Any) -> Any:
        exponent = collapse(self.exponent)
        if self.negative == "clamp":
            return power(maximum(x, 0.0), exponent)
        if self.negative == "mirror":
            return signed_power(x, exponent)
        return select(x > 0.0, power(x, exponent), x)


def read_negative_style(transform: Any, known: dict[str, Any], primitive: str) -> Any:
    """Read how negative values are treated; :class:`UntranslatedTransform` for an unknown style."""
    style = transform.getNegativeStyle().name
    if style not in known:
        raise UntranslatedTransform(primitive, style)
    return known[style]


@reads("Exponent")
def read(transform: Any) -> Exponent | None:
    """Read the exponents of three channels; that of alpha must be 1."""
    values = list(transform.getValue())
    if values[3] != 1.0:
        raise UntranslatedTransform("Exponent", "it changes alpha")
    exponent = map_channels(lambda g: 1.0 / g if is_inverse(transform) else g, values)
    negative = read_negative_style(transform, NEGATIVE, "Exponent")
    if exponent == (1.0, 1.0, 1.0) and negative != "clamp":
        return None
    return Exponent(exponent, negative)
