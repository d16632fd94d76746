"""Prints a program as text: for people, for tests and for its hash; ``parser`` reads it back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from grade.ir.expression import Node, const_value, is_const, walk
from grade.ir.loop import Loop
from grade.ir.table import Table
from grade.ir.types import Type

if TYPE_CHECKING:
    from grade.ir.program import Program

    Named = Mapping[Table | Loop, int]


def format_program(program: Program, *, names: bool = True) -> str:
    """The text of a program; with ``names=False`` only what decides its meaning."""
    tables = {table: i for i, table in enumerate(program.tables)}
    lines = ["program lowered" if program.lowered else "program"]
    lines += [f"source {i}: {layout}" for i, layout in enumerate(program.sources)]
    lines += [f"target {i}: {layout}" for i, layout in enumerate(program.targets)]
    for i, u in enumerate(program.uniforms):
        lines.append(
            f"uniform {i}: {u.type} {float(u.low)!r} {float(u.high)!r}"
            + (f" {_name_text(u.name)}" if names else "")
        )
    for table, i in tables.items():
        lines.append(f"table {i}: {'x'.join(map(str, table.shape))} sha256:{table.digest}")
    loops = {loop: i for i, loop in enumerate(program.loops)}
    named: dict[Table | Loop, int] = dict([*tables.items(), *loops.items()])
    for loop, i in loops.items():
        lines += [f"loop {i}: {loop.most}", *_block(loop.results, named, names)]
    if program.prologue:
        lines += ["prologue:", *_block(program.prologue, named, names)]
    for i, stage in enumerate(program.stages):
        lines += [f"stage {i}:", *_block(stage.outputs, named, names)]
    return "\n".join(lines) + "\n"


def _name_text(name: str) -> str:
    """The name, quoted where it would not survive in a line of text."""
    plain = name.isprintable() and name == name.strip() and name[:1] not in ("", "'", '"')
    return name if plain else ascii(name)


def _block(outputs: tuple[Node, ...], named: Named, comments: bool) -> list[str]:
    number: dict[Node, int] = {}
    lines = []
    for node in walk(outputs):
        number[node] = len(number)
        operands = "".join(f" %{number[a]}" for a in node.args)
        attr = "" if node.attr is None else f" [{_attr_text(node, named)}]"
        comment = f"  # {const_value(node)!r}" if comments and is_const(node) else ""
        lines.append(f"  %{number[node]}: {node.type} = {node.op}{operands}{attr}{comment}")
    lines.append("  return " + " ".join(f"%{number[o]}" for o in outputs))
    return lines


def _attr_text(node: Node, named: Named) -> str:
    parts = node.attr if isinstance(node.attr, tuple) else (node.attr,)
    return ", ".join(_attr_part(part, named) for part in parts)


def _attr_part(part: Any, named: Named) -> str:
    if isinstance(part, Type):
        return str(part)
    if isinstance(part, Table | Loop):
        return f"{'table' if isinstance(part, Table) else 'loop'} {named[part]}"
    return repr(part)
