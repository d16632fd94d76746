"""The parts of the ACES 2 output transform: the appearance model, tone scale, gamut.

Source: OpenColorIO ``FixedFunctionTransform`` ACES_RGB_TO_JMH_20, ACES_RGB_TO_HMJ_20,
ACES_TONESCALE_COMPRESS_20, ACES_GAMUT_COMPRESS_20.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from grade.color.aces2 import polar
from grade.color.aces2.parameters import Model, Parameters
from grade.color.aces2.tables import tables_of
from grade.color.transforms.aces.aces2_output import parameters_of
from grade.color.transforms.transform import Step
from grade.color.transforms.translation import is_inverse, reads
from grade.science.primaries import Primaries


@dataclass(frozen=True)
class Aces2Appearance(Step):
    """RGB to J, M and h in degrees, or back."""

    model: Model
    inverse: bool = False
    name = "FixedFunction ACES_RGB_TO_JMH_20"

    def __call__(self, x: Any) -> Any:
        return (polar.decoded if self.inverse else polar.encoded)(self.model, x)


@dataclass(frozen=True)
class Aces2ScaledAppearance(Step):
    """RGB to h / 360, M / 200, J / 100, or back."""

    model: Model
    inverse: bool = False
    name = "FixedFunction ACES_RGB_TO_HMJ_20"

    def __call__(self, x: Any) -> Any:
        if self.inverse:
            return polar.decoded(self.model, polar.unscaled(x))
        return polar.scaled(polar.encoded(self.model, x))


@dataclass(frozen=True)
class Aces2Tone(Step):
    """Tone scale and chroma compression of J, M, h, or their inverse."""

    parameters: Parameters
    inverse: bool = False
    name = "FixedFunction ACES_TONESCALE_COMPRESS_20"

    def __call__(self, x: Any) -> Any:
        apply = polar.untoned if self.inverse else polar.toned
        return apply(self.parameters, tables_of(self.parameters), x)


@dataclass(frozen=True)
class Aces2Gamut(Step):
    """Gamut compression of J, M, h, or its approximate inverse."""

    parameters: Parameters
    inverse: bool = False
    name = "FixedFunction ACES_GAMUT_COMPRESS_20"

    def __call__(self, x: Any) -> Any:
        tables = tables_of(self.parameters)
        return polar.compressed(self.parameters, tables, x, inverse=self.inverse)


@reads("FixedFunction ACES_RGB_TO_JMH_20")
def read_appearance(transform: Any) -> Aces2Appearance:
    """Eight parameters: x, y of red, green, blue and white."""
    return Aces2Appearance(_model(transform), is_inverse(transform))


@reads("FixedFunction ACES_RGB_TO_HMJ_20")
def read_scaled_appearance(transform: Any) -> Aces2ScaledAppearance:
    """Eight parameters: x, y of red, green, blue and white."""
    return Aces2ScaledAppearance(_model(transform), is_inverse(transform))


def _model(transform: Any) -> Model:
    return Model(Primaries.from_numbers([float(v) for v in transform.getParams()]))


@reads("FixedFunction ACES_TONESCALE_COMPRESS_20")
def read_tone(transform: Any) -> Aces2Tone:
    """One parameter: peak luminance."""
    return Aces2Tone(parameters_of(transform), is_inverse(transform))


@reads("FixedFunction ACES_GAMUT_COMPRESS_20")
def read_gamut(transform: Any) -> Aces2Gamut:
    """Nine parameters: peak luminance, then x, y of red, green, blue and white."""
    return Aces2Gamut(parameters_of(transform), is_inverse(transform))
