"""A node of a look as a user sees it: values to read, knobs to set keys on."""

from __future__ import annotations

from typing import Any, NoReturn

from grade.graph.errors import Unchangeable
from grade.graph.model.change import set_key
from grade.graph.model.graph import Graph
from grade.op import Animation, Op, Param, Record


class NodeView:
    """``look["open"]``: the values of an op; each parameter is also a knob.

    ``look["open"].stops`` is the number, or the :class:`grade.Animation` where there are keys.
    ``look["open"].stops.key(1001, 0.0)`` sets a keyframe in place.
    """

    __slots__ = ("_graph", "_name", "_op")

    def __init__(self, graph: Graph, name: str, op: Op) -> None:
        for slot, value in zip(self.__slots__, (graph, name, op), strict=True):
            object.__setattr__(self, slot, value)

    def __setattr__(self, field: str, value: Any) -> NoReturn:
        path = f"{self._name}.{field}"
        raise Unchangeable(
            f"{path}: a look does not change; use look.set({{{path!r}: {value!r}}}), which gives a"
            " new one"
        )

    def __getattr__(self, field: str) -> Any:
        value = getattr(self._op, field)
        if not isinstance(self._op.settings.get(field), Param):
            return value
        return _with_knob(Knob(self._graph, f"{self._graph.names.of(self._op)}.{field}"), value)

    def __repr__(self) -> str:
        return repr(self._op)


class Knob:
    """A parameter of a node of a look."""

    def __init__(self, graph: Graph, path: str) -> None:
        self.graph, self.path = graph, path

    def key(self, frame: float, value: Any, ease: str = "linear", handles: Any = None) -> Knob:
        """Set a keyframe in place; see :meth:`grade.Look.key`."""
        set_key(self.graph, self.path, frame, value, ease, handles)
        return self


class Unset(Knob):
    """A parameter without a value; it counts as false and equals None."""

    def __bool__(self) -> bool:
        return False

    def __eq__(self, other: object) -> bool:
        return other is None or isinstance(other, Unset)

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return "None"


class _ValueWithKnob:
    """A value of a parameter that also sets keyframes of it."""

    knob: Knob

    def key(self, frame: float, value: Any, ease: str = "linear", handles: Any = None) -> Knob:
        """Set a keyframe in place; see :meth:`grade.Look.key`."""
        return self.knob.key(frame, value, ease, handles)


class _Number(_ValueWithKnob, float):
    """One number."""


class _Numbers(_ValueWithKnob, tuple[Any, ...]):
    """Several numbers."""


class _Parts(_ValueWithKnob, Record):
    """A record; each of its parts sets keyframes too, ``look["tone"].shadow.exposure.key(...)``."""

    def __getattr__(self, name: str) -> Any:
        value = super().__getattr__(name)
        return _with_knob(Knob(self.knob.graph, f"{self.knob.path}.{name}"), value)


class _Keyframes(_ValueWithKnob, Animation):
    """Keyframes."""


def _with_knob(knob: Knob, value: Any) -> Any:
    """The value with a method ``key``, which sets a keyframe."""
    if value is None:
        return Unset(knob.graph, knob.path)
    made: Any
    if isinstance(value, Animation):
        made = _Keyframes(value.keys, value.rate)
    elif isinstance(value, Record):
        made = _Parts(value.names, value.cells, value.default)
    elif isinstance(value, tuple):
        made = _Numbers(value)
    elif isinstance(value, float):
        made = _Number(value)
    else:
        return value
    object.__setattr__(made, "knob", knob)  # an animation is frozen
    return made
