"""WhiteBalance: the light on set becomes the working white."""

from __future__ import annotations

from typing import Any

from grade.ir.expression import equal, select
from grade.op import Choice, Op, Param, ParameterError, other_words
from grade.op.formulas.light_locus import (
    KELVINS,
    MEGAKELVIN,
    TEMPERATURE,
    TINT,
    adapt_to_white,
    check_light,
    light,
    limit_mired,
    nearest_light,
    uv_to_xyz,
    xyz_to_uv,
)
from grade.op.parameters.kelvin import KelvinParam
from grade.science.adaptation import ADAPTATIONS
from grade.science.matrices import transform
from grade.science.primaries import PRIMARIES


class WhiteBalance(Op):
    """Make the light that was on set the white of the working space.

        M = RGB<-XYZ  CAT^-1  diag(cone(working white) / cone(light))  CAT  XYZ<-RGB
        y = M x

    ``temperature`` is the correlated color temperature of the light as a meter shows it. Unset, the
    light is the working white itself, so nothing changes. Then the light moves: by minus ``warmth``
    along the locus, in mired (1e6 / K), and by ``tint`` across it, in Duv of CIE 1960 u, v. The
    picture moves the other way, so above 0 ``warmth`` warms, as an 81 filter of so many mireds
    does, and ``tint`` is magenta, for a greenish light. At 0, 0 both leave the white where it is,
    in every working space. A mired looks alike on the whole scale, a kelvin does not: keys of
    ``temperature`` blend in mired too.

    ``locus`` is the curve of lights with tint 0. ``auto`` is Planck's locus up to 4000 K, where
    lamps are, daylight from 5000 K on, and the mixture of both between. ``blackbody`` is Planck's,
    1000 to 15000 K; no sky lies on it, and daylight balanced to its 6000 K comes out green.
    ``daylight`` is the CIE D series, 4000 to 25000 K. A white beside the locus stays as far beside
    it while it moves, and a move from the working white ends at the last light of the locus.

    ``primaries`` are those of the pixels; ``working`` means those of the look, or AP1 outside a
    look. The op works in linear light. Nothing is clipped. NaN or an infinity in one channel
    reaches all three.

    Source: M. Krystek, Color Research and Application 10 (1985), u, v of the blackbody within
    0.00009; CIE 15 for the D series; CIE 224:2017 and IES TM-30 for the mixture. Differs from a
    camera's own white balance, which is three gains on its raw channels. Differs from raw
    developers: their tint has no unit.

    >>> WhiteBalance(6504, primaries="rec709").evaluate([1.0, 1.0, 1.0]).round(2).tolist()
    [1.0, 1.0, 1.0]
    >>> illuminant_a = WhiteBalance.light(2855.5, 0.0, "auto")    # published 0.2560, 0.3495
    >>> [float(round(v, 3)) for v in illuminant_a]
    [0.256, 0.35]
    >>> warmer = WhiteBalance(warmth=20).evaluate([0.18, 0.18, 0.18])
    >>> bool(warmer[0] > 0.18 > warmer[2])
    True
    """

    domain = "linear"
    known_as = (
        "wb", "temp", "temperature", "tint", "kelvin", "warmth", "color_temperature", "balance",
    )  # fmt: skip
    synonyms = other_words(
        temperature="temp kelvin cct",
        tint="green magenta duv",
        warmth="mired warm",
    )
    temperature = KelvinParam(None, **TEMPERATURE)
    tint = Param(0.0, **TINT)
    warmth = Param(
        0.0,
        soft=(-60, 60),
        hard=(-600, 200),
        unit="mired",
        doc="Above 0 the light is bluer, so the picture turns warmer.",
    )
    adaptation = Choice(*ADAPTATIONS, doc="The model of chromatic adaptation.")
    locus = Choice(*KELVINS, doc="The curve of lights with tint 0.")
    primaries = Choice(
        "working", *PRIMARIES, doc="Primaries of the pixels; working: those of the look."
    )

    def validate(self) -> None:
        kelvin = self.temperature
        if kelvin is None:
            kelvin = nearest_light(*self._white(), self.locus)[0]
            mired = float(limit_mired(MEGAKELVIN / kelvin - self.warmth, self.locus))
            check_light(self, MEGAKELVIN / mired, self.tint)
            return
        check_light(self, kelvin, 0.0)
        low, high = (MEGAKELVIN / end for end in reversed(KELVINS[self.locus]))
        mired = MEGAKELVIN / kelvin - self.warmth
        if not low * 0.999999 <= mired <= high * 1.000001:
            raise ParameterError(
                f"{self.name or self.kind}.warmth = {self.warmth:g} mired: with temperature"
                f" {kelvin:g} K the light is at {mired:.0f} mired, outside {low:.0f}..{high:.0f},"
                f" which is what locus {self.locus} has"
            )
        check_light(self, MEGAKELVIN / min(max(mired, low), high), self.tint)

    def forward(self, x: Any) -> Any:
        return adapt_to_white(self.adaptation, self._to_xyz(), self._source(), x)

    def inverse(self, y: Any) -> Any:
        """From the working white back to the light on set."""
        return adapt_to_white(self.adaptation, self._to_xyz(), self._source(), y, back=True)

    @staticmethod
    def light(kelvin: Any, duv: Any, locus: str = "auto") -> tuple[Any, Any]:
        """CIE 1960 u, v of a light: nodes or numbers."""
        return light(kelvin, duv, locus)

    def _source(self) -> tuple[Any, Any, Any]:
        """XYZ of the light at Y = 1: absolute first, then relative."""
        white_u, white_v = self._white()
        white_kelvin, white_duv = nearest_light(white_u, white_v, self.locus)
        unset = equal(self.temperature, 0.0)
        start = select(unset, white_kelvin, self.temperature)
        beside = select(unset, white_duv, 0.0)
        mired = limit_mired(MEGAKELVIN / start - self.warmth, self.locus)
        kelvin = select(equal(self.warmth, 0.0), start, MEGAKELVIN / mired)
        u, v = light(kelvin, beside + self.tint, self.locus)
        # A white is moved by the difference of two lights: exactly not at all if nothing moves.
        u0, v0 = light(start, beside, self.locus)
        u, v = select(unset, white_u + (u - u0), u), select(unset, white_v + (v - v0), v)
        return uv_to_xyz(u, v)

    def _white(self) -> tuple[float, float]:
        """u, v of the working white."""
        x, _, z = transform(self._to_xyz(), (1.0, 1.0, 1.0))
        return xyz_to_uv(x, 1.0, z)

    def _to_xyz(self) -> Any:
        named = self.primaries
        return self.working.to_xyz if named == "working" else PRIMARIES[named].to_xyz
