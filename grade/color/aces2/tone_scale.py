"""The tone scale, from the achromatic response of the scene to that of the display.

Source: ACES 2 CTL; OpenColorIO ``ACES2/Transform.cpp`` aces_tonescale, tonescale_A_to_J.
"""

from __future__ import annotations

from typing import Any

from grade.color.aces2.appearance import cone_excitation, cone_response
from grade.color.aces2.parameters import F_L, F_L_N, ToneScale
from grade.ir.expression import maximum, minimum, power, sqrt

_DARKEST = 2.0**-30  # of display light: darker is black whatever follows


def forward(tone: ToneScale, response: Any) -> Any:
    """Compute the display response for a scene response."""
    light = cone_excitation(response)
    ratio = light / (light + tone.source_offset * F_L_N)
    f = tone.gain * power(ratio, tone.gamma)
    shown = f * (f * F_L) / (f + tone.toe)  # F_L is the light of 1.0
    return cone_response(shown)


def inverse(tone: ToneScale, response: Any) -> Any:
    """Compute the scene response for a display response, up to the limit of the tone scale."""
    shown = cone_excitation(response) * (1.0 / F_L)
    z = minimum(maximum(shown, _DARKEST), tone.inverse_limit)
    f = 0.5 * (z + sqrt(z * (z + 4.0 * tone.toe)))
    ratio = power(tone.gain / f, 1.0 / tone.gamma)
    return cone_response((tone.source_offset * F_L_N) / (ratio - 1.0))
