"""WhiteBalance: the light on set becomes the working white."""

from __future__ import annotations

from typing import Any

from grade.ir.expression import equal, matvec, select, sqrt
from grade.op import Choice, Op, Param, ParameterError
from grade.science.adaptation import ADAPTATIONS, cone_responses, scale_cones
from grade.science.matrices import Matrix, Vector, transform
from grade.science.primaries import PRIMARIES

DAYLIGHT_FROM = 4000.0
BLACKBODY_TO = 15000.0


class WhiteBalance(Op):
    """Make the light that was on set the white of the working space.

        M = RGB<-XYZ  CAT^-1  diag(cone(working white) / cone(light))  CAT  XYZ<-RGB
        y = M x

    ``temperature`` is the correlated color temperature of the light as a meter shows it; unset, the
    picture keeps its white. A higher temperature means that the light was bluer, so the picture
    becomes warmer. ``tint`` is the light's distance from the locus, Duv in CIE 1960 u, v, as a
    meter shows it: a positive tint means a greenish light, so the picture becomes more magenta.

    ``locus`` is the curve of lights with tint 0: ``blackbody``, 1000 to 15000 K, or ``daylight``,
    the CIE D series, 4000 to 25000 K, which itself lies at Duv +0.003. ``primaries`` are those of
    the pixels; ``working`` means those of the look, or AP1 outside a look.

    The op works in linear light. Nothing is clipped. NaN or an infinity in one channel reaches all
    three.

    Source: M. Krystek, Color Research and Application 10 (1985), u, v of the blackbody within
    0.00009; CIE 15 for the D series. Differs from a camera's own white balance, which is three
    gains on its raw channels. Differs from raw developers: their tint has no unit.

    >>> WhiteBalance(6504, 0.0032, primaries="rec709").evaluate([1.0, 1.0, 1.0]).round(2).tolist()
    [1.0, 1.0, 1.0]
    >>> illuminant_a = WhiteBalance.light(2855.5, 0.0, "blackbody")    # published 0.2560, 0.3495
    >>> [float(round(v, 3)) for v in illuminant_a]
    [0.256, 0.35]
    """

    domain = "linear"
    temperature = Param(
        None,
        soft=(2000, 12000),
        hard=(1000, 25000),
        unit="K",
        doc="Color temperature of the light on set.",
    )
    tint = Param(
        0.0,
        soft=(-0.02, 0.02),
        hard=(-0.05, 0.05),
        unit="Duv",
        doc="Above 0 the light on set is greenish.",
    )
    adaptation = Choice(*ADAPTATIONS, doc="The model of chromatic adaptation.")
    locus = Choice("blackbody", "daylight", doc="The curve of lights with tint 0.")
    primaries = Choice(
        "working", *PRIMARIES, doc="Primaries of the pixels; working: those of the look."
    )

    def validate(self) -> None:
        kelvin = self.temperature
        low, high = (
            (1000.0, BLACKBODY_TO) if self.locus == "blackbody" else (DAYLIGHT_FROM, 25000.0)
        )
        if kelvin is not None and not low <= kelvin <= high:
            other = "daylight" if self.locus == "blackbody" else "blackbody"
            raise ParameterError(
                f"{self.name or self.kind}.temperature = {kelvin:g}: outside {low:g}..{high:g} K,"
                f" which is what locus {self.locus} has; try locus {other}"
            )
        if min(self._cones(self._source(kelvin or 0.0, self.tint))) <= 0.0:
            raise ParameterError(
                f"{self.name or self.kind}.tint = {self.tint:g} Duv: no light of {kelvin:g} K is so"
                " far from the locus"
            )

    def forward(self, x: Any) -> Any:
        return matvec(self._matrix(self._gains()), x)

    def inverse(self, y: Any) -> Any:
        """From the working white back to the light on set."""
        return matvec(self._matrix([1 / gain for gain in self._gains()]), y)

    @staticmethod
    def light(kelvin: Any, duv: Any, locus: str) -> tuple[Any, Any]:
        """CIE 1960 u, v of a light: nodes or numbers."""
        u, v, du, dv = _blackbody(kelvin)
        length = sqrt(du * du + dv * dv)
        if locus == "daylight":
            u, v = _daylight(kelvin)
        # Rising temperature goes toward smaller u and v; green lies to the right of that direction.
        return u + duv * dv / length, v - duv * du / length

    def _source(self, kelvin: Any, duv: Any) -> tuple[Any, Any, Any]:
        """XYZ of the light at Y = 1; where kelvin is 0, of the working white moved by the tint."""
        x, _, z = self._white()
        unset = equal(kelvin, 0.0)
        # u = 4X/(X + 15Y + 3Z), v = 6Y/(X + 15Y + 3Z)
        white_u, white_v = 4 * x / (x + 15 + 3 * z), 6 / (x + 15 + 3 * z)
        # Green is in the direction that it has at 6000 K, near which every working white lies.
        u, v = self.light(select(unset, 6000.0, kelvin), duv, self.locus)
        u0, v0 = self.light(6000.0, 0.0, self.locus)
        u, v = select(unset, white_u + (u - u0), u), select(unset, white_v + (v - v0), v)
        return 1.5 * u / v, 1.0, (2 - 0.5 * u - 5 * v) / v

    def _gains(self) -> list[Any]:
        light = self._cones(self._source(self.temperature, self.tint))
        return [white / cone for white, cone in zip(self._cones(self._white()), light, strict=True)]

    def _cones(self, xyz: Any) -> Vector:
        return cone_responses(self.adaptation, xyz)

    def _white(self) -> Vector:
        return transform(self._to_xyz(), (1.0, 1.0, 1.0))

    def _to_xyz(self) -> Matrix:
        named = self.primaries
        return self.working.to_xyz if named == "working" else PRIMARIES[named].to_xyz

    def _matrix(self, gains: list[Any]) -> Matrix:
        return scale_cones(self.adaptation, self._to_xyz(), gains)


