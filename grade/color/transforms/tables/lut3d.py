"""Three-dimensional tables (3D LUTs), and their baked inverse.

Source: OpenColorIO ``Lut3DTransform``; ops/lut3d/Lut3DOpCPU.cpp. As there, interpolation is
trilinear unless the file or the config asks for tetrahedral or best.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from grade.color.transforms.ocio_processor import make_raw_config
from grade.color.transforms.ocio_translation import is_inverse, reads
from grade.color.transforms.transform import Step
from grade.ir.expression import fetch3d
from grade.ir.table import Table

INVERSE_EDGE = 48


@dataclass(frozen=True)
class Lut3D(Step):
    """A cube over 0..1; values outside are clamped, NaN reads as 0."""

    table: Table
    interpolation: str = "trilinear"
    name = "Lut3D"

    def __call__(self, x: Any) -> Any:
        return fetch3d(self.table, x, self.interpolation)


@dataclass(frozen=True)
class BakedInverse(Lut3D):
    """The inverse of a cube, baked into another cube: the only step that is not exact.

    The exact inverse is a search through all cells, which does not suit a kernel. OpenColorIO's own
    fast inverse is used: a cube of 48 nodes along an edge. For a gamma of 0.5 its largest error is
    1.4e-3 and its mean error 7e-5. A color outside the range of the cube gives that of the nearest
    color inside.
    """

    name = f"Lut3D inverse baked to {INVERSE_EDGE}x{INVERSE_EDGE}x{INVERSE_EDGE}"
    note: ClassVar[str] = (
        f"the inverse of a 3D LUT is approximated: it is baked to a cube of {INVERSE_EDGE} nodes"
        " along an edge, because its exact inverse is a search through all cells"
    )


@reads("Lut3D")
def read(transform: Any) -> Lut3D:
    """Read a cube; the inverse direction is baked."""
    if is_inverse(transform):
        return _bake_inverse(transform)
    return Lut3D(*_read_cube(transform))


def _read_cube(transform: Any) -> tuple[Table, str]:
    edge = int(transform.getGridSize())
    data = np.asarray(transform.getData(), dtype=np.float32).reshape(edge, edge, edge, 3)
    data = np.nan_to_num(data, nan=0.0)  # an infinity becomes the largest number
    best = transform.getInterpolation().name in ("INTERP_TETRAHEDRAL", "INTERP_BEST")
    return Table(data), "tetrahedral" if best else "trilinear"


def _bake_inverse(transform: Any) -> Lut3D:
    import PyOpenColorIO as ocio

    single = ocio.BIT_DEPTH_F32
    quick = ocio.OptimizationFlags(
        int(ocio.OPTIMIZATION_LOSSLESS) | int(ocio.OPTIMIZATION_LUT_INV_FAST)
    )
    baked = make_raw_config().getProcessor(transform).getOptimizedProcessor(single, single, quick)
    (forward,) = baked.createGroupTransform()
    return BakedInverse(*_read_cube(forward))
