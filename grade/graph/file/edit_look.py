"""Edits the text of a look file where a look differs from it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from grade.graph.file.edit_values import edit_value
from grade.graph.file.edits import Edits
from grade.graph.file.entries import HERE, Entries, entries_of
from grade.graph.file.new_text import (
    flow_text,
    header_text,
    node_lines,
    section_lines,
    without_default_input,
)
from grade.graph.file.reader import parse
from grade.graph.file.yaml_text import collapse_rgb, to_yaml
from grade.graph.file.yaml_tree import Entry, Mapping, Tree
from grade.graph.model.graph import Graph
from grade.graph.model.matte_text import normalize
from grade.graph.model.naming import SOURCE


def edit_text(graph: Graph, text: str, folder: Path = HERE) -> str:
    """The text of a look file, changed where the look differs from it."""
    return _LookEditor(graph, text, folder).edit()


class _LookEditor:
    """Compares the entries of a look with those of a text, and edits the text."""

    def __init__(self, graph: Graph, text: str, folder: Path) -> None:
        self.graph, self.folder = graph, folder
        self.tree, self.edits = parse(text, graph.name), Edits(text)

    def edit(self) -> str:
        header, inputs, mattes, nodes, outputs = entries_of(self.graph, self.folder)
        self.edit_header(header)
        self.edit_section("inputs", dict(inputs))
        self.edit_section("mattes", mattes)
        last = self.edit_nodes(nodes)
        self.edit_outputs(outputs, last)
        return self.edits.apply()

    def edit_header(self, wanted: Entries) -> None:
        """Edit the entries above the sections."""
        above: str | None = None
        for name, value in wanted.items():
            entry = self.tree.entries.get(name)
            if entry is None:
                if value is not None and above is not None:
                    place = self.edits.line_end(self.tree.entries[above].value.content_end)
                    line = f"{self.edits.newline}{name}: {header_text(value)}"
                    self.edits.changes.append((place, place, line))
                continue
            above = name
            stated = entry.value.plain
            if name == "config" and stated is not None and self.has_own_config():
                continue
            if value is None and stated not in (None, "", "frame"):
                self.edits.delete(self.tree, name)
            elif value is not None and stated != value:
                self.edits.replace(entry.value, header_text(value))

    def has_own_config(self) -> bool:
        """Whether the file names the config in another way than ``save`` does, as by a path."""
        return self.graph.pinned is None and self.graph.config is not None

    def edit_section(self, name: str, wanted: dict[str, Entries | str]) -> None:
        """Edit the inputs or the mattes, whose order does not matter."""
        entry = self.tree.entries.get(name)
        block = _block_of(entry)
        if entry is not None and not wanted:
            self.edits.delete(self.tree, name)
            return
        if block is None or not block.entries:
            sections = ("mattes", "nodes", "outputs")
            following = next(s for s in sections if s in self.tree.entries and s != name)
            self.insert_lines(following, section_lines(name, wanted))
            return
        for key, given in block.entries.items():
            if key not in wanted:
                self.edits.delete(block, key)
            elif isinstance(new := wanted[key], str):
                if given.value.plain != new and not _is_same_matte(given.value.plain, new):
                    self.edits.replace(given.value, new)
            elif isinstance(given.value, Mapping):
                self.edit_node(key, given.value, new, SOURCE)
            else:
                self.edits.replace(given.value, flow_text(new))
        for key, new in wanted.items():
            if key not in block.entries:
                self.edits.insert(block, key, new if isinstance(new, str) else flow_text(new))

    def edit_nodes(self, wanted: dict[str, Entries]) -> str:
        """Edit the nodes. The result is the name of the last one."""
        section = self.tree.entries.get("nodes")
        block = _block_of(section)
        present = {} if block is None else block.entries
        if section is not None and not wanted:
            self.edits.delete(self.tree, "nodes")
            return SOURCE
        before = SOURCE
        for name, entry in present.items():
            if name not in wanted:
                assert block is not None
                self.edits.delete(block, name)
                continue
            self.edit_node(name, entry.value, wanted[name], before)
            before = name
        lines = []
        for name in wanted:
            if name not in present:
                indent = " " * (2 if block is None else block.column)
                lines += node_lines(name, without_default_input(wanted[name], before), indent)
                before = name
        if lines and block is None:
            self.insert_lines("outputs", ["nodes:", *lines])
        elif lines and block is not None:
            place = self.edits.line_end(block.content_end)
            text = "".join(self.edits.newline + line for line in lines)
            self.edits.changes.append((place, place, text))
        return before

    def edit_node(self, name: str, tree: Tree, wanted: Entries, before: str) -> None:
        """Edit one node that the text and the look both have."""
        op, edits = self.graph.op(name), self.edits
        if not isinstance(tree, Mapping) or not _is_same_op(tree.plain, wanted):
            entry = {field: value for field, value in wanted.items() if field != "from"}
            last = {"from": wanted["from"]} if "from" in wanted else {}
            edits.replace(tree, flow_text({**entry, **last}))
            return
        for field, value in wanted.items():
            stated = tree.entries.get(field)
            if field == "from":
                self.edit_from(tree, value, before)
            elif stated is None:
                edits.insert(tree, field, to_yaml(collapse_rgb(value)))
            elif field == "matte":
                if not _is_same_matte(stated.value.plain, value):
                    edits.replace(stated.value, value)
            elif field in (*op.pictures, op.more, "op", "like"):
                if stated.value.plain != value:
                    edits.replace(stated.value, to_yaml(value))
            else:
                edit_value(op, name, field, stated.value, edits, value, self.folder)
        for field, stated in tree.entries.items():
            if field not in wanted and field != "from":
                default = None if field == "matte" else op.settings[field].default
                if default is None:
                    edits.delete(tree, field)
                else:
                    edit_value(op, name, field, stated.value, edits, default, self.folder)

    def edit_from(self, tree: Mapping, wanted: str, before: str) -> None:
        """Edit the first input of a node or an output; it may be left out for the node before."""
        stated = tree.entries.get("from")
        if stated is not None:
            if stated.value.plain != wanted:
                self.edits.replace(stated.value, wanted)
        elif wanted != before:
            self.edits.insert(tree, "from", wanted)

    def edit_outputs(self, wanted: dict[str, Entries], last: str) -> None:
        """Edit the outputs; ``last`` is the node that an output without ``from`` takes."""
        block = self.tree.entries["outputs"].value
        assert isinstance(block, Mapping)
        for name, stated in block.entries.items():
            if name not in wanted:
                self.edits.delete(block, name)
            elif isinstance(stated.value, Mapping):
                self.edit_output(stated.value, wanted[name], last)
        for name, entry in wanted.items():
            if name not in block.entries:
                self.edits.insert(block, name, flow_text(entry))

    def edit_output(self, tree: Mapping, wanted: Entries, last: str) -> None:
        """Edit one output that the text and the look both have."""
        for field, value in wanted.items():
            stated = tree.entries.get(field)
            if field == "from":
                self.edit_from(tree, value, last)
            elif stated is None:
                self.edits.insert(tree, field, to_yaml(value))
            elif stated.value.plain != value:
                self.edits.replace(stated.value, to_yaml(value))
        for field in tree.entries:
            if field not in wanted and field != "from":
                self.edits.delete(tree, field)

    def insert_lines(self, section: str, lines: list[str]) -> None:
        """Insert lines above a section."""
        place = self.tree.entries[section].key.start
        text = "".join(line + self.edits.newline for line in lines)
        self.edits.changes.append((place, place, text))


def _block_of(entry: Entry | None) -> Mapping | None:
    """The entries of a section; None if it has none."""
    return entry.value if entry is not None and isinstance(entry.value, Mapping) else None


def _is_same_matte(a: Any, b: str) -> bool:
    """Whether two expressions differ in spaces and brackets alone."""
    return isinstance(a, str) and normalize(a) == normalize(b)


def _is_same_op(a: Any, b: Any) -> bool:
    """Whether two nodes have the same op, or share the settings of the same node."""
    return (a.get("op"), a.get("like")) == (b.get("op"), b.get("like"))
