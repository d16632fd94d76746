"""GradingTone: OpenColorIO's tone grade, in its three styles."""

from __future__ import annotations

from typing import Any

from grade.color.formulas.grading_tone import PLACES, ZONES, Tone, ToneZone, apply_tone
from grade.color.formulas.parameter_math import choose, join_master, to_scalar
from grade.op import Choice, Op, Param, ParameterError, RgbParam, other_words
from grade.op.base import DomainBy

LEAST = 0.01
STYLE_PLACE = -1000.0
PLACE_NAMES = {
    "blacks": ("blacks_start", "blacks_width"),
    "shadows": ("shadows_start", "shadows_pivot"),
    "midtones": ("midtones_center", "midtones_width"),
    "highlights": ("highlights_start", "highlights_pivot"),
    "whites": ("whites_start", "whites_width"),
}


def _amount(reach: float, doc: str) -> dict[str, Any]:
    span = (1 - reach, 1 + reach)
    return {"soft": span, "hard": span, "unit": "factor", "doc": doc}


def _place(doc: str) -> Param:
    return Param(
        None, unset=STYLE_PLACE, soft=(0, 1), hard=(STYLE_PLACE, 1000), unit="code value or stops",
        doc=f"{doc}; unset: that of the style.",
    )  # fmt: skip


class GradingTone(Op):
    """The tone grade of OpenColorIO: blacks, shadows, midtones, highlights, whites, and an S.

    Each zone is a curve of quadratic pieces that join without a corner and go on straight. Its
    value is a slope, 1 is neutral:

        midtones    above 1: brighter by a steeper slope left of the center, back on the diagonal
                    at both ends of the scale
        highlights  from start on, the slope at the pivot is 2 - value
        shadows     from start down, the slope at the pivot is the value
        whites      from start on over the width, the slope beyond is the value; above 1 it is
                    1 / (2 - value) and grows on
        blacks      from start down over the width, the slope beyond is 2 - value, or 1 / value

    in the order midtones, highlights, whites, shadows, blacks, then ``s_contrast`` about 0.4 (in
    linear 0.18). The masters of highlights and shadows also move the start and width of whites and
    blacks. ``linear`` works in stops about 0.18, -7 for black. Every zone has a color, applied
    first, and a ``_master`` for all three channels.

    A brighter grey stays brighter at every setting; in ``linear`` the straight line near black is
    rounded to 4e-9 of light. Negative values follow the straight ends. NaN stays NaN. An infinity
    stays one or becomes 65504: the result is at most that unless every value is neutral.

    Source: OpenColorIO GradingTone. Differs from it: in ``linear`` the logarithm is exact here,
    within 1e-4 there.

    >>> GradingTone("log", highlights_master=1.4, highlights_start=0.2).evaluate(1.0)
    1.0
    >>> soft = GradingTone("log", whites_master=0.5, whites_start=0.5, whites_width=0.5)
    >>> soft.evaluate([0.5, 1.0, 2.0]).tolist()
    [0.5, 0.875, 1.375]
    """

    domain = DomainBy("style", log="log", linear="linear", video="display")
    known_as = ("ocio_grading_tone", "ocio_tone", "tone")
    synonyms = other_words(s_contrast="contrast", midtones="mids")
    style = Choice("log", "linear", "video", doc="The encoding that the zones are made for.")
    blacks = RgbParam(1.0, **_amount(0.9, "Blacks: above 1 lifts them."))
    blacks_master = Param(1.0, **_amount(0.9, "Blacks, the same for all."))
    blacks_start = _place("Where blacks begin, downward")
    blacks_width = _place("Distance from the start to the full effect")
    shadows = RgbParam(1.0, **_amount(0.8, "Shadows: above 1 lifts them."))
    shadows_master = Param(1.0, **_amount(0.8, "Shadows, the same for all."))
    shadows_start = _place("Where shadows begin, downward")
    shadows_pivot = _place("Far end of the shadows, which stays in place")
    midtones = RgbParam(1.0, **_amount(0.9, "Mid-tones: above 1 lifts them."))
    midtones_master = Param(1.0, **_amount(0.9, "Mid-tones, the same for all."))
    midtones_center = _place("Center of the mid-tones")
    midtones_width = _place("Width of the mid-tones")
    highlights = RgbParam(1.0, **_amount(0.8, "Highlights: above 1 lifts them."))
    highlights_master = Param(1.0, **_amount(0.8, "Highlights, the same for all."))
    highlights_start = _place("Where highlights begin")
    highlights_pivot = _place("Far end of the highlights, which stays in place")
    whites = RgbParam(1.0, **_amount(0.9, "Whites: above 1 lifts them."))
    whites_master = Param(1.0, **_amount(0.9, "Whites, the same for all."))
    whites_start = _place("Where whites begin")
    whites_width = _place("Distance from the start to the full effect")
    s_contrast = Param(
        1.0,
        soft=(0.01, 1.99),
        hard=(0.01, 1.99),
        unit="factor",
        doc="Contrast that eases out toward both ends.",
    )

    def validate(self) -> None:
        label = self.name or self.kind
        for zone in ("blacks", "midtones", "whites"):
            name = PLACE_NAMES[zone][1]
            if self._where(zone)[1] < LEAST:
                raise ParameterError(
                    f"{label}.{name} = {self._where(zone)[1]:g}: it takes {LEAST:g} and above"
                )
        for zone, way in (("shadows", 1), ("highlights", -1)):
            start, pivot = self._where(zone)
            if way * (start - pivot) < LEAST * (1 - 1e-6):
                side = "above" if way == 1 else "below"
                raise ParameterError(
                    f"{label}.{zone}_start = {start:g}: not {LEAST:g} {side} {zone}_pivot ="
                    f" {pivot:g}"
                )

    def forward(self, x: Any) -> Any:
        tone = self._tone()
        return choose(tone.neutral(), x, apply_tone(x, tone, inverse=False))

    def inverse(self, y: Any) -> Any:
        """The color that was graded to ``y``, for values below 65504."""
        tone = self._tone()
        return choose(tone.neutral(), y, apply_tone(y, tone, inverse=True))

    def _where(self, zone: str) -> tuple[float, float]:
        given = (self.values[name] for name in PLACE_NAMES[zone])
        start, width = (
            default if value is None else value
            for value, default in zip(given, PLACES[self.style][zone], strict=True)
        )
        return start, width

    def _tone(self) -> Tone:
        zones = {}
        for zone in ZONES:
            places = []
            for name, default in zip(PLACE_NAMES[zone], PLACES[self.style][zone], strict=True):
                place = to_scalar(self.values[name])
                places.append(choose(place <= STYLE_PLACE, default, place))
            value = join_master(self.values[zone], self.values[f"{zone}_master"])
            zones[zone] = ToneZone(value, *places)
        return Tone(self.style, **zones, s_contrast=to_scalar(self.s_contrast))
