"""From a look file to a look."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from grade.errors import RequestError
from grade.graph.algebra import parsed
from grade.graph.change import setting_of
from grade.graph.errors import GraphError, LookFileError
from grade.graph.file.document import Document, InputEntry, NodeEntry, OutputEntry, validate
from grade.graph.file.reader import parse, read_text
from grade.graph.file.tree import Mapping
from grade.graph.inputs import MatteFile, PlateFile
from grade.graph.joining import bind, catalogued, labelled, place
from grade.graph.naming import SOURCE
from grade.graph.spaces import changes_space
from grade.graph.wire import Matte, Picture, Wire, walk
from grade.op import Op, suggestion

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
        self.mattes: dict[str, Matte] = {}
        self.before: dict[str, str] = {}  # node to the one that stands above it
        self.making: list[str] = []  # what is being made: a name in it again is a cycle

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
        self._distinct_names()
        for name, given in document.inputs.items():
            self._input(look, name, given)
        before = SOURCE
        for name in document.nodes:
            self.before[name] = before
            before = name
        for name in document.nodes:
            self.picture(look, name)
        for name in document.mattes:
            self.matte(look, name)
        ends = {
            name: self._output(look, name, entry, before)
            for name, entry in document.outputs.items()
        }
        self._all_used(list(ends.values()))
        with self.at(self.tree.line_of("nodes")):
            for name, picture in ends.items():
                look.outputs[name] = picture
        self._knobs(look)
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

    def _distinct_names(self) -> None:
        """A name is one thing: an input, a matte or a node, and never the source."""
        seen = {SOURCE: 0}
        for section in ("inputs", "mattes", "nodes"):
            for name, entry in self.section(section).entries.items():
                line = entry.key.line
                if name == SOURCE:
                    raise self.wrong(
                        line, f"a node cannot be called {SOURCE}: that is the picture coming in"
                    )
                if name in seen:
                    raise self.wrong(line, f"{name}: given twice, first in line {seen[name]}")
                seen[name] = line

    def _input(self, look: Look, name: str, entry: InputEntry) -> None:
        where = self.section("inputs").entries[name]
        tree = where.value
        assert isinstance(tree, Mapping)
        kind: type[Op] = MatteFile if entry.channel is not None else PlateFile
        given = {"files": entry.files, "channel": entry.channel, "layer": entry.layer}
        values = {field: value for field, value in given.items() if value is not None}
        op = self._made(kind, name, {**values, **(entry.model_extra or {})}, tree)
        if op.values["space"] is not None:
            self._check_names(look, name, op.values, tree)
        self.ops[name] = op
        if isinstance(op, MatteFile):
            self.mattes[name] = bind(op)
        else:
            self.pictures[name] = place(op)

    def picture(self, look: Look, name: str) -> Picture:
        """The picture of a node, made when something asks for it first."""
        if name not in self.pictures:
            with self._in_turn(name, "nodes"):
                self.pictures[name] = self._node(look, name, self.document.nodes[name], "nodes")
        return self.pictures[name]

    def matte(self, look: Look, name: str) -> Matte:
        """A matte of the file, made when something asks for it first."""
        if name in self.mattes:
            return self.mattes[name]
        where = self.section("mattes").entries[name]
        entry = self.document.mattes[name]
        with self._in_turn(name, "mattes"):
            if isinstance(entry, str):
                made = self._expression(look, entry, where.key.line, name)
                with self.at(where.key.line):
                    # An expression that is only a name is that matte under a second one.
                    made = labelled(made, name) if made.op is None else made
            else:
                made = self._node(look, name, entry, "mattes")
            self.mattes[name] = made
        return made

    @contextmanager
    def _in_turn(self, name: str, section: str) -> Iterator[None]:
        """Refuse a node that needs itself; the message names the way round."""
        if name in self.making:
            way = " -> ".join([*self.making[self.making.index(name) :], name])
            raise self.wrong(self.section(section).line_of(name), f"{name}: needs itself: {way}")
        self.making.append(name)
        yield
        self.making.pop()

    def _expression(self, look: Look, text: str, line: int, label: str) -> Matte:
        with self.at(line, label):
            return parsed(text, lambda name: self._matte_named(look, name))

    def _matte_named(self, look: Look, name: str) -> Matte:
        if name in self.document.mattes or name in self.mattes:
            return self.matte(look, name)
        if name in self.document.nodes or name in self.pictures:
            raise GraphError(f"{name} is a picture; a key of it is a matte, {{op: hsl_qualifier}}")
        known = [*self.document.mattes, *self.mattes]
        near = suggestion(name, known) if known else " There are none."
        raise GraphError(f"there is no matte {name!r}.{near}")

    def _node(self, look: Look, name: str, entry: NodeEntry, section: str) -> Any:
        where = self.section(section).entries[name]
        tree = where.value
        assert isinstance(tree, Mapping)
        if entry.like is not None:
            self._named(look, entry.like, tree.line_of("like"), f"{name}.like", ops=True)
            op = self.ops[entry.like]
        else:
            op = self._op(name, entry, tree)
            if op.values["space"] is not None or changes_space(op):
                self._check_names(look, name, op.values, tree)
        gives = {"nodes": "picture", "mattes": "matte"}[section]
        if op.gives != gives:
            there = "mattes" if op.gives == "matte" else "nodes"
            raise self.wrong(
                tree.line_of("op"), f"{name}: {op.kind} gives a {op.gives}: it stands under {there}"
            )
        if entry.like is None:
            self.ops[name] = op
        inputs = [
            self._named(look, *given, matte=op.takes == "matte")
            for given in self._given(name, op, entry, tree)
        ]
        if entry.matte is not None:
            op.matte = self._expression(look, entry.matte, tree.line_of("matte"), f"{name}.matte")
        with self.at(where.key.line):
            label = None if entry.like is None else name
            return place(op, *inputs, label=label)

    def _given(
        self, name: str, op: Op, entry: NodeEntry, tree: Mapping
    ) -> Iterator[tuple[str, int, str]]:
        """What a node takes: the name, the line, the words for messages."""
        if not op.pictures:
            if entry.from_ is not None:
                raise self.wrong(tree.line_of("from"), f"{name}.from: {op.kind} takes no picture")
            return
        first = entry.from_ or self.before.get(name, SOURCE)
        if op.takes == "matte" and entry.from_ is None:
            raise self.wrong(tree.line_of("op"), f"{name}.from: name the matte, from: MATTE")
        yield first, tree.line_of("from"), f"{name}.from"
        for field in op.pictures[1:]:
            yield self._other(name, entry, field, tree), tree.line_of(field), f"{name}.{field}"
        if op.more is not None:
            line, label = tree.line_of(op.more), f"{name}.{op.more}"
            names = (entry.model_extra or {}).get(op.more)
            if (
                not isinstance(names, list)
                or not names
                or not all(isinstance(n, str) for n in names)
            ):
                raise self.wrong(line, f"{label}: name the pictures, {op.more}: [NODE, NODE]")
            for other in names:
                yield other, line, label

    def _op(self, name: str, entry: NodeEntry, tree: Mapping) -> Op:
        """The op of a node."""
        assert entry.op is not None
        with self.at(tree.line_of("op"), name):
            kind = catalogued(entry.op)
        extra = (entry.model_extra or {}).items()
        values = {field: v for field, v in extra if field not in (*kind.pictures, kind.more)}
        return self._made(kind, name, values, tree)

    def _made(self, kind: type[Op], name: str, given: dict[str, Any], tree: Mapping) -> Op:
        """An op, every parameter checked at its own line."""
        values = {}
        for field, value in given.items():
            with self.at(tree.line_of(field)):
                setting = setting_of(kind, name, field)
                if hasattr(setting, "within"):
                    value = setting.within(value, self.folder)
                values[field] = setting.accept(value, name)
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

    def _named(
        self, look: Look, name: str, line: int, label: str, matte: bool = False, ops: bool = False
    ) -> Any:
        """What a name stands for: the picture of a node, or a matte."""
        made: Any
        if name in self.pictures and not matte:
            made = self.pictures[name]
        elif name in self.document.nodes and not matte:
            made = self._stands_above(look, name, line, label)
        elif name in self.document.mattes and (matte or ops):
            made = self.matte(look, name)
        elif name in self.mattes and matte:
            made = self.mattes[name]
        else:
            kind = "matte" if matte else "node"
            known = {**self.document.mattes, **self.mattes} if matte else self.pictures
            other = (
                name in self.pictures if matte else name in {**self.mattes, **self.document.mattes}
            )
            if other:
                raise self.wrong(line, f"{label}: {name} is a {'picture' if matte else 'matte'}")
            raise self.wrong(
                line, f"{label}: there is no {kind} {name!r}.{suggestion(name, known)}"
            )
        if ops and name not in self.ops:
            raise self.wrong(line, f"{label}: {name} has no settings of its own")
        return made

    def _stands_above(self, look: Look, name: str, line: int, label: str) -> Picture:
        """A node that another takes: above it, or reached through a matte."""
        nodes = list(self.document.nodes)
        asking = [node for node in self.making if node in nodes]
        if asking and nodes.index(name) > nodes.index(asking[-1]):
            raise self.wrong(
                line, f"{label}: {name} stands below; a node takes only what stands above it"
            )
        return self.picture(look, name)

    # --- outputs ----------------------------------------------------------------------------------

    def _output(self, look: Look, name: str, entry: OutputEntry, last: str) -> Picture:
        tree = self.section("outputs").entries[name].value
        assert isinstance(tree, Mapping)
        start = entry.from_ or last
        picture: Picture = self._named(look, start, tree.line_of("from"), f"{name}.from")
        target = {field: getattr(entry, field) for field in ("space", "display", "view")}
        self._check_names(look, name, target, tree)
        if entry.space is not None:
            return cast(Picture, picture >> catalogued("convert")(dst=entry.space))
        if entry.view is not None:
            view = catalogued("display")(display=entry.display, view=entry.view)
            return cast(Picture, picture >> view)
        return picture

    def _all_used(self, ends: list[Picture]) -> None:
        """A node that leads to no output is a mistake: its settings would do nothing."""
        used: set[Wire] = set(walk(ends))
        for name, wire in {**self.pictures, **self.mattes}.items():
            if name == SOURCE or wire in used:
                continue
            section = next(
                s for s in ("nodes", "mattes", "inputs") if name in self.section(s).entries
            )
            remedy = (
                f"give it to one with from: {name}, put it in a chain, or take it out"
                if section == "nodes"
                else f"give it to a node with matte: {name}, or take it out"
            )
            raise self.wrong(
                self.section(section).line_of(name), f"{name}: leads to no output; {remedy}"
            )

    def _knobs(self, look: Look) -> None:
        """Knobs and versions, each tried: a name that is wrong is found now, not on the farm."""
        for name, target in self.document.knobs.items():
            line = self.section("knobs").line_of(name)
            with self.at(line, f"knobs.{name}"):
                if name in look:
                    raise GraphError(f"a node is called {name}; give the knob another name")
                node, _, field = target.partition(".")
                op = look.op(node)
                if field:
                    setting_of(op, node, field.partition(".")[0])
            look.knobs[name] = target
        for version, values in self.document.versions.items():
            tree = self.section("versions").entries[version].value
            assert isinstance(tree, Mapping)
            for path, value in values.items():
                with self.at(tree.line_of(path), f"versions.{version}"):
                    look.set({path: value})
            look.versions[version] = values

    def wrong(self, line: int, message: str) -> LookFileError:
        """An error at a line."""
        return LookFileError(f"{self.shown}:{line}: {message}")
