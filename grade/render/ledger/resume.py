"""What need not be done again, and why the rest must: this run held against the journals."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from grade.errors import GradeError
from grade.graph.tracing.geometry import Geometry
from grade.render.frame import checksum
from grade.render.frame.grader import Grader
from grade.render.frame.layouts import FrameKind
from grade.render.ledger import file_identity
from grade.render.ledger.journal import JournalEntry, JournalReader, JournalRow
from grade.render.ledger.resume_key import input_paths

NEW = "new"
_NAMED = 3


class Resume:
    """Compares files with what this job would write.

    Parameters
    ----------
    grader
        The look and the outputs as they are now.
    stores
        Output to `grade.render.ledger.resume_key.store_of`.
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
        """Learn what others have written since."""
        for journals in self.journals.values():
            journals.refresh()

    def entry(self, path: Path) -> JournalEntry | None:
        """What the journals know of a file."""
        return self.journals[path.parent].entry(path.name)

    def knows(self, path: Path) -> bool:
        """Whether a file that is there is one that the journals speak of, as it is."""
        entry = self.entry(path)
        try:
            return entry is not None and path.stat().st_size in (0, entry.row.size)
        except OSError:
            return False

    def why(self, output: str, number: int, plate: Path, black: bool) -> str:
        """Why a file must be written; empty if it is there and right.

        Parameters
        ----------
        output, number
            Of the look, and of the frame.
        plate, black
            The file of the plate; whether black is graded in its place.
        """
        path = self.grader.destinations[output].pattern.path(number)
        entry = self.entry(path)
        try:
            there = path.stat()
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
        if there.st_size != row.size:
            return f"the file has {there.st_size} bytes, and was written with {row.size}"
        # Of a copy the time is another; of a job that was killed before its row the content too.
        if there.st_mtime_ns != row.changed and not _is(path, row.file_sum):
            return "the file has another content than was written"
        with self._lock:
            return self._changed(entry, output, number, plate, black)

    def _changed(
        self, entry: JournalEntry, output: str, number: int, plate: Path, black: bool
    ) -> str:
        parts, folder = entry.row.parts, self.grader.destinations[output].pattern.folder
        try:
            if bool(parts["black"]) != black or entry.row.frame != number:
                return "source changed: another frame, or black"
            if said := file_identity.difference(parts["source"], plate, folder):
                return f"source changed: {said}"
            if said := _options(parts["store"], self.stores[output]):
                return f"options changed: {said}"
            if said := self._inputs(parts["inputs"], output, number, plate, folder):
                return f"input changed: {said}"
            kind, geometry = FrameKind.of_data(parts["kind"]), _geometry(parts["geometry"])
            return self._look(entry, output, number, kind, geometry)
        except (KeyError, TypeError, ValueError, AttributeError):
            return "the journal is of another form"

    def _inputs(self, known: Any, output: str, number: int, plate: Path, folder: Path) -> str:
        paths = input_paths(self.grader.look, output, plate, number)
        if len(paths) != len(known):
            return "other files beside the plate"
        differences = (
            file_identity.difference(k, p, folder) for k, p in zip(known, paths, strict=True)
        )
        return next((said for said in differences if said), "")

    def _look(
        self, entry: JournalEntry, output: str, number: int, kind: FrameKind, geometry: Geometry
    ) -> str:
        row = entry.row
        try:
            prepared = self.grader.prepared(kind, output)
        except GradeError as error:
            return f"look changed: {error}"
        values = self.grader.values(prepared.program, number, geometry, row.parts["timecode"])
        now = {name: float(np.float32(value)) for name, value in values.items()}
        moved = _knobs(row, now)
        if prepared.hash != row.parts["program"]:
            return f"look changed: {self._cause(entry.header)}"
        return f"look changed: {moved}" if moved else ""

    def _cause(self, header: Mapping[str, Any]) -> str:
        """Why the program is another one."""
        if said := self._nodes(header):
            return said
        if header.get("config") != self.config:
            return f"config {header.get('config')} -> {self.config}"
        version = header.get("grade")
        return f"its program, which grade {version} made in another way, or a file it reads"

    def _nodes(self, header: Mapping[str, Any]) -> str:
        """Which nodes made another program."""
        before = header.get("nodes")
        if not isinstance(before, Mapping):
            return ""
        names = [*self.nodes, *(name for name in before if name not in self.nodes)]
        said = []
        for name in names:
            if before.get(name) == self.nodes.get(name):
                continue
            what = "added" if name not in before else "" if name in self.nodes else "removed"
            said.append(f"{name} {what}".strip())
        if not said:
            return ""
        more = f" and {len(said) - _NAMED} more" if len(said) > _NAMED else ""
        return f"node {', '.join(said[:_NAMED])}{more}"


def _is(path: Path, content: str) -> bool:
    try:
        return checksum.of_file(path) == content
    except OSError:
        return False


def _knobs(row: JournalRow, now: Mapping[str, float]) -> str:
    """Which uniforms have other values; those of an equal program have equal names."""
    said = [
        f"{name} {row.knobs[name]:g} -> {value:g}" if name in row.knobs else name
        for name, value in now.items()
        if row.knobs.get(name) != value
    ]
    more = f" and {len(said) - _NAMED} more" if len(said) > _NAMED else ""
    return f"{', '.join(said[:_NAMED])}{more}"


def _options(before: Mapping[str, Any], now: Mapping[str, Any]) -> str:
    said = [
        f"{name} {before.get(name)} -> {value}"
        for name, value in now.items()
        if before.get(name) != value
    ]
    return ", ".join(said)


def _geometry(data: Mapping[str, Any]) -> Geometry:
    across, down = data["origin"]
    return Geometry(**{**data, "origin": (across, down)})
