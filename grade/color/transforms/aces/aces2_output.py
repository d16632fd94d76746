"""ACES 2 output transform: scene AP0 to display light, tone scale, chroma and gamut compression.

Source: OpenColorIO ``FixedFunctionTransform`` ACES_OUTPUT_TRANSFORM_20.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from grade.color.aces2 import output_transform
from grade.color.aces2.hue_tables import load_tables
from grade.color.aces2.parameters import Parameters
from grade.color.errors import UntranslatedTransform
from grade.color.transforms.ocio_translation import is_inverse, name_primitive, reads
from grade.color.transforms.transform import Step
from grade.science.primaries import Primaries

LOWEST_PEAK, HIGHEST_PEAK = 47.0, 10000.0  # the tone scale does not exist below


@dataclass(frozen=True)
class Aces2OutputTransform(Step):
    """The whole output transform, or its approximate inverse.

    The maths is in :mod:`grade.color.aces2.output_transform`.
    """

    parameters: Parameters
    inverse: bool = False
    name = "FixedFunction ACES_OUTPUT_TRANSFORM_20"

    def __call__(self, x: Any) -> Any:
        apply = output_transform.inverse if self.inverse else output_transform.forward
        return apply(self.parameters, load_tables(self.parameters), x)


@reads("FixedFunction ACES_OUTPUT_TRANSFORM_20")
def read(transform: Any) -> Aces2OutputTransform:
    """Read nine parameters: peak luminance, then x, y of red, green, blue and white."""
    return Aces2OutputTransform(parameters_of(transform), is_inverse(transform))


def parameters_of(transform: Any) -> Parameters:
    """Read peak luminance, and the limiting primaries if there are any.

    Raises
    ------
    UntranslatedTransform
        If the peak is out of range for the tone scale, or the primaries lie on a line, so that
        there is no matrix.
    """
    peak, *limiting = (float(v) for v in transform.getParams())
    if not LOWEST_PEAK <= peak <= HIGHEST_PEAK:
        raise UntranslatedTransform(name_primitive(transform), f"a peak of {peak:g} cd/m2")
    if not limiting:
        return Parameters(peak)
    parameters = Parameters(peak, Primaries.from_numbers(limiting))
    try:
        _ = parameters.target.to_cones, parameters.target.from_cones
    except ZeroDivisionError:
        shown = ", ".join(f"{v:g}" for v in limiting)
        raise UntranslatedTransform(name_primitive(transform), f"the primaries {shown}") from None
    return parameters
