"""Reads a show file, ``NAME.show.yaml``, its table of shots and their looks."""

from __future__ import annotations

import os
import re
from pathlib import Path

from grade.errors import GradeError
from grade.graph.errors import LookFileError
from grade.graph.file.reader import parse, read_text
from grade.graph.file.yaml_tree import Mapping, Scalar, Tree
from grade.graph.look import Look
from grade.render.errors import ShowFileError
from grade.render.show.path_template import expand
from grade.render.show.shot_table import read_shots
from grade.render.show.show import Shot, ShotCDL, Show
from grade.suggestion import suggest

SUFFIX = ".show.yaml"
VERSION = 1
_KEYS = ("grade", "show", "look", "plates", "outputs", "cdl", "context", "shots")
_NEEDED = ("grade", "show", "plates", "outputs", "shots")
_CDL_KEYS = ("file", "id", "space")
_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


def is_show(path: str | os.PathLike[str]) -> bool:
    """Whether a path names a show file: it ends in ``.show.yaml``."""
    return os.fspath(path).endswith(SUFFIX)


def read_show(path: str | os.PathLike[str]) -> Show:
    """Read a show, its shots and all of their looks.

    Parameters
    ----------
    path
        ``NAME.show.yaml``; paths in it are relative to it.

    Raises
    ------
    ShowFileError
        With file and line, and the column of the table of shots.
    LookFileError
        If one of the looks is wrong.
    """
    shown = os.fspath(path)
    try:
        tree = parse(read_text(Path(path), shown), shown)
    except LookFileError as error:
        raise ShowFileError(str(error).replace("look file", "show file")) from None
    return _Reader(tree, Path(path), shown).show()


class _Reader:
    def __init__(self, tree: Mapping, path: Path, shown: str) -> None:
        self.tree, self.path, self.shown = tree, path, shown
        self.looks: dict[Path, Look] = {}

    def show(self) -> Show:
        self._check_keys(self.tree, "", _KEYS)
        for name in _NEEDED:
            if name not in self.tree.entries:
                raise self.wrong(self.tree, f"a show file needs {name}:")
        version = self.tree.entries["grade"].value
        if not isinstance(version, Scalar) or version.value != VERSION:
            raise self.wrong(version, f"grade: takes {VERSION}, the format of show files")
        look = self._optional(self.tree, "look")
        default = None if look is None else self.path.parent / look
        if default is not None:
            self.load_look(default, self.tree.entries["look"].value.line)
        context = self._texts("context") if "context" in self.tree.entries else {}
        for name in context:
            if not _VARIABLE.fullmatch(name) or name == "SHOT":
                raise self.wrong(
                    self.tree.entries["context"].key, f"context: {name} is no name of a variable"
                )
        show = Show(
            name=self._text(self.tree, "show"),
            path=self.path,
            plates=self._text(self.tree, "plates"),
            outputs=self._texts("outputs"),
            look=default,
            looks=self.looks,
            shots=self._shots(default),
            cdl=self._cdl(),
            context=context,
        )
        self._check_outputs(show)
        return show

    def load_look(self, path: Path, line: int) -> Look:
        """Load a look; each file is read once."""
        if path not in self.looks:
            try:
                self.looks[path] = Look.load(path)
            except LookFileError:
                raise
            except GradeError as error:
                raise ShowFileError(f"{self.shown}:{line}: {error}") from error
        return self.looks[path]

    def _shots(self, default: Path | None) -> tuple[Shot, ...]:
        line = self.tree.entries["shots"].value.line
        path = self.path.parent / self._text(self.tree, "shots")
        return read_shots(path, default, lambda found: self.load_look(found, line))

    def _cdl(self) -> ShotCDL | None:
        if "cdl" not in self.tree.entries:
            return None
        value = self.tree.entries["cdl"].value
        if not isinstance(value, Mapping):
            raise self.wrong(value, "cdl: takes {file: FILE, id: $SHOT, space: SPACE}")
        self._check_keys(value, "cdl.", _CDL_KEYS)
        if "file" not in value.entries:
            raise self.wrong(value, "cdl: needs file:")
        return ShotCDL(
            self._text(value, "file"), self._optional(value, "id"), self._optional(value, "space")
        )

    def _check_outputs(self, show: Show) -> None:
        """Raise if two shots would write to one path, or a variable is unknown; read no plate."""
        taken: dict[str, str] = {}
        section = self.tree.entries["outputs"].value
        assert isinstance(section, Mapping)
        for shot in show.shots:
            for output, text in show.outputs.items():
                entry = section.entries[output].key
                try:
                    place = os.path.normpath(expand(text, show.variables(shot)))
                except GradeError as error:
                    raise self.wrong(entry, f"outputs.{output}: {error}") from error
                other = taken.setdefault(place, f"{shot.name} {output}")
                if other != f"{shot.name} {output}":
                    raise self.wrong(
                        entry,
                        f"outputs.{output}: {other} and {shot.name} {output} would both be written"
                        f" to {place}; write $SHOT into the path",
                    )

    # --- values -----------------------------------------------------------------------------------

    def _check_keys(self, mapping: Mapping, label: str, keys: tuple[str, ...]) -> None:
        for name, entry in mapping.entries.items():
            if name not in keys:
                hint = suggest(name, keys)
                raise self.wrong(entry.key, f"{label}{name}: a show file has no such key.{hint}")

    def _text(self, mapping: Mapping, name: str) -> str:
        value = mapping.entries[name].value
        if not isinstance(value, Scalar) or value.value is None or not value.text.strip():
            raise self.wrong(value, f"{name}: takes a text")
        return value.text

    def _optional(self, mapping: Mapping, name: str) -> str | None:
        return self._text(mapping, name) if name in mapping.entries else None

    def _texts(self, name: str) -> dict[str, str]:
        value = self.tree.entries[name].value
        if not isinstance(value, Mapping) or not value.entries:
            raise self.wrong(value, f"{name}: takes NAME: TEXT, one a line")
        return {key: self._text(value, key) for key in value.entries}

    def wrong(self, where: Tree, why: str) -> ShowFileError:
        return ShowFileError(f"{self.shown}:{where.line}: {why}")
