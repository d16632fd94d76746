"""Moves what depends on uniforms alone to the prologue: once per frame, not once per pixel."""

from __future__ import annotations

from dataclasses import replace

from grade.ir.expression import Node, make, walk
from grade.ir.primitives import Reads
from grade.ir.program import Program
from grade.passes.rewrite import map_program


def hoist(program: Program) -> Program:
    """Move every largest expression of uniforms alone into the prologue.

    An existing prologue is put back first, so that it moves together with what the passes have made
    around it.
    """
    program = _without_prologue(program)
    roots = [o for stage in program.stages for o in stage.outputs]
    order = walk(roots)
    frame = _per_frame(order)
    moved: dict[Node, int] = {}
    for node in order:
        if node not in frame:
            for operand in node.args:
                if operand in frame and operand.args:
                    moved.setdefault(operand, len(moved))
    for root in roots:
        if root in frame and root.args:
            moved.setdefault(root, len(moved))
    if not moved:
        return program
    leaves = {node: make("hoisted", (), (node.type, index)) for node, index in moved.items()}
    return replace(_replace_nodes(program, leaves), prologue=tuple(moved))


def _without_prologue(program: Program) -> Program:
    """The program with the outputs of its prologue back where they are used."""
    outputs = {
        make("hoisted", (), (node.type, index)): node for index, node in enumerate(program.prologue)
    }
    return _replace_nodes(replace(program, prologue=()), outputs) if outputs else program


def _replace_nodes(program: Program, done: dict[Node, Node]) -> Program:
    """The program with some nodes replaced by others."""

    def rebuild(root: Node) -> Node:
        for node in walk([root], done):
            args = tuple(done[a] for a in node.args)
            done[node] = node if args == node.args else make(node.op, args, node.attr)
        return done[root]

    return map_program(program, rebuild)


def _per_frame(order: list[Node]) -> set[Node]:
    """The nodes that are the same for every pixel, constants included."""
    frame: set[Node] = set()
    for node in order:
        if node.reads is Reads.NOTHING and all(a in frame for a in node.args):
            frame.add(node)
    return frame
