"""The nodes, mattes and inputs of a look file become a graph."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from grade.graph.errors import GraphError
from grade.graph.file.config import check_names
from grade.graph.file.document import NodeEntry
from grade.graph.file.ops import input_of, op_of
from grade.graph.file.source_text import SourceFile
from grade.graph.file.yaml_tree import Mapping
from grade.graph.model.graph import Graph
from grade.graph.model.inputs import MatteFile
from grade.graph.model.matte_text import names_in, parse_expression
from grade.graph.model.naming import SOURCE
from grade.graph.model.picture import Matte, Picture, bind, place
from grade.op import OPS, Op, suggestion

GIVES = {"nodes": "picture", "mattes": "matte"}


class InputReference(NamedTuple):
    """What a node takes: its name, and the line and the words for messages."""

    name: str
    line: int
    label: str


class GraphBuilder:
    """Makes the wires of a file; each matte when something asks for it first.

    Attributes
    ----------
    ops, pictures, mattes
        What was made, by name; the source of the look is among the pictures.
    """

    def __init__(self, graph: Graph, page: SourceFile) -> None:
        self.graph, self.page = graph, page
        self.ops: dict[str, Op] = {}
        self.pictures: dict[str, Picture] = {SOURCE: graph.source}
        self.mattes: dict[str, Matte] = {}
        self._making: list[str] = []  # a name in it again is a cycle

    def make(self) -> str:
        """Make everything; gives the name of the last node."""
        document = self.page.document
        self._distinct_names()
        for name in document.inputs:
            self._input(name)
        before = SOURCE
        for name in document.nodes:
            self._node(name, before)
            before = name
        for name in document.mattes:
            self.matte(name)
        return before

    def named(
        self, name: str, line: int, label: str, matte: bool = False, ops: bool = False
    ) -> Any:
        """What a name stands for: the picture of a node, or a matte.

        Parameters
        ----------
        name, line, label
            The name, where it stands, and what messages call that place.
        matte
            Whether a matte is wanted.
        ops
            Whether it must be a node of an op of its own, picture or matte.
        """
        document = self.page.document
        made: Any
        if name in self.pictures and not matte:
            made = self.pictures[name]
        elif name in document.nodes and not matte:
            raise self._stands_below(name, line, label)
        elif name in document.mattes and (matte or ops):
            made = self.matte(name)
        elif name in self.mattes and matte:
            made = self.mattes[name]
        else:
            kind = "matte" if matte else "node"
            mattes = {**document.mattes, **self.mattes}
            if name in (self.pictures if matte else mattes):
                raise self.page.wrong(
                    line, f"{label}: {name} is a {'picture' if matte else 'matte'}"
                )
            near = suggestion(name, mattes if matte else self.pictures)
            raise self.page.wrong(line, f"{label}: there is no {kind} {name!r}.{near}")
        if ops and name not in self.ops:
            raise self.page.wrong(line, f"{label}: {name} has no settings of its own")
        return made

    def matte(self, name: str) -> Matte:
        """A matte of the file.

        Those it is made of come first, without recursion: a chain of a thousand is no danger.
        """
        if name in self.mattes:
            return self.mattes[name]
        self._enter(name, "mattes")
        stack = [(name, self._needed(name))]
        while stack:
            top, needed = stack[-1]
            other = next((n for n in needed if n not in self.mattes), None)
            if other is None:
                self.mattes[top] = self._matte(top)
                self._making.pop()
                stack.pop()
            else:
                self._enter(other, "mattes")
                stack.append((other, self._needed(other)))
        return self.mattes[name]

    # --- one of each ------------------------------------------------------------------------------

    def _distinct_names(self) -> None:
        """A name is one thing: an input, a matte or a node, and never the source."""
        seen = {SOURCE: 0}
        for section in ("inputs", "mattes", "nodes"):
            for name, entry in self.page.section(section).entries.items():
                line = entry.key.line
                if name == SOURCE:
                    raise self.page.wrong(
                        line, f"a node cannot be called {SOURCE}: that name is the input picture"
                    )
                if name in seen:
                    raise self.page.wrong(line, f"{name}: given twice, first in line {seen[name]}")
                seen[name] = line

    def _input(self, name: str) -> None:
        tree = self._tree("inputs", name)
        op = input_of(self.page, name, self.page.document.inputs[name], tree)
        if op.values["space"] is not None:
            check_names(self.graph, self.page, name, op.values, tree)
        self.ops[name] = op
        if isinstance(op, MatteFile):
            self.mattes[name] = bind(op)
        else:
            self.pictures[name] = place(op)

    def _node(self, name: str, before: str) -> None:
        self._enter(name, "nodes")
        self.pictures[name] = self._placed("nodes", name, self.page.document.nodes[name], before)
        self._making.pop()

    def _matte(self, name: str) -> Matte:
        entry = self.page.document.mattes[name]
        if not isinstance(entry, str):
            made: Matte = self._placed("mattes", name, entry, SOURCE)
            return made
        line = self.page.section("mattes").line_of(name)
        made = self._expression(entry, line, name)
        with self.page.at(line):
            # An expression that is only a name is that matte under a second one.
            return made.named(name) if made.op is None else made

    def _needed(self, name: str) -> Iterator[str]:
        """The other mattes that a matte is made of."""
        entry = self.page.document.mattes[name]
        if isinstance(entry, str):
            names = names_in(entry)
        else:
            names = [n for n in (entry.from_, entry.like) if n is not None]
            op = OPS.get(entry.op or "")
            if op is not None and op.takes == "matte":
                given = [(entry.model_extra or {}).get(field) for field in op.pictures[1:]]
                names += [n for n in given if isinstance(n, str)]
        return (n for n in names if n in self.page.document.mattes)

    def _placed(self, section: str, name: str, entry: NodeEntry, before: str) -> Any:
        """An op in its place."""
        page, tree = self.page, self._tree(section, name)
        if entry.like is not None:
            self.named(entry.like, tree.line_of("like"), f"{name}.like", ops=True)
            op = self.ops[entry.like]
        else:
            op = op_of(page, name, entry, tree)
            if op.values["space"] is not None or op.changes_space:
                check_names(self.graph, page, name, op.values, tree)
        if op.gives != GIVES[section]:
            there = "mattes" if op.gives == "matte" else "nodes"
            raise page.wrong(
                tree.line_of("op"), f"{name}: {op.kind} gives a {op.gives}: it stands under {there}"
            )
        inputs = [
            self.named(*taken, matte=op.takes == "matte")
            for taken in self._taken(name, op, entry, tree, before)
        ]
        if entry.matte is not None:
            line = tree.line_of("matte")
            matte = self._expression(entry.matte, line, f"{name}.matte")
            with page.at(line):
                op = op.copy(matte=matte)
        if entry.like is None:
            self.ops[name] = op
        with page.at(page.section(section).line_of(name)):
            return place(op, *inputs, label=None if entry.like is None else name)

    def _taken(
        self, name: str, op: Op, entry: NodeEntry, tree: Mapping, before: str
    ) -> Iterator[InputReference]:
        """What a node takes, in the order of its op."""
        wrong, line_of = self.page.wrong, tree.line_of
        extra = entry.model_extra or {}
        if not op.pictures:
            if entry.from_ is not None:
                raise wrong(line_of("from"), f"{name}.from: {op.kind} takes no picture")
            return
        if op.takes == "matte" and entry.from_ is None:
            raise wrong(line_of("op"), f"{name}.from: name the matte, from: MATTE")
        yield InputReference(entry.from_ or before, line_of("from"), f"{name}.from")
        for field in op.pictures[1:]:
            line, label = line_of(field), f"{name}.{field}"
            if not isinstance(extra.get(field), str):
                raise wrong(line, f"{label}: name the second picture, {field}: NODE")
            yield InputReference(extra[field], line, label)
        if op.more is not None:
            line, label, names = line_of(op.more), f"{name}.{op.more}", extra.get(op.more)
            listed = isinstance(names, list) and names and all(isinstance(n, str) for n in names)
            if not listed:
                raise wrong(line, f"{label}: name the pictures, {op.more}: [NODE, NODE]")
            assert names is not None
            for other in names:
                yield InputReference(other, line, label)

    def _expression(self, text: str, line: int, label: str) -> Matte:
        with self.page.at(line, label):
            return parse_expression(text, self._matte_named)

    def _matte_named(self, name: str) -> Matte:
        document = self.page.document
        if name in document.mattes or name in self.mattes:
            return self.matte(name)
        if name in document.nodes or name in self.pictures:
            raise GraphError(f"{name} is a picture; a key of it is a matte, {{op: hsl_qualifier}}")
        known = [*document.mattes, *self.mattes]
        near = suggestion(name, known) if known else " There are none."
        raise GraphError(f"there is no matte {name!r}.{near}")

    # --- what needs what --------------------------------------------------------------------------

    def _tree(self, section: str, name: str) -> Mapping:
        tree = self.page.section(section).entries[name].value
        assert isinstance(tree, Mapping)
        return tree

    def _enter(self, name: str, section: str) -> None:
        """Refuse what needs itself; the message names the way round."""
        if name in self._making:
            way = " -> ".join([*self._making[self._making.index(name) :], name])
            line = self.page.section(section).line_of(name)
            raise self.page.wrong(line, f"{name}: needs itself: {way}")
        self._making.append(name)

    def _stands_below(self, name: str, line: int, label: str) -> Exception:
        """A node that is asked for before its turn: below the one that asks, or in a circle."""
        if name in self._making:
            self._enter(name, "nodes")
        return self.page.wrong(
            line, f"{label}: {name} stands below; a node takes only what stands above it"
        )
