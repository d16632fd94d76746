"""Chroma compression: M is scaled with the tone scale, then compressed between grey and reach.

J is in units of the J of the peak throughout.

Source: ACES 2 CTL; OpenColorIO ``ACES2/Transform.cpp`` chroma_compress_norm, chroma_compress_fwd,
chroma_compress_inv, toe_fwd, toe_inv.
"""

from __future__ import annotations

from typing import Any

from grade.color.aces2.parameters import Parameters
from grade.ir.expression import fma, maximum, select, sqrt

_COSINES = (11.34072, 16.46899, 7.88380)
_SINES = (14.66441, -6.37224, 9.19364)
_MEAN = 77.12896
_FLATTEST = 0.001


def norm(parameters: Parameters, cosine: Any, sine: Any) -> Any:
    """Compute the norm of M at a hue: three harmonics, by multiple-angle formulas."""
    scale = parameters.chroma_scale
    c1, c2, c3 = (w * scale for w in _COSINES)
    s1, s2, s3 = (w * scale for w in _SINES)
    q = cosine * cosine
    with_cosine = fma(q, 4.0 * c3, fma(sine, 2.0 * s2, c1 - 3.0 * c3))
    with_sine = fma(q, 4.0 * s3, s1 - s3)
    total = fma(sine, with_sine, fma(cosine, with_cosine, fma(q, 2.0 * c2, _MEAN * scale - c2)))
    return maximum(total, 8.0 * scale)  # so that a quotient by it is finite


def compress(p: Parameters, m: Any, j: Any, limit: Any) -> Any:
    """Compress M, given over the norm and already scaled by the tone scale."""
    dark = maximum(1.0 - j, 0.0)
    m = limit - _toe(limit - m, limit - _FLATTEST, *_expansion_strengths(p, j, dark))
    return _toe(m, limit, *_compression_strengths(p, j, dark))


def expand(p: Parameters, m: Any, j: Any, limit: Any) -> Any:
    """Undo :func:`compress`."""
    dark = maximum(1.0 - j, 0.0)
    m = _invert_toe(m, limit, *_compression_strengths(p, j, dark))
    return limit - _invert_toe(limit - m, limit - _FLATTEST, *_expansion_strengths(p, j, dark))


def _expansion_strengths(p: Parameters, j: Any, dark: Any) -> tuple[Any, Any]:
    square = fma(j, j, p.saturation_threshold)
    strength = dark * p.saturation
    return sqrt(fma(strength, strength, square)), sqrt(square)


def _compression_strengths(p: Parameters, j: Any, dark: Any) -> tuple[Any, Any]:
    k2 = maximum(dark, _FLATTEST)
    strength = j * p.compression
    return sqrt(fma(strength, strength, k2 * k2)), k2


def _toe(x: Any, limit: Any, k1: Any, k2: Any) -> Any:
    k3 = (limit + k1) / (limit + k2)
    scaled = k3 * x
    b = scaled - k1
    root = sqrt(maximum(fma(b, b, (4.0 * k2) * scaled), 0.0))
    return select(limit < x, x, 0.5 * (b + root))


def _invert_toe(x: Any, limit: Any, k1: Any, k2: Any) -> Any:
    k3 = (limit + k1) / (limit + k2)
    return select(limit < x, x, (x * (x + k1)) / (k3 * (x + k2)))