def _blackbody(kelvin: Any) -> tuple[Any, Any, Any, Any]:
    """u, v of the Planckian locus and their derivatives by temperature (Krystek 1985)."""
    square = kelvin * kelvin
    nu = 0.860117757 + 1.54118254e-4 * kelvin + 1.28641212e-7 * square
    du = 1 + 8.42420235e-4 * kelvin + 7.08145163e-7 * square
    nv = 0.317398726 + 4.22806245e-5 * kelvin + 4.20481691e-8 * square
    dv = 1 - 2.89741816e-5 * kelvin + 1.61456053e-7 * square
    nu_slope = 1.54118254e-4 + 2 * 1.28641212e-7 * kelvin
    du_slope = 8.42420235e-4 + 2 * 7.08145163e-7 * kelvin
    nv_slope = 4.22806245e-5 + 2 * 4.20481691e-8 * kelvin
    dv_slope = -2.89741816e-5 + 2 * 1.61456053e-7 * kelvin
    u_slope = (nu_slope * du - nu * du_slope) / (du * du)
    v_slope = (nv_slope * dv - nv * dv_slope) / (dv * dv)
    # Per kelvin these are near 1e-6: in thousands, their squares stay normal in float32.
    return nu / du, nv / dv, u_slope * 1000, v_slope * 1000


def _daylight(kelvin: Any) -> tuple[Any, Any]:
    """u, v of the CIE D series (CIE 15)."""
    m = 1000 / kelvin
    warm = ((-4.6070 * m + 2.9678) * m + 0.09911) * m + 0.244063
    cool = ((-2.0064 * m + 1.9018) * m + 0.24748) * m + 0.237040
    x = select(kelvin <= 7000.0, warm, cool)
    y = (-3.0 * x + 2.870) * x - 0.275
    over = 1 / (-2 * x + 12 * y + 3)
    return 4 * x * over, 6 * y * over
