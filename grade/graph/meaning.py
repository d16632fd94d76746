"""What a look means, apart from how it is written: for equality, hashes and kernel keys."""

from __future__ import annotations

import hashlib
import json
import math
from typing import TYPE_CHECKING, Any

from grade.graph.picture import Picture, walk
from grade.graph.spaces import changes_space
from grade.op import Op

if TYPE_CHECKING:
    from grade.graph.look import Look


def meaning(look: Look) -> dict[str, Any]:
    """Plain data that is equal for looks that do the same to a picture and are addressed alike.

    Defaults are left out, so a new parameter changes no hash. Name, intent and notes say nothing
    about the picture. The config counts by its resolved name, and only where a space is used.
    """
    names = look.names
    nodes = {
        name: {"op": op.kind, **{f: plain(v) for f, v in stated(op).items() if f != "note"}}
        for name, op in names.ops.items()
    }
    graph: list[list[Any]] = []
    number: dict[Picture, int] = {}
    of_op = {id(op): name for name, op in names.ops.items()}
    for picture in walk(look.outputs.values()):
        number[picture] = len(number)
        if picture.op is None:
            node: Any = "source"
        elif id(picture.op) in of_op:
            node = of_op[id(picture.op)]
        else:
            node = {"op": picture.op.kind, **{f: plain(v) for f, v in stated(picture.op).items()}}
        graph.append([node, *(number[given] for given in picture.inputs)])
    return {
        "input": look.input,
        "working": look.working,
        "config": look.configuration.name if uses_spaces(look) else None,
        "time": look.time,
        "nodes": nodes,
        "graph": graph,
        "outputs": [[name, number[picture]] for name, picture in look.outputs.items()],
    }


def digest(data: Any) -> str:
    """sha256 of plain data."""
    text = json.dumps(data, sort_keys=True, ensure_ascii=True, allow_nan=True)
    return hashlib.sha256(text.encode()).hexdigest()


def uses_spaces(look: Look) -> bool:
    """Whether any space is named, so that the config decides something."""
    if look.input is not None or look.working is not None:
        return True
    ops = [picture.op for picture in walk(look.outputs.values()) if picture.op is not None]
    return any(changes_space(op) or op.values["space"] is not None for op in ops)


def stated(op: Op) -> dict[str, Any]:
    """The fields that differ from their defaults, in the order of declaration, node fields last."""
    own = [name for name in op.settings if name not in Op.NODE_FIELDS]
    fields = [*own, *Op.NODE_FIELDS]
    return {f: op.values[f] for f in fields if op.values[f] != op.settings[f].default}


def plain(value: Any) -> Any:
    """A value as JSON data; a table by its content, a file by what is in it."""
    if isinstance(value, tuple | list):
        return [plain(part) for part in value]
    if hasattr(value, "digest"):
        return f"sha256:{value.digest}"
    if isinstance(value, float) and math.isfinite(value):
        return value + 0.0 if value else 0.0
    return value if value is None or isinstance(value, bool | int | float | str) else repr(value)


def structure(look: Look, output: str) -> tuple[Any, ...]:
    """Everything that decides the kernel of an output, and no number that is a uniform.

    Looks of equal structure share a program: moving a slider changes nothing here.
    """
    from grade.settings import settings

    names, pictures = look.names, list(walk([look.outputs[output]]))
    of_op = {id(op): name for name, op in names.ops.items()}
    number = {picture: i for i, picture in enumerate(pictures)}
    graph = tuple(
        (of_op.get(id(p.op)), None if p.op is None else shape(p.op), *(number[i] for i in p.inputs))
        for p in pictures
    )
    config = look.config or settings().ocio
    return (look.input, look.working, config, graph)


def shape(op: Op) -> tuple[Any, ...]:
    """The structural part of an op: its class, its choices, how many numbers it has."""
    parts: list[Any] = [type(op)]
    for field, setting in op.settings.items():
        value = op.values[field]
        if setting.structural:
            parts.append(value)
        elif value is None:
            parts.append(1)
        else:
            parts.append(len(setting.names(value)))  # type: ignore[attr-defined]
    return tuple(parts)
