"""Gamut compression of ACES 1.3: out-of-gamut colors are compressed toward grey.

Each channel has a distance: how far it lies below the largest channel, relative to that channel.
Distances up to a threshold stay. Larger ones are compressed so that they approach
``threshold + scale``.

Source: A.M.P.A.S. ACES 1.3 reference gamut compression (LMT.Academy.ReferenceGamutCompress.ctl),
OpenColorIO ops/fixedfunction/FixedFunctionOpCPU.cpp.
"""

from __future__ import annotations

from typing import Any

from grade.color.formulas.subnormal_divisors import enlarge, is_subnormal
from grade.ir.expression import (
    absolute,
    channels,
    equal,
    fma,
    maximum,
    minimum,
    power,
    rgb,
    select,
)

# From here on the compressed distance equals its limit in float32.
FARTHEST = 2.0**20
INFINITY = float("inf")


def find_scale(limit: Any, threshold: Any, exponent: Any, raised: Any = power) -> Any:
    """Find the scale that maps the distance ``limit`` to 1; ``raised(x, y)`` computes ``x**y``."""
    reach = limit - threshold
    return reach / raised(raised(reach / (1.0 - threshold), exponent) - 1.0, 1.0 / exponent)


def compress(x: Any, thresholds: Any, scales: Any, exponent: Any) -> Any:
    """Compress a color. A largest channel of 0 gives black; infinities and NaN give NaN.

    Parameters
    ----------
    x
        A color in linear light.
    thresholds, scales
        One each for the distances of red, green and blue, which are cyan, magenta and yellow.
    exponent
        The sharpness of the knee.
    """

    def curve(beyond: Any, apart: Any, size: Any) -> Any:
        held = minimum(FARTHEST, maximum(0.0, beyond))
        # 0, or NaN for an infinite distance; beside a subnormal a distance may only be too large.
        lost = select(is_subnormal(size), apart - apart, beyond - beyond)
        return fma(held, power(1.0 + power(held, exponent), -1.0 / exponent), lost)

    def past(size: Any) -> Any:
        larger = enlarge(size)
        over = 1.0 / (size * larger)

        def distance(apart: Any, threshold: Any, scale: Any) -> Any:
            return fma(apart * larger * over, 1.0 / scale, -threshold / scale)

        return distance

    return _map_distances(x, thresholds, scales, past, curve)


def uncompress(x: Any, thresholds: Any, scales: Any, exponent: Any) -> Any:
    """Undo :func:`compress`.

    Distances of ``threshold + scale`` and more stay: no color is compressed to them.
    """

    def curve(beyond: Any, apart: Any, size: Any) -> Any:
        held = minimum(1.0, maximum(0.0, beyond))
        room = 1.0 - power(held, exponent)
        return select(beyond < 1.0, held * power(room, -1.0 / exponent), beyond)

    def past(size: Any) -> Any:
        # Each rounding counts near the pole: true quotients.
        return lambda apart, threshold, scale: (apart / size - threshold) / scale

    def stays(beyond: Any, size: Any) -> Any:
        return (beyond < 0.0) | (is_subnormal(size) & equal(beyond, INFINITY))

    return _map_distances(x, thresholds, scales, past, curve, stays)


def _is_near(beyond: Any, size: Any) -> Any:
    return beyond < 0.0


def _map_distances(
    x: Any, thresholds: Any, scales: Any, past: Any, curve: Any, stays: Any = _is_near
) -> Any:
    red, green, blue = channels(x)
    largest = maximum(maximum(blue, green), red)
    size = absolute(largest)
    distance = past(size)
    results = []
    for value, threshold, scale in zip(
        (red, green, blue), channels(thresholds), channels(scales), strict=True
    ):
        apart = largest - value
        beyond = distance(apart, threshold, scale)
        far = fma(curve(beyond, apart, size), scale, threshold)
        moved = select(stays(beyond, size), value, fma(-far, size, largest))
        results.append(select(equal(largest, 0.0), 0.0, moved))
    return rgb(*results)
