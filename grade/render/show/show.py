"""A show: one look, many shots, and the paths of their plates and outputs."""

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
    """A row of the table of shots.

    Attributes
    ----------
    name
        The name of the shot, for which ``$SHOT`` stands.
    place
        File and line of the row, for messages.
    frames, version, note
        The cells of these columns; None or empty if the row does not have them.
    space, look
        The input space, from the column ``input``; the file of its look.
    values
        The values that it sets in its look, by knob or ``node.param``.
    variables
        The cells of columns ``$NAME``, and ``SHOT``.
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
class ShotCDL:
    """Where the CDL of each shot is: templates of its file and its id, and its space."""

    file: str
    id: str | None = None
    space: str | None = None


@dataclass(frozen=True, slots=True)
class Show:
    """A show file.

    Attributes
    ----------
    name, path
        The name of the show, and its file.
    plates, outputs, cdl
        Path templates, see `grade.render.show.path_template`; relative paths are relative to the
        show file.
    look
        The file of the look of shots that name none.
    looks
        Every look of the show, by its file.
    shots
        The shots, in the order of their table.
    context
        Variables for the templates, which may be templates themselves. They also replace variables
        in the OpenColorIO context of nodes that have one.
    """

    name: str
    path: Path
    plates: str
    outputs: Mapping[str, str]
    look: Path | None
    looks: Mapping[Path, Look]
    shots: tuple[Shot, ...]
    cdl: ShotCDL | None = None
    context: Mapping[str, str] = field(default_factory=dict)

    def select(self, patterns: Iterable[str]) -> tuple[Shot, ...]:
        """The shots whose names match one of the patterns, such as ``sh0*``; all without a pattern.

        Raises
        ------
        PlanError
            For a pattern that matches none, naming the nearest shot.
        """
        wanted = list(patterns)
        if not wanted:
            return self.shots
        for pattern in wanted:
            if not any(fnmatchcase(shot.name, pattern) for shot in self.shots):
                near = suggest(pattern, [shot.name for shot in self.shots])
                raise PlanError(f"--shot {pattern}: no shot of {self.name} has this name.{near}")
        return tuple(s for s in self.shots if any(fnmatchcase(s.name, p) for p in wanted))

    def input_of(self, shot: Shot) -> str:
        """The plate of a shot, a file or a pattern."""
        return self._path(shot, self.plates)

    def outputs_of(self, shot: Shot) -> dict[str, str]:
        """The file or pattern of each output of a shot."""
        return {output: self._path(shot, text) for output, text in self.outputs.items()}

    def look_of(self, shot: Shot, version: str | None = None, space: str | None = None) -> Look:
        """The look of a shot, with everything that the show sets in it.

        Later settings win: the look, its version, the CDL of the show, the row of the shot.

        Parameters
        ----------
        shot
            The shot.
        version, space
            Used in place of what the row says.

        Raises
        ------
        ShowFileError
            With file and line, if a setting does not fit the look.
        """
        path = shot.look or self.look
        assert path is not None  # the reader of the table checks it
        look = self.looks[path]
        try:
            if space or shot.space:
                look = look.with_input(space or shot.space)
            if version or shot.version:
                look = look.version(str(version or shot.version))
            if self.cdl is not None:
                look = self._with_cdl(look, shot, self.cdl)
            if shot.values:
                look = look.set(shot.values)
            return self._with_context(look, shot)
        except RequestError as error:
            raise ShowFileError(f"{shot.place}: {shot.name}: {error}") from error

    def variables(self, shot: Shot) -> dict[str, str]:
        """The variables for the templates of a shot; the shot's own replace the show's."""
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

    def _with_cdl(self, look: Look, shot: Shot, cdl: ShotCDL) -> Look:
        name = None if cdl.id is None else expand(cdl.id, self.variables(shot))
        look = look.with_cdl(self._path(shot, cdl.file), name)
        if cdl.space is None:
            return look
        return look.set({f"{cdl_node(look)}.space": cdl.space})

    def _with_context(self, look: Look, shot: Shot) -> Look:
        from grade.color.config.context import parse_context

        ours = {"SHOT": shot.name, **{name: self.variables(shot)[name] for name in self.context}}
        ours |= {name: text for name, text in shot.variables.items() if name != "SHOT"}
        values = {}
        for node, op in look.names.ops.items():
            own = op.values.get("context")
            if own is not None:
                merged = dict(parse_context(own)) | ours
                values[f"{node}.context"] = ", ".join(f"{n}={v}" for n, v in merged.items())
        return look.set(values) if values else look
