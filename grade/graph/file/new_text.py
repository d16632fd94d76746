"""Writes a look as the text of a new file."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from grade.graph.file.entries import HERE, Entries, entries_of
from grade.graph.file.yaml_text import as_maps, collapse_rgb, to_yaml
from grade.graph.model.graph import Graph
from grade.graph.model.naming import SOURCE
from grade.op import Animation

WIDEST = 100


def new_text(graph: Graph, folder: Path = HERE) -> str:
    """The text of a look for a new file: a line for each knob, small nodes on one line."""
    header, inputs, mattes, nodes, outputs = entries_of(graph, folder)
    lines = [f"{name}: {header_text(value)}" for name, value in header.items() if value is not None]
    lines += section_lines("inputs", inputs)
    lines += section_lines("mattes", mattes)
    if nodes:
        lines.append("nodes:")
    before = SOURCE
    for name, entry in nodes.items():
        lines += node_lines(name, without_default_input(entry, before))
        before = name
    lines.append("outputs:")
    lines += [f"  {name}: {flow_text(entry)}" for name, entry in outputs.items()]
    if graph.knobs:
        lines.append("knobs:")
        lines += [f"  {name}: {to_yaml(path)}" for name, path in graph.knobs.items()]
    lines += section_lines("versions", graph.versions)
    return "\n".join(lines) + "\n"


def without_default_input(entry: Entries, before: str) -> Entries:
    """The entries of a node without ``from``, if that is the node before it."""
    if entry.get("from") != before:
        return entry
    return {field: value for field, value in entry.items() if field != "from"}


def section_lines(name: str, entries: Mapping[str, Entries | str]) -> list[str]:
    """The lines of a section; none if it is empty."""
    lines = [f"{name}:"] if entries else []
    for key, entry in entries.items():
        lines += [f"  {key}: {entry}"] if isinstance(entry, str) else node_lines(key, entry)
    return lines


def node_lines(name: str, entry: Entries, indent: str = "  ") -> list[str]:
    """The lines of a node: one if it is short, else one for each field and each key."""
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


def header_text(value: Any) -> str:
    """The value of an entry above the sections; a view is one too."""
    return flow_text(value) if isinstance(value, dict) else to_yaml(value)


def flow_text(entry: Entries) -> str:
    """Entries on one line, between braces."""
    return (
        "{" + ", ".join(f"{field}: {to_yaml(collapse_rgb(v))}" for field, v in entry.items()) + "}"
    )
