"""Path conditions: what is known of a value wherever its result is used.

In ``select(x < b, line(x), curve(x))`` the curve is computed for every x, but used only where x is
not below b. So it may take the form that is right there and cheaper: what it gives elsewhere is
thrown away, and no bit that counts changes. NaN is not reasoned about: it goes either way.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from grade.ir.expression import Node, is_const, walk
from grade.ir.program import Program
from grade.passes.interval_arithmetic import Range
from grade.passes.range_analysis import Ranges

Assumptions = Mapping[Node, Range]
"""Values, and the range of each wherever the result is used."""

NOTHING: Assumptions = {}
FARTHEST = 48
"""Most nodes between an operand and the value that is known: beyond, a search does not pay."""


def find_assumptions(program: Program, ranges: Ranges) -> dict[Node, Assumptions]:
    """What may be assumed at each node of the stages: true at every one of its uses."""
    outputs = [output for stage in program.stages for output in stage.outputs]
    found: dict[Node, Assumptions] = dict.fromkeys(outputs, NOTHING)

    def used(node: Node, here: Assumptions) -> None:
        found[node] = _at_either(found[node], here) if node in found else here

    for node in reversed(walk(outputs)):
        here = found[node]
        operands = node.args
        if node.op == "select":
            condition, yes, no = node.args
            used(yes, _narrow(here, condition, True, ranges))
            used(no, _narrow(here, condition, False, ranges))
            operands = (condition,)
        for operand in operands:
            used(operand, here)
    return found


def _narrow(here: Assumptions, condition: Node, holds: bool, ranges: Ranges) -> Assumptions:
    """The assumptions here, and what the condition adds about the values that it compares."""
    more: dict[Node, Range] = {}
    for value in _compared_values(condition):
        known = here.get(value, ranges(value))
        narrow = replace(ranges.refine(value, known, condition, holds), nan=known.nan)
        if narrow != known and narrow.low <= narrow.high:
            more[value] = narrow
    return {**here, **more} if more else here


def _compared_values(condition: Node) -> Iterator[Node]:
    if condition.op in ("not", "and", "or"):
        for part in condition.args:
            yield from _compared_values(part)
    elif condition.op in ("lt", "le"):
        yield from (value for value in condition.args if not is_const(value))


def _at_either(a: Assumptions, b: Assumptions) -> Assumptions:
    """What holds at both of two uses."""
    if a is b:
        return a
    return {value: a[value].union(b[value]) for value in a if value in b}


class ConditionalRanges:
    """Ranges under assumptions.

    Parameters
    ----------
    ranges
        The ranges without any.
    """

    def __init__(self, ranges: Ranges) -> None:
        self.ranges = ranges
        self._under: dict[frozenset[tuple[Node, Range]], Ranges] = {}

    def __call__(self, node: Node, assumed: Assumptions) -> tuple[Range, frozenset[Node]]:
        """The range of a value, and the values about which it assumes something."""
        plain = self.ranges(node)
        used = _find_assumed(node, assumed) if assumed else frozenset()
        if not used:
            return plain, used
        key = frozenset((value, assumed[value]) for value in used)
        if key not in self._under:
            self._under[key] = Ranges(self.ranges.program)
            self._under[key].known.update(key)
        narrow = self._under[key](node)
        return (plain, frozenset()) if narrow == plain else (narrow, used)


def _find_assumed(node: Node, assumed: Assumptions) -> frozenset[Node]:
    """The assumed values that a node is computed from; none if they are too far away."""
    seen: set[Node] = set()
    reached: set[Node] = set()
    waiting = [node]
    while waiting:
        node = waiting.pop()
        if node in assumed:
            reached.add(node)
        elif node not in seen:
            seen.add(node)
            waiting.extend(node.args)
            if len(seen) > FARTHEST:
                return frozenset()
    return frozenset(reached)
