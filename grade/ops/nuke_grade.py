"""NukeGrade: the Grade node of Nuke, knob for knob."""

from __future__ import annotations

from typing import Any

from grade.ir.expression import equal, fma, maximum, minimum, power, select
from grade.op import Op, RgbParam, Switch, other_words


class NukeGrade(Op):
    """The Grade node of Nuke: paste its knobs and get the plate back.

        A = multiply * (gain - lift) / (whitepoint - blackpoint)
        B = offset + lift - A * blackpoint
        y = A * x + B
        out = y ** (1 / gamma) where y > 0, else y

    The op works in linear light, as the node does in a Nuke script, so knobs that are pasted give
    Nuke's picture in any working space. Then black and white are clamped if asked. ``mix`` and
    ``mask`` are the node's ``amount`` and ``matte``. Negative values pass the gamma unchanged.
    Infinities and NaN pass through, also through the clamps. Equal white and black points give A =
    0, as in Natron.

    Source: Nuke Developer Kit, Grade; openfx-misc Grade. Differs from Nuke: ``clamp_black`` is off
    here by default and on there. Differs in names from Nuke's scripts: ``lift`` is ``black``,
    ``gain`` is ``white``, ``offset`` is ``add``. A gamma of 0 or below is refused.

    >>> grade = NukeGrade(blackpoint=0.02, whitepoint=0.95, lift=0.03, gain=1.1, multiply=1.05,
    ...                   offset=-0.01, gamma=1.2)
    >>> round(grade.evaluate(0.5), 6)
    0.653203
    """

    domain = "linear"
    known_as = ("grade", "nuke")
    synonyms = other_words(
        blackpoint="black_point",
        whitepoint="white_point",
        offset="add",
        reverse="inverse",
    )
    blackpoint = RgbParam(
        0.0, soft=(-0.2, 0.5), hard=(-1000, 1000), unit="value", doc="The value that becomes lift."
    )
    whitepoint = RgbParam(
        1.0, soft=(0.6, 4), hard=(-1000, 1000), unit="value", doc="The value that becomes gain."
    )
    lift = RgbParam(
        0.0,
        soft=(-0.2, 0.5),
        hard=(-1000, 1000),
        unit="value",
        doc="The value that blackpoint becomes.",
    )
    gain = RgbParam(
        1.0,
        soft=(0.6, 4),
        hard=(-1000, 1000),
        unit="value",
        doc="The value that whitepoint becomes.",
    )
    multiply = RgbParam(
        1.0, soft=(0.2, 4), hard=(-1000, 1000), unit="factor", doc="Multiplies the slope."
    )
    offset = RgbParam(
        0.0, soft=(-0.2, 0.2), hard=(-1000, 1000), unit="value", doc="Added before the gamma."
    )
    gamma = RgbParam(
        1.0, soft=(0.2, 5), hard=(0.01, 100), unit="exponent", doc="Above 1 lightens mid-tones."
    )
    clamp_black = Switch(False, doc="Clamp the result at 0; Nuke's default is on.")
    clamp_white = Switch(False, doc="Clamp the result at 1.")
    reverse = Switch(False, doc="Apply the inverse, as the node's reverse knob does.")

    def neutral(self) -> bool:
        return not (self.clamp_black or self.clamp_white)

    def forward(self, x: Any) -> Any:
        return self._back(x) if self.reverse else self._graded(x)

    def inverse(self, y: Any) -> Any:
        """The reverse grade; there is none where the slope is 0."""
        return self._graded(y) if self.reverse else self._back(y)

    def _graded(self, x: Any) -> Any:
        scale, base = self._line()
        return self._clamped(_positive_power(fma(x, scale, base), 1 / self.gamma))

    def _back(self, y: Any) -> Any:
        scale, base = self._line()
        return self._clamped((_positive_power(y, self.gamma) - base) * (1 / scale))

    def _line(self) -> tuple[Any, Any]:
        """A and B, from uniforms alone."""
        span = self.whitepoint - self.blackpoint
        scale = self.multiply * (self.gain - self.lift) / span
        scale = select(equal(span, 0.0), 0.0, scale)
        return scale, self.offset + self.lift - scale * self.blackpoint

    def _clamped(self, y: Any) -> Any:
        y = maximum(0.0, y) if self.clamp_black else y
        return minimum(1.0, y) if self.clamp_white else y


def _positive_power(y: Any, exponent: Any) -> Any:
    return select(y > 0.0, power(y, exponent), y)
