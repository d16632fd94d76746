"""Named functions and cube lookups become primitives, in the cheapest form that ranges prove.

After an expansion its range can no longer be seen, so the expansion is wrapped in a ``within``: the
range that the call had. ``prove`` uses and then drops these promises.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from grade.ir.expression import Node, const, is_const, make, walk
from grade.ir.functions import FUNCTIONS
from grade.ir.program import Program, Stage
from grade.ir.types import BOOL, F32
from grade.passes.cube_lookup import expand_cube
from grade.passes.elementary import EXPANSIONS
from grade.passes.elementary.guards import LARGEST
from grade.passes.path_conditions import NOTHING, Assumed, Assuming, assumptions
from grade.passes.range_analysis import ANY_FLOAT, INT_HIGH, INT_LOW, Range, Ranges
from grade.passes.rewrite import map_program, rewrite


def expand(program: Program) -> Program:
    """Expand every call, prologue first, since the stages see the ranges of its outputs."""
    prologue = Expansion(program, {})
    program = replace(program, prologue=tuple(map(prologue, program.prologue)))
    stages = Expansion(program, assumptions(program, Ranges(program)))
    return program.with_stages(*(Stage(tuple(map(stages, s.outputs))) for s in program.stages))


class Expansion:
    """Expands below roots, each node once.

    A form that is right only under an assumption promises nothing, and neither does what is made
    of it, up to the choice that throws the rest away; that choice then promises for all.

    Parameters
    ----------
    program
        Whose ranges count.
    assumed
        What may be assumed at each node; {} for nothing.
    """

    def __init__(self, program: Program, assumed: Mapping[Node, Assumed]) -> None:
        self.ranges, self.assumed = Ranges(program), assumed
        self.assuming = Assuming(self.ranges)
        self.done: dict[Node, Node] = {}
        self.open: dict[Node, frozenset[Node]] = {}  # values whose assumption a node still rests on

    def __call__(self, root: Node) -> Node:
        """The expanded root."""
        for node in walk([root], self.done):
            self.done[node] = self._node(node)
        return self.done[root]

    def _node(self, node: Node) -> Node:
        args = tuple(self.done[a] for a in node.args)
        below = frozenset().union(*(self.open.get(a, ()) for a in node.args))
        assumed = self.assumed.get(node, NOTHING)
        if node.op in FUNCTIONS:
            result, used = self._call(node, args, assumed)
            below |= used
        else:
            result = _rebuilt(node, args)
        resting = below.intersection(assumed)
        if resting:
            self.open[node] = resting
        elif node.op in FUNCTIONS or (below and node.type == F32):
            bounds = self.ranges(node)
            result = make("within", (result,), (bounds.low, bounds.high, bounds.nan))
        return result

    def _call(
        self, node: Node, args: tuple[Node, ...], assumed: Assumed
    ) -> tuple[Node, frozenset[Node]]:
        """A function as primitives, and the values about which it assumes something."""
        known: dict[Node, Range] = {}
        used: frozenset[Node] = frozenset()
        for operand, expanded in zip(node.args, args, strict=True):
            known[expanded], values = self.assuming(operand, assumed)
            used |= values

        def range_of(value: Node) -> Range:
            return _reachable(known[value] if value in known else self.ranges(value))

        return EXPANSIONS[node.op](*args, range_of), used


def _rebuilt(node: Node, args: tuple[Node, ...]) -> Node:
    if node.op == "fetch3d":
        r, g, b = args[0].args
        return expand_cube((r, g, b), *node.attr)
    if node.op == "component" and args[0].op == "rgb":
        picked: Node = args[0].args[node.attr]
        return picked
    return node if args == node.args else make(node.op, args, node.attr)


def _reachable(known: Range) -> Range:
    """The range with a finite number in it: expansions calculate with its ends."""
    if known.low > known.high:
        return ANY_FLOAT
    return Range(min(known.low, LARGEST), max(known.high, -LARGEST), known.nan)


def prove(program: Program) -> Program:
    """Decide comparisons, drop needless clamps, and mark what needs no guard, by range.

    A mark whose proof a rule has taken away in between goes: the guard costs less than a doubt.
    """
    ranges = Ranges(program)

    def decided(node: Node) -> Node | None:
        if node.op in ("lt", "le", "eq", "and", "or", "not") and node.type == BOOL:
            truth = ranges(node)
            if truth.low == truth.high and not is_const(node):
                return const(bool(truth.low), BOOL)
        if node.op == "select":
            truth = ranges(node.args[0])
            if truth.low == truth.high:
                return node.args[1] if truth.low else node.args[2]
        if node.op in ("bits", "to_int", "fetch"):
            return _marked(node, ranges)
        return None

    return rewrite(program, [decided])


def _marked(node: Node, ranges: Ranges) -> Node:
    """The same node, marked as proved if its guard can be left out, and else not."""
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
        if node.op in ("bits", "to_int", "fetch") and marked and _marked(node, ranges) is not node:
            raise AssertionError(f"{node!r} is marked as proved and is not")
    return program


def drop_promises(program: Program) -> Program:
    """Take every ``within`` away: a backend knows none."""
    done: dict[Node, Node] = {}

    def bare(root: Node) -> Node:
        for node in walk([root], done):
            args = tuple(done[a] for a in node.args)
            same = node if args == node.args else make(node.op, args, node.attr)
            done[node] = args[0] if node.op == "within" else same
        return done[root]

    return map_program(program, bare)
