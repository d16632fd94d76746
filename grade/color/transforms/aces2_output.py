"""ACES 2 output transform: scene AP0 to display light, tone scale, chroma and gamut compression.

Source: OpenColorIO ``FixedFunctionTransform`` ACES_OUTPUT_TRANSFORM_20.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from grade.color.aces2 import output
from grade.color.aces2.chromaticity import Chromaticities
from grade.color.aces2.parameters import Parameters
from grade.color.aces2.tables import tables_of
from grade.color.transform import Step
from grade.color.translation import is_inverse, reads


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
    peak, *limiting = (float(v) for v in transform.getParams())
    return Aces2OutputTransform(
        Parameters(peak, Chromaticities(tuple(limiting))), is_inverse(transform)
    )
