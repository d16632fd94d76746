"""Where in a cell a color lies: its place in the tetrahedron that holds it.

A cell is cut into six tetrahedra around the diagonal from its first to its last corner. With a and
b the edges to the two other corners of one, d the diagonal and p the color, all from the first
corner, the weights of the corners are determinants over det(a, b, d). By the cross product of p and
d, which all six share, they take few operations.

Everything is f64, which f32 nodes and products of two of their differences fit without rounding. So
a color on the face of a tetrahedron is found in it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from grade.ir.expression import (
    Node,
    const,
    fetch,
    maximum,
    minimum,
    narrow,
    select,
    to_float,
    widen,
)
from grade.ir.table import Table
from grade.ir.types import I32

Three = tuple[Any, Any, Any]

TOLERANCE = 1e-9  # of a weight; as in OpenColorIO
THINNEST = 1e-22  # of the square of a determinant, beside the sixth power of the diagonal
RING = ((1, 0, 0), (1, 1, 0), (0, 1, 0), (0, 1, 1), (0, 0, 1), (1, 0, 1))
"""The corners around the diagonal; two that follow each other and the diagonal are a tetrahedron.

The order of the six is that of OpenColorIO: the first that holds a color is taken."""


@dataclass(frozen=True, eq=False)
class Place:
    """Where a cell holds a color.

    Attributes
    ----------
    found
        Whether it does.
    inner
        Whether the cell is one of the cube, and not one around it.
    color
        The color that the cube maps to it, in 0..1.
    """

    found: Node
    inner: Node
    color: Three


def find_place(nodes: Table, cell: Node, color: Three, slope: Any, thinnest: Any) -> Place:
    """Look for a color in a cell.

    Parameters
    ----------
    nodes
        The extended cube.
    cell
        The cell: eight bits for each index of its first corner, red's the highest.
    color
        The color, three f32.
    slope
        An f64 that the slope of each channel along its own axis is raised by; 0 for the cube as it
        is.
    thinnest
        A tetrahedron is left out if it is thinner, as f64.
    """
    edge = nodes.edge
    index = [(cell >> shift) & 255 for shift in (16, 8, 0)]
    base = (((index[0] * edge + index[1]) * edge) + index[2]) << 2
    strides = (4 * edge * edge, 4 * edge, 4)
    step = slope / float(edge - 3)

    def corner(corner: tuple[int, int, int]) -> list[Any]:
        offset = sum(s * c for s, c in zip(strides, corner, strict=True))
        return [widen(fetch(nodes, base + (offset + channel))) for channel in range(3)]

    def from_first(at: tuple[int, int, int]) -> list[Any]:
        channels = [value - start for value, start in zip(corner(at), first, strict=True)]
        return [c + step if moved else c for c, moved in zip(channels, at, strict=True)]

    first = corner((0, 0, 0))
    ring = [from_first(at) for at in RING]
    diagonal = from_first((1, 1, 1))
    place = [widen(to_float(i)) - 1.0 for i in index]  # of the first corner, in cells of the cube
    point = [
        widen(c) - start - (step * at - slope * 0.5)
        for c, start, at in zip(color, first, place, strict=True)
    ]
    normal = _cross(point, diagonal)
    along = [_dot(edge_, normal) for edge_ in ring]
    size = _dot(diagonal, diagonal)
    limit = size * size * size * thinnest
    found: Any = None
    chosen: list[Any] = []
    for k in reversed(range(len(RING))):
        following = (k + 1) % len(RING)
        holds, numbers = _weigh(
            _cross(ring[k], ring[following]), along[k], along[following], point, diagonal, limit
        )
        determinant, weights = numbers[0], numbers[1:]
        sums = [_sum_of(weights, k, following, channel) for channel in range(3)]
        values = [determinant, *sums]
        chosen = (
            [select(holds, new, old) for new, old in zip(values, chosen, strict=True)]
            if chosen
            else values
        )
        found = holds if found is None else found | holds
    determinant, *fractions = chosen
    result = [
        narrow((at + part / determinant) / float(edge - 3))
        for at, part in zip(place, fractions, strict=True)
    ]
    red, green, blue = (minimum(maximum(value, 0.0), 1.0) for value in result)
    inner: Any = None
    for i in index:
        within = (const(0, I32) < i) & (i < edge - 2)
        inner = within if inner is None else inner & within
    return Place(found, inner, (red, green, blue))


def _weigh(
    normal: Any, first_along: Any, second_along: Any, point: Any, diagonal: Any, limit: Any
) -> tuple[Node, list[Any]]:
    """Whether a tetrahedron holds the point; its determinant, and its weights times that."""
    determinant = _dot(diagonal, normal)
    first, second, last = _zero() - second_along, first_along, _dot(point, normal)
    rest = determinant - first - second - last
    square = determinant * determinant
    slack = square * TOLERANCE
    holds = limit < square
    for weight in (first, second, last, rest):
        holds = holds & (_zero() <= weight * determinant + slack)
    return holds, [determinant, first, second, last]


def _sum_of(weights: Any, first: int, second: int, channel: int) -> Any:
    """How far the point lies along an axis: the weights of the corners that do."""
    one, other, total = weights
    if RING[second][channel]:
        total = total + other
    return total + one if RING[first][channel] else total


def _zero() -> Any:
    return widen(const(0.0))


def _cross(a: Any, b: Any) -> list[Any]:
    return [a[i] * b[j] - a[j] * b[i] for i, j in ((1, 2), (2, 0), (0, 1))]


def _dot(a: Any, b: Any) -> Any:
    return (a[0] * b[0] + a[1] * b[1]) + a[2] * b[2]
