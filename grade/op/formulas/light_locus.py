"""Lights by color temperature: Planck's locus, the daylights of the CIE, and the two joined.

Chromaticities are u, v of CIE 1960, in which color temperature and Duv are defined. ``auto`` is
Planck's locus up to 4000 K, daylight from 5000 K on, and between them the mixture of both at equal
luminance, their shares linear in kelvin: the reference light of CIE 224:2017 and IES TM-30. Lamps
lie on the one, the sky on the other, and a fluorescent's neighbors are there without a jump.

Source: M. Krystek, Color Research and Application 10 (1985), Planck's locus within 0.00009; CIE 15
for the D series; CIE 224:2017 for the mixture.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from grade.ir.expression import clamp, matvec, select, sqrt
from grade.op.base import Op
from grade.op.parameters.setting import ParameterError
from grade.science.adaptation import cone_responses, scale_cones
from grade.science.matrices import Matrix, transform

KELVINS = {"auto": (1000.0, 25000.0), "blackbody": (1000.0, 15000.0), "daylight": (4000.0, 25000.0)}
"""The color temperatures of each locus."""

TEMPERATURE: dict[str, Any] = {
    "soft": (2000, 12000),
    "hard": (1000, 25000),
    "unit": "K",
    "doc": "Color temperature of the light on set.",
}
TINT: dict[str, Any] = {
    "soft": (-0.02, 0.02),
    "hard": (-0.05, 0.05),
    "unit": "Duv",
    "doc": "Above 0 the light is greener, so the picture turns magenta.",
}
PLANCK_TO, DAYLIGHT_FROM = 4000.0, 5000.0
MEGAKELVIN = 1e6  # divided by kelvins it is mireds
GOLDEN = 0.6180339887498949
SEARCHES = 70


def light(kelvin: Any, duv: Any, locus: str) -> tuple[Any, Any]:
    """CIE 1960 u, v of a light; a positive Duv is on the green side of the locus."""
    planck_u, planck_v, du, dv = _planck(kelvin)
    length = sqrt(du * du + dv * dv)
    u, v = planck_u, planck_v
    if locus != "blackbody":
        u, v = _daylight(kelvin)
    if locus == "auto":
        share = clamp((kelvin - PLANCK_TO) * (1 / (DAYLIGHT_FROM - PLANCK_TO)), 0.0, 1.0)
        mixed_u, mixed_v = _mix((planck_u, planck_v), (u, v), share)
        warm, cold = kelvin <= PLANCK_TO, kelvin >= DAYLIGHT_FROM
        u = select(warm, planck_u, select(cold, u, mixed_u))
        v = select(warm, planck_v, select(cold, v, mixed_v))
    # Rising temperature goes toward smaller u and v; green lies to the right of that direction.
    return u + duv * dv / length, v - duv * du / length


def across(kelvin: Any) -> tuple[Any, Any]:
    """The unit vector in u, v from Planck's locus to the green side."""
    _, _, du, dv = _planck(kelvin)
    length = sqrt(du * du + dv * dv)
    return dv / length, -(du / length)


def limit_mired(mired: Any, locus: str) -> Any:
    """A reciprocal temperature within those of a locus."""
    low, high = KELVINS[locus]
    return clamp(mired, MEGAKELVIN / high, MEGAKELVIN / low)


@cache
def nearest_light(u: float, v: float, locus: str) -> tuple[float, float]:
    """Kelvin and Duv of a white: its nearest light on the locus, and how far it is from that.

    Found by golden section over the reciprocal temperature, in plain arithmetic.

    >>> from grade.science.white_points import D65
    >>> [round(number, 4) for number in nearest_light(*xy_to_uv(*D65), "auto")]
    [6503.5, 0.0]
    """
    low, high = (MEGAKELVIN / kelvin for kelvin in reversed(KELVINS[locus]))
    for _ in range(SEARCHES):
        left, right = high - GOLDEN * (high - low), low + GOLDEN * (high - low)
        if _distance(left, u, v, locus) < _distance(right, u, v, locus):
            high = right
        else:
            low = left
    kelvin = MEGAKELVIN / (0.5 * (low + high))
    near_u, near_v = light(kelvin, 0.0, locus)
    green_u, green_v = across(kelvin)
    return float(kelvin), float((u - near_u) * green_u + (v - near_v) * green_v)


