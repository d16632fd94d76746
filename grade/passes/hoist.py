"""What depends on uniforms alone moves to the prologue: once per frame, not once per pixel."""

from __future__ import annotations

from dataclasses import replace

from grade.ir.expression import Node, make, walk
from grade.ir.program import Program
from grade.passes.rewrite import map_program

_PIXEL = {"load", "plane", "coordinate"}


def hoist(program: Program) -> Program:
    """Move every largest expression of uniforms alone into the prologue."""
    roots = [o for stage in program.stages for o in stage.outputs]
    order = walk(roots)
    frame = _per_frame(order)
    moved: dict[Node, int] = {}
    for node in order:
        if node not in frame:
            for operand in node.args:
                if operand in frame and operand.op not in ("uniform", "const", "hoisted"):
                    moved.setdefault(operand, len(moved))
    for root in roots:
        if root in frame and root.op not in ("uniform", "const"):
            moved.setdefault(root, len(moved))
    if not moved:
        return program
    done: dict[Node, Node] = {
        node: make("hoisted", (), (node.type, index)) for node, index in moved.items()
    }

    def rebuilt(root: Node) -> Node:
        for node in walk([root]):
            if node not in done:
                args = tuple(done[a] for a in node.args)
                done[node] = node if args == node.args else make(node.op, args, node.attr)
        return done[root]

    return replace(map_program(program, rebuilt), prologue=tuple(moved))


def _per_frame(order: list[Node]) -> set[Node]:
    """Nodes that no pixel changes, constants included."""
    frame: set[Node] = set()
    for node in order:
        if node.op not in _PIXEL and all(a in frame for a in node.args):
            frame.add(node)
    return frame
