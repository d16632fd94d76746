"""A mapping of names to numbers, where another setting of the op decides which names exist."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from grade.op.animation.keyframes import Animation
from grade.op.parameters.json_schema import Schema, number_within
from grade.op.parameters.scalar import Param
from grade.op.parameters.setting import ParameterError
from grade.suggestion import suggest

INFINITY = float("inf")
Pairs = tuple[tuple[str, float], ...]
"""Names and numbers, in the order of the uniforms."""


class MappingParam(Param):
    """Numbers by name, such as the dynamic properties of a processor: each is a uniform.

    The user gives a mapping or pairs, with all names or some. The op's ``complete`` adds the others
    by :meth:`complete`. Which names exist is structure.
    """

    def __init__(self, *, unit: str, doc: str) -> None:
        super().__init__((), soft=(-1, 1), hard=(-INFINITY, INFINITY), unit=unit, doc=doc)

    def check(self, value: Any, owner: str) -> Any:
        given = value.items() if isinstance(value, Mapping) else value
        try:
            pairs = [(name, number) for name, number in given]
            if not all(isinstance(name, str) for name, _ in pairs):
                raise TypeError
        except (TypeError, ValueError):
            raise ParameterError(
                f'{owner}.{self.name} = {value!r}: takes numbers by name, as in {{"exposure": 0.5}}'
            ) from None
        return tuple((name, self._number(number, owner, f".{name}")) for name, number in pairs)

    def complete(self, value: Any, own: Pairs, owner: str) -> Any:
        """The given numbers, and those of ``own`` for the names that were not given.

        Parameters
        ----------
        value
            What :meth:`check` returned, or keyframes of such.
        own
            Every name, with its number where the user gives none.
        owner
            The node, for messages.

        Raises
        ------
        ParameterError
            For an unknown name, with the nearest.
        """
        if isinstance(value, Animation):
            return value.with_values(lambda given: self.complete(given, own, owner))
        numbers = dict(own)
        for name, number in value:
            if name not in numbers:
                hint = suggest(name, numbers) if numbers else " It has none."
                raise ParameterError(f"{owner}.{self.name} has no number {name!r}.{hint}")
            numbers[name] = number
        return tuple(numbers.items())

    def refuse(self, value: Any, refusal: Callable[[Mapping[str, float]], str], owner: str) -> None:
        """Raise :class:`ParameterError` with what ``refusal`` says is wrong with all numbers."""
        why = refusal(dict(value))
        if why:
            raise ParameterError(f"{owner}.{self.name}: {why}")

    def flatten(self, value: Any) -> list[float]:
        return [number for _, number in value]

    def names(self, value: Any) -> Sequence[str]:
        return [f".{name}" for name, _ in value]

    def with_number(self, value: Any, suffix: str, number: Any) -> Any:
        """``value`` with one of its numbers changed, the one that ``suffix`` names.

        Raises
        ------
        KeyError
            If the value has no such number.
        """
        wanted = suffix.removeprefix(".")
        if wanted not in dict(value):
            raise KeyError(suffix)
        return tuple((name, number if name == wanted else old) for name, old in value)

    def assemble(self, parts: Sequence[Any]) -> Any:
        return list(parts)

    def is_neutral(self, bound: Any) -> Sequence[Any]:
        """No conditions: only the op knows which numbers change nothing."""
        return []

    def summary(self) -> str:
        return f"numbers by name, {self.unit}, default none"

    def value_schema(self) -> Schema:
        return {"type": "object", "additionalProperties": number_within(*self.hard)}
