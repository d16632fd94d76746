"""A look as the text of a new file."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from grade.graph.file.yaml_text import (
    HERE,
    Entries,
    as_maps,
    collapse_rgb,
    header_of,
    inputs_of,
    mattes_of,
    nodes_of,
    outputs_of,
    to_yaml,
)
from grade.graph.model.graph import Graph
from grade.graph.model.naming import SOURCE
from grade.op import Animation

WIDEST = 100


def new_text(graph: Graph, folder: Path = HERE) -> str:
    """The text of a look; one knob is one line, small nodes are one line."""
    lines = [f"{name}: {to_yaml(v)}" for name, v in header_of(graph).items() if v is not None]
    lines += section_lines("inputs", inputs_of(graph, folder))
    lines += section_lines("mattes", mattes_of(graph, folder))
    before = SOURCE
    entries = nodes_of(graph, folder)
    if entries:
        lines.append("nodes:")
    for name, entry in entries.items():
        if entry.get("from") == before:
            entry = {field: value for field, value in entry.items() if field != "from"}
        lines += node_lines(name, entry)
        before = name
    lines.append("outputs:")
    for name, entry in outputs_of(graph).items():
        lines.append(f"  {name}: {flow_text(entry)}")
    if graph.knobs:
        lines.append("knobs:")
        lines += [f"  {name}: {to_yaml(path)}" for name, path in graph.knobs.items()]
    lines += section_lines("versions", graph.versions)
    return "\n".join(lines) + "\n"


def section_lines(name: str, entries: Mapping[str, Entries | str]) -> list[str]:
    """A section of the file; none if it is empty."""
    lines = [f"{name}:"] if entries else []
    for key, entry in entries.items():
        lines += [f"  {key}: {entry}"] if isinstance(entry, str) else node_lines(key, entry)
    return lines


def node_lines(name: str, entry: Entries, indent: str = "  ") -> list[str]:
    """A node: op and at most two values in one line, else a line for each, and for each key."""
    line = f"{indent}{name}: {flow_text(entry)}"
    animated = any(isinstance(value, Animation) for value in entry.values())
    if len(entry) <= 3 and len(line) <= WIDEST and not animated:
        return [line]
    lines = [f"{indent}{name}:"]
    for field, value in entry.items():
        if isinstance(value, Animation):
            lines.append(f"{indent}  {field}:")
            keys = as_maps(value).items()
            lines += [f"{indent}    {frame}: {to_yaml(collapse_rgb(key))}" for frame, key in keys]
        else:
            lines.append(f"{indent}  {field}: {to_yaml(collapse_rgb(value))}")
    return lines


def flow_text(entry: Entries) -> str:
    """Entries between braces."""
    return "{" + ", ".join(f"{field}: {_flow_value(value)}" for field, value in entry.items()) + "}"


def _flow_value(value: object) -> str:
    return to_yaml(collapse_rgb(value))
