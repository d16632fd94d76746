"""The numbers of an output transform, derived from peak luminance and limiting primaries.

Computed in double precision with correctly rounded logarithms and powers. Names and formulas are
those of OpenColorIO ``ACES2/Transform.cpp`` (init_JMhParams, init_ToneScaleParams,
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
RECEPTOR_LIMIT = 0.99  # responses are held to this before they are inverted
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


def response(y: float) -> float:
    """Cone response of a luminance in cd/m2."""
    raised = power(y * F_L_N, CONE_EXPONENT)
    return raised / (CONE_OFFSET + raised)


WHITE_RESPONSE = response(REFERENCE)


def lightness(y: float) -> float:
    """J of a luminance in cd/m2; 100 at 100."""
    return 100.0 * power(response(y) / WHITE_RESPONSE, CZ)


@dataclass(frozen=True)
class Model:
    """The appearance model of one RGB space: to and from cone responses.

    The first row of ``to_response`` gives the achromatic response, which is white's at white; the
    A of the literature is that over the response of white.
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
        """As :attr:`from_response`, of an achromatic response in this unit."""
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
        """The scene value that hits the roof."""
        return 128.0 + 768.0 * (log2(self.peak / REFERENCE) / log2(100.0))

    @property
    def grey(self) -> float:
        """Output of 0.18, 1.0 at 100 cd/m2."""
        return 10.013 / REFERENCE * (1.0 + log2(self.peak / REFERENCE) * 0.14)

    @property
    def source_offset(self) -> float:
        """s_2, in cd/m2."""
        return self._solved[1]

    @property
    def gain(self) -> float:
        """m_2."""
        return self._solved[3]

    @property
    def inverse_limit(self) -> float:
        """The highest output that is turned back."""
        return self._solved[0] / self._solved[2]

    @property
    def forward_limit(self) -> float:
        """The highest scene value that the hull is searched for."""
        return 8.0 * self.roof


@dataclass(frozen=True)
class Parameters:
    """Everything of an output transform but its tables.

    Parameters
    ----------
    peak
        Peak luminance in cd/m2, above 0 where its logarithms make sense: 50..10000.
    limiting
        The primaries of the gamut that colours are compressed into.
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
        """Decades above 100 cd/m2."""
        return log10(self.peak / REFERENCE)

    @cached_property
    def limit_response(self) -> float:
        """Achromatic response at the peak."""
        return response(self.peak)

    @cached_property
    def limit_j(self) -> float:
        """J at the peak. The gamut is computed in units of this."""
        return lightness(self.peak)

    @cached_property
    def mid_j(self) -> float:
        """Mid grey in units of ``limit_j``."""
        return lightness(self.tone.grey * REFERENCE) / self.limit_j

    @cached_property
    def focus_gain(self) -> float:
        """Slope gain below the analytical threshold."""
        return self.limit_j * (1.35 + 1.35 * 1.75 * self.log_peak)

    @cached_property
    def lower_gamma_inverse(self) -> float:
        """The exponent of the lower hull."""
        return 1.0 / (1.14 + 0.07 * self.log_peak)

    @cached_property
    def compression(self) -> float:
        """Strength of the chroma compression."""
        return 2.4 + 2.4 * 3.3 * self.log_peak

    @cached_property
    def saturation(self) -> float:
        """Strength of the chroma expansion."""
        return max(0.2, 1.3 - 1.3 * 0.69 * self.log_peak)

    @cached_property
    def saturation_threshold(self) -> float:
        """Where the expansion ends."""
        return 0.5 / self.peak

    @cached_property
    def chroma_scale(self) -> float:
        """Scale of the chroma norm."""
        return power(0.03379 * self.peak, 0.30596) - 0.45135
