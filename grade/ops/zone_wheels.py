"""ZoneWheels: exposure, color and saturation in any number of tonal zones."""

from __future__ import annotations

from typing import Any

from grade.ir.expression import equal, exp2, fma, log2, maximum, select
from grade.op import Op
from grade.op.formulas.ramps import smooth_ramp
from grade.op.formulas.saturation import luminance
from grade.op.parameters.rows import Column, RowsParam

GREY = 0.18
BLACK = 7.52316384526264e-37  # 2 ** -120: darker light counts as this


def _zones(side: str, doc: str) -> RowsParam:
    return RowsParam(
        Column("border", default=None, soft=(-6, 6), hard=(-24, 24), unit="stops"),
        Column("exposure", default=0.0, soft=(-2, 2), hard=(-24, 24), unit="stops", neutral=0.0),
        Column("saturation", default=1.0, soft=(0, 2), hard=(0, 24), unit="factor", neutral=1.0),
        Column("balance", default=0.0, soft=(-1, 1), hard=(-24, 24), unit="stops", rgb=True,
               neutral=0.0),
        Column("falloff", default=2.0, soft=(0.5, 6), hard=(0.01, 24), unit="stops"),
        doc=doc,
    )  # fmt: skip


class ZoneWheels(Op):
    """Grade tonal zones separately: below a border, or above one.

        t = log2(Y / 0.18), Y the luminance
        w = 3 u**2 - 2 u**3 of u = (border - t) / falloff, for dark zones     limited to 0..1
                               u = (t - border) / falloff, for light zones
        y = x * 2 ** sum of w (exposure + balance)
        out = Y' + product of (1 + w (saturation - 1)) * (y - Y'),  Y' the luminance of y

    Each row of ``dark`` is a zone from its ``border`` down, each row of ``light`` one from its
    border up. ``falloff`` is the number of stops to its full effect. ``exposure`` is in stops, and
    so is ``balance``, per channel. Zones overlap and add up. All of them read the light of the
    input, so their order does not matter. The usual six are dark at +1 (shadow), -1.5 (dark) and -4
    (black), light at -1 (light), +1.5 (highlight) and +4 (specular).

    Brighter stays brighter while the exposures of the zones that change at one place add up to
    less than 2/3 of their falloff; beyond that zones may turn the picture back. ``zones`` has six
    zones with names that never do. Light of 0 and below lies in all dark zones. Negative values
    keep their sign. Nothing is clipped. NaN in one channel reaches all three; an infinity gives
    infinities or NaN.

    Source: the HDR wheels of DaVinci Resolve and the zones of FilmLight's Baselight. Their formulas
    are not published, so this one is ours.

    >>> zones = ZoneWheels(dark=[{"border": -1, "exposure": 1.5, "falloff": 3}])
    >>> [round(zones.evaluate(light), 6) for light in (0.18, 0.09, 0.18 / 16)]     # * 2 ** 1.5
    [0.18, 0.09, 0.03182]
    """

    domain = "linear"
    dark = _zones("dark", "Zones from their border down.")
    light = _zones("light", "Zones from their border up.")

    def forward(self, x: Any) -> Any:
        zones = [(zone, -1.0) for zone in self.dark] + [(zone, 1.0) for zone in self.light]
        if not zones:
            return x
        to_xyz = self.working.to_xyz
        stops = log2(maximum(BLACK, luminance(x, to_xyz)) * (1 / GREY))
        gain: Any = 0.0
        saturation: Any = 1.0
        for zone, way in zones:
            weight = smooth_ramp(stops * way, zone.border * way, zone.border * way + zone.falloff)
            gain = fma(weight, zone.exposure + zone.balance, gain)
            saturation = saturation * fma(weight, zone.saturation - 1.0, 1.0)
        y = x * exp2(gain)
        grey = luminance(y, to_xyz)
        # Exactly y where no zone changes its saturation.
        return fma(y, saturation, select(equal(saturation, 1.0), 0.0, (1.0 - saturation) * grey))
