"""Builds the graph of a look file: its inputs, mattes and nodes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from grade.graph.errors import GraphError
from grade.graph.file.config import check_names
from grade.graph.file.document import NodeEntry
from grade.graph.file.ops import input_of, op_of
from grade.graph.file.source_file import SourceFile
from grade.graph.file.yaml_tree import Mapping
from grade.graph.model.graph import Graph
from grade.graph.model.inputs import MatteFile
from grade.graph.model.matte_text import names_in, parse_expression
from grade.graph.model.naming import SOURCE
from grade.graph.model.picture import Matte, Picture, bind, place
from grade.op import AS_IS, OPS, Op
from grade.suggestion import suggest

MAKES = {"nodes": "picture", "mattes": "matte"}


class InputReference(NamedTuple):
    """The name of an input of a node, with its line and its label for messages."""

    name: str
    line: int
    label: str


class GraphBuilder:
    """Makes the wires of a file; a matte is made when a node first takes it.

    Attributes
    ----------
    ops, pictures, mattes
        What was made so far, by name. The source of the look is one of the pictures.
    """

    def __init__(self, graph: Graph, file: SourceFile) -> None:
        self.graph, self.file = graph, file
        self.ops: dict[str, Op] = {}
        self.pictures: dict[str, Picture] = {SOURCE: graph.source}
        self.mattes: dict[str, Matte] = {}
        self._making: list[str] = []  # a name in it again is a cycle

    def make(self) -> str:
        """Make all inputs, nodes and mattes. The result is the name of the last node."""
        document = self.file.document
        self._refuse_same_names()
        for name in document.inputs:
            self._make_input(name)
        before = SOURCE
        for name in document.nodes:
            self._make_node(name, before)
            before = name
        for name in document.mattes:
            self.matte(name)
        return before

    def find(self, name: str, line: int, label: str, matte: bool = False, ops: bool = False) -> Any:
        """Find what a name stands for: the picture of a node, or a matte.

        Parameters
        ----------
        name, line, label
            The name, its line, and the label of that place for messages.
        matte
            Whether a matte is wanted.
        ops
            Whether it must be a node with settings of its own, picture or matte.
        """
        document = self.file.document
        made: Any
        if name in self.pictures and not matte:
            made = self.pictures[name]
        elif name in document.nodes and not matte:
            raise self._below_error(name, line, label)
        elif name in document.mattes and (matte or ops):
            made = self.matte(name)
        elif name in self.mattes and matte:
            made = self.mattes[name]
        else:
            kind = "matte" if matte else "node"
            mattes = {**document.mattes, **self.mattes}
            if name in (self.pictures if matte else mattes):
                raise self.file.error(
                    line, f"{label}: {name} is a {'picture' if matte else 'matte'}"
                )
            near = suggest(name, mattes if matte else self.pictures)
            raise self.file.error(line, f"{label}: there is no {kind} {name!r}.{near}")
        if ops and name not in self.ops:
            raise self.file.error(line, f"{label}: {name} has no settings of its own")
        return made

    def matte(self, name: str) -> Matte:
        """A matte of the file; the mattes that it depends on are made first.

        Not recursive, so a chain of a thousand mattes is no danger.
        """
        if name in self.mattes:
            return self.mattes[name]
        self._enter(name, "mattes")
        stack = [(name, self._mattes_of(name))]
        while stack:
            top, needed = stack[-1]
            other = next((n for n in needed if n not in self.mattes), None)
            if other is None:
                self.mattes[top] = self._make_matte(top)
                self._making.pop()
                stack.pop()
            else:
                self._enter(other, "mattes")
                stack.append((other, self._mattes_of(other)))
        return self.mattes[name]

    # --- making -----------------------------------------------------------------------------------

    def _refuse_same_names(self) -> None:
        """Refuse a name that is given twice, or that is the name of the source."""
        seen = {SOURCE: 0}
        for section in ("inputs", "mattes", "nodes"):
            for name, entry in self.file.section(section).entries.items():
                line = entry.key.line
                if name == SOURCE:
                    raise self.file.error(
                        line, f"a node cannot be called {SOURCE}: that name is the input picture"
                    )
                if name in seen:
                    raise self.file.error(line, f"{name}: given twice, first in line {seen[name]}")
                seen[name] = line

    def _make_input(self, name: str) -> None:
        tree = self._tree_of("inputs", name)
        op = input_of(self.file, name, self.file.document.inputs[name], tree)
        if op.values["space"] is not None:
            check_names(self.graph, self.file, name, op.values, tree)
        self.ops[name] = op
        if isinstance(op, MatteFile):
            self.mattes[name] = bind(op)
        else:
            self.pictures[name] = place(op)

    def _make_node(self, name: str, before: str) -> None:
        self._enter(name, "nodes")
        self.pictures[name] = self._place("nodes", name, self.file.document.nodes[name], before)
        self._making.pop()

    def _make_matte(self, name: str) -> Matte:
        entry = self.file.document.mattes[name]
        if not isinstance(entry, str):
            made: Matte = self._place("mattes", name, entry, SOURCE)
            return made
        line = self.file.section("mattes").line_of(name)
        made = self._parse_matte(entry, line, name)
        with self.file.at(line):
            # An expression that is only a name is a second name for that matte.
            return made.named(name) if made.op is None else made

    def _mattes_of(self, name: str) -> Iterator[str]:
        """The other mattes that a matte depends on."""
        entry = self.file.document.mattes[name]
        if isinstance(entry, str):
            names = names_in(entry)
        else:
            names = [n for n in (entry.from_, entry.like) if n is not None]
            op = OPS.get(entry.op or "")
            if op is not None and op.takes == "matte":
                given = [(entry.model_extra or {}).get(field) for field in op.pictures[1:]]
                names += [n for n in given if isinstance(n, str)]
        return (n for n in names if n in self.file.document.mattes)

    def _place(self, section: str, name: str, entry: NodeEntry, before: str) -> Any:
        """Place the op of an entry behind its inputs."""
        file, tree = self.file, self._tree_of(section, name)
        if entry.like is not None:
            self.find(entry.like, tree.line_of("like"), f"{name}.like", ops=True)
            op = self.ops[entry.like]
        else:
            op = op_of(file, name, entry, tree)
            if op.values["space"] not in (None, AS_IS) or op.changes_space:
                check_names(self.graph, file, name, op.values, tree)
        if op.makes != MAKES[section]:
            there = "mattes" if op.makes == "matte" else "nodes"
            raise file.error(
                tree.line_of("op"), f"{name}: {op.kind} gives a {op.makes}; move it to {there}"
            )
        inputs = [
            self.find(*taken, matte=op.takes == "matte")
            for taken in self._inputs_of(name, op, entry, tree, before)
        ]
        if entry.matte is not None:
            line = tree.line_of("matte")
            matte = self._parse_matte(entry.matte, line, f"{name}.matte")
            with file.at(line):
                op = op.copy(matte=matte)
        if entry.like is None:
            self.ops[name] = op
        with file.at(file.section(section).line_of(name)):
            return place(op, *inputs, label=None if entry.like is None else name)

    def _inputs_of(
        self, name: str, op: Op, entry: NodeEntry, tree: Mapping, before: str
    ) -> Iterator[InputReference]:
        """The inputs of a node, in the order of its op."""
        error, line_of = self.file.error, tree.line_of
        extra = entry.model_extra or {}
        if not op.pictures:
            if entry.from_ is not None:
                raise error(line_of("from"), f"{name}.from: {op.kind} takes no picture")
            return
        if op.takes == "matte" and entry.from_ is None:
            raise error(line_of("op"), f"{name}.from: name the matte, from: MATTE")
        yield InputReference(entry.from_ or before, line_of("from"), f"{name}.from")
        for field in op.pictures[1:]:
            line, label = line_of(field), f"{name}.{field}"
            if not isinstance(extra.get(field), str):
                raise error(line, f"{label}: name the second picture, {field}: NODE")
            yield InputReference(extra[field], line, label)
        if op.more is not None:
            line, label, names = line_of(op.more), f"{name}.{op.more}", extra.get(op.more)
            listed = isinstance(names, list) and names and all(isinstance(n, str) for n in names)
            if not listed:
                raise error(line, f"{label}: name the pictures, {op.more}: [NODE, NODE]")
            assert names is not None
            for other in names:
                yield InputReference(other, line, label)

    def _parse_matte(self, text: str, line: int, label: str) -> Matte:
        with self.file.at(line, label):
            return parse_expression(text, self._find_matte)

    def _find_matte(self, name: str) -> Matte:
        document = self.file.document
        if name in document.mattes or name in self.mattes:
            return self.matte(name)
        if name in document.nodes or name in self.pictures:
            raise GraphError(
                f"{name} is a picture; a qualifier makes a matte of it, {{op: hsl_qualifier}}"
            )
        known = [*document.mattes, *self.mattes]
        near = suggest(name, known) if known else " There are none."
        raise GraphError(f"there is no matte {name!r}.{near}")

    # --- order ------------------------------------------------------------------------------------

    def _tree_of(self, section: str, name: str) -> Mapping:
        tree = self.file.section(section).entries[name].value
        assert isinstance(tree, Mapping)
        return tree

    def _enter(self, name: str, section: str) -> None:
        """Begin to make a node or matte, and refuse a cycle; the message names all of it."""
        if name in self._making:
            cycle = " -> ".join([*self._making[self._making.index(name) :], name])
            line = self.file.section(section).line_of(name)
            raise self.file.error(line, f"{name}: needs itself: {cycle}")
        self._making.append(name)

    def _below_error(self, name: str, line: int, label: str) -> Exception:
        """The error for an input that stands below its node, or that needs the node itself."""
        if name in self._making:
            self._enter(name, "nodes")
        return self.file.error(
            line, f"{label}: {name} stands below; a node takes only what stands above it"
        )
