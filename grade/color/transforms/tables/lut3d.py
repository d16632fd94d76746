"""Three-dimensional tables (3D LUTs).

Source: OpenColorIO ``Lut3DTransform``; ops/lut3d/Lut3DOpCPU.cpp. As there, interpolation is
trilinear unless the file or the config asks for tetrahedral or best.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from grade.color.transforms.ocio_translation import is_inverse, reads
from grade.color.transforms.tables.inverse.lut3d_inverse import Lut3DInverse
from grade.color.transforms.transform import Step
from grade.ir.expression import fetch3d
from grade.ir.table import Table


@dataclass(frozen=True)
class Lut3D(Step):
    """A cube over 0..1; values outside are clamped, NaN reads as 0."""

    table: Table
    interpolation: str = "trilinear"
    name = "Lut3D"

    def __call__(self, x: Any) -> Any:
        return fetch3d(self.table, x, self.interpolation)


@reads("Lut3D")
def read(transform: Any) -> Step:
    """Read a cube, in either direction."""
    table, interpolation = _read_cube(transform)
    kind = Lut3DInverse.of if is_inverse(transform) else Lut3D
    return kind(table, interpolation)


def _read_cube(transform: Any) -> tuple[Table, str]:
    edge = int(transform.getGridSize())
    data = np.asarray(transform.getData(), dtype=np.float32).reshape(edge, edge, edge, 3)
    data = np.nan_to_num(data, nan=0.0)  # an infinity becomes the largest number
    best = transform.getInterpolation().name in ("INTERP_TETRAHEDRAL", "INTERP_BEST")
    return Table(data), "tetrahedral" if best else "trilinear"
