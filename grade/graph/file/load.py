"""From a look file to a look."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from grade.errors import RequestError
from grade.graph.change import setting_of
from grade.graph.errors import LookFileError
from grade.graph.file.document import Document, NodeEntry, OutputEntry, validate
from grade.graph.file.reader import parse, read_text
from grade.graph.file.tree import Mapping
from grade.graph.naming import SOURCE
from grade.graph.picture import Picture, catalogued, place, walk
from grade.graph.spaces import changes_space
from grade.op import FileName, Op, suggestion

if TYPE_CHECKING:
    from grade.graph.look import Look

NODE_FIELDS = ("op", "like", "from")


def load(path: str | os.PathLike[str]) -> Look:
    """Read a look file; see ``Look.load``."""
    shown = os.fspath(path)
    return from_text(read_text(Path(path), shown), shown, Path(path).parent)


def from_text(text: str, shown: str, folder: Path) -> Look:
    """The look that a text describes.

    Parameters
    ----------
    text
        The content of a look file.
    shown
        What messages call it.
    folder
        What relative paths are relative to.

    Raises
    ------
    LookFileError
        With file, line, node and parameter.
    """
    tree = parse(text, shown)
    return _Loader(tree, validate(tree, shown), shown, folder).look(text)


class _Loader:
    def __init__(self, tree: Mapping, document: Document, shown: str, folder: Path) -> None:
        self.tree, self.document, self.shown, self.folder = tree, document, shown, folder
        self.ops: dict[str, Op] = {}
        self.pictures: dict[str, Picture] = {}

    @contextmanager
    def at(self, line: int, label: str = "") -> Iterator[None]:
        """Errors inside get the file, the line and the label."""
        try:
            yield
        except LookFileError:
            raise
        except RequestError as error:
            start = f"{self.shown}:{line}: " + (f"{label}: " if label else "")
            raise LookFileError(f"{start}{error}") from None

    def section(self, name: str) -> Mapping:
        """A section of the file; an empty one if it is not there."""
        entry = self.tree.entries.get(name)
        value = None if entry is None else entry.value
        return value if isinstance(value, Mapping) else Mapping(0, 0, self.tree.line)

    def look(self, text: str) -> Look:
        from grade.graph.look import Look

        document = self.document
        look = Look(
            document.look, document.input, document.working, None, document.intent, document.time
        )
        look.text = text
        self._configure(look)
        self.pictures[SOURCE] = look.source
        self._spaces(look)
        before = SOURCE
        for name, entry in document.nodes.items():
            self._node(look, name, entry, before)
            before = name
        ends = {
            name: self._output(look, name, entry, before)
            for name, entry in document.outputs.items()
        }
        self._all_used(list(ends.values()))
        with self.at(self.tree.line_of("nodes")):
            for name, picture in ends.items():
                look.outputs[name] = picture
        return look

    # --- spaces -----------------------------------------------------------------------------------

    def _configure(self, look: Look) -> None:
        stated = self.document.config
        if stated is None:
            return
        if stated.startswith(("ocio://", "sha256:")):
            look.config = look.pinned = stated
        else:
            look.config = os.path.normpath(self.folder / stated)

    def _spaces(self, look: Look) -> None:
        """The config is found, and has the spaces of the look."""
        if look.input is None and look.working is None:
            return
        with self.at(self.tree.line_of("config"), "config" if self.document.config else ""):
            config = look.configuration
        for field in ("input", "working"):
            name = getattr(look, field)
            if name is not None and (field, name) != ("input", "auto"):
                with self.at(self.tree.line_of(field), field):
                    config.space(name)

    def _check_names(self, look: Look, label: str, names: dict[str, Any], tree: Mapping) -> None:
        """Spaces, displays and views that an op or an output names are in the config."""
        for field in ("space", "src", "dst"):
            if names.get(field) is not None:
                with self.at(tree.line_of(field), f"{label}.{field}"):
                    look.configuration.space(names[field])
        if names.get("view") is not None:
            with self.at(tree.line_of("view"), f"{label}.view"):
                look.configuration.view(names["display"], names["view"])

    # --- nodes ------------------------------------------------------------------------------------

    def _node(self, look: Look, name: str, entry: NodeEntry, before: str) -> None:
        where = self.section("nodes").entries[name]
        tree = where.value
        assert isinstance(tree, Mapping)
        if name == SOURCE:
            raise self.wrong(
                where.key.line, f"a node cannot be called {SOURCE}: that is the picture coming in"
            )
        if entry.like is not None:
            op = self._known(self.ops, entry.like, tree.line_of("like"), f"{name}.like")
        else:
            op = self._op(name, entry, tree)
            if op.values["space"] is not None or changes_space(op):
                self._check_names(look, name, op.values, tree)
            self.ops[name] = op
        given = [entry.from_ or before]
        given += [self._other(name, entry, field, tree) for field in op.pictures[1:]]
        inputs = [
            self._known(self.pictures, picture, tree.line_of(field), f"{name}.{field}")
            for picture, field in zip(given, op.pictures, strict=True)
        ]
        with self.at(where.key.line):
            label = None if entry.like is None else name
            self.pictures[name] = place(op, *inputs, label=label)

    def _op(self, name: str, entry: NodeEntry, tree: Mapping) -> Op:
        """The op of a node, every parameter checked at its own line."""
        assert entry.op is not None
        with self.at(tree.line_of("op"), name):
            kind = catalogued(entry.op)
        values = {}
        for field, value in (entry.model_extra or {}).items():
            if field in kind.pictures:
                continue
            with self.at(tree.line_of(field)):
                setting = setting_of(kind, name, field)
                if isinstance(setting, FileName):
                    value = setting.within(value, self.folder)
                values[field] = setting.check(value, name)
        with self.at(tree.line_of("op")):
            return kind(name=name, **values)

    def _other(self, name: str, entry: NodeEntry, field: str, tree: Mapping) -> str:
        """A further picture of an op that takes several."""
        extra = entry.model_extra or {}
        if not isinstance(extra.get(field), str):
            raise self.wrong(
                tree.line_of(field), f"{name}.{field}: name the second picture, {field}: NODE"
            )
        return str(extra[field])

    def _known(self, known: dict[str, Any], name: str, line: int, label: str) -> Any:
        """A node that stands above."""
        if name in known:
            return known[name]
        if name in self.document.nodes:
            raise self.wrong(
                line, f"{label}: {name} stands below; a node takes only what stands above it"
            )
        raise self.wrong(line, f"{label}: there is no node {name!r}.{suggestion(name, known)}")

    # --- outputs ----------------------------------------------------------------------------------

    def _output(self, look: Look, name: str, entry: OutputEntry, last: str) -> Picture:
        tree = self.section("outputs").entries[name].value
        assert isinstance(tree, Mapping)
        start = entry.from_ or last
        picture: Picture = self._known(self.pictures, start, tree.line_of("from"), f"{name}.from")
        target = {field: getattr(entry, field) for field in ("space", "display", "view")}
        self._check_names(look, name, target, tree)
        if entry.space is not None:
            return picture >> catalogued("convert")(dst=entry.space)
        if entry.view is not None:
            return picture >> catalogued("display")(display=entry.display, view=entry.view)
        return picture

    def _all_used(self, ends: list[Picture]) -> None:
        """A node that leads to no output is a mistake: its settings would do nothing."""
        used = set(walk(ends))
        for name, picture in self.pictures.items():
            if name != SOURCE and picture not in used:
                raise self.wrong(
                    self.section("nodes").line_of(name),
                    f"{name}: leads to no output; give it to one with from: {name}, put it in a"
                    " chain, or take it out",
                )

    def wrong(self, line: int, message: str) -> LookFileError:
        """An error at a line."""
        return LookFileError(f"{self.shown}:{line}: {message}")
