"""Cuts a program into stages: one ends before a neighbor is read.

``at(x, dx, dy)`` of a computed ``x`` needs ``x`` at another pixel, so an earlier stage writes ``x``
as an f32 plane. Everything pointwise stays in one stage.
"""

from __future__ import annotations

from grade.ir.expression import Node, make, walk
from grade.ir.primitives import Reads
from grade.ir.program import Program, Stage


def cut_stages(program: Program) -> Program:
    """Split the one traced stage so that taps read planes only; several stages stay as they are."""
    if len(program.stages) > 1:
        return program
    (whole,) = program.stages
    level = _levels(whole.outputs)
    planes: list[list[Node]] = [[] for _ in range(max(level.values(), default=0))]
    for node in walk(whole.outputs):
        if node.reads is Reads.NEIGHBORS and node.args[0] not in planes[level[node] - 1]:
            planes[level[node] - 1].append(node.args[0])
    done: dict[Node, Node] = {}

    def rebuild(root: Node) -> Node:
        for node in walk([root], done):
            args = tuple(done[a] for a in node.args)
            if node.reads is Reads.NEIGHBORS:
                stage = level[node] - 1
                args = (make("plane", (), (stage, planes[stage].index(node.args[0]))), *args[1:])
            done[node] = node if args == node.args else make(node.op, args, node.attr)
        return done[root]

    cuts = [Stage(tuple(map(rebuild, outputs))) for outputs in planes]
    return program.with_stages(*cuts, Stage(tuple(map(rebuild, whole.outputs))))


def _levels(outputs: tuple[Node, ...]) -> dict[Node, int]:
    """The most taps on a way to each value: a tap lies one level above the value that it reads."""
    level: dict[Node, int] = {}
    for node in walk(outputs):
        below = max((level[a] for a in node.args), default=0)
        level[node] = below + 1 if node.reads is Reads.NEIGHBORS else below
    return level
