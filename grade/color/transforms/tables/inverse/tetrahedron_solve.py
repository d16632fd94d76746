"""Where in a cell a color lies: its place in the tetrahedron that holds it.

A cell is cut into six tetrahedra around the diagonal from its first to its last corner. With a and
b the edges to the two other corners of one, d the diagonal and p the color, all from the first
corner, the weights of the corners are determinants over det(a, b, d). By the cross product of p and
d, which all six share, they take few operations.

Everything is f64, which f32 nodes and products of two of their differences fit without rounding. So
a color on the face of a tetrahedron is found in it.

Where the cube clips, a tetrahedron is flat: it has no volume, and many of its colors are mapped to
one. Then the color is looked for in a triangle of the diagonal and one corner; and where that is
none either, as the cube clips two channels or all, on the diagonal. OpenColorIO, whose elimination
leaves out what depends on the rest, takes the same.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from grade.ir.expression import (
    Node,
    const,
    make,
    maximum,
    minimum,
    narrow,
    select,
    to_float,
    widen,
)
from grade.ir.table import Table

Three = tuple[Any, Any, Any]

TOLERANCE = 1e-9  # of a weight; as in OpenColorIO
ASIDE = 2.0**-23  # of what is flat: a step of float32 at 1, since colors come rounded
BORDER = 1e-9  # cells that a place may lie outside of the cube
THINNEST = 1e-22  # of the square of a determinant, beside the sixth power of the diagonal
NARROWEST = 1e-18  # of the square of twice an area, beside the fourth power of the diagonal
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
    inside
        Whether it lies in the cube; else ``color`` is on the border, and maps to another color.
    color
        The color that the cube maps to it, in 0..1.
    """

    found: Node
    inside: Node
    color: Three


@dataclass(frozen=True, eq=False)
class Part:
    """A color within a part of a cell: a tetrahedron, a triangle or a line.

    Attributes
    ----------
    holds
        Whether the part holds it.
    whole
        The sum of the weights of the corners.
    along
        The sums of the weights of the corners that lie along each axis.
    """

    holds: Any
    whole: Any
    along: list[Any]

    def otherwise(self, other: Part) -> Part:
        """Choose this part if it holds the color, else another."""
        return self.chosen(self.holds, other)

    def chosen(self, condition: Any, other: Part) -> Part:
        """Choose this part under a condition, else another."""
        along = [select(condition, a, b) for a, b in zip(self.along, other.along, strict=True)]
        holds = select(condition, self.holds, other.holds)
        return Part(holds, select(condition, self.whole, other.whole), along)

    def under(self, condition: Any) -> Part:
        """Let the part hold nothing where the condition does not."""
        return Part(self.holds & condition, self.whole, self.along)


def find_place(nodes: Table, cell: Node, color: Three) -> Place:
    """Look for a color in a cell.

    Parameters
    ----------
    nodes
        The extended cube.
    cell
        The cell: eight bits for each index of its first corner, red's the highest.
    color
        The color, three f32.
    """
    edge = nodes.edge
    index = [(cell >> shift) & 255 for shift in (16, 8, 0)]
    base = (((index[0] * edge + index[1]) * edge) + index[2]) << 2
    strides = (4 * edge * edge, 4 * edge, 4)

    def corner(at: tuple[int, int, int]) -> list[Any]:
        offset = sum(s * c for s, c in zip(strides, at, strict=True))
        entries = [make("fetch", (base + (offset + c),), (nodes, True)) for c in range(3)]
        return [widen(entry) for entry in entries]

    def from_first(at: tuple[int, int, int]) -> list[Any]:
        return [value - start for value, start in zip(corner(at), first, strict=True)]

    first = corner((0, 0, 0))
    edges = [from_first(at) for at in RING]
    diagonal = from_first((1, 1, 1))
    place = [widen(to_float(i)) - 1.0 for i in index]  # of the first corner, in cells of the cube
    point = [widen(c) - start for c, start in zip(color, first, strict=True)]
    part = _find_part(edges, diagonal, point)
    found = [(at + along / part.whole) for at, along in zip(place, part.along, strict=True)]
    inside: Any = None
    for value in found:
        within = (_zero() <= value + BORDER) & (value <= float(edge - 3) + BORDER)
        inside = within if inside is None else inside & within
    result = [narrow(value / float(edge - 3)) for value in found]
    red, green, blue = (minimum(maximum(value, 0.0), 1.0) for value in result)
    return Place(part.holds, inside, (red, green, blue))


