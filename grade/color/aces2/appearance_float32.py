"""The color appearance model in float32 and OpenColorIO's order of operations, for building tables.

Roundings decide the searches: a unit in the last place of a matrix moves the exponent of the upper
hull by 1e-4, and bright colors of the inverse by 6e-4. Only a search in the same float32 arithmetic
gives tables that agree. Sums, products, quotients and square roots are the same on every host.
Powers, logarithms and angles come from :mod:`grade.science.portable_array_math` and are rounded
once, as a good libm does.

Source: OpenColorIO ``ACES2/Transform.cpp`` init_JMhParams, RGB_to_Aab, Aab_to_JMh, JMh_to_RGB,
Y_to_J, where primaries and peak are float32 as well.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from grade.color.aces2.parameters import (
    CONE_EXPONENT,
    CONE_TO_AAB,
    RECEPTOR_LIMIT,
    REFERENCE,
    SURROUND,
)
from grade.science import portable_array_math as arrays
from grade.science.matrices import Vector, invert, multiply, transform
from grade.science.primaries import ACES2_CONES, Primaries

Array = Any
Cells = Any
F = np.float32

ZERO, ONE = F(0), F(1)
HUNDRED = F(REFERENCE)
_PI = F(3.14159265358979)
_HALF_TURN = F(180)
_EXPONENT, _OVER_EXPONENT = F(CONE_EXPONENT), ONE / F(CONE_EXPONENT)
_OFFSET = F(0.2713) * HUNDRED
_LIMIT = F(RECEPTOR_LIMIT)
CZ = F(SURROUND[1]) * (F(1.48) + np.sqrt(F(20) / HUNDRED))
OVER_CZ = ONE / CZ


def power(x: Array, y: Any) -> Array:
    """Compute ``x**y`` for non-negative x, rounded to float32."""
    return arrays.power(np.asarray(x, np.float64), np.float64(y)).astype(F)[()]


def log10(x: Array) -> Array:
    """Compute the decimal logarithm of positive numbers, rounded to float32."""
    return (arrays.log2(np.asarray(x, np.float64)) * 0.3010299956639812).astype(F)[()]


def direction_of(hue: Array) -> tuple[Array, Array]:
    """Compute cosine and sine of hues in degrees."""
    radians = _PI * hue / _HALF_TURN
    cosine, sine = arrays.cosine_sine(np.asarray(radians, np.float64) * (180 / arrays.PI))
    return cosine.astype(F), sine.astype(F)


def hue_of(a: Array, b: Array) -> Array:
    """Compute the hue in degrees, 0..360."""
    degrees = arrays.arctangent(np.asarray(b, np.float64), np.asarray(a, np.float64))
    signed = np.where(degrees > 180.0, degrees - 360.0, degrees)
    radians = (signed * (arrays.PI / 180.0)).astype(F)
    found = _HALF_TURN * radians / _PI
    return np.where(found < 0, found + F(360), found)


def mix(low: Array, high: Array, t: Array) -> Array:
    """Compute ``(high - low) * t + low``."""
    return (high - low) * t + low


def cone_response(x: Array) -> Array:
    """Compute the response of a cone to a non-negative adapted excitation."""
    raised = power(x, _EXPONENT)
    return raised / (_OFFSET + raised)


def _adaptation() -> Any:
    k = ONE / (F(5) * HUNDRED + ONE)
    k4 = k * k * k * k
    square, root = power(ONE - k4, F(2)), power(F(5) * HUNDRED, ONE / F(3))
    return F(0.2) * k4 * (F(5) * HUNDRED) + F(0.1) * square * root


F_L = _adaptation()
F_L_N = F_L / HUNDRED
_WHITE = cone_response(F_L)
_OVER_WHITE = ONE / _WHITE


def lightness(y: Any) -> Any:
    """Compute J of a luminance in cd/m2."""
    return HUNDRED * power(cone_response(y * F_L_N) * _OVER_WHITE, CZ)


def response_of(j: Array) -> Array:
    """Compute the achromatic response of a J; that of white is 1."""
    return power(j * (ONE / HUNDRED), OVER_CZ)


@dataclass(frozen=True)
class Float32Model:
    """The color appearance model of one RGB space."""

    space: Primaries

    @classmethod
    def of_limit(cls, space: Primaries) -> Float32Model:
        """Make the model of a limiting space, whose chromaticities are rounded to float32."""
        return cls(Primaries.from_numbers([float(F(v)) for v in space.numbers]))

    @cached_property
    def _matrices(self) -> tuple[Cells, Cells, Cells, Cells]:
        """The matrices RGB to cones, cones to response with a and b, and their inverses."""
        xyz = _cells(self.space.to_xyz)
        to_cone = _cells(invert(ACES2_CONES.to_xyz))
        white = transform(xyz, (HUNDRED, HUNDRED, HUNDRED))
        of_white = transform(to_cone, white)
        scale = [F_L_N * white[1] / w for w in of_white]
        scaled = [cone_response(s * w) for s, w in zip(scale, of_white, strict=True)]
        base = [F(400) * F(v) for v in CONE_TO_AAB[:3]]
        of_scaled = base[0] * scaled[0] + base[1] * scaled[1] + base[2] * scaled[2]
        # The fractions as float32 rounds them.
        eleventh, ninth = F(11), ONE / F(9)
        rest = [ONE, F(-12) / eleventh, ONE / eleventh, ninth, ninth, F(-2) / F(9)]
        opponent = [F(400) * v * F(43) * F(SURROUND[2]) for v in rest]
        to_response = (*(v / of_scaled for v in base), *opponent)
        hundredfold = tuple(v * HUNDRED for v in multiply(to_cone, xyz))
        to_cones = tuple(v * scale[i // 3] for i, v in enumerate(hundredfold))
        return to_cones, to_response, _inverse(to_response), _inverse(to_cones)

    def opponents(self, rgb: Any) -> Vector:
        """Compute achromatic response, a and b of three channels."""
        to_cones, to_response, _, _ = self._matrices
        cones = np.stack(transform(to_cones, rgb))
        return transform(to_response, np.copysign(cone_response(np.abs(cones)), cones))

    def hue(self, rgb: Any) -> Array:
        """Compute the hue of three channels."""
        _, a, b = self.opponents(rgb)
        return hue_of(a, b)

    def polar(self, rgb: Any) -> tuple[Array, Array, Array]:
        """Compute J, M and hue of three channels, for colors that are not black."""
        response, a, b = self.opponents(rgb)
        return HUNDRED * power(response, CZ), np.sqrt(a * a + b * b), hue_of(a, b)

    def rgb(self, j: Array, m: Array, direction: tuple[Array, Array]) -> Vector:
        """Compute three channels from J, M and the cosine and sine of a hue."""
        _, _, from_response, from_cones = self._matrices
        response, a, b = np.broadcast_arrays(response_of(j), m * direction[0], m * direction[1])
        cones = np.stack(transform(from_response, (response, a, b)))
        size = np.minimum(np.abs(cones), _LIMIT)
        light = power((_OFFSET * size) / (ONE - size), _OVER_EXPONENT)
        return transform(from_cones, np.copysign(light, cones))


def _cells(matrix: Any) -> Cells:
    return tuple(F(v) for v in matrix)


def _inverse(m: Cells) -> Cells:
    """Invert in double precision, then round."""
    doubles: Any = tuple(float(v) for v in m)
    return _cells(invert(doubles))
