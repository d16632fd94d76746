"""A show: one look, many shots, and where their plates and pictures lie."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from grade.errors import RequestError
from grade.graph.look import Look
from grade.graph.model.change import cdl_node
from grade.render.errors import PlanError, ShowFileError
from grade.render.show.path_template import expand
from grade.suggestion import suggest


@dataclass(frozen=True, slots=True)
class Shot:
    """A row of the shots file.

    Attributes
    ----------
    name
        What ``$SHOT`` stands for.
    place
        File and line of the row, for messages.
    frames, space, version, look, note
        As the row says them; None or empty where it says nothing. ``space`` is its column
        ``input``, ``look`` the file.
    values
        What it sets in its look, by knob or ``node.param``.
    variables
        Of its columns ``$NAME``, and ``SHOT``.
    """

    name: str
    place: str
    frames: str | None = None
    space: str | None = None
    version: str | None = None
    look: Path | None = None
    note: str = ""
    values: Mapping[str, Any] = field(default_factory=dict)
    variables: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Correction:
    """The CDL of each shot: templates of the file and of the name in it, and its space."""

    file: str
    id: str | None = None
    space: str | None = None


@dataclass(frozen=True, slots=True)
class Show:
    """A show file.

    Attributes
    ----------
    name, path
        Of the show, and its file.
    plates, outputs, cdl
        Templates, see `grade.render.show.path_template`; relative paths are relative to the file.
    context
        Variables for the templates, themselves templates. Nodes that state a context of their
        config get them too, before their own.
    looks
        Every look that a shot has, by its file; `look` is the one of shots that name none.
    shots
        In the order of their file.
    """

    name: str
    path: Path
    plates: str
    outputs: Mapping[str, str]
    look: Path | None
    looks: Mapping[Path, Look]
    shots: tuple[Shot, ...]
    cdl: Correction | None = None
    context: Mapping[str, str] = field(default_factory=dict)

    def select(self, patterns: Iterable[str]) -> tuple[Shot, ...]:
        """The shots whose name fits one of the patterns, such as ``sh0*``; without any, all.

        Raises
        ------
        PlanError
            For a pattern that fits none, naming the nearest shot.
        """
        wanted = list(patterns)
        if not wanted:
            return self.shots
        for pattern in wanted:
            if not any(fnmatchcase(shot.name, pattern) for shot in self.shots):
                near = suggest(pattern, [shot.name for shot in self.shots])
                raise PlanError(f"--shot {pattern}: no shot of {self.name} is called so.{near}")
        return tuple(s for s in self.shots if any(fnmatchcase(s.name, p) for p in wanted))

    def input_of(self, shot: Shot) -> str:
        """The plate of a shot."""
        return self._path(shot, self.plates)

    def outputs_of(self, shot: Shot) -> dict[str, str]:
        """Output of the look to where it goes."""
        return {output: self._path(shot, text) for output, text in self.outputs.items()}

    def look_of(self, shot: Shot, version: str | None = None, space: str | None = None) -> Look:
        """The look of a shot with all that the show says of it.

        The later wins: the look, its version, the CDL of the show, the row of the shot.

        Parameters
        ----------
        version, space
            Taken in place of what the row says.

        Raises
        ------
        ShowFileError
            With file and line, where something does not fit the look.
        """
        path = shot.look or self.look
        assert path is not None  # held by the reader
        look = self.looks[path]
        try:
            if space or shot.space:
                look = look.with_input(space or shot.space)
            if version or shot.version:
                look = look.version(str(version or shot.version))
            if self.cdl is not None:
                look = self._corrected(look, shot, self.cdl)
            if shot.values:
                look = look.set(shot.values)
            return self._in_context(look, shot)
        except RequestError as error:
            raise ShowFileError(f"{shot.place}: {shot.name}: {error}") from error

    def variables(self, shot: Shot) -> dict[str, str]:
        """What the templates of a shot may name; the shot's own come before the show's."""
        known = dict(shot.variables)
        for name, text in self.context.items():
            if name not in known:
                known[name] = expand(text, known)
        return known

    def _path(self, shot: Shot, text: str) -> str:
        try:
            return str(self.path.parent / expand(text, self.variables(shot)))
        except PlanError as error:
            raise ShowFileError(f"{self.path}: {shot.name}: {error}") from error

    def _corrected(self, look: Look, shot: Shot, cdl: Correction) -> Look:
        name = None if cdl.id is None else expand(cdl.id, self.variables(shot))
        look = look.with_cdl(self._path(shot, cdl.file), name)
        if cdl.space is None:
            return look
        return look.set({f"{cdl_node(look)}.space": cdl.space})

    def _in_context(self, look: Look, shot: Shot) -> Look:
        from grade.color.config.looks import variables

        ours = {"SHOT": shot.name, **{name: self.variables(shot)[name] for name in self.context}}
        ours |= {name: text for name, text in shot.variables.items() if name != "SHOT"}
        values = {}
        for node, op in look.names.ops.items():
            stated = op.values.get("context")
            if stated is not None:
                merged = dict(variables(stated)) | ours
                values[f"{node}.context"] = ", ".join(f"{n}={v}" for n, v in merged.items())
        return look.set(values) if values else look
