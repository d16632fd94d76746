"""ACES 2 output transform: scene AP0 to display light, tone scale, chroma and gamut compression.

Source: OpenColorIO ``FixedFunctionTransform`` ACES_OUTPUT_TRANSFORM_20.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from grade.color.aces2 import output
from grade.color.aces2.parameters import Parameters
from grade.color.aces2.tables import tables_of
from grade.color.errors import UntranslatedTransform
from grade.color.transforms.transform import Step
from grade.color.transforms.translation import is_inverse, primitive_of, reads
from grade.science.primaries import Primaries

LOWEST_PEAK, HIGHEST_PEAK = 47.0, 10000.0  # below, the tone scale has no roof


@dataclass(frozen=True)
class Aces2OutputTransform(Step):
    """The whole transform or its approximate inverse; see :mod:`grade.color.aces2.output`."""

    parameters: Parameters
    inverse: bool = False
    name = "FixedFunction ACES_OUTPUT_TRANSFORM_20"

    def __call__(self, x: Any) -> Any:
        apply = output.inverse if self.inverse else output.forward
        return apply(self.parameters, tables_of(self.parameters), x)


@reads("FixedFunction ACES_OUTPUT_TRANSFORM_20")
def read(transform: Any) -> Aces2OutputTransform:
    """Nine parameters: peak luminance, then x, y of red, green, blue and white."""
    return Aces2OutputTransform(parameters_of(transform), is_inverse(transform))


def parameters_of(transform: Any) -> Parameters:
    """Peak luminance, and the limiting primaries if there are any.

    Raises
    ------
    UntranslatedTransform
        If no tone scale or no matrix comes of them: the peak is too low for the tone scale, or
        the primaries lie on a line.
    """
    peak, *limiting = (float(v) for v in transform.getParams())
    if not LOWEST_PEAK <= peak <= HIGHEST_PEAK:
        raise UntranslatedTransform(primitive_of(transform), f"a peak of {peak:g} cd/m2")
    if not limiting:
        return Parameters(peak)
    parameters = Parameters(peak, Primaries.from_numbers(limiting))
    try:
        _ = parameters.target.to_cones, parameters.target.from_cones
    except ZeroDivisionError:
        shown = ", ".join(f"{v:g}" for v in limiting)
        raise UntranslatedTransform(primitive_of(transform), f"the primaries {shown}") from None
    return parameters
