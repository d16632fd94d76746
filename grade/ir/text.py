"""The text form of a program: prints, and parses back to the equal program."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Mapping
from typing import Any

from grade.ir.expression import Node, const_value, is_const, make, walk
from grade.ir.program import Program, ProgramError, Stage, Uniform
from grade.ir.storage import Layout
from grade.ir.table import Table
from grade.ir.types import Type

_LINE = re.compile(r"%(\d+): (\S+) = (\w+)((?: %\d+)*)(?: \[(.*?)\])?(?:  #.*)?$")


def render(program: Program, *, names: bool = True) -> str:
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
    if program.prologue:
        lines += ["prologue:", *_block(program.prologue, tables, names)]
    for i, stage in enumerate(program.stages):
        lines += [f"stage {i}:", *_block(stage.outputs, tables, names)]
    return "\n".join(lines) + "\n"


def _name_text(name: str) -> str:
    """The name, quoted where it would not survive in a line of text."""
    plain = name.isprintable() and name == name.strip() and name[:1] not in ("", "'", '"')
    return name if plain else ascii(name)


def _name(text: str) -> str:
    return str(ast.literal_eval(text)) if text[:1] in ("'", '"') else text


def _block(outputs: tuple[Node, ...], tables: Mapping[Table, int], comments: bool) -> list[str]:
    number: dict[Node, int] = {}
    lines = []
    for node in walk(outputs):
        number[node] = len(number)
        operands = "".join(f" %{number[a]}" for a in node.args)
        attr = "" if node.attr is None else f" [{_attr_text(node, tables)}]"
        comment = f"  # {const_value(node)!r}" if comments and is_const(node) else ""
        lines.append(f"  %{number[node]}: {node.type} = {node.op}{operands}{attr}{comment}")
    lines.append("  return " + " ".join(f"%{number[o]}" for o in outputs))
    return lines


def _attr_text(node: Node, tables: Mapping[Table, int]) -> str:
    parts = node.attr if isinstance(node.attr, tuple) else (node.attr,)
    return ", ".join(_attr_part(part, tables) for part in parts)


def _attr_part(part: Any, tables: Mapping[Table, int]) -> str:
    if isinstance(part, Type):
        return str(part)
    return f"table {tables[part]}" if isinstance(part, Table) else repr(part)


def parse(text: str, tables: Iterable[Table] = ()) -> Program:
    """Read back what :func:`render` printed.

    Parameters
    ----------
    tables
        The data of the tables that the text names by digest.

    Raises
    ------
    ProgramError
        With the number of the line that is no line of a program.
    """
    reader = _Reader({table.digest: table for table in tables})
    for number, line in enumerate(text.splitlines(), 1):
        try:
            reader.line(line)
        except (ValueError, KeyError, IndexError, TypeError, SyntaxError) as error:
            raise ProgramError(f"line {number}: {line.strip()!r}: {error}") from None
    return reader.program()


class _Reader:
    def __init__(self, known: Mapping[str, Table]) -> None:
        self.known = known
        self.sources: list[Layout] = []
        self.targets: list[Layout] = []
        self.uniforms: list[Uniform] = []
        self.tables: list[Table] = []
        self.prologue: tuple[Node, ...] = ()
        self.stages: list[Stage] = []
        self.nodes: list[Node] = []
        self.in_prologue = self.lowered = False

    def line(self, line: str) -> None:
        word, _, rest = line.strip().partition(" ")
        if word == "program":
            self.lowered = rest == "lowered"
            return
        if word == "":
            return
        if word in ("prologue:", "stage"):
            self.nodes, self.in_prologue = [], word == "prologue:"
        elif word == "return":
            outputs = tuple(self.nodes[int(name[1:])] for name in rest.split())
            if self.in_prologue:
                self.prologue = outputs
            else:
                self.stages.append(Stage(outputs))
        elif word.startswith("%"):
            self.nodes.append(self.node(line.strip()))
        else:
            self.declaration(word, rest.partition(": ")[2])

    def declaration(self, word: str, rest: str) -> None:
        if word == "source":
            self.sources.append(Layout.parse(rest))
        elif word == "target":
            self.targets.append(Layout.parse(rest))
        elif word == "uniform":
            type, low, high, *name = rest.split(" ", 3)
            label = _name(name[0]) if name else f"u{len(self.uniforms)}"
            self.uniforms.append(Uniform(label, Type.parse(type), float(low), float(high)))
        elif word == "table":
            self.tables.append(self.known[rest.rpartition("sha256:")[2]])
        else:
            raise ValueError("unknown word")

    def node(self, line: str) -> Node:
        match = _LINE.match(line)
        if match is None:
            raise ValueError("not a node")
        number, type, op, operands, attr = match.groups()
        args = tuple(self.nodes[int(name[1:])] for name in operands.split())
        node = make(op, args, self.attr(op, attr))
        if int(number) != len(self.nodes) or str(node.type) != type:
            raise ValueError(f"is %{len(self.nodes)}: {node.type}")
        return node

    def attr(self, op: str, text: str | None) -> Any:
        if text is None:
            return None
        parts = tuple(self.attr_part(part) for part in text.split(", "))
        single = op in ("component", "shl", "shr", "ushr", "tetrahedron", "bits", "to_int")
        return parts[0] if single else parts

    def attr_part(self, part: str) -> Any:
        if part.startswith("table "):
            return self.tables[int(part[6:])]
        if part.partition("x")[0] in ("f32", "i32", "bool"):
            return Type.parse(part)
        if part.lstrip("-") in ("inf", "nan"):
            return float(part)
        return ast.literal_eval(part)

    def program(self) -> Program:
        return Program(
            tuple(self.sources),
            tuple(self.targets),
            tuple(self.uniforms),
            tuple(self.stages),
            self.prologue,
            lowered=self.lowered,
        )
