"""What can be changed about a look: values, keys, versions, fewer nodes, another input."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, cast

from grade.graph.errors import UnknownName
from grade.graph.model import change
from grade.op import Op
from grade.suggestion import suggest

if TYPE_CHECKING:
    from grade.graph.look import Look
    from grade.graph.model.naming import Names


class Adjustable:
    """The part of a :class:`grade.Look` that gives other looks, or sets keys on this one."""

    name: str
    knobs: dict[str, str]
    versions: dict[str, dict[str, Any]]

    if TYPE_CHECKING:

        @property
        def names(self) -> Names:
            """The names of nodes."""

        def op(self, node: str) -> Op:
            """The op of a node."""

        def __contains__(self, node: object) -> bool: ...

    @property
    def _look(self) -> Look:
        return cast("Look", self)

    def set(self, values: Mapping[str, Any]) -> Look:
        """A look with other values.

        Parameters
        ----------
        values
            Dotted names: ``trim.slope``, one of its numbers ``trim.slope.r``, node fields such as
            ``trim.enable`` and ``trim.amount``. Numbers that are uniforms share the kernel.

        Raises
        ------
        UnknownName, ParameterError
            Naming the nearest node or parameter; or range and unit.
        """
        return change.set_values(self._look, values)

    def key(
        self, knob: str, frame: float, value: Any, ease: str = "linear", handles: Any = None
    ) -> Look:
        """Set a keyframe, in place; gives the look itself, so that keys can follow one another.

        Parameters
        ----------
        knob
            ``open.stops``, or the name of a knob. The first key takes the place of the value.
        frame
            A frame of the plate, or with ``time="shot"`` counted from the shot's first, 0.
        value
            The parameter's whole value.
        ease
            How it is reached from the key before: ``linear``, ``smooth``, ``hold``, ``bezier``.
        handles
            x1, y1, x2, y2 of a ``bezier``; see :class:`grade.Key`.

        Raises
        ------
        UnknownName, ParameterError
            Naming the nearest node or parameter; or range and unit.
        GraphError
            If the node is shared with a look that was made of this one: ``set`` gives a new look.
        """
        change.set_key(self._look, knob, frame, value, ease, handles)
        return self._look

    def version(self, name: str) -> Look:
        """The look with the values of one of its :attr:`versions`.

        Raises
        ------
        UnknownName
            Naming the nearest version.
        """
        if name not in self.versions:
            known = suggest(name, self.versions) if self.versions else " It has none."
            raise UnknownName(f"the look {self.name} has no version {name!r}.{known}")
        return self.set(self.versions[name])

    def knob_path(self, name: str) -> str:
        """A dotted name with the knob at its head replaced by what the knob stands for."""
        head, dot, rest = name.partition(".")
        at = ""
        if not dot:
            head, at, frame = head.partition("@")
            rest = frame
        if head in self.knobs and head not in self:
            return f"{self.knobs[head]}{dot or at}{rest}"
        return name

    @property
    def animated(self) -> bool:
        """Whether anything changes in time."""
        return any(op.animated() for op in self.names.ops.values())

    @property
    def keyed_by_frame(self) -> tuple[str, ...]:
        """The parameters whose keys stand at frames; keys at timecodes ask the picture itself."""
        return tuple(
            f"{node}.{field}"
            for node, op in self.names.ops.items()
            for field in op.animated()
            if op.values[field].rate is None
        )

    def without(self, *nodes: str) -> Look:
        """A look without some nodes: what followed them takes their first picture.

        A window or key that is left out is everywhere.

        Raises
        ------
        UnknownName
            Naming the nearest node.
        """
        return change.without(self._look, nodes)

    def with_cdl(self, path: str | os.PathLike[str], identifier: str | None = None) -> Look:
        """A look with the numbers of a ``.cc``, ``.ccc`` or ``.cdl`` file in its CDL node.

        That is the node of the knob ``cdl``, or the only one. ``clamp`` stays as the node has it:
        the ASC clamps, and here that is off unless the node says so.

        Raises
        ------
        GraphError, FileError
            If the look has no such node, or the file no such correction.
        """
        return change.with_cdl(self._look, os.fspath(path), identifier)

    def with_input(self, space: str | None) -> Look:
        """A look for plates in another space."""
        return change.rebuilt(self._look, {}, input=space)
