"""The order in which the nodes of a stage are emitted, and its branches.

A selection by uniforms (a node at its defaults, an amount of 1, a curve that is straight) becomes a
branch that every pixel of a frame takes alike: what only the other side needs is not computed, so a
node at its defaults costs nothing, and no other kernel is compiled. Between branches the nodes are
sorted by their distance from the end: the channels of a color then advance side by side and hide
each other's latency, and nothing is computed long before it is needed.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from graphlib import TopologicalSorter
from typing import TypeAlias

from grade.ir.expression import Node, walk

LEAVES = frozenset({"const", "uniform", "hoisted", "plane", "argument"})
"""Operations without a place in the order: an emitter loads them where they are needed."""
WORTH = 4
"""Fewest nodes that a branch skips; a selection between fewer stays one instruction."""

_LATENCY = {
    "add": 3, "sub": 3, "mul": 4, "fma": 4, "div": 11, "sqrt": 20, "floor": 4,
    "lt": 3, "le": 3, "eq": 3, "to_int": 4, "to_float": 4, "to_half": 7, "from_half": 7,
    "shl": 2, "shr": 2, "ushr": 2, "fetch": 20, "tetrahedron": 40, "iterate": 2000,
}  # fmt: skip
"""About how many cycles a result takes, others 1: what the processors of today have in common."""
_FORK_LATENCY = 10

Path: TypeAlias = "tuple[tuple[Fork, bool], ...]"


@dataclass(eq=False)
class Fork:
    """A branch: selections by one condition, and the nodes that only one of their sides needs.

    Attributes
    ----------
    condition
        A boolean uniform or output of the prologue.
    selects
        Selections of that condition, none of which depends on another.
    sides
        The items of each side: where the condition holds, and where it does not.
    """

    condition: Node
    selects: list[Node] = field(default_factory=list)
    sides: dict[bool, list[Item]] = field(default_factory=dict)


Item: TypeAlias = Node | Fork


def schedule(outputs: Sequence[Node]) -> list[Item]:
    """Everything below ``outputs`` but the leaves, operands before users."""
    nodes = [node for node in walk(outputs) if node.op not in LEAVES]
    return _arrange(nodes, _drop_small(nodes, _find_paths(nodes, outputs)), 0)


def latency(item: Item) -> int:
    """About how many cycles pass until the result of an item is there."""
    return _FORK_LATENCY if isinstance(item, Fork) else _LATENCY.get(item.op, 1)


def _is_uniform_choice(node: Node) -> bool:
    return node.op == "select" and node.args[0].op in ("uniform", "hoisted")


def _find_paths(nodes: Sequence[Node], outputs: Iterable[Node]) -> dict[Node, Path]:
    """For each node the innermost side of a fork that holds all its uses."""
    forks: dict[tuple[Node, int, Path], Fork] = {}
    paths: dict[Node, Path] = {output: () for output in outputs}
    levels = _levels(nodes)

    def used(node: Node, path: Path) -> None:
        paths[node] = _common_prefix(paths[node], path) if node in paths else path

    for node in reversed(nodes):
        path = paths[node]
        operands = node.args
        if _is_uniform_choice(node):
            condition, yes, no = operands
            # Selections of one level, so that no fork can wait for another that waits for it.
            fork = forks.setdefault((condition, levels[node], path), Fork(condition))
            fork.selects.insert(0, node)
            used(yes, (*path, (fork, True)))
            used(no, (*path, (fork, False)))
            operands = (condition,)
        for operand in operands:
            used(operand, path)
    return paths


def _levels(nodes: Sequence[Node]) -> dict[Node, int]:
    """How many selections by uniforms lie on the longest way up to each node."""
    levels: dict[Node, int] = {}
    for node in nodes:
        below = max((levels.get(a, 0) for a in node.args), default=0)
        levels[node] = below + _is_uniform_choice(node)
    return levels


def _common_prefix(a: Path, b: Path) -> Path:
    length = 0
    while length < min(len(a), len(b)) and a[length] == b[length]:
        length += 1
    return a[:length]


def _drop_small(nodes: Sequence[Node], paths: dict[Node, Path]) -> dict[Node, Path]:
    """The paths without the forks that skip too little."""
    skipped: dict[Fork, int] = {}
    for node in nodes:
        for fork, _ in paths[node]:
            skipped[fork] = skipped.get(fork, 0) + 1
    small = {fork for fork, count in skipped.items() if count < WORTH}
    return {n: tuple(step for step in paths[n] if step[0] not in small) for n in nodes}


def _arrange(nodes: Sequence[Node], paths: dict[Node, Path], level: int) -> list[Item]:
    """The items of one block, those farthest from its end first; a fork in it is one item."""
    inside: dict[Fork, dict[bool, list[Node]]] = {}
    item_of: dict[Node, Item] = {}
    for node in nodes:
        item_of[node] = node
        if len(paths[node]) > level:
            fork, side = paths[node][level]
            inside.setdefault(fork, {True: [], False: []})[side].append(node)
            item_of[node] = fork
    for fork, sides in inside.items():
        item_of.update(dict.fromkeys(fork.selects, fork))
        fork.sides = {side: _arrange(below, paths, level + 1) for side, below in sides.items()}
    needs: dict[Item, set[Item]] = {item: set() for item in item_of.values()}
    for node, item in item_of.items():
        needs[item].update(item_of[a] for a in node.args if a in item_of)
        needs[item].discard(item)
    height = dict.fromkeys(needs, 0)
    for item in reversed(list(TopologicalSorter(needs).static_order())):
        for other in needs[item]:
            height[other] = max(height[other], height[item] + latency(item))
    return sorted(needs, key=lambda item: -height[item])
