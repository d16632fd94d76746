"""The parts of the ACES 2 output transform: appearance model, tone scale, gamut compression.

Source: OpenColorIO ``FixedFunctionTransform`` ACES_RGB_TO_JMH_20, ACES_RGB_TO_HMJ_20,
ACES_TONESCALE_COMPRESS_20, ACES_GAMUT_COMPRESS_20.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from grade.color.aces2 import jmh
from grade.color.aces2.hue_tables import load_tables
from grade.color.aces2.parameters import Model, Parameters
from grade.color.transforms.aces.aces2_output import parameters_of
from grade.color.transforms.ocio_translation import is_inverse, reads
from grade.color.transforms.transform import Step
from grade.science.primaries import Primaries


@dataclass(frozen=True)
class Aces2Appearance(Step):
    """RGB to J, M and h in degrees, or the inverse."""

    model: Model
    inverse: bool = False
    name = "FixedFunction ACES_RGB_TO_JMH_20"

    def __call__(self, x: Any) -> Any:
        return (jmh.jmh_to_rgb if self.inverse else jmh.rgb_to_jmh)(self.model, x)


@dataclass(frozen=True)
class Aces2ScaledAppearance(Step):
    """RGB to h / 360, M / 200, J / 100, or the inverse."""

    model: Model
    inverse: bool = False
    name = "FixedFunction ACES_RGB_TO_HMJ_20"

    def __call__(self, x: Any) -> Any:
        if self.inverse:
            return jmh.jmh_to_rgb(self.model, jmh.hmj_to_jmh(x))
        return jmh.jmh_to_hmj(jmh.rgb_to_jmh(self.model, x))


@dataclass(frozen=True)
class Aces2Tone(Step):
    """Tone scale and chroma compression of J, M, h, or their inverse."""

    parameters: Parameters
    inverse: bool = False
    name = "FixedFunction ACES_TONESCALE_COMPRESS_20"

    def __call__(self, x: Any) -> Any:
        apply = jmh.invert_tone_scale if self.inverse else jmh.apply_tone_scale
        return apply(self.parameters, load_tables(self.parameters), x)


@dataclass(frozen=True)
class Aces2Gamut(Step):
    """Gamut compression of J, M, h, or its approximate inverse."""

    parameters: Parameters
    inverse: bool = False
    name = "FixedFunction ACES_GAMUT_COMPRESS_20"

    def __call__(self, x: Any) -> Any:
        tables = load_tables(self.parameters)
        return jmh.compress_gamut(self.parameters, tables, x, inverse=self.inverse)


@reads("FixedFunction ACES_RGB_TO_JMH_20")
def read_appearance(transform: Any) -> Aces2Appearance:
    """Read eight parameters: x, y of red, green, blue and white."""
    return Aces2Appearance(_read_model(transform), is_inverse(transform))


@reads("FixedFunction ACES_RGB_TO_HMJ_20")
def read_scaled_appearance(transform: Any) -> Aces2ScaledAppearance:
    """Read eight parameters: x, y of red, green, blue and white."""
    return Aces2ScaledAppearance(_read_model(transform), is_inverse(transform))


def _read_model(transform: Any) -> Model:
    return Model(Primaries.from_numbers([float(v) for v in transform.getParams()]))


@reads("FixedFunction ACES_TONESCALE_COMPRESS_20")
def read_tone(transform: Any) -> Aces2Tone:
    """Read one parameter: peak luminance."""
    return Aces2Tone(parameters_of(transform), is_inverse(transform))


@reads("FixedFunction ACES_GAMUT_COMPRESS_20")
def read_gamut(transform: Any) -> Aces2Gamut:
    """Read nine parameters: peak luminance, then x, y of red, green, blue and white."""
    return Aces2Gamut(parameters_of(transform), is_inverse(transform))
