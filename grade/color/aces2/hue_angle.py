"""The angle of a hue from its cosine and sine, for reading tables over hue."""

from __future__ import annotations

from typing import Any

from grade.ir.expression import absolute, fma, minimum, select

# The arc sine in degrees, divided by x, as a polynomial in x * x. Fitted by least squares, with
# weights that minimize the largest relative error: 1.1e-7 for x in 0..sqrt(1/2).
ARC_SINE = (
    57.29578399658203, 9.548205375671387, 4.32987642288208, 2.195639133453369,
    3.5999693870544434, -3.3464958667755127, 5.911775588989258,
)  # fmt: skip
_WIDEST = 0.70711


def degrees(cosine: Any, sine: Any) -> Any:
    """Compute the angle of a unit vector in degrees, 0..360; that of the zero vector is 0.

    A unit vector needs no quotient as in ``atan2``: its smaller component is a sine.
    """
    wide, high = absolute(cosine), absolute(sine)
    steep = wide < high
    small = minimum(select(steep, wide, high), _WIDEST)
    square = small * small
    *lower, total = ARC_SINE
    for coefficient in reversed(lower):
        total = fma(total, square, coefficient)
    angle = total * small
    angle = select(steep, 90.0 - angle, angle)
    angle = select(cosine < 0.0, 180.0 - angle, angle)
    return select(sine < 0.0, 360.0 - angle, angle)
