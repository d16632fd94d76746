"""``Setting``: what every declared field of an op has, whatever it takes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from grade.errors import RequestError
from grade.op.animation.keyframes import Animation, is_keyframes
from grade.op.animation.tracker_table import is_track
from grade.op.parameters.json_schema import NULL, Schema, any_of


class ParameterError(RequestError):
    """A parameter was given a value that it does not take.

    The message names op, parameter, value, allowed range, unit and remedy.
    """


class Unchangeable(ParameterError, AttributeError):
    """An attribute of something that does not change was set; the message has the remedy."""


class Setting:
    """A declared field of an op: its name, its default, one sentence about it.

    A new kind of parameter is one subclass: it says how a value is checked (``check``), shown
    (``summary``) and described in the schema of look files (``value_schema``).

    Attributes
    ----------
    structural
        Whether the value is part of the kernel. If so, Python ``if`` may look at it in ``forward``,
        a change of it recompiles, and it has no keyframes.
    """

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
        """The value in canonical form, or as an animation of such where keyframes are allowed.

        Raises
        ------
        ParameterError
            Naming owner, setting, value, what is allowed and the remedy.
        """
        if isinstance(value, Animation) or is_keyframes(value) or is_track(value):
            raise ParameterError(
                f"{owner}.{self.name}: is part of the kernel and has no keyframes; a change of it"
                " in time is a dissolve between two looks"
            )
        return self.check(value, owner)

    def check(self, value: Any, owner: str) -> Any:
        """The value in canonical form, or :class:`ParameterError`."""
        raise NotImplementedError

    def takes_none(self) -> bool:
        """Whether the value may be None, ``null`` in a look file."""
        return self.default is None

    def summary(self) -> str:
        """Range, unit and default, as an error message or a listing shows them."""
        raise NotImplementedError

    def value_schema(self) -> Schema:
        """JSON Schema of a value that is not None; empty where anything may stand."""
        return {}

    def schema(self) -> Schema:
        """JSON Schema of a value in a look file, without keyframes."""
        found = self.value_schema()
        return any_of([found, NULL]) if found and self.takes_none() else found


def is_list(value: Any) -> bool:
    """Whether a value is a list of some kind: no text, no mapping."""
    return hasattr(value, "__len__") and not isinstance(value, str | Mapping)
