"""Splits colors into three scalars.

After it only the node sum of a cube and the color of a loop have width 3.
"""

from __future__ import annotations

from grade.ir.expression import Node, fma, make, walk
from grade.ir.program import Program
from grade.passes.rewrite import map_program

Parts = tuple[Node, ...]


def scalarize(program: Program) -> Program:
    """Every node of width 3 as three nodes of width 1."""
    parts: dict[Node, Parts] = {}

    def scalar(root: Node) -> Node:
        for node in walk([root], parts):
            parts[node] = _parts(node, parts)
        return parts[root][0]

    return map_program(program, scalar)


def _parts(node: Node, parts: dict[Node, Parts]) -> Parts:
    operands = [parts[a] for a in node.args]
    if node.op == "rgb":
        return tuple(o[0] for o in operands)
    if node.op == "component":
        return (operands[0][node.attr],)
    if node.op == "matvec":
        return _matvec(operands)
    if node.op == "iterate" and node.type.width == 3:
        whole = make("iterate", tuple(o[0] for o in operands), node.attr)
        return tuple(make("component", (whole,), i) for i in range(3))
    if node.op == "fetch3d":
        whole = make("fetch3d", (make("rgb", operands[0]),), node.attr)
        return tuple(make("component", (whole,), i) for i in range(3))
    return tuple(
        make(node.op, tuple(o[i % len(o)] for o in operands), node.attr)
        for i in range(node.type.width)
    )


def _matvec(operands: list[Parts]) -> Parts:
    cells = [o[0] for o in operands[:9]]
    x, y, z = operands[9]
    return tuple(
        fma(cells[3 * i + 2], z, fma(cells[3 * i + 1], y, cells[3 * i] * x)) for i in range(3)
    )
