"""Mixing channels on log codes: what lies below the code of no light is left out of the mixture.

    h = max(x, c0),  y = mix(h) + (x - h),  c0 the code of light 0

Saturated lamps of a wide camera gamut are negative light in narrower primaries. Below no light the
curve of a log space is straight and steep, so such a channel has a code of -3 to -90, and a mixture
would spread it over the other two: the lamp turns black. What is below c0 is added back to its own
channel instead. Pixels without a channel below c0 keep their bits, and in a space that is not log,
or that has no linear space of the same primaries, everything is mixed as it is.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import product
from typing import Any

from grade.ir.expression import channels, maximum, minimum, rgb, select
from grade.op.base import Op
from grade.science.matrices import Matrix

Mixture = Callable[[Any], Any]


def black_code(op: Op) -> Any:
    """The code of light 0 where an op works on log codes; None elsewhere.

    >>> from grade.ops import BleachBypass, Saturation
    >>> round(float(black_code(BleachBypass())), 7)     # a log op outside a look works in ACEScct
    0.0729055
    >>> black_code(Saturation()) is None
    True
    """
    logarithmic = op.working.logarithmic
    if logarithmic is None:
        logarithmic = op.domain == "log"
    return op.working.encode(0.0) if logarithmic else None


def mix_above_black(op: Op, x: Any, mix: Mixture) -> Any:
    """``mix`` of the color, without what lies below black; that is added to its own channel."""
    black = black_code(op)
    if black is None:
        return mix(x)
    held = maximum(black, x)  # in this order NaN stays NaN
    # As a change of x, so that a grey below black, which a mixture of colors keeps, keeps its bits.
    mixed = mix(held)
    return select(x < black, x + (mixed - held), mixed)


def unmix_above_black(op: Op, y: Any, mix: Mixture, unmix: Mixture, matrix: Matrix) -> Any:
    """The inverse of :func:`mix_above_black` for a mixture that is a matrix and an offset.

    With z = y - mix(c0) the input is c0 + g + r, where g >= 0 lies above black, r <= 0 below it,
    one of the two is 0 in each channel, and z = M g + r: a linear complementarity problem. Each of
    the seven ways in which channels may lie below black is solved, and the one that breaks these
    conditions least is the answer; ``unmix`` alone is, where it breaks none. If the principal
    minors of the matrix are positive, as those of a saturation are, there is one input for every
    output.

    Source: R. W. Cottle, J.-S. Pang, R. E. Stone, The Linear Complementarity Problem (1992), 3.3.
    """
    plain = unmix(y)
    black = black_code(op)
    if black is None:
        return plain
    z = channels(y - mix(rgb(black, black, black)))
    red, green, blue = channels(plain)
    best, broken = plain, black - minimum(red, minimum(green, blue))
    for below in list(product((False, True), repeat=3))[1:]:
        change, breach = _solve(matrix, z, below)
        better = (broken > 0.0) & (breach < broken)
        best = select(better, change + black, best)
        broken = select(better, breach, broken)
    return best


def _solve(m: Matrix, z: Any, below: tuple[bool, ...]) -> tuple[Any, Any]:
    """The color about black if just these channels lie below it, and how far that is not so."""
    above = [i for i in range(3) if not below[i]]
    found: list[Any] = [None, None, None]
    if len(above) == 1:
        (i,) = above
        found[i] = z[i] * (1 / m[4 * i])
    elif len(above) == 2:
        i, j = above
        over = 1 / (m[4 * i] * m[4 * j] - m[3 * i + j] * m[3 * j + i])
        found[i] = (z[i] * m[4 * j] - z[j] * m[3 * i + j]) * over
        found[j] = (z[j] * m[4 * i] - z[i] * m[3 * j + i]) * over
    for k in range(3):
        if below[k]:
            found[k] = z[k] - sum(m[3 * k + i] * found[i] for i in above)
    breach: Any = 0.0
    for k in range(3):
        breach = maximum(breach, found[k] if below[k] else -found[k])
    return rgb(*found), breach
