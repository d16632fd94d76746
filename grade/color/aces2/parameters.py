"""The parameters of an output transform, derived from peak luminance and limiting primaries.

They are computed in double precision, with correctly rounded logarithms and powers. Names and
formulas are those of OpenColorIO ``ACES2/Transform.cpp`` (init_JMhParams, init_ToneScaleParams,
init_ChromaCompressParams, init_GamutCompressParams) and the ACES 2 CTL.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property

from grade.science.correctly_rounded_math import log2, log10, power
from grade.science.matrices import (
    Matrix,
    invert,
    multiply,
    scale_columns,
    scale_rows,
    transform,
)
from grade.science.primaries import ACES2_CONES, AP0, AP1, Primaries

REFERENCE = 100.0  # cd/m2 of 1.0
CONE_OFFSET = 27.13
CONE_EXPONENT = 0.42
RECEPTOR_LIMIT = 0.99  # responses are limited to this before they are inverted
SURROUND = (0.9, 0.59, 0.9)  # dim
CONE_TO_AAB = (
    2.0, 1.0, 1.0 / 20.0,
    1.0, -12.0 / 11.0, 1.0 / 11.0,
    1.0 / 9.0, 1.0 / 9.0, -2.0 / 9.0,
)  # fmt: skip
CZ = SURROUND[1] * (1.48 + math.sqrt(20.0 / REFERENCE))  # exponent of lightness
SMOOTH_CUSPS = 0.12
SMOOTH_M = 0.27
CUSP_MID_BLEND = 1.3
FOCUS_GAIN_BLEND = 0.3
COMPRESSION_THRESHOLD = 0.75


def _adaptation() -> float:
    k = 1.0 / (5.0 * REFERENCE + 1.0)
    k4 = k * k * k * k
    root = power(5.0 * REFERENCE, 1.0 / 3.0)
    return 0.2 * k4 * (5.0 * REFERENCE) + 0.1 * ((1.0 - k4) * (1.0 - k4)) * root


F_L = _adaptation()
F_L_N = F_L / REFERENCE


def cone_response(y: float) -> float:
    """Compute the cone response to a luminance in cd/m2."""
    raised = power(y * F_L_N, CONE_EXPONENT)
    return raised / (CONE_OFFSET + raised)


WHITE_RESPONSE = cone_response(REFERENCE)


def lightness(y: float) -> float:
    """Compute J of a luminance in cd/m2; it is 100 at 100 cd/m2."""
    return 100.0 * power(cone_response(y) / WHITE_RESPONSE, CZ)


@dataclass(frozen=True)
class Model:
    """The color appearance model of one RGB space: matrices to and from cone responses.

    The first row of ``to_response`` gives the achromatic response. The A of the literature is that
    divided by the response of white.
    """

    space: Primaries

    @cached_property
    def to_cones(self) -> Matrix:
        """RGB to adapted cone excitations."""
        xyz = self.space.to_xyz
        plain = multiply(invert(ACES2_CONES.to_xyz), xyz)
        white = transform(plain, (1.0, 1.0, 1.0))
        luminance = xyz[3] + xyz[4] + xyz[5]
        red, green, blue = (F_L * luminance / w for w in white)
        return scale_rows(plain, (red, green, blue))

    @cached_property
    def from_cones(self) -> Matrix:
        """Adapted cone excitations to RGB."""
        return invert(self.to_cones)

    @cached_property
    def to_response(self) -> Matrix:
        """Cone responses to achromatic response, a and b."""
        opponent = 400.0 * 43.0 * SURROUND[2]
        return scale_rows(CONE_TO_AAB, (1.0 / 3.05, opponent, opponent))

    @cached_property
    def from_response(self) -> Matrix:
        """Achromatic response, a and b to cone responses."""
        return invert(self.to_response)

    def from_scaled_response(self, unit: float) -> Matrix:
        """Compute :attr:`from_response` for an achromatic response in this unit."""
        return scale_columns(self.from_response, (unit, 1.0, 1.0))


SOURCE = Model(AP0)
REACH = Model(AP1)


@dataclass(frozen=True)
class ToneScale:
    """The tone scale of a peak luminance in cd/m2. Source: ACES 2 CTL, Daniele Evo curve."""

    peak: float

    gamma = 1.15
    toe = 0.04

    @cached_property
    def _solved(self) -> tuple[float, float, float, float]:
        n, g, t1 = self.peak / REFERENCE, self.gamma, self.toe
        m1 = 0.5 * (n + math.sqrt(n * (n + 4.0 * t1)))
        hit = self.roof / m1
        m = m1 / power(hit / (hit + 1.0), g)
        grey = self.grey
        inner = 0.5 * (grey + math.sqrt(grey * (grey + 4.0 * t1)))
        ratio = power(inner / m, 1.0 / g)
        w2 = 0.18 / -(m1 * ratio / (ratio - 1.0))
        u2 = power(hit / (hit + w2), g)
        return n, w2 * m1 * REFERENCE, u2, m1 / u2

    @property
    def roof(self) -> float:
        """The scene value that is mapped to the peak."""
        return 128.0 + 768.0 * (log2(self.peak / REFERENCE) / log2(100.0))

    @property
    def grey(self) -> float:
        """The output for a scene value of 0.18, 1.0 being 100 cd/m2."""
        return 10.013 / REFERENCE * (1.0 + log2(self.peak / REFERENCE) * 0.14)

    @property
    def source_offset(self) -> float:
        """The s_2 of the CTL, in cd/m2."""
        return self._solved[1]

    @property
    def gain(self) -> float:
        """The m_2 of the CTL."""
        return self._solved[3]

    @property
    def inverse_limit(self) -> float:
        """The highest output that the inverse takes."""
        return self._solved[0] / self._solved[2]

    @property
    def forward_limit(self) -> float:
        """The highest scene value of the search for the hull."""
        return 8.0 * self.roof


@dataclass(frozen=True)
class Parameters:
    """All parameters of an output transform; its tables follow from them.

    Parameters
    ----------
    peak
        Peak luminance in cd/m2, 50..10000.
    limiting
        The primaries of the gamut that colors are compressed into.
    """

    peak: float
    limiting: Primaries = AP0

    @cached_property
    def tone(self) -> ToneScale:
        """The tone scale."""
        return ToneScale(self.peak)

    @cached_property
    def target(self) -> Model:
        """The appearance model of the limiting space."""
        return Model(self.limiting)

    @cached_property
    def log_peak(self) -> float:
        """The decimal logarithm of the peak over 100 cd/m2."""
        return log10(self.peak / REFERENCE)

    @cached_property
    def limit_response(self) -> float:
        """The achromatic response at the peak."""
        return cone_response(self.peak)

    @cached_property
    def limit_j(self) -> float:
        """J at the peak, the unit in which the gamut is computed."""
        return lightness(self.peak)

    @cached_property
    def mid_j(self) -> float:
        """J of mid grey in units of ``limit_j``."""
        return lightness(self.tone.grey * REFERENCE) / self.limit_j

    @cached_property
    def focus_gain(self) -> float:
        """The slope gain below the analytical threshold."""
        return self.limit_j * (1.35 + 1.35 * 1.75 * self.log_peak)

    @cached_property
    def lower_gamma_inverse(self) -> float:
        """One over the exponent of the lower hull."""
        return 1.0 / (1.14 + 0.07 * self.log_peak)

    @cached_property
    def compression(self) -> float:
        """The strength of the chroma compression."""
        return 2.4 + 2.4 * 3.3 * self.log_peak

    @cached_property
    def saturation(self) -> float:
        """The strength of the chroma expansion."""
        return max(0.2, 1.3 - 1.3 * 0.69 * self.log_peak)

    @cached_property
    def saturation_threshold(self) -> float:
        """The threshold of the chroma expansion."""
        return 0.5 / self.peak

    @cached_property
    def chroma_scale(self) -> float:
        """The scale of the chroma norm."""
        return power(0.03379 * self.peak, 0.30596) - 0.45135
