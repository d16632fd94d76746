"""Curves from code values to light, as ICC profiles and PNG state them.

Source: ICC.1:2022, 10.6 (curveType) and 10.18 (parametricCurveType).
"""

from __future__ import annotations

from dataclasses import dataclass

from grade.science.portable_float_math import power


@dataclass(frozen=True, slots=True)
class Gamma:
    """``y = x ** exponent``.

    >>> Gamma(2.0)(0.5)
    0.25
    """

    exponent: float

    def __call__(self, x: float) -> float:
        return power(x, self.exponent) if x > 0 else 0.0


@dataclass(frozen=True, slots=True)
class Parametric:
    """``y = (a x + b) ** exponent + e`` from ``d`` on, and ``y = c x + f`` below it.

    The default is the curve of IEC 61966-2-1.

    >>> round(Parametric()(0.5), 6)
    0.214041
    """

    exponent: float = 2.4
    a: float = 1 / 1.055
    b: float = 0.055 / 1.055
    c: float = 1 / 12.92
    d: float = 0.04045
    e: float = 0.0
    f: float = 0.0

    def __call__(self, x: float) -> float:
        if x < self.d:
            return self.c * x + self.f
        base = self.a * x + self.b
        return self.e + (power(base, self.exponent) if base > 0 else 0.0)

    @property
    def offset(self) -> float | None:
        """The offset of the same curve as ``((x + offset) / (1 + offset)) ** exponent``.

        None if it has another form, or its straight part does not meet the power smoothly. The
        numbers of a profile are rounded to 1/65536, which is allowed for.
        """
        near = 2e-4
        if not (self.a > 0 and self.b > 0 and self.exponent > 1) or self.e or self.f:
            return None
        offset = self.b / self.a
        joint = offset / (self.exponent - 1)
        smooth = abs(self.d - joint) < 4e-3 and abs(self.c * joint - self(joint + 1e-9)) < near
        return offset if smooth and abs(self.a + self.b - 1) < near else None


@dataclass(frozen=True, slots=True)
class Sampled:
    """Linear interpolation between samples that are evenly spaced over 0..1.

    >>> Sampled((0.0, 0.25, 1.0))(0.75)
    0.625
    """

    samples: tuple[float, ...]

    def __call__(self, x: float) -> float:
        place = min(max(x, 0.0), 1.0) * (len(self.samples) - 1)
        low = min(int(place), len(self.samples) - 2)
        before, after = self.samples[low : low + 2]
        return before + (after - before) * (place - low)


Curve = Gamma | Parametric | Sampled
SRGB = Parametric()
LINEAR = Gamma(1.0)
