"""Rules as data: a pattern, and what takes its place. One driver applies a table of them.

A number in a commutative operation is found on either side: for the rule ``x * 1 -> x`` the driver
adds the twin ``1 * x -> x``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from grade.ir.expression import Node, const, const_value, is_const, make, walk
from grade.ir.float32 import float_bits
from grade.ir.primitives import PRIMITIVES
from grade.ir.program import Program, Stage
from grade.ir.types import BOOL, F32

REPETITIONS = 64


class RewriteError(RuntimeError):
    """Rules rewrite one node without end; the message names them."""


@dataclass(frozen=True)
class Pattern:
    """An operation over patterns; a variable has no operation and matches any node."""

    op: str
    operands: tuple[Any, ...] = ()

    # fmt: off
    def __add__(self, other: Any) -> Pattern: return Pattern("add", (self, other))
    def __sub__(self, other: Any) -> Pattern: return Pattern("sub", (self, other))
    def __mul__(self, other: Any) -> Pattern: return Pattern("mul", (self, other))
    def __truediv__(self, other: Any) -> Pattern: return Pattern("div", (self, other))
    def __neg__(self) -> Pattern: return Pattern("neg", (self,))
    def __abs__(self) -> Pattern: return Pattern("abs", (self,))
    def __and__(self, other: Any) -> Pattern: return Pattern("and", (self, other))
    def __or__(self, other: Any) -> Pattern: return Pattern("or", (self, other))
    def __invert__(self) -> Pattern: return Pattern("not", (self,))
    def __lt__(self, other: Any) -> Pattern: return Pattern("lt", (self, other))
    # fmt: on

    def __str__(self) -> str:
        operands = ", ".join(map(str, self.operands))
        return self.op if self.op.startswith("?") else f"{self.op}({operands})"


def variable(name: str) -> Pattern:
    """A pattern that matches any node, and the same node wherever it is repeated."""
    return Pattern(f"?{name}")


def call(op: str, *operands: Any) -> Pattern:
    """A pattern for an operation that has no operator."""
    return Pattern(op, operands)


@dataclass(frozen=True)
class Rule:
    """What takes the place of a node that matches a pattern.

    Attributes
    ----------
    pattern
        What is looked for.
    result
        What takes its place: a pattern, a number, or a function, which is given the matched nodes
        by variable name and may return None to decline.
    """

    pattern: Pattern
    result: Any

    def apply(self, node: Node) -> Node | None:
        """The node that replaces ``node``, or None."""
        found: dict[str, Node] = {}
        if not _matches(self.pattern, node, found):
            return None
        if callable(self.result):
            replacement: Node | None = self.result(**found)
        else:
            replacement = _instantiate(self.result, found, node)
        return None if replacement is None else _spread(replacement, node)

    def twin(self) -> Rule | None:
        """The rule with swapped operands, if they may be swapped and one of them is a number."""
        op, operands = self.pattern.op, self.pattern.operands
        if op not in PRIMITIVES or not PRIMITIVES[op].commutative:
            return None
        a, b, *others = operands
        if isinstance(a, Pattern) and isinstance(b, Pattern):
            return None
        return replace(self, pattern=Pattern(op, (b, a, *others)))

    def __str__(self) -> str:
        result = getattr(self.result, "__name__", self.result)
        return f"{self.pattern} -> {result}"


def _spread(replacement: Node, node: Node) -> Node:
    """A scalar spread to a color, as in ``scalar * rgb(1, 1, 1) -> scalar``."""
    if replacement.type.width == node.type.width:
        return replacement
    return make("rgb", (replacement,) * 3)


def _matches(pattern: Any, node: Node, found: dict[str, Node]) -> bool:
    if not isinstance(pattern, Pattern):
        return _is_number(node, pattern)
    if pattern.op.startswith("?"):
        return found.setdefault(pattern.op[1:], node) is node
    if pattern.op != node.op or len(pattern.operands) != len(node.args):
        return False
    pairs = zip(pattern.operands, node.args, strict=True)
    return all(_matches(p, a, found) for p, a in pairs)


def _is_number(node: Node, number: float | bool) -> bool:
    if node.op == "rgb":
        return all(_is_number(a, number) for a in node.args)
    if not is_const(node):
        return False
    if node.type == F32 and not isinstance(number, bool):
        return bool(node.attr[1] == float_bits(number))
    return node.type == BOOL and isinstance(number, bool) and const_value(node) == number


def _instantiate(result: Any, found: dict[str, Node], like: Node) -> Node:
    if not isinstance(result, Pattern):
        scalar = const(result, like.type.scalar)
        return scalar if like.type.width == 1 else make("rgb", (scalar,) * 3)
    if result.op.startswith("?"):
        return found[result.op[1:]]
    return make(result.op, tuple(_instantiate(o, found, like) for o in result.operands))


AnyRule = Rule | Callable[[Node], Node | None]


def with_twins(rules: Iterable[AnyRule]) -> Iterator[AnyRule]:
    """The rules in order, each followed by its twin where it has one."""
    for rule in rules:
        yield rule
        twin = rule.twin() if isinstance(rule, Rule) else None
        if twin is not None:
            yield twin


def rewrite(program: Program, rules: Sequence[AnyRule]) -> Program:
    """Apply rules everywhere, operands first, until none applies.

    Raises
    ------
    RewriteError
        If a node still changes after many steps; the message names the rules that undo each other.
    """
    rules = list(with_twins(rules))
    done: dict[Node, Node] = {}
    applicable: dict[str, list[AnyRule]] = {}
    applied: list[AnyRule] = []

    def rules_for(op: str) -> list[AnyRule]:
        if op not in applicable:
            applicable[op] = [r for r in rules if not isinstance(r, Rule) or r.pattern.op == op]
        return applicable[op]

    def simplest(node: Node) -> Node:
        for rule in rules_for(node.op):
            replacement = rule.apply(node) if isinstance(rule, Rule) else rule(node)
            if replacement is None or replacement is node:
                continue
            if len(applied) == REPETITIONS:
                names = dict.fromkeys(_name(rule) for rule in applied[-REPETITIONS // 2 :])
                raise RewriteError(f"no end at {node!r} by {', '.join(names)}")
            # The replacement may have new nodes, and rules may apply to them and to itself.
            applied.append(rule)
            result = _rebuild(replacement, done, simplest)
            applied.pop()
            return result
        return node

    return map_program(program, lambda root: _rebuild(root, done, simplest))


def _name(rule: AnyRule) -> str:
    return str(rule) if isinstance(rule, Rule) else rule.__name__


def _rebuild(root: Node, done: dict[Node, Node], simplest: Callable[[Node], Node]) -> Node:
    for node in walk([root], done):
        args = tuple(done[a] for a in node.args)
        fresh = node if args == node.args else make(node.op, args, node.attr)
        if fresh in done:
            done[node] = done[fresh]
            continue
        result = simplest(fresh)
        done[fresh] = done[node] = done[result] = result
    return done[root]


def map_program(program: Program, change: Callable[[Node], Node]) -> Program:
    """The program with ``change`` applied to every output."""
    prologue = tuple(change(o) for o in program.prologue)
    stages = tuple(Stage(tuple(change(o) for o in s.outputs)) for s in program.stages)
    return replace(program, prologue=prologue, stages=stages)
