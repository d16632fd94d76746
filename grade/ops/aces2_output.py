"""Aces2Output: the ACES 2 output transform, for any peak luminance and gamut."""

from __future__ import annotations

from typing import Any

from grade.color.aces2 import output_transform
from grade.color.aces2.hue_tables import load_tables
from grade.color.aces2.parameters import Parameters
from grade.op import Choice, Op, ParameterError, other_words
from grade.op.parameters.json_schema import Schema, number_within
from grade.op.parameters.setting import Setting
from grade.science.primaries import PRIMARIES


class Peak(Setting):
    """Peak luminance. It is structure, since the tables of hues are built for it."""

    structural = True
    default = 100.0
    low, high, unit = 50.0, 10000.0, "cd/m2"

    def __init__(self, *, doc: str) -> None:
        self.doc = doc

    def check(self, value: Any, owner: str) -> float:
        label = f"{owner}.{self.name} = {value!r}"
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise ParameterError(f"{label}: not a number; it takes {self.summary()}")
        if not self.low <= value <= self.high:
            raise ParameterError(f"{label}: outside {self.low:g}..{self.high:g} {self.unit}")
        return float(value)

    def summary(self) -> str:
        return f"{self.low:g}..{self.high:g}, {self.unit}, default {self.default:g}"

    def value_schema(self) -> Schema:
        return number_within(self.low, self.high)


class Aces2Output(Op):
    """The ACES 2 output transform: scene light to the light of a display.

    It takes ACES2065-1 and gives linear light of ``primaries``: 1.0 is 100 cd/m2, and the most is
    ``peak / 100``. It is not the identity at its defaults.

        R, M, h    = achromatic response, colorfulness and hue in the ACES appearance model
        R'         = tone scale of R;  J = (R' / R_peak) ** 1.1371
        M'         = M * R' / R, compressed between grey and the AP1 reach at h
        J'', M''   = moved along a line to the gamut's focus, into the hull of ``primaries``
        out        = the RGB of J'', M'', h

    Values at or below black become 0. NaN and infinities become NaN. The inverse is approximate
    near the hull, as the ACES inverse is, and NaN far outside it; values beyond the limit of the
    tone scale come back as that limit. Encode the result for its screen afterwards, or use
    ``display``, which does all of it from a config.

    Source: ACES 2 (A.M.P.A.S.), OpenColorIO ACES_OUTPUT_TRANSFORM_20. Differs from OpenColorIO:
    the tables are built in double precision, in the same steps.

    >>> Aces2Output().evaluate([0.18, 0.18, 0.18]).round(4).tolist()     # mid grey: 10 cd/m2
    [0.1, 0.1, 0.1]
    >>> Aces2Output(peak=1000, primaries="p3d65").evaluate([0.18, 0.18, 0.18]).round(4).tolist()
    [0.1451, 0.1451, 0.1451]
    """

    group = "color"
    known_as = ("aces2", "output_transform", "drt")
    synonyms = other_words(peak="nits", primaries="gamut")
    peak = Peak(doc="Peak luminance of the display.")
    primaries = Choice("rec709", "p3d65", "rec2020", doc="The gamut of the result.")
    direction = Choice("forward", "inverse", doc="To the display, or back to the scene.")

    def neutral(self) -> bool:
        return False

    def forward(self, x: Any) -> Any:
        parameters = Parameters(self.peak, PRIMARIES[self.primaries])
        inverse = self.direction == "inverse"
        apply = output_transform.inverse if inverse else output_transform.forward
        return apply(parameters, load_tables(parameters), x)
