"""Zones: exposure, color and saturation in six tonal zones that never turn the picture back."""

from __future__ import annotations

from typing import Any

from grade.ir.expression import equal, exp2, fma, log2, maximum, select
from grade.op import Op, other_words
from grade.op.formulas.saturation import luminance
from grade.op.formulas.tonal_zones import Ramp, asked_gain, monotone_gain
from grade.op.parameters.record import RecordParam
from grade.op.parameters.rows import Column

GREY = 0.18
BLACK = 7.52316384526264e-37  # 2 ** -120: darker light counts as this
DARK = ("black", "dark", "shadow")
LIGHT = ("light", "highlight", "specular")
NOTICED = 0.005  # stops; what a zone misses is said from here on
CHANNELS = ("red", "green", "blue")


def _zone(border: float, doc: str) -> RecordParam:
    return RecordParam(
        Column("exposure", default=0.0, soft=(-2, 2), hard=(-24, 24), unit="stops", neutral=0.0),
        Column("saturation", default=1.0, soft=(0, 2), hard=(0, 24), unit="factor", neutral=1.0),
        Column("balance", default=0.0, soft=(-1, 1), hard=(-24, 24), unit="stops", rgb=True,
               neutral=0.0),
        Column("border", default=border, soft=(-6, 6), hard=(-24, 24), unit="stops"),
        Column("falloff", default=2.0, soft=(0.5, 6), hard=(0.05, 24), unit="stops"),
        doc=doc,
    )  # fmt: skip


class Zones(Op):
    """Grade six tonal zones separately; a brighter grey always stays brighter.

        t = log2(Y / 0.18), Y the luminance
        w = 3 u**2 - 2 u**3 of u = (border - t) / falloff for black, dark and shadow,
                               u = (t - border) / falloff for light, highlight and specular
        T' = max(1 + sum of w' (exposure + balance), 1/8),  T = sum of w (...) at 18 % grey
        y = x * 2 ** T
        out = Y' + product of (1 + w (saturation - 1)) * (y - Y'),  Y' the luminance of y

    Each zone is set by name, ``shadow.exposure``. The first three reach from their ``border`` down,
    the others from theirs up, with their full effect ``falloff`` stops on. ``exposure`` is in
    stops, and so is ``balance``, per channel. Zones overlap and add up, and all read the light of
    the input.

    T is the tone curve of each channel, in stops; it is integrated from 18 % grey outward. Where
    zones pull together so hard that the curve would turn back, as ``shadow`` +1 with ``light`` -1
    across grey, it keeps an eighth of its slope instead. A zone beyond such a place misses its
    exposure, and ``grade explain`` says by how much; a wider falloff gives it room. With no such
    place the gains are those of ``zone_wheels``.

    A ramp of greys never falls, at any setting of exposures, balances, borders and falloffs. What
    can fall is one channel of a grey that has a color by ``balance`` and of which another zone
    changes the ``saturation``, because saturation mixes the channels.

    Light of 0 and below lies in all dark zones. Negative values keep their sign. Nothing is
    clipped. NaN in one channel reaches all three; an infinity gives infinities or NaN.

    Source: the zones are those of the HDR wheels of DaVinci Resolve, with its borders. Its formula
    is not published, so this one is ours. Differs from ``zone_wheels``, which has any number of
    zones and lets them turn the picture back.

    >>> lifted = Zones(shadow={"exposure": 1})
    >>> [round(lifted.evaluate(light), 6) for light in (0.36, 0.09, 0.18 / 16)]        # * 1, 2, 2
    [0.36, 0.18, 0.0225]
    >>> hard = Zones(shadow={"exposure": 1}, light={"exposure": -1})
    >>> [round(hard.evaluate(light), 4) for light in (0.09, 0.18, 0.36)]  # 0.18 three times if free
    [0.1494, 0.18, 0.2169]
    """

    domain = "linear"
    known_as = ("hdr_wheels", "hdr", "hdr_zones", "hdr_grade", "zone")
    synonyms = other_words(
        black="blacks",
        dark="darks",
        shadow="shadows",
        light="lights",
        highlight="highlights",
        specular="speculars whites",
    )
    black = _zone(-4.0, "From four stops under grey down.")
    dark = _zone(-1.5, "From a stop and a half under grey down.")
    shadow = _zone(1.0, "From a stop over grey down.")
    light = _zone(-1.0, "From a stop under grey up.")
    highlight = _zone(1.5, "From a stop and a half over grey up.")
    specular = _zone(4.0, "From four stops over grey up.")

    def forward(self, x: Any) -> Any:
        to_xyz = self.working.to_xyz
        stops = log2(maximum(BLACK, luminance(x, to_xyz)) * (1 / GREY))
        ramps = self._ramps()
        y = x * exp2(monotone_gain(stops, list(ramps.values())))
        saturation: Any = 1.0
        for name, ramp in ramps.items():
            change = self.values[name].saturation - 1.0
            saturation = saturation * fma(ramp.weight(stops), change, 1.0)
        grey = luminance(y, to_xyz)
        # Exactly y where no zone changes its saturation.
        return fma(y, saturation, select(equal(saturation, 1.0), 0.0, (1.0 - saturation) * grey))

    def _ramps(self) -> dict[str, Ramp]:
        ways = {**dict.fromkeys(DARK, -1.0), **dict.fromkeys(LIGHT, 1.0)}
        zones = {name: (self.values[name], way) for name, way in ways.items()}
        return {
            name: Ramp(zone.border, zone.falloff, way, zone.exposure + zone.balance)
            for name, (zone, way) in zones.items()
        }

    def notes(self) -> list[str]:
        """How far zones miss their exposure, for ``grade explain``: of each the worst key."""
        worst: dict[str, tuple[float, str]] = {}
        for frame in self.key_frames() or [0.0]:
            op = self.at(frame)
            ramps = op.bind(op._assemble(lambda name, value: value))._ramps()
            at = f" at frame {frame:g}" if self.animated() else ""
            for name, ramp in ramps.items():
                zone = op.values[name]
                if not any((zone.exposure, *zone.balance)):
                    continue
                for place in reversed(ramp.ends) if ramp.way > 0 else ramp.ends:
                    size, what = _missed(list(ramps.values()), place)
                    if size > max(NOTICED, 1.001 * worst.get(name, (0.0, ""))[0]):
                        worst[name] = size, f"{name} misses its exposure by {what}{at}"
        return [f"{note}; a wider falloff gives it room" for _, note in worst.values()]


def _missed(ramps: list[Ramp], place: float) -> tuple[float, str]:
    """How far the curve misses what the zones ask for at a place, and that in words."""
    asked = [float(gain) for gain in asked_gain(place, ramps)]
    given = [float(gain) for gain in monotone_gain(place, ramps)]
    channel = max(range(3), key=lambda c: abs(given[c] - asked[c]))
    missed = given[channel] - asked[channel]
    alike = max(given) - min(given) + max(asked) - min(asked) < NOTICED
    return abs(missed), (
        f"{missed:+.2f} stops: at {place:+.3g} stops from grey the zones ask for"
        f" {asked[channel]:+.2f}{'' if alike else f' of {CHANNELS[channel]}'}, and the curve, which"
        f" keeps an eighth of its slope, gives {given[channel]:+.2f}"
    )
