"""The appearance model of a pixel: RGB to achromatic response, M and the direction of the hue.

OpenColorIO carries lightness J and the hue angle through the transform. Here the achromatic
response R stays in place of J: J is ``(R / R_white) ** cz``, and each of its powers by ``1 / cz``
that the formulas ask for is then a plain quotient of responses. Cosine and sine of the hue are
``a / M`` and ``b / M``; the angle itself is taken for the tables only.

Source: CAM16 as ACES 2 has it; OpenColorIO ``ACES2/Transform.cpp`` RGB_to_Aab, Aab_to_RGB.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from grade.color.aces2.parameters import CONE_EXPONENT, CONE_OFFSET, RECEPTOR_LIMIT, Model
from grade.ir.expression import (
    absolute,
    channels,
    copysign,
    fma,
    matvec,
    maximum,
    minimum,
    power,
    rgb,
    select,
    sqrt,
)

# Excitations are held to this range before the power: below is black and above white whatever
# follows, and within it every power here is of a normal number and gives one.
DARKEST, BRIGHTEST = 2.0**-48, 2.0**100
SMALLEST_M = 2.0**-60
NAN = float("nan")
INFINITY = float("inf")


class Appearance(NamedTuple):
    """A colour in the appearance model.

    Attributes
    ----------
    response
        Achromatic response, above 0; white at 100 cd/m2 has that of its cones.
    m
        Colourfulness.
    cosine, sine
        The direction of the hue; both 0 where M is.
    """

    response: Any
    m: Any
    cosine: Any
    sine: Any


def cone_response(light: Any) -> Any:
    """The response to a positive excitation: below 1."""
    raised = power(light, CONE_EXPONENT)
    return raised / (raised + CONE_OFFSET)


def cone_excitation(response: Any, darkest: float = DARKEST) -> Any:
    """The excitation of a response, which is held to 0.99 and kept above black."""
    held = minimum(response, RECEPTOR_LIMIT)
    return power(maximum((held * CONE_OFFSET) / (1.0 - held), darkest), 1.0 / CONE_EXPONENT)


def from_rgb(model: Model, x: Any) -> tuple[Appearance, Any]:
    """The colour of an RGB, and whether the RGB is finite.

    No achromatic response, as of colours far below black, is black.
    """
    light = matvec(model.to_cones, x)
    finite = _finite(light)
    held = minimum(maximum(absolute(light), DARKEST), BRIGHTEST)
    response, a, b = channels(matvec(model.to_response, copysign(cone_response(held), light)))
    seen = response > 0.0
    m = select(seen, sqrt(fma(a, a, b * b)), 0.0)
    over = select(seen, 1.0 / maximum(m, SMALLEST_M), 0.0)
    return Appearance(maximum(response, _LEAST_RESPONSE), m, a * over, b * over), finite


def to_rgb(model: Model, achromatic: Any, unit: float, m: Any, hue: Any, finite: Any) -> Any:
    """The RGB of an achromatic response in this unit, M and a hue; NaN where not ``finite``."""
    cosine, sine = hue
    opponents = rgb(achromatic, m * cosine, m * sine)
    responses = matvec(model.from_scaled_response(unit), opponents)
    light = copysign(cone_excitation(absolute(responses), _LEAST_RATIO), responses)
    result = matvec(model.from_cones, light)
    return select(finite, result, NAN)


def _finite(x: Any) -> Any:
    r, g, b = (absolute(c) < INFINITY for c in channels(x))
    return r & g & b


# Less than any colour above DARKEST responds with.
_LEAST_RESPONSE = 2.0**-28
_LEAST_RATIO = 2.0**-40
