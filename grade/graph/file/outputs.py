"""Makes the outputs of a look file, and refuses nodes that lead to none."""

from __future__ import annotations

from typing import cast

from grade.graph.file.config import check_names
from grade.graph.file.document import OutputEntry
from grade.graph.file.nodes import GraphBuilder
from grade.graph.file.source_file import SourceFile
from grade.graph.file.yaml_tree import Mapping
from grade.graph.model.connect import load_op
from grade.graph.model.graph import Graph
from grade.graph.model.naming import SOURCE
from grade.graph.model.picture import Picture
from grade.graph.model.wire import Wire, walk


def add_outputs(graph: Graph, file: SourceFile, builder: GraphBuilder, last: str) -> None:
    """Add the outputs of a file to its look.

    Parameters
    ----------
    graph, file, builder
        The graph that is made, the file, and the wires that were made of it.
    last
        The node for an output that names none.
    """
    ends = {
        name: _make_output(graph, file, builder, name, entry, last)
        for name, entry in file.document.outputs.items()
    }
    _refuse_unused(file, builder, list(ends.values()))
    with file.at(file.tree.line_of("nodes")):
        for name, picture in ends.items():
            graph.outputs[name] = picture


def _make_output(
    graph: Graph, file: SourceFile, builder: GraphBuilder, name: str, entry: OutputEntry, last: str
) -> Picture:
    tree = file.section("outputs").entries[name].value
    assert isinstance(tree, Mapping)
    picture: Picture = builder.find(entry.from_ or last, tree.line_of("from"), f"{name}.from")
    target = {field: getattr(entry, field) for field in ("space", "display", "view")}
    check_names(graph, file, name, target, tree)
    if entry.space is not None:
        return cast(Picture, picture >> load_op("convert")(dst=entry.space))
    if entry.view is not None:
        view = load_op("display")(display=entry.display, view=entry.view)
        return cast(Picture, picture >> view)
    return picture


def _refuse_unused(file: SourceFile, builder: GraphBuilder, ends: list[Picture]) -> None:
    """Refuse a node that leads to no output, because its settings would do nothing."""
    used: set[Wire] = set(walk(ends))
    for name, wire in {**builder.pictures, **builder.mattes}.items():
        if name == SOURCE or wire in used:
            continue
        sections = ("nodes", "mattes", "inputs")
        section = next(s for s in sections if name in file.section(s).entries)
        if section == "nodes":
            remedy = f"give it to one with from: {name}, put it in a chain, or take it out"
        elif name in builder.mattes:
            remedy = f"give it to a node with matte: {name}, or take it out"
        else:
            remedy = f"give it to a node with from: {name} or over: {name}, or take it out"
        line = file.section(section).line_of(name)
        raise file.error(line, f"{name}: leads to no output; {remedy}")
