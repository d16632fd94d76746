"""``Param``: one number that is a uniform. Moving or animating it never recompiles.

It is also the base of every other kind of parameter whose numbers are uniforms.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from grade.ir.expression import equal
from grade.op.animation.keyframes import Animation, AnimationError, is_keyframes
from grade.op.animation.tracker_table import Track, is_track
from grade.op.parameters.json_schema import Schema, number_within
from grade.op.parameters.setting import ParameterError, Setting

Bounds = tuple[float, float]


class Param(Setting):
    """One number.

    Parameters
    ----------
    default
        Its neutral value. None lets the parameter stay unset.
    soft
        The range of the slider: where a colorist works.
    hard
        The domain of validity: outside is an error.
    unit
        A word a colorist uses.
    doc
        One sentence.
    unset
        What ``forward`` sees while the value is None: a number that no user gives, such as 0 where
        ``hard`` leaves out 0, or an end of ``hard``. The uniform is there from the start, so
        setting the parameter recompiles nothing.
    """

    structural = False
    components: tuple[str, ...] = ("",)

    def __init__(
        self,
        default: Any,
        *,
        soft: Bounds,
        hard: Bounds,
        unit: str,
        doc: str,
        unset: float = 0.0,
    ) -> None:
        self.soft, self.hard, self.unit, self.doc = soft, hard, unit, doc
        self.optional, self.unset = default is None, unset
        self.default = default

    def accept(self, value: Any, owner: str) -> Any:
        try:
            if is_keyframes(value):
                value = Animation.of(value)
            elif is_track(value):
                value = Track.from_entry(value)
            if not isinstance(value, Animation):
                return self.check(value, owner)
        except AnimationError as error:
            raise ParameterError(f"{owner}.{self.name}: {error}") from None
        checked = value.with_values(lambda given: self.check(given, owner))
        counts = {len(self.names(keyframe.value)) for keyframe in checked}
        if len(counts) > 1 or any(keyframe.value is None for keyframe in checked):
            raise ParameterError(
                f"{owner}.{self.name}: every key takes a value of the same number of parts; these"
                f" have {', '.join(map(str, sorted(counts)))}"
            )
        return checked

    def bounds(self) -> Bounds:
        """The range of its uniforms."""
        low, high = self.hard
        return (min(low, 0.0), max(high, 0.0)) if self.optional else (low, high)

    def takes_none(self) -> bool:
        return self.optional

    def check(self, value: Any, owner: str) -> Any:
        if value is None and self.optional:
            return None
        return self._number(value, owner, "")

    def _number(self, value: Any, owner: str, component: str) -> float:
        low, high = self.hard
        try:
            if isinstance(value, bool | str):
                raise TypeError
            number = float(value)
        except (TypeError, ValueError):
            raise ParameterError(
                f"{owner}.{self.name}{component} = {value!r}: not a number;"
                f" it takes {self.summary()}"
            ) from None
        if not low <= number <= high or math.isnan(number):
            raise ParameterError(
                f"{owner}.{self.name}{component} = {value!r}: outside {low:g}..{high:g} {self.unit}"
                f" (usual {self.soft[0]:g}..{self.soft[1]:g})"
            )
        return number

    def flatten(self, value: Any) -> list[float]:
        """The value as one number per uniform."""
        return [self.unset if value is None else float(value)]

    def names(self, value: Any) -> Sequence[str]:
        """Suffixes of the uniforms that hold ``value``: ``""``, or ``.r``, ``.g``, ``.b``."""
        return self.components

    def with_number(self, value: Any, suffix: str, number: Any) -> Any:
        """``value`` with one of its numbers changed, the one that ``suffix`` names.

        Raises
        ------
        KeyError
            If the value has no such number.
        """
        names = list(self.names(value))
        if suffix not in names:
            raise KeyError(suffix)
        flat: list[Any] = list(self.flatten(value))
        flat[names.index(suffix)] = number
        return tuple(flat)

    def assemble(self, parts: Sequence[Any]) -> Any:
        """What ``forward`` sees, from one node or float64 per uniform."""
        return parts[0]

    def is_neutral(self, bound: Any) -> Sequence[Any]:
        """Conditions that are all true where the bound value is the neutral one."""
        return [equal(bound, self.flatten(self.default)[0])]

    def summary(self) -> str:
        default = "unset" if self.optional else _format_default(self.default)
        return f"{self.hard[0]:g}..{self.hard[1]:g}, {self.unit}, default {default}"

    def value_schema(self) -> Schema:
        return number_within(*self.hard)


def _format_default(value: Any) -> str:
    """A default as text; numbers that are all equal are shown once."""
    if isinstance(value, tuple):
        flat = [v for part in value for v in (part if isinstance(part, tuple) else (part,))]
        return (
            f"{value[0]:g}"
            if len(set(flat)) == 1
            else str([f"{v:g}" for v in flat]).replace("'", "")
        )
    return f"{value:g}"
