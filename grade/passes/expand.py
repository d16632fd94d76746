"""Expansion of named functions and cube lookups, in the cheapest form that ranges prove.

After an expansion its range can no longer be seen, so the expansion is wrapped in a ``within``, a
promise of the range that the call had. ``grade.passes.prove`` uses and then drops these promises.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from grade.ir.expression import Node, make, walk
from grade.ir.float32 import LARGEST
from grade.ir.functions import FUNCTIONS
from grade.ir.program import Program, Stage
from grade.ir.types import F32
from grade.passes.cube_lookup import expand_cube
from grade.passes.elementary import EXPANSIONS
from grade.passes.interval_arithmetic import ANY_FLOAT, Range
from grade.passes.path_conditions import (
    NOTHING,
    Assumptions,
    ConditionalRanges,
    find_assumptions,
)
from grade.passes.range_analysis import Ranges


def expand(program: Program) -> Program:
    """Expand every call; the prologue first, since the stages see the ranges of its outputs."""
    prologue = Expansion(program, {})
    program = replace(program, prologue=tuple(map(prologue, program.prologue)))
    stages = Expansion(program, find_assumptions(program, Ranges(program)))
    return program.with_stages(*(Stage(tuple(map(stages, s.outputs))) for s in program.stages))


class Expansion:
    """Expands everything below roots, each node once.

    A form that is right only under an assumption promises nothing. Neither does what is computed
    from it, up to the select that drops the values for which the assumption is false: that select
    promises the range again.

    Parameters
    ----------
    program
        The program whose ranges count.
    assumed
        What may be assumed at each node; {} for nothing.
    """

    def __init__(self, program: Program, assumed: Mapping[Node, Assumptions]) -> None:
        self.ranges, self.assumed = Ranges(program), assumed
        self.conditional = ConditionalRanges(self.ranges)
        self.done: dict[Node, Node] = {}
        self.open: dict[Node, frozenset[Node]] = {}
        """For each node the values about which it, or what it is made of, assumes something."""

    def __call__(self, root: Node) -> Node:
        """The expanded root."""
        for node in walk([root], self.done):
            self.done[node] = self._expand(node)
        return self.done[root]

    def _expand(self, node: Node) -> Node:
        args = tuple(self.done[a] for a in node.args)
        below = frozenset().union(*(self.open.get(a, ()) for a in node.args))
        assumed = self.assumed.get(node, NOTHING)
        if node.op in FUNCTIONS:
            result, used = self._call(node, args, assumed)
            below |= used
        else:
            result = _rebuild(node, args)
        still_open = below.intersection(assumed)
        if still_open:
            self.open[node] = still_open
        elif node.op in FUNCTIONS or (below and node.type == F32):
            bounds = self.ranges(node)
            result = make("within", (result,), (bounds.low, bounds.high, bounds.nan))
        return result

    def _call(
        self, node: Node, args: tuple[Node, ...], assumed: Assumptions
    ) -> tuple[Node, frozenset[Node]]:
        """A function as primitives, and the values about which it assumes something."""
        known: dict[Node, Range] = {}
        used: frozenset[Node] = frozenset()
        for operand, expanded in zip(node.args, args, strict=True):
            known[expanded], values = self.conditional(operand, assumed)
            used |= values

        def range_of(value: Node) -> Range:
            return _with_a_number(known[value] if value in known else self.ranges(value))

        return EXPANSIONS[node.op](*args, range_of), used


def _rebuild(node: Node, args: tuple[Node, ...]) -> Node:
    if node.op == "fetch3d":
        r, g, b = args[0].args
        return expand_cube((r, g, b), *node.attr)
    if node.op == "component" and args[0].op == "rgb":
        picked: Node = args[0].args[node.attr]
        return picked
    return node if args == node.args else make(node.op, args, node.attr)


def _with_a_number(known: Range) -> Range:
    """The range with a finite number in it, because expansions calculate with its ends."""
    if known.low > known.high:
        return ANY_FLOAT
    return Range(min(known.low, LARGEST), max(known.high, -LARGEST), known.nan)
