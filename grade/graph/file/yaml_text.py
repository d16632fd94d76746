"""Values as YAML text, and the entries of nodes and outputs that a look file has."""

from __future__ import annotations

import json
import math
import re
from pathlib import Path
from typing import Any

from grade.graph.errors import GraphError
from grade.graph.file.yaml_tree import number_or_text
from grade.graph.identity.identity import changed_fields
from grade.graph.model.graph import Graph
from grade.graph.model.inputs import Input
from grade.graph.model.matte_text import expression_of
from grade.graph.model.naming import SOURCE, Placed
from grade.graph.model.outputs import is_delivery
from grade.graph.model.picture import Matte
from grade.graph.model.wire import Wire
from grade.ir.table import Table
from grade.op import Animation, Band, Op
from grade.op.animation.track import Track

Entries = dict[str, Any]
HERE = Path()
_BARE = re.compile(r"[A-Za-z0-9_.~/][\w .~/()+-]*(?:[:=][\w./-][\w .~/()+-]*)*\Z")


def to_yaml(value: Any) -> str:
    """A value as YAML reads it back.

    >>> [word(v) for v in (1.0, True, (0.9, 1.0), "ACES 2.0 - SDR (x)", "off", "1e-3", "a: b")]
    ['1.0', 'true', '[0.9, 1.0]', 'ACES 2.0 - SDR (x)', 'off', '"1e-3"', '"a: b"']
    """
    if value is None:
        return "null"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float) and not math.isfinite(value):
        return ".nan" if value != value else ".inf" if value > 0 else "-.inf"
    if isinstance(value, int | float):
        return repr(value)
    if isinstance(value, Animation | Band):
        value = as_maps(value)
    if isinstance(value, dict):
        return (
            "{" + ", ".join(f"{key}: {to_yaml(collapse_rgb(v))}" for key, v in value.items()) + "}"
        )
    if isinstance(value, tuple | list):
        return f"[{', '.join(map(to_yaml, value))}]"
    text = str(value)
    bare = _BARE.match(text) and text.isprintable() and not text.endswith(" ")
    if bare and isinstance(number_or_text(text), str) and not text.startswith("..."):
        return text
    return "".join(map(_escape, json.dumps(text, ensure_ascii=False)))


def _escape(character: str) -> str:
    """Escaped where a reader would refuse it or take it for the end of a line."""
    code = ord(character)
    if character.isprintable():
        return character
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def as_maps(value: Any) -> Any:
    """A value as it stands in a file: keyframes and bands as maps."""
    if isinstance(value, Animation):
        return {frame: as_maps(entry) for frame, entry in value.plain().items()}
    if isinstance(value, dict):
        return {key: as_maps(entry) for key, entry in value.items()}
    if isinstance(value, Band):
        soft = {} if value.soft == 0.0 else {"soft": value.soft}
        return {"low": value.low, "high": value.high, **soft}
    return value


def collapse_rgb(value: Any) -> Any:
    """Three equal numbers as one."""
    if isinstance(value, tuple) and len(value) == 3 and len(set(value)) == 1:
        return value[0]
    return value


def header_of(graph: Graph) -> Entries:
    """The entries above the nodes; None for those that are left out."""
    from grade.graph.identity.identity import uses_spaces

    return {
        "grade": 1,
        "look": graph.name,
        "intent": graph.intent or None,
        "config": graph.configuration.name if uses_spaces(graph) else graph.pinned,
        "input": graph.input,
        "working": graph.working,
        "time": None if graph.time == "frame" else graph.time,
        "rate": graph.rate,
    }


def nodes_of(graph: Graph, folder: Path = HERE) -> dict[str, Entries]:
    """The entries of every node in serial order, ``from`` and the further pictures included.

    Files are stated as seen from ``folder``.

    Raises
    ------
    GraphError
        If names were made up, or a value has no text; the message has the line to add.
    """
    if graph.names.unnamed:
        name, op = next(iter(graph.names.unnamed.items()))
        raise GraphError(
            f"the look {graph.name} has several nodes of the kind {op.kind}, and the file must tell"
            f" them apart; name this one: {op.copy(name=name)!r}"
        )
    placed = [node for node in graph.nodes() if not isinstance(node.op, Input)]
    return {node.name: _node_entries(graph, node, folder) for node in placed}


def mattes_of(graph: Graph, folder: Path = HERE) -> dict[str, Entries | str]:
    """The entries of windows and keys, and the expressions that have names, in serial order."""
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


def inputs_of(graph: Graph, folder: Path = HERE) -> dict[str, Entries]:
    """The entries of everything that comes in beside the plate."""
    placed = [node for node in [*graph.nodes(), *graph.mattes()] if isinstance(node.op, Input)]
    return {node.name: _changed_values(node.name, node.op, folder) for node in placed}


def _node_entries(graph: Graph, node: Placed, folder: Path) -> Entries:
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
    values = changed_fields(op)
    for field, value in values.items():
        setting = op.settings[field]
        if isinstance(value, Track):
            values[field] = value.stated(folder)
        elif hasattr(setting, "stated"):
            values[field] = setting.stated(value, folder)
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
    """The entries of every output."""
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
        found[name] = {"from": _name_of(graph, picture), **target}
    return found


def _name_of(graph: Graph, picture: Wire) -> str:
    return graph.names.places.get(picture, SOURCE)