def _distance(mired: float, u: float, v: float, locus: str) -> float:
    near_u, near_v = light(MEGAKELVIN / mired, 0.0, locus)
    return float((u - near_u) * (u - near_u) + (v - near_v) * (v - near_v))


# --- chromaticities -------------------------------------------------------------------------------


def xyz_to_uv(x: Any, y: Any, z: Any) -> tuple[Any, Any]:
    """U = 4X / (X + 15Y + 3Z), v = 6Y / (X + 15Y + 3Z)."""
    return 4 * x / (x + 15 * y + 3 * z), 6 * y / (x + 15 * y + 3 * z)


def xy_to_uv(x: float, y: float) -> tuple[float, float]:
    """CIE 1931 x, y as CIE 1960 u, v."""
    over = 1 / (-2 * x + 12 * y + 3)
    return 4 * x * over, 6 * y * over


def uv_to_xyz(u: Any, v: Any) -> tuple[Any, Any, Any]:
    """XYZ at Y = 1."""
    return 1.5 * u / v, 1.0, (2 - 0.5 * u - 5 * v) / v


def _mix(a: tuple[Any, Any], b: tuple[Any, Any], share: Any) -> tuple[Any, Any]:
    """Two lights of equal luminance mixed."""
    (ax, _, az), (bx, _, bz) = uv_to_xyz(*a), uv_to_xyz(*b)
    return xyz_to_uv(ax + share * (bx - ax), 1.0, az + share * (bz - az))


def _planck(kelvin: Any) -> tuple[Any, Any, Any, Any]:
    """u, v of Planck's locus and their derivatives by temperature (Krystek 1985)."""
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


# --- checks -------------------------------------------------------------------------------------


def check_light(op: Op, kelvin: float, duv: float) -> None:
    """Refuse a color temperature that the op's locus does not have, and a light that is none.

    Raises
    ------
    ParameterError
        Naming the parameter and what the locus has.
    """
    label, locus = op.name or op.kind, op.values["locus"]
    low, high = KELVINS[locus]
    if not low <= kelvin <= high:
        other = "" if locus == "auto" else _remedy(op, kelvin)
        raise ParameterError(
            f"{label}.temperature = {kelvin:g}: outside {low:g}..{high:g} K, which is what locus"
            f" {locus} has{other}"
        )
    xyz = uv_to_xyz(*light(kelvin, duv, locus))
    if min(cone_responses(op.values["adaptation"], xyz)) <= 0.0:
        raise ParameterError(
            f"{label}.tint = {duv:g} Duv: no light of {kelvin:g} K is so far from the locus"
        )


def _remedy(op: Op, kelvin: float) -> str:
    words = op.settings["locus"].options  # type: ignore[attr-defined]
    fitting = [word for word in words if KELVINS[word][0] <= kelvin <= KELVINS[word][1]]
    return f"; try locus {fitting[0]}" if fitting else ""


# --- adaptation -----------------------------------------------------------------------------------


def adapt_to_white(adaptation: str, to_xyz: Matrix, source: Any, x: Any, back: bool = False) -> Any:
    """The color ``x`` under a light, as it is under the white of its primaries; or back.

    Parameters
    ----------
    adaptation
        The model of cone responses.
    to_xyz
        The nine numbers of the primaries of ``x``.
    source
        XYZ of the light.
    """
    white = cone_responses(adaptation, transform(to_xyz, (1.0, 1.0, 1.0)))
    cones = cone_responses(adaptation, source)
    gains = [to / cone for to, cone in zip(white, cones, strict=True)]
    if back:
        gains = [1 / gain for gain in gains]
    return matvec(scale_cones(adaptation, to_xyz, gains), x)
