"""Decides which files must be written, and why: compares this job with the journals."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from grade.errors import GradeError
from grade.graph.tracing.geometry import Geometry
from grade.render.frame.checksum import hash_file
from grade.render.frame.grader import Grader
from grade.render.frame.layouts import FrameKind
from grade.render.ledger.file_identity import describe_change
from grade.render.ledger.journal import JournalRow
from grade.render.ledger.journal_reader import JournalEntry, JournalReader
from grade.render.ledger.resume_key import input_paths

NEW = "new"
_NAMED = 3  # nodes or knobs that a reason lists


class Resume:
    """Compares existing files with what this job would write.

    Parameters
    ----------
    grader
        The look and the outputs as they are now.
    stores
        The settings of `grade.render.ledger.resume_key.store_settings`, by output.
    nodes
        A digest of the structure of each node now.
    config
        The name of the config now.
    """

    def __init__(
        self,
        grader: Grader,
        stores: Mapping[str, Mapping[str, Any]],
        nodes: Mapping[str, str],
        config: str,
    ) -> None:
        self.grader, self.stores, self.nodes, self.config = grader, stores, nodes, config
        folders = {d.pattern.folder for d in grader.destinations.values()}
        self.journals = {folder: JournalReader(folder) for folder in folders}
        self._lock = threading.Lock()

    def refresh(self) -> None:
        """Read what other processes have appended to their journals."""
        for journals in self.journals.values():
            journals.refresh()

    def entry(self, path: Path) -> JournalEntry | None:
        """The latest row of a file in the journals; None if no journal has one."""
        return self.journals[path.parent].entry(path.name)

    def knows(self, path: Path) -> bool:
        """Whether an existing file is in a journal, with the size that it has."""
        entry = self.entry(path)
        try:
            return entry is not None and path.stat().st_size in (0, entry.row.size)
        except OSError:
            return False

    def reason_to_render(self, output: str, number: int, plate: Path, black: bool) -> str:
        """Why a file must be written; empty if it exists and is up to date.

        Parameters
        ----------
        output, number
            The output of the look, and the number of the frame.
        plate, black
            The file of the plate; whether black is graded in its place.
        """
        path = self.grader.destinations[output].pattern.path(number)
        entry = self.entry(path)
        try:
            stat = path.stat()
        except OSError:
            if entry is None:
                return NEW
            row = entry.row
            return f"failed before: {row.message}" if row.status == "failed" else "the file is gone"
        if entry is None:
            return "no journal tells how it was made"
        row = entry.row
        if row.status != "ok":
            return f"failed before: {row.message}"
        if stat.st_size != row.size:
            return f"the file has {stat.st_size} bytes, and was written with {row.size}"
        # A copy has another time only. If a job was killed after it wrote the file and before it
        # appended the row, the content is another one too.
        if stat.st_mtime_ns != row.changed and not _has_content(path, row.file_sum):
            return "the content of the file is not what was written"
        with self._lock:
            return self._changed_part(entry, output, number, plate, black)

    def _changed_part(
        self, entry: JournalEntry, output: str, number: int, plate: Path, black: bool
    ) -> str:
        """Which part of the resume key is another one now."""
        parts, folder = entry.row.parts, self.grader.destinations[output].pattern.folder
        try:
            if bool(parts["black"]) != black or entry.row.frame != number:
                return "source changed: another frame, or black"
            if change := describe_change(parts["source"], plate, folder):
                return f"source changed: {change}"
            if change := _changed_settings(parts["store"], self.stores[output]):
                return f"options changed: {change}"
            if change := self._changed_input(parts["inputs"], output, number, plate, folder):
                return f"input changed: {change}"
            kind, geometry = FrameKind.from_data(parts["kind"]), _geometry_from(parts["geometry"])
            return self._changed_look(entry, output, number, kind, geometry)
        except (KeyError, TypeError, ValueError, AttributeError):
            return "the row of the journal has another form"

    def _changed_input(
        self, known: Any, output: str, number: int, plate: Path, folder: Path
    ) -> str:
        paths = input_paths(self.grader.look, output, plate, number)
        if len(paths) != len(known):
            return "the look reads other files beside the plate"
        changes = (describe_change(k, p, folder) for k, p in zip(known, paths, strict=True))
        return next((change for change in changes if change), "")

    def _changed_look(
        self, entry: JournalEntry, output: str, number: int, kind: FrameKind, geometry: Geometry
    ) -> str:
        row = entry.row
        try:
            made = self.grader.program_for(kind, output)
        except GradeError as error:
            return f"look changed: {error}"
        timecode = row.parts["timecode"]
        values = self.grader.uniform_values(made.program, number, geometry, timecode)
        now = {name: float(np.float32(value)) for name, value in values.items()}
        knobs = _changed_knobs(row, now)
        if made.hash != row.parts["program"]:
            return f"look changed: {self._changed_program(entry.header)}"
        return f"look changed: {knobs}" if knobs else ""

    def _changed_program(self, header: Mapping[str, Any]) -> str:
        """Why the program is another one."""
        if nodes := self._changed_nodes(header):
            return nodes
        if header.get("config") != self.config:
            return f"config {header.get('config')} -> {self.config}"
        version = header.get("grade")
        return f"its program, which grade {version} made in another way, or a file it reads"

    def _changed_nodes(self, header: Mapping[str, Any]) -> str:
        """Which nodes have another structure."""
        before = header.get("nodes")
        if not isinstance(before, Mapping):
            return ""
        names = [*self.nodes, *(name for name in before if name not in self.nodes)]
        changed = []
        for name in names:
            if before.get(name) == self.nodes.get(name):
                continue
            what = "added" if name not in before else "" if name in self.nodes else "removed"
            changed.append(f"{name} {what}".strip())
        return f"node {_list_some(changed)}" if changed else ""


def _has_content(path: Path, content: str) -> bool:
    try:
        return hash_file(path) == content
    except OSError:
        return False


def _changed_knobs(row: JournalRow, now: Mapping[str, float]) -> str:
    """Which uniforms have other values; equal programs name their uniforms equally."""
    return _list_some(
        [
            f"{name} {row.knobs[name]:g} -> {value:g}" if name in row.knobs else name
            for name, value in now.items()
            if row.knobs.get(name) != value
        ]
    )


def _changed_settings(before: Mapping[str, Any], now: Mapping[str, Any]) -> str:
    return ", ".join(
        f"{name} {before.get(name)} -> {value}"
        for name, value in now.items()
        if before.get(name) != value
    )


def _list_some(names: Sequence[str]) -> str:
    """The first names, and how many more there are."""
    more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    return f"{', '.join(names[:_NAMED])}{more}"


def _geometry_from(data: Mapping[str, Any]) -> Geometry:
    across, down = data["origin"]
    return Geometry(**{**data, "origin": (across, down)})
