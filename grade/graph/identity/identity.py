"""What a look means, apart from how it is written: equality, hashes and the keys of kernels."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Iterable
from functools import partial
from typing import Any

from grade.graph.identity.dependencies import (
    config_name,
    configs_of,
    digests_of_files,
    names_by_variables,
    names_spaces,
)
from grade.graph.model.graph import Graph
from grade.graph.model.picture import Matte
from grade.graph.model.plate_input import as_entry
from grade.graph.model.wire import Wire, walk
from grade.op import Animation, Band, Op, Record, first_value
from grade.op.parameters.files import FilePattern, LiteralName
from grade.op.space_change import find_part


def meaning_of(graph: Graph) -> dict[str, Any]:
    """Plain data, equal for looks that give the same pictures and have nodes of the same names.

    Defaults are left out, so a new parameter changes no hash. Name, intent and notes do not count.
    The config counts by its resolved name or the digest of its file, and only where a space is
    used. The LUT files that are read through it count by their content, and names that context
    variables decide by what they are.
    """
    names = graph.names
    nodes = {name: {"op": op.kind, **fields_as_json(op)} for name, op in names.ops.items()}
    entries: list[list[Any]] = []
    number: dict[Wire, int] = {}
    combinations: dict[tuple[Any, ...], int] = {}
    of_op = {id(op): name for name, op in names.ops.items()}
    for wire in walk(graph.outputs.values()):
        inputs = [number[given] for given in wire.inputs]
        if isinstance(wire, Matte) and wire.op is None:
            # Two combinations of the same mattes are one matte.
            number[wire] = combinations.setdefault((wire.operator, *inputs), len(entries))
            if number[wire] < len(entries):
                continue
            node: Any = wire.operator
        elif wire.op is None:
            node = "source"
        elif id(wire.op) in of_op:
            node = of_op[id(wire.op)]
        else:
            node = {"op": wire.op.kind, **fields_as_json(wire.op)}
        number[wire] = len(entries)
        entries.append([node, *inputs])
        if wire.matte is not None:
            entries[-1].append({"matte": number[wire.matte]})
    ops = ops_of(graph.outputs.values())
    read, chosen = digests_of_files(graph, ops), names_by_variables(graph, ops)
    return {
        **({"files": read} if read else {}),
        **({"variables": chosen} if chosen else {}),
        "input": as_entry(graph.input),
        **({"untagged": as_entry(graph.untagged)} if graph.untagged is not None else {}),
        "working": graph.working,
        "config": graph.configuration.name if uses_spaces(graph) else None,
        "time": graph.time,
        "nodes": nodes,
        "graph": entries,
        "outputs": [[name, number[picture]] for name, picture in graph.outputs.items()],
    }


def hash_of(graph: Graph) -> str:
    """sha256 of the meaning of a look; formatting, name, intent and notes do not count."""
    return graph.memory.remember("hash", lambda: sha256_of(meaning_of(graph)))


def sha256_of(data: Any) -> str:
    """sha256 of plain data, as canonical JSON."""
    text = json.dumps(data, sort_keys=True, ensure_ascii=True, allow_nan=True)
    return hashlib.sha256(text.encode()).hexdigest()


def uses_spaces(graph: Graph) -> bool:
    """Whether the look names a space, so that its config counts."""
    return names_spaces(graph, ops_of(graph.outputs.values()))


def ops_of(ends: Iterable[Wire]) -> list[Op]:
    """The ops that these wires depend on."""
    return [wire.op for wire in walk(ends) if wire.op is not None]


def fields_as_json(op: Op) -> dict[str, Any]:
    """The changed fields of an op as JSON data; a config by its content."""
    found = {
        field: as_json(value) for field, value in changed_fields(op).items() if field != "note"
    }
    if "config" in found:
        found["config"] = config_name(found["config"])
    return found


def changed_fields(op: Op) -> dict[str, Any]:
    """The fields that differ from their defaults, in the order of declaration, node fields last."""
    own = [name for name in op.settings if name not in Op.NODE_FIELDS]
    fields = [*own, *Op.NODE_FIELDS]
    return {f: op.values[f] for f in fields if op.values[f] != op.settings[f].default}


def as_json(value: Any) -> Any:
    """A value as JSON data; a table or a file by its digest."""
    if isinstance(value, tuple | list):
        return [as_json(part) for part in value]
    if isinstance(value, Animation):
        keys = [[k.frame, as_json(k.value), k.ease, as_json(k.handles)] for k in value]
        return {"keys": keys, **({} if value.rate is None else {"rate": value.rate})}
    if isinstance(value, Band):
        return [value.low, value.high, *value.edges]
    if isinstance(value, Record):
        return {name: as_json(cell) for name, cell in value.changed().items()}
    if hasattr(value, "digest"):
        return f"sha256:{value.digest}"
    if isinstance(value, float) and math.isfinite(value):
        return value + 0.0 if value else 0.0
    return value if value is None or isinstance(value, bool | int | float | str) else repr(value)


def structure_of(graph: Graph, output: str) -> tuple[Any, ...]:
    """What decides the kernel of an output: the graph and its choices, without any uniform.

    Looks of equal structure share a program, so a slider compiles nothing.
    """
    names, wires = graph.names, graph.wires(output)
    of_op = {id(op): name for name, op in names.ops.items()}
    number = {wire: i for i, wire in enumerate(wires)}
    nodes = tuple(
        (
            of_op.get(id(w.op)),
            getattr(w, "operator", None)
            if w.op is None
            else w.op.remember("shape", partial(shape_of, w.op)),
            None if w.matte is None else number[w.matte],
            *(number[given] for given in w.inputs),
        )
        for w in wires
    )
    ops = [w.op for w in wires if w.op is not None]
    # Kept: a look stays with the configs that it was traced from.
    configs = graph.memory.remember(("configs", output), lambda: configs_of(graph, ops))
    return (graph.input, graph.untagged, graph.working, configs, nodes)


def shape_of(op: Op) -> tuple[Any, ...]:
    """The structural part of an op: its class, its choices, and the names of its numbers.

    The names, not their count: they tell a parameter that is not given from one that is, and an
    op's numbers are looked up by them.
    """
    parts: list[Any] = [type(op)]
    for field, setting in op.settings.items():
        value = first_value(op.values[field])
        if isinstance(setting, FilePattern | LiteralName):
            continue  # a kernel does not depend on which files are read
        if setting.structural:
            parts.append(value)
        else:
            parts.append(tuple(setting.names(value)))  # type: ignore[attr-defined]
    if op.changes_space:
        parts.append(find_part(op))  # what asks for a part is refused, and never finds a kernel
    return tuple(parts)
