"""The ACES 2 output transform: scene light in AP0 to display light of the limiting space, and back.

Light of 1.0 is 100 cd/m2. A pixel takes 11 powers, 5 logarithms, 3 exponentials, one arc sine and
10 fetches. The CUDA kernel of a whole SDR view has 38 registers on sm_90 and no spills, its inverse
40. Source: ACES 2 CTL; OpenColorIO ``FixedFunctionOpCPU.cpp``
Renderer_ACES_OutputTransform20.
"""

from __future__ import annotations

from typing import Any

from grade.color.aces2 import chroma_compression, gamut_compression, tone_scale
from grade.color.aces2.appearance import from_rgb, to_rgb
from grade.color.aces2.hue_angle import degrees
from grade.color.aces2.hue_tables import HueTables
from grade.color.aces2.parameters import CZ, SOURCE, Parameters
from grade.ir.expression import maximum, power


def forward(p: Parameters, tables: HueTables, x: Any) -> Any:
    """Convert AP0 to RGB of the limiting primaries, 0 to peak / 100.

    Black and values below it give 0; NaN and infinities give NaN.
    """
    color, finite = from_rgb(SOURCE, x)
    hue = degrees(color.cosine, color.sine)
    reach = tables.reach_at(hue)
    size = chroma_compression.norm(p, color.cosine, color.sine)

    shown = tone_scale.forward(p.tone, color.response)
    j = power(shown * (1.0 / p.limit_response), CZ)
    # M is scaled by the ratio of the responses; one division serves both quotients by the norm.
    over = shown / (color.response * size)
    limit = (reach * (1.0 / p.limit_response)) * (color.response * over)
    m = chroma_compression.compress(p, color.m * over, j, limit) * size

    hull = gamut_compression.make_hull(p, tables.cusp_at(hue), reach)
    j, m = gamut_compression.compress(p, hull, j, m)
    response = power(maximum(j, gamut_compression.SMALLEST), 1.0 / CZ)
    return to_rgb(p.target, response, p.limit_response, m, (color.cosine, color.sine), finite)


def inverse(p: Parameters, tables: HueTables, y: Any) -> Any:
    """Convert RGB of the limiting primaries to AP0, up to the limit of the tone scale.

    The inverse of the gamut compression is approximate, as in the sources. A color so far outside
    the gamut that its J would be below 0 gives NaN, as in OpenColorIO.
    """
    color, finite = from_rgb(p.target, y)
    hue = degrees(color.cosine, color.sine)
    reach = tables.reach_at(hue)
    size = chroma_compression.norm(p, color.cosine, color.sine)

    j = power(color.response * (1.0 / p.limit_response), CZ)
    hull = gamut_compression.make_hull(p, tables.cusp_at(hue), reach)
    j, m = gamut_compression.expand(p, hull, j, color.m)
    finite = finite & (j >= 0.0)
    j = maximum(j, gamut_compression.SMALLEST)
    ratio = power(j, 1.0 / CZ)

    response = tone_scale.inverse(p.tone, ratio * p.limit_response)
    over = 1.0 / size
    m = chroma_compression.expand(p, m * over, j, ratio * (reach * over)) * size
    m = m * response / (ratio * p.limit_response)
    return to_rgb(SOURCE, response, 1.0, m, (color.cosine, color.sine), finite)