def _find_part(edges: Any, diagonal: Any, point: Any) -> Part:
    """The first part of a cell that holds a point."""
    across = _cross(point, diagonal)
    along = [_dot(edge, across) for edge in edges]
    size = _dot(diagonal, diagonal)
    limit = size * size * size * THINNEST
    line = _line(diagonal, point, size)
    pairs = [_triangle(k, edge, diagonal, point, across, size) for k, edge in enumerate(edges)]
    triangles, are_triangles = zip(*pairs, strict=True)
    twice = _choose_corners(are_triangles)
    found: Any = None
    for k in reversed(range(len(RING))):
        following = (k + 1) % len(RING)
        normal = _cross(edges[k], edges[following])
        weights = (_zero() - along[following], along[k], _dot(point, normal))
        determinant = _dot(diagonal, normal)
        square = determinant * determinant
        volume = limit < square
        solid = _weigh(determinant, weights, (k, following), volume)
        once, double = sorted((k, following), key=lambda corner: corner % 2)
        is_triangle = select(twice[k], are_triangles[double], are_triangles[once])
        flat = triangles[double].chosen(twice[k], triangles[once]).chosen(is_triangle, line)
        part = solid.otherwise(flat.under(~volume))
        found = part if found is None else part.otherwise(found)
    whole: Part = found
    return whole


def _choose_corners(are_triangles: Any) -> list[Any]:
    """Whether the triangle of each tetrahedron is that of the corner two steps from the first.

    So it is at the beginning. From one tetrahedron to the next one corner is replaced. If it is
    that of the triangle, and the new one makes none with the diagonal but the corner that stays
    does, the triangle is that of the latter.
    """
    corners = {1: 1, 0: 0}  # by whether it lies two steps from the first
    choice = are_triangles[1] | ~are_triangles[0]
    choices = [choice]
    for entering in (2, 3, 4, 5, 0):
        twice = entering % 2
        corners[twice] = entering
        moves = ~are_triangles[entering] & are_triangles[corners[1 - twice]]
        choice = choice & ~moves if twice else choice | moves
        choices.append(choice)
    return choices


def _weigh(whole: Any, weights: Any, corners: Any, holds: Any) -> Part:
    """A part by the weights of two corners of the ring, or one, and of the last corner."""
    square = whole * whole
    slack = square * TOLERANCE
    rest = whole
    for weight in weights:
        rest = rest - weight
    for weight in (*weights, rest):
        holds = holds & (_zero() <= weight * whole + slack)
    sums = []
    for channel in range(3):
        total = weights[-1]
        for corner, weight in zip(corners, weights, strict=False):
            if RING[corner][channel]:
                total = total + weight
        sums.append(total)
    return Part(holds, whole, sums)


def _triangle(
    corner: int, edge: Any, diagonal: Any, point: Any, across: Any, size: Any
) -> tuple[Part, Any]:
    """The triangle of the diagonal and a corner, and whether it is one."""
    normal = _cross(diagonal, edge)
    square = _dot(normal, normal)
    height = _dot(normal, point)
    weights = (_zero() - _dot(across, normal), _dot(_cross(point, edge), normal))
    level = height * height <= square * (ASIDE * ASIDE)
    return _weigh(square, weights, (corner,), level), size * size * NARROWEST < square


def _line(diagonal: Any, point: Any, size: Any) -> Part:
    """The diagonal, or the first corner where all corners are one."""
    is_line = _zero() < size
    whole = select(is_line, size, widen(const(1.0)))
    weight = select(is_line, _dot(point, diagonal), _zero())
    aside = [p * whole - d * weight for p, d in zip(point, diagonal, strict=True)]
    near = _dot(aside, aside) <= whole * whole * (ASIDE * ASIDE)
    return _weigh(whole, (weight,), (), near)


def _zero() -> Any:
    return widen(const(0.0))


def _cross(a: Any, b: Any) -> list[Any]:
    return [a[i] * b[j] - a[j] * b[i] for i, j in ((1, 2), (2, 0), (0, 1))]


def _dot(a: Any, b: Any) -> Any:
    return (a[0] * b[0] + a[1] * b[1]) + a[2] * b[2]
