"""Three-dimensional tables.

Source: OpenColorIO ``Lut3DTransform``; ops/lut3d/Lut3DOpCPU.cpp. As there, interpolation is
trilinear unless the file or the config asks for tetrahedral (or best).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from grade.color.errors import UntranslatedTransform
from grade.color.transform import Step
from grade.color.translation import is_inverse, reads
from grade.ir.expression import fetch3d
from grade.ir.table import Table


@dataclass(frozen=True)
class Lut3D(Step):
    """A cube over 0..1, held outside; NaN reads as 0."""

    table: Table
    interpolation: str = "trilinear"
    name = "Lut3D"

    def __call__(self, x: Any) -> Any:
        return fetch3d(self.table, x, self.interpolation)


@reads("Lut3D")
def read(transform: Any) -> Lut3D:
    """Forward alone: the exact inverse is a search through all cells, not work for a kernel."""
    if is_inverse(transform):
        raise UntranslatedTransform("Lut3D", "backwards: a cube has no quick exact inverse")
    edge = int(transform.getGridSize())
    data = np.asarray(transform.getData(), dtype=np.float32).reshape(edge, edge, edge, 3)
    best = transform.getInterpolation().name in ("INTERP_TETRAHEDRAL", "INTERP_BEST")
    return Lut3D(Table(data), "tetrahedral" if best else "trilinear")
