"""A cube with one more node outward on every side, so that colors beyond its range have a place.

Source: OpenColorIO, ops/lut3d/Lut3DOpCPU.cpp, the grid of the exact inverse: the outer nodes are
those of the faces, four times as far from 0.5. Where that does not reach around the range that is
searched, as with a cube of low contrast or one that lies beside 0.5, they are farther out, or as
far from the middle of the cube: there OpenColorIO finds nothing and gives black.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise, product
from typing import Any

import numpy as np

from grade.ir.floating_point_mode import exact_rounding

LARGEST = np.float32(np.finfo(np.float32).max)
CENTER = (0.5, 0.5, 0.5)
SCALES = (4.0, 16.0, 64.0, 256.0)
SLICE = 1.3
"""How much farther out each slice of an outer cell reaches. Outer cells are long; each slice has a
range of its own, so that few of them are looked into."""
SKIN = 1e-5  # of an outer cell: what lies on the border of the cube, with room for rounding
SIDES = [sides for sides in product((-1, 0, 1), repeat=3) if any(sides)]
"""Where cells lie around a cube: -1 for an axis along which they lie before it, 1 behind it."""
_RAY = (1.0, 0.62, 0.27)  # any direction that is none of symmetry
_TURNS = (1, -1, -1, 1, 1, -1)  # the first and the last face along each axis, seen from inside


@dataclass(frozen=True, eq=False)
class Ranges:
    """Cells, an index ``(count, 3)`` each, and the least and the largest value in each.

    A cell may stand there more than once, each time with the range of a part.
    """

    cell: Any
    low: Any
    high: Any

    def only(self, chosen: Any) -> Ranges:
        """Those that a mask chooses."""
        return Ranges(self.cell[chosen], self.low[chosen], self.high[chosen])


@dataclass(frozen=True, eq=False)
class ExtendedCube:
    """The nodes of a cube and one layer around them.

    Attributes
    ----------
    nodes
        ``(n + 2, n + 2, n + 2, 3)`` float32.
    low, high
        The range that is searched: 0..1, and beyond it what the cube has.
    middle
        The node in the middle of the cube.
    scale
        How much farther from the center the outer nodes are than those of the faces.
    """

    nodes: Any
    low: float
    high: float
    middle: tuple[float, float, float]
    scale: float

    @property
    def edge(self) -> int:
        """Nodes along an edge of the cube itself."""
        return int(self.nodes.shape[0]) - 2

    @classmethod
    @exact_rounding()
    def of(cls, cube: Any) -> ExtendedCube:
        """Extend ``(n, n, n, 3)`` nodes."""
        cube = np.asarray(cube, dtype=np.float32)
        edge = cube.shape[0]
        low, high = min(0.0, float(cube.min())), max(1.0, float(cube.max()))
        red, green, blue = map(float, cube[edge // 2, edge // 2, edge // 2])
        center, scale = _choose_outside(cube, (red, green, blue), low, high)
        inside = np.clip(np.arange(-1, edge + 1), 0, edge - 1)
        nodes = cube[np.ix_(inside, inside, inside)]
        outer = np.ones(nodes.shape[:3], dtype=bool)
        outer[1:-1, 1:-1, 1:-1] = False
        nodes[outer] = _move_out(nodes[outer], center, scale)
        return cls(nodes, low, high, (red, green, blue), scale)

    def inner_cells(self) -> Ranges:
        """The cells of the cube, and what of the cells around it lies on its border."""
        cell = np.indices((self.edge - 1,) * 3).reshape(3, -1).T + 1
        corners = [self.nodes[tuple((cell + corner).T)] for corner in np.ndindex(2, 2, 2)]
        own = cell, np.minimum.reduce(corners), np.maximum.reduce(corners)
        return self._reaching([own, *(self._slices(sides, [0.0, SKIN]) for sides in SIDES)])

    def outer_cells(self) -> Ranges:
        """The slices of the cells behind the faces of the cube.

        Those behind edges and corners have no volume: of four corners three are one.
        """
        faces = [sides for sides in SIDES if sides.count(0) == 2]
        return self._reaching([self._slices(sides, self._cuts()) for sides in faces])

    def _reaching(self, parts: list[tuple[Any, Any, Any]]) -> Ranges:
        """Those that reach into the range that is searched."""
        cell, low, high = map(np.concatenate, zip(*parts, strict=True))
        reach = ((low <= np.float32(self.high)) & (high >= np.float32(self.low))).all(axis=1)
        return Ranges(cell, low, high).only(reach)

    def _slices(self, sides: tuple[int, ...], cuts: list[float]) -> tuple[Any, Any, Any]:
        """The slices of the cells on one side, between cuts from the near to the far corners."""
        shape = tuple(1 if side else self.edge - 1 for side in sides)
        first = [self.edge if side > 0 else 1 + side for side in sides]
        cell = np.indices(shape).reshape(3, -1).T + np.array(first)
        corners: tuple[list[Any], list[Any]] = ([], [])
        for corner in np.ndindex(2, 2, 2):
            outward = any(side and at == (side > 0) for side, at in zip(sides, corner, strict=True))
            corners[outward].append(self.nodes[tuple((cell + corner).T)].astype(np.float64))
        low = [np.minimum.reduce(side) for side in corners]
        high = [np.maximum.reduce(side) for side in corners]
        ends = [[a + t * (b - a) for t in cuts] for a, b in (low, high)]
        lows = [np.minimum(*pair) for pair in pairwise(ends[0])]
        highs = [np.maximum(*pair) for pair in pairwise(ends[1])]
        single = [np.concatenate(side).astype(np.float32) for side in (lows, highs)]
        return np.tile(cell, (len(lows), 1)), single[0], single[1]

    def _cuts(self) -> list[float]:
        """Where slices end, from 0 at the near corners to 1 at the far ones."""
        reach, cuts = 1.0, []
        while reach < self.scale:
            cuts.append((reach - 1.0) / (self.scale - 1.0))
            reach *= SLICE
        return [*cuts, 1.0]


def _move_out(values: Any, center: Any, scale: float) -> Any:
    middle = np.asarray(center, dtype=np.float32)
    with np.errstate(over="ignore"):
        return np.clip((values - middle) * np.float32(scale) + middle, -LARGEST, LARGEST)


def _choose_outside(cube: Any, middle: Any, low: float, high: float) -> tuple[Any, float]:
    """The center and the scale by which outer nodes are made."""
    faces = [np.take(cube, end, axis) for axis in range(3) for end in (0, -1)]
    center = CENTER if _encloses(faces, CENTER) or not _encloses(faces, middle) else middle
    border = np.concatenate([face.reshape(-1, 3) for face in faces])
    for scale in SCALES:
        far = _move_out(border, center, scale)
        if ((far <= np.float32(low)) | (far >= np.float32(high))).any(axis=1).all():
            return center, scale
    return center, SCALES[-1]


def _encloses(faces: Any, center: Any) -> bool:
    """Whether the faces lie around a point: a ray from it leaves them more often than it enters.

    The signs are those of determinants of the corners of triangles, seen from the point.
    """
    crossings = 0
    ray = np.array(_RAY)
    for turn, face in zip(_TURNS, faces, strict=True):
        corners = face.astype(np.float64) - np.array(center)
        a, b, c, d = corners[:-1, :-1], corners[1:, :-1], corners[1:, 1:], corners[:-1, 1:]
        for one, two, three in ((a, b, c), (a, c, d)):
            sides = [_signs(ray, two, three), _signs(one, ray, three), _signs(one, two, ray)]
            sign = _signs(one, two, three)
            hit = np.logical_and.reduce([side == sign for side in sides]) & (sign != 0)
            out = np.count_nonzero(hit & (sign > 0)) - np.count_nonzero(hit & (sign < 0))
            crossings += int(out) * turn
    return crossings != 0


def _signs(a: Any, b: Any, c: Any) -> Any:
    """The sign of the determinant of three vectors."""
    (ax, ay, az), (bx, by, bz), (cx, cy, cz) = (np.moveaxis(v, -1, 0) for v in (a, b, c))
    value = ax * (by * cz - bz * cy) + ay * (bz * cx - bx * cz) + az * (bx * cy - by * cx)
    return np.sign(value).astype(np.int64)
