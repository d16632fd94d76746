"""What ranges prove: comparisons are decide, needless clamps and guards go, then the promises."""

from __future__ import annotations

from grade.ir.expression import Node, const, is_const, make, walk
from grade.ir.program import Program
from grade.ir.types import BOOL
from grade.passes.interval_arithmetic import INT_HIGH, INT_LOW
from grade.passes.range_analysis import Ranges
from grade.passes.rewrite import map_program, rewrite


def prove(program: Program) -> Program:
    """Decide comparisons, drop needless clamps, and mark what needs no guard.

    A mark is dropped where a rule has taken its proof away in between: a guard costs less than a
    doubt.
    """
    ranges = Ranges(program)

    def decide(node: Node) -> Node | None:
        if node.op in ("lt", "le", "eq", "and", "or", "not") and node.type == BOOL:
            truth = ranges(node)
            if truth.low == truth.high and not is_const(node):
                return const(bool(truth.low), BOOL)
        if node.op == "select":
            truth = ranges(node.args[0])
            if truth.low == truth.high:
                return node.args[1] if truth.low else node.args[2]
        if node.op in ("bits", "to_int", "fetch"):
            return _mark(node, ranges)
        return None

    return rewrite(program, [decide])


def _mark(node: Node, ranges: Ranges) -> Node:
    """The same node, marked as proved if it needs no guard, else unmarked."""
    operand = ranges(node.args[0])
    if node.op == "bits":
        return make("bits", node.args, None if operand.nan else True)
    if node.op == "to_int":
        fits = not operand.nan and operand.low >= INT_LOW and operand.high < INT_HIGH
        return make("to_int", node.args, True if fits else None)
    table = node.attr[0]
    return make("fetch", node.args, (table, operand.low >= 0 and operand.high < table.data.size))


def check_proofs(program: Program) -> Program:
    """Raise if a mark stands without its proof; run while the promises are still there."""
    ranges = Ranges(program)
    for node in program.nodes:
        marked = node.attr is True or (node.op == "fetch" and node.attr[1])
        if node.op in ("bits", "to_int", "fetch") and marked and _mark(node, ranges) is not node:
            raise AssertionError(f"{node!r} is marked as proved and is not")
    return program


def drop_promises(program: Program) -> Program:
    """Remove every ``within``: a backend knows no promises."""
    done: dict[Node, Node] = {}

    def bare(root: Node) -> Node:
        for node in walk([root], done):
            args = tuple(done[a] for a in node.args)
            same = node if args == node.args else make(node.op, args, node.attr)
            done[node] = args[0] if node.op == "within" else same
        return done[root]

    return map_program(program, bare)
