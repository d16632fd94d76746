"""The entries of a look file, from a look: header, inputs, mattes, nodes, outputs."""

from __future__ import annotations

from pathlib import Path
from typing import Any, NamedTuple

from grade.graph.errors import GraphError
from grade.graph.file.format_version import NEWEST
from grade.graph.identity.identity import changed_fields, uses_spaces
from grade.graph.model.graph import Graph
from grade.graph.model.inputs import Input
from grade.graph.model.matte_text import expression_of
from grade.graph.model.naming import SOURCE, Placed
from grade.graph.model.outputs import is_delivery
from grade.graph.model.picture import Matte
from grade.graph.model.plate_input import as_entry
from grade.graph.model.wire import Wire
from grade.ir.table import Table
from grade.op import Op
from grade.op.animation.tracker_table import Track
from grade.op.parameters.files import PathSetting

Entries = dict[str, Any]
HERE = Path()


class LookEntries(NamedTuple):
    """The entries of a look file by section; None in the header for an entry that is left out."""

    header: Entries
    inputs: dict[str, Entries]
    mattes: dict[str, Entries | str]
    nodes: dict[str, Entries]
    outputs: dict[str, Entries]


def entries_of(graph: Graph, folder: Path = HERE) -> LookEntries:
    """The entries of a look for a file in ``folder``: paths are relative to it.

    Nodes are in serial order, and state all their inputs, ``from`` included.

    Raises
    ------
    GraphError
        If a node needs a name, or a value cannot be written as text; the message has the remedy.
    """
    return LookEntries(
        _header_of(graph),
        _inputs_of(graph, folder),
        _mattes_of(graph, folder),
        _nodes_of(graph, folder),
        outputs_of(graph),
    )


def _header_of(graph: Graph) -> Entries:
    return {
        "grade": NEWEST,
        "look": graph.name,
        "intent": graph.intent or None,
        "config": graph.configuration.name if uses_spaces(graph) else graph.pinned,
        "input": as_entry(graph.input),
        "untagged": as_entry(graph.untagged),
        "working": graph.working,
        "time": None if graph.time == "frame" else graph.time,
        "rate": graph.rate,
    }


def _nodes_of(graph: Graph, folder: Path) -> dict[str, Entries]:
    if graph.names.unnamed:
        name, op = next(iter(graph.names.unnamed.items()))
        raise GraphError(
            f"the look {graph.name} has several nodes of the kind {op.kind}, and a file needs a"
            f" name for each; name this one: {op.copy(name=name)!r}"
        )
    placed = [node for node in graph.nodes() if not isinstance(node.op, Input)]
    return {node.name: _node_entries(graph, node, folder) for node in placed}


def _mattes_of(graph: Graph, folder: Path) -> dict[str, Entries | str]:
    """The entries of windows and qualifiers, and the expressions with names, in serial order."""
    found: dict[str, Entries | str] = {}
    entries = {node.name: _node_entries(graph, node, folder) for node in graph.mattes()}
    places = graph.names.places
    for wire, name in places.items():
        if not isinstance(wire, Matte) or isinstance(wire.op, Input):
            continue
        if wire.op is None:
            found[name] = expression_of(wire, {w: n for w, n in places.items() if w is not wire})
        else:
            found[name] = entries[name]
    return found


def _inputs_of(graph: Graph, folder: Path) -> dict[str, Entries]:
    placed = [node for node in [*graph.nodes(), *graph.mattes()] if isinstance(node.op, Input)]
    return {node.name: _changed_values(node.name, node.op, folder) for node in placed}


def _node_entries(graph: Graph, node: Placed, folder: Path) -> Entries:
    """The entries of a node: op, inputs, parameters, matte, node fields."""
    op = node.op
    taken: Entries = dict(zip(op.pictures, node.inputs, strict=False))
    if op.more is not None:
        taken[op.more] = list(node.inputs[len(op.pictures) :])
    if graph.names.ops.get(node.name) is not op:
        return {"like": graph.names.of(op), **taken}
    values = _changed_values(node.name, op, folder)
    if node.matte is None:
        return {"op": op.kind, **taken, **values}
    own = {field: value for field, value in values.items() if field not in Op.NODE_FIELDS}
    return {"op": op.kind, **taken, **own, "matte": node.matte, **values}


def _changed_values(name: str, op: Op, folder: Path) -> Entries:
    """The changed values of an op, files as paths from ``folder``."""
    values = changed_fields(op)
    for field, value in values.items():
        setting = op.settings[field]
        if isinstance(value, Track):
            values[field] = value.to_entry(folder)
        elif isinstance(setting, PathSetting):
            values[field] = setting.relative_path(value, folder)
        elif hasattr(setting, "unwritable"):
            raise GraphError(f"{name}.{field}: {setting.unwritable(name)}")
        tables = value if isinstance(value, tuple) else (value,)
        if any(isinstance(part, Table) for part in tables):
            raise GraphError(
                f"{name}.{field}: an array has no place in a look file; write it as a .cube or .clf"
                " file and use FileLUT"
            )
    return values


def outputs_of(graph: Graph) -> dict[str, Entries]:
    """The entries of every output: the node that it takes, and the space or view."""
    found: dict[str, Entries] = {}
    for name, end in graph.outputs.items():
        picture: Wire = end
        target: Entries = {}
        if picture not in graph.names.places and is_delivery(picture):
            op = picture.op
            assert op is not None
            if "dst" in op.values:
                target = {"space": op.values["dst"]}
            else:
                target = {"display": op.values["display"], "view": op.values["view"]}
            picture = picture.inputs[0]
        found[name] = {"from": graph.names.places.get(picture, SOURCE), **target}
    return found
