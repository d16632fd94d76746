"""Parses the text of a program, as ``printer`` writes it, to the equal program."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Mapping
from typing import Any

from grade.ir.expression import Node, make
from grade.ir.loop import Loop
from grade.ir.program import Program, ProgramError, Stage, Uniform
from grade.ir.storage import Layout
from grade.ir.table import Table
from grade.ir.types import KINDS, Type

_NODE = re.compile(r"%(\d+): (\S+) = (\w+)((?: %\d+)*)(?: \[(.*?)\])?(?:  #.*)?$")


def parse_program(text: str, tables: Iterable[Table] = ()) -> Program:
    """Read back what :func:`grade.ir.printer.format_program` wrote.

    Parameters
    ----------
    tables
        The tables that the text names by digest.

    Raises
    ------
    ProgramError
        With the number of the line that is not valid.
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
        self.loops: list[Loop] = []
        self.most = 0
        self.block, self.lowered = "", False

    def line(self, line: str) -> None:
        word, _, rest = line.strip().partition(" ")
        if word == "program":
            self.lowered = rest == "lowered"
            return
        if word == "":
            return
        if word in ("prologue:", "stage", "loop"):
            self.nodes, self.block = [], word
            if word == "loop":
                self.most = int(rest.partition(": ")[2])
        elif word == "return":
            outputs = tuple(self.nodes[int(name[1:])] for name in rest.split())
            if self.block == "loop":
                self.loops.append(Loop(outputs, self.most))
            elif self.block == "prologue:":
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
            label = _unquote(name[0]) if name else f"u{len(self.uniforms)}"
            self.uniforms.append(Uniform(label, Type.parse(type), float(low), float(high)))
        elif word == "table":
            self.tables.append(self.known[rest.rpartition("sha256:")[2]])
        else:
            raise ValueError("unknown word")

    def node(self, line: str) -> Node:
        match = _NODE.match(line)
        if match is None:
            raise ValueError("not a node")
        number, type, op, operands, attr = match.groups()
        args = tuple(self.nodes[int(name[1:])] for name in operands.split())
        node = make(op, args, self.attr(attr))
        if int(number) != len(self.nodes) or str(node.type) != type:
            raise ValueError(f"is %{len(self.nodes)}: {node.type}")
        return node

    def attr(self, text: str | None) -> Any:
        if text is None:
            return None
        parts = tuple(self.attr_part(part) for part in text.split(", "))
        return parts[0] if len(parts) == 1 else parts

    def attr_part(self, part: str) -> Any:
        if part.startswith("table "):
            return self.tables[int(part[6:])]
        if part.startswith("loop "):
            return self.loops[int(part[5:])]
        if part.partition("x")[0] in KINDS:
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


def _unquote(name: str) -> str:
    return str(ast.literal_eval(name)) if name[:1] in ("'", '"') else name
