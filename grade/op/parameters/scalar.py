"""Kinds of parameter. The kind decides whether a change recompiles.

A ``Param`` (one number), an ``RgbParam`` (three), a ``VectorParam`` (n) and a ``PointsParam``
(pairs) are uniforms: moving or animating one never recompiles. A ``Choice``, a ``Switch`` or a
``Name`` is structure: part of the kernel, and Python ``if`` may look at it in ``forward``.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any, ClassVar

from grade.errors import RequestError
from grade.ir.expression import bits_float, channels, equal, float_bits, rgb
from grade.op.animation.keyframes import Animation, AnimationError
from grade.op.animation.track import Track, is_track
from grade.op.naming import suggestion

Bounds = tuple[float, float]
CLOSEST_POINTS = 1e-6  # in x; the slope between nearer ones says nothing


class ParameterError(RequestError):
    """A parameter was given something it does not take.

    The message names op, parameter, value, allowed range, unit and remedy.
    """


class Unchangeable(ParameterError, AttributeError):
    """An attribute was set of something that does not change; the message has the remedy."""


class Setting:
    """What every declared field of an op has: a default, a doc line, a name."""

    structural: ClassVar[bool]
    name: str
    default: Any
    doc: str

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name

    def __get__(self, instance: Any, owner: type | None = None) -> Any:
        return self if instance is None else instance.values[self.name]

    def __set__(self, instance: Any, value: Any) -> None:
        kind, owner = type(instance), instance.name or instance.kind
        raise Unchangeable(
            f"{owner}.{self.name}: an op does not change; a copy has other values,"
            f" {kind.__name__}(...).copy({self.name}={value!r}), and so has a look,"
            f" look.set({{'{owner}.{self.name}': {value!r}}})"
        )

    def accept(self, value: Any, owner: str) -> Any:
        """The value in canonical form, keyframes included where the setting takes them.

        Raises
        ------
        ParameterError
            Naming owner, setting, value, what is allowed and the remedy.
        """
        if isinstance(value, Animation) or is_frames(value) or is_track(value):
            raise ParameterError(
                f"{owner}.{self.name}: is part of the kernel and has no keyframes; a change of it"
                " in time is a dissolve between two looks"
            )
        return self.check(value, owner)

    def check(self, value: Any, owner: str) -> Any:
        """The value in canonical form, or :class:`ParameterError`."""
        raise NotImplementedError

    def summary(self) -> str:
        """Range, unit and default, as an error message or a listing shows them."""
        raise NotImplementedError


class Param(Setting):
    """One number.

    Parameters
    ----------
    default
        Its neutral value. None makes the parameter optional: ``forward`` then sees 0 while it is
        unset, so ``hard`` must leave out 0.
    soft
        The slider: where a colorist works.
    hard
        The domain of validity: outside is an error.
    unit
        A word a colorist uses.
    doc
        One sentence.
    """

    structural = False
    components: tuple[str, ...] = ("",)

    def __init__(self, default: Any, *, soft: Bounds, hard: Bounds, unit: str, doc: str) -> None:
        self.soft, self.hard, self.unit, self.doc = soft, hard, unit, doc
        self.optional = default is None
        self.default = default

    def accept(self, value: Any, owner: str) -> Any:
        try:
            if is_frames(value):
                value = Animation.of(value)
            elif is_track(value):
                value = Track.asked(value)
            if not isinstance(value, Animation):
                return self.check(value, owner)
        except AnimationError as error:
            raise ParameterError(f"{owner}.{self.name}: {error}") from None
        checked = value.with_values(lambda key: self.check(key, owner))
        kinds = {len(self.names(key.value)) for key in checked}
        if len(kinds) > 1 or any(key.value is None for key in checked):
            raise ParameterError(
                f"{owner}.{self.name}: every key takes a value of the same number of parts; these"
                f" have {', '.join(map(str, sorted(kinds)))}"
            )
        return checked

    def bounds(self) -> Bounds:
        """What its uniforms may hold."""
        low, high = self.hard
        return (min(low, 0.0), max(high, 0.0)) if self.optional else (low, high)

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

    def flat(self, value: Any) -> list[float]:
        """The value as one number per uniform."""
        return [0.0 if value is None else float(value)]

    def names(self, value: Any) -> Sequence[str]:
        """Suffixes of the uniforms that hold ``value``: ``""`` or ``.r``, ``.g``, ``.b``."""
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
        flat: list[Any] = list(self.flat(value))
        flat[names.index(suffix)] = number
        return tuple(flat)

    def assemble(self, parts: Sequence[Any]) -> Any:
        """What ``forward`` sees, from one node or float64 per uniform."""
        return parts[0]

    def is_neutral(self, bound: Any) -> Sequence[Any]:
        """Conditions, true together where the bound value is the neutral one."""
        return [equal(bound, self.flat(self.default)[0])]

    def summary(self) -> str:
        default = "unset" if self.optional else f"{_show(self.default)}"
        return f"{self.hard[0]:g}..{self.hard[1]:g}, {self.unit}, default {default}"


class RgbParam(Param):
    """Three numbers, one per channel; a single number sets all three."""

    components = (".r", ".g", ".b")

    def __init__(self, default: Any, **about: Any) -> None:
        super().__init__(default, **about)
        self.default = (float(default),) * 3 if isinstance(default, int | float) else tuple(default)

    def check(self, value: Any, owner: str) -> Any:
        if _is_sequence(value):
            if len(value) != 3:
                raise ParameterError(
                    f"{owner}.{self.name} = {value!r}: takes one number or three (red, green, blue)"
                )
            pairs = zip(value, self.components, strict=True)
            return tuple(self._number(v, owner, c) for v, c in pairs)
        return (self._number(value, owner, ""),) * 3

    def flat(self, value: Any) -> list[float]:
        return [float(v) for v in value]

    def assemble(self, parts: Sequence[Any]) -> Any:
        return rgb(*parts)

    def is_neutral(self, bound: Any) -> Sequence[Any]:
        return [equal(c, d) for c, d in zip(channels(bound), self.default, strict=True)]


class VectorParam(Param):
    """A fixed number of numbers, such as the nine of a matrix."""

    def __init__(self, default: Sequence[float], **about: Any) -> None:
        super().__init__(default, **about)
        self.default = tuple(float(v) for v in default)
        self.components = tuple(f".{i}" for i in range(len(self.default)))

    def check(self, value: Any, owner: str) -> Any:
        if not _is_sequence(value) or len(value) != len(self.default):
            raise ParameterError(
                f"{owner}.{self.name} = {value!r}: takes {len(self.default)} numbers"
            )
        pairs = zip(value, self.components, strict=True)
        return tuple(self._number(v, owner, c) for v, c in pairs)

    def flat(self, value: Any) -> list[float]:
        return [float(v) for v in value]

    def assemble(self, parts: Sequence[Any]) -> Any:
        return list(parts)

    def is_neutral(self, bound: Any) -> Sequence[Any]:
        return [equal(c, d) for c, d in zip(bound, self.default, strict=True)]


class PointsParam(Param):
    """Control points ``[[x, y], ...]`` with ascending x; how many there are is structure."""

    def __init__(
        self, default: Sequence[Sequence[float]], *, fewest: int, most: int, **about: Any
    ) -> None:
        super().__init__(default, **about)
        self.default = tuple((float(x), float(y)) for x, y in default)
        self.fewest, self.most = fewest, most

    def check(self, value: Any, owner: str) -> Any:
        if not _is_sequence(value) or not all(_is_sequence(p) and len(p) == 2 for p in value):
            raise ParameterError(f"{owner}.{self.name} = {value!r}: takes points [[x, y], ...]")
        if not self.fewest <= len(value) <= self.most:
            raise ParameterError(
                f"{owner}.{self.name}: {len(value)} points; it takes {self.fewest}..{self.most}"
            )
        points = tuple(
            (self._number(x, owner, f"[{i}].x"), self._number(y, owner, f"[{i}].y"))
            for i, (x, y) in enumerate(value)
        )
        for i, (left, right) in enumerate(pairwise(points), 1):
            apart = bits_float(float_bits(right[0])) - bits_float(float_bits(left[0]))
            if apart < CLOSEST_POINTS:
                raise ParameterError(
                    f"{owner}.{self.name}[{i}].x = {right[0]:g}: not {CLOSEST_POINTS:g} above"
                    f" {left[0]:g} before it; give the points from left to right"
                )
        return points

    def flat(self, value: Any) -> list[float]:
        return [float(v) for point in value for v in point]

    def names(self, value: Any) -> Sequence[str]:
        return [f".{i}.{axis}" for i in range(len(value)) for axis in "xy"]

    def with_number(self, value: Any, suffix: str, number: Any) -> Any:
        flat = super().with_number(value, suffix, number)
        return tuple(zip(flat[0::2], flat[1::2], strict=True))

    def assemble(self, parts: Sequence[Any]) -> Any:
        return list(zip(parts[0::2], parts[1::2], strict=True))

    def is_neutral(self, bound: Any) -> Sequence[Any]:
        """Neutral is the diagonal: every point at y = x."""
        return [equal(x, y) for x, y in bound]


class Choice(Setting):
    """One word among a few; the first is the default."""

    structural = True

    def __init__(self, *options: str, doc: str) -> None:
        self.options, self.default, self.doc = options, options[0], doc

    def check(self, value: Any, owner: str) -> Any:
        if value not in self.options:
            raise ParameterError(
                f"{owner}.{self.name} = {value!r}: not one of {', '.join(self.options)}."
                + (suggestion(value, self.options) if isinstance(value, str) else "")
            )
        return value

    def summary(self) -> str:
        return f"{' | '.join(self.options)}, default {self.default}"


class Switch(Setting):
    """Yes or no."""

    structural = True

    def __init__(self, default: bool, *, doc: str) -> None:
        self.default, self.doc = default, doc

    def check(self, value: Any, owner: str) -> Any:
        if not isinstance(value, bool):
            raise ParameterError(f"{owner}.{self.name} = {value!r}: takes true or false")
        return value

    def summary(self) -> str:
        return f"true | false, default {str(self.default).lower()}"


class Name(Setting):
    """A free text that names something: a space, a view, a file. None while it is not given."""

    structural = True

    def __init__(self, default: str | None = None, *, doc: str) -> None:
        self.default, self.doc = default, doc

    def check(self, value: Any, owner: str) -> Any:
        if value is not None and not isinstance(value, str):
            raise ParameterError(f"{owner}.{self.name} = {value!r}: takes a text")
        return value

    def summary(self) -> str:
        return "text" + ("" if self.default is None else f", default {self.default}")


def is_frames(value: Any) -> bool:
    """Whether a mapping is keyframes: its keys are frame numbers."""
    return isinstance(value, Mapping) and bool(value) and all(map(_is_frame, value))


def _is_frame(key: Any) -> bool:
    if isinstance(key, str):
        return key[:1].isdigit() or (key[:1] == "-" and key[1:2].isdigit())
    return isinstance(key, int | float) and not isinstance(key, bool)


def _is_sequence(value: Any) -> bool:
    return hasattr(value, "__len__") and not isinstance(value, str | dict)


def _show(value: Any) -> str:
    if isinstance(value, tuple):
        flat = [v for part in value for v in (part if isinstance(part, tuple) else (part,))]
        return (
            f"{value[0]:g}"
            if len(set(flat)) == 1
            else str([f"{v:g}" for v in flat]).replace("'", "")
        )
    return f"{value:g}"
