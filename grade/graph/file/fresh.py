"""A look as the text of a new file."""

from __future__ import annotations

from pathlib import Path

from grade.graph.file.words import HERE, Entries, header, nodes, outputs, short, word
from grade.graph.look import Look
from grade.graph.naming import SOURCE

WIDEST = 100


def fresh_text(look: Look, folder: Path = HERE) -> str:
    """The text of a look; one knob is one line, small nodes are one line."""
    lines = [f"{name}: {word(v)}" for name, v in header(look).items() if v is not None]
    before = SOURCE
    entries = nodes(look, folder)
    if entries:
        lines.append("nodes:")
    for name, entry in entries.items():
        if entry.get("from") == before:
            entry = {field: value for field, value in entry.items() if field != "from"}
        lines += node_lines(name, entry)
        before = name
    lines.append("outputs:")
    for name, entry in outputs(look).items():
        lines.append(f"  {name}: {in_one_line(entry)}")
    return "\n".join(lines) + "\n"


def node_lines(name: str, entry: Entries, indent: str = "  ") -> list[str]:
    """A node: op and at most two values in one line, else a line for each."""
    line = f"{indent}{name}: {in_one_line(entry)}"
    if len(entry) <= 3 and len(line) <= WIDEST:
        return [line]
    return [
        f"{indent}{name}:",
        *(f"{indent}  {field}: {word(short(value))}" for field, value in entry.items()),
    ]


def in_one_line(entry: Entries) -> str:
    """Entries between braces."""
    return "{" + ", ".join(f"{field}: {_inside(value)}" for field, value in entry.items()) + "}"


def _inside(value: object) -> str:
    return word(short(value))
