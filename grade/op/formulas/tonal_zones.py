"""Gains of tonal zones, in stops, whose tone curve never turns back.

    T(t) = the integral of max(1 + sum of e w', 1/8), with T(0) = sum of e w(0)

t is light in stops about 18 % grey, w the weight of a zone, a smooth step from 0 to 1 over its
falloff, e what it adds. Without the limit T is t + sum of e w. With it the curve keeps an eighth of
its slope where zones that pull together would turn it back, and what a zone then misses it misses.

The integral is in closed form. Between two ends of ramps the slope is a parabola, so what the limit
adds there is a cubic, from one root of the parabola to the other. Ends, cubics and roots depend on
the knobs alone; a pixel evaluates two cubics for each of the stretches.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from grade.ir.expression import clamp, equal, fma, maximum, minimum, select, sqrt
from grade.op.formulas.ramps import smooth_ramp

LEAST_SLOPE = 0.125
SMALLEST = 1e-30  # in place of a divisor of 0: the root is beyond the stretch


@dataclass(frozen=True, slots=True)
class Ramp:
    """A zone: from its border up, ``way`` 1, or down, -1.

    Parameters
    ----------
    border, falloff
        Where it begins, and how many stops on it has its full effect.
    way
        1 or -1.
    step
        What it adds in full, in stops: a number, or one per channel.
    """

    border: Any
    falloff: Any
    way: float
    step: Any

    @property
    def ends(self) -> tuple[Any, Any]:
        """The darker and the brighter end of the falloff."""
        far = self.border + self.way * self.falloff
        return (self.border, far) if self.way > 0 else (far, self.border)

    def weight(self, stops: Any) -> Any:
        """How far light lies in the zone, 0..1."""
        near = self.border * self.way
        return smooth_ramp(stops * self.way, near, near + self.falloff)


def asked_gain(stops: Any, ramps: Sequence[Ramp]) -> Any:
    """The sum of what the zones add to light, in stops; its curve may turn back.

    >>> shadow, light = Ramp(1.0, 2.0, -1.0, 1.0), Ramp(-1.0, 2.0, 1.0, -1.0)
    >>> [float(asked_gain(stops, [shadow, light])) for stops in (-1.0, 0.0, 1.0)]
    [1.0, 0.0, -1.0]
    """
    gain: Any = 0.0
    for ramp in ramps:
        gain = fma(ramp.weight(stops), ramp.step, gain)
    return gain


def monotone_gain(stops: Any, ramps: Sequence[Ramp]) -> Any:
    """What the zones add to light, in stops, so that brighter light stays brighter.

    It is :func:`asked_gain` at grey, and wherever the curve between grey and the light has a slope
    of an eighth or more by itself.

    >>> shadow, light = Ramp(1.0, 2.0, -1.0, 1.0), Ramp(-1.0, 2.0, 1.0, -1.0)
    >>> [round(float(monotone_gain(stops, [shadow, light])), 6) for stops in (-1.0, 0.0, 1.0)]
    [0.731043, 0.0, -0.731043]
    """
    stretches = _stretches(ramps)
    return asked_gain(stops, ramps) + (_added(stops, stretches) - _added(0.0, stretches))


@dataclass(frozen=True, slots=True)
class _Stretch:
    """Between two neighboring ends of ramps: where the slope falls below the least one."""

    start: Any
    length: Any
    cubic: tuple[Any, Any, Any]  # the integral of the lack of slope, u (a + u (b + u c))
    first: Any  # root of the lack
    second: Any
    outside: Any  # 1 where the lack is positive outside the roots, else 0
    between: Any  # 1 or -1 more between them, or 0 where it has no roots

    def integral(self, u: Any) -> Any:
        a, b, c = self.cubic
        return u * fma(u, fma(u, c, b), a)


def _added(stops: Any, stretches: Sequence[_Stretch]) -> Any:
    """The integral of what the limit adds to the slope, up to light and from any fixed place."""
    total: Any = 0.0
    for part in stretches:
        u = clamp(stops - part.start, 0.0, part.length)
        inner = part.integral(clamp(u, part.first, part.second))
        total = fma(part.between, inner, fma(part.outside, part.integral(u), total))
    return total


def _stretches(ramps: Sequence[Ramp]) -> list[_Stretch]:
    ends = _sort([end for ramp in ramps for end in ramp.ends])
    return [_stretch(ramps, start, end) for start, end in pairwise(ends)]


def _stretch(ramps: Sequence[Ramp], start: Any, end: Any) -> _Stretch:
    """The lack 1/8 - 1 - sum of e w' between two ends, a parabola c0 + c1 u + c2 u**2."""
    length, middle = end - start, 0.5 * (start + end)
    c0: Any = LEAST_SLOPE - 1.0
    c1: Any = 0.0
    c2: Any = 0.0
    for ramp in ramps:
        low, high = ramp.ends
        over = 1.0 / ramp.falloff
        # w' = 6 v (1 - v) / falloff, v = (t - low) / falloff; a zone counts where it has a slope.
        steep = select((low < middle) & (middle < high), 6.0 * ramp.way * over, 0.0)
        v = (start - low) * over
        c0 = fma(ramp.step, -(steep * (v * (1.0 - v))), c0)
        c1 = fma(ramp.step, -(steep * (over * (1.0 - 2.0 * v))), c1)
        c2 = fma(ramp.step, steep * (over * over), c2)
    square = c1 * c1 - 4.0 * c0 * c2
    bent = square > 0.0
    # The form of the roots that adds and does not subtract.
    root = sqrt(maximum(square, 0.0))
    half = -0.5 * (c1 + select(c1 < 0.0, -root, root))
    one, other = half / _divisor(c2), c0 / _divisor(half)
    first, second = (clamp(r, 0.0, length) for r in (minimum(one, other), maximum(one, other)))
    hollow = c2 >= 0.0
    constant = select(c0 > 0.0, 1.0, 0.0)
    outside = select(bent, select(hollow, 1.0, 0.0), constant)
    between = select(bent, select(hollow, -1.0, 1.0), 0.0)
    return _Stretch(start, length, (c0, 0.5 * c1, c2 * (1 / 3)), first, second, outside, between)


def _divisor(x: Any) -> Any:
    return select(equal(x, 0.0), SMALLEST, x)


def _sort(values: list[Any]) -> list[Any]:
    """The values in ascending order, by exchanges: expressions have an order only when they run."""
    found = list(values)
    for end in range(len(found) - 1, 0, -1):
        for i in range(end):
            low, high = found[i], found[i + 1]
            found[i], found[i + 1] = minimum(low, high), maximum(low, high)
    return found
