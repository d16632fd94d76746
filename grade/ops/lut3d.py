"""LUT3D: a lookup cube of colors."""

from __future__ import annotations

from typing import Any

from grade.ir.expression import fetch3d
from grade.op import Choice, CubeData, Op, RgbParam
from grade.op.formulas.table_domain import check_domain, table_position


class LUT3D(Op):
    """Look up a color in a cube.

    ``table`` is an array ``(n, n, n, 3)`` whose axes are red, green, blue, n from 2 to 129 nodes
    evenly spaced over the domain. Without a table the op is the identity. (In the text of a .cube
    file red runs fastest: ``array.reshape(n, n, n, 3).transpose(2, 1, 0, 3)``.)

    ``tetrahedral`` splits each cell into six tetrahedra and weighs four nodes; greys between grey
    nodes stay grey. ``trilinear`` weighs all eight. They differ, so the choice is part of the look.

    A color outside the domain, infinities included, is limited to its border; NaN reads as the
    minimum of the domain.

    Source: OpenColorIO Lut3D; SMPTE ST 2136-1 for the tetrahedra. Files are read by ``FileLUT``.
    Differs from OpenColorIO: there trilinear is the default.

    >>> corners = [[[[r, g, b] for b in (0, 1)] for g in (0, 1)] for r in (0, 1)]
    >>> LUT3D(corners).evaluate([0.25, 0.5, 2.0]).tolist()
    [0.25, 0.5, 1.0]
    """

    group = "lut"
    known_as = ("lut_3d",)
    table = CubeData(fewest=2, most=129, doc="The nodes, as an array (n, n, n, 3).")
    interpolation = Choice("tetrahedral", "trilinear", doc="Interpolation between nodes.")
    domain_min = RgbParam(
        0.0, soft=(0, 1), hard=(-65504, 65504), unit="value", doc="The value of the first node."
    )
    domain_max = RgbParam(
        1.0, soft=(0, 1), hard=(-65504, 65504), unit="value", doc="The value of the last node."
    )

    def validate(self) -> None:
        check_domain(self)

    def neutral(self) -> bool:
        return self.table is None

    def forward(self, x: Any) -> Any:
        if self.table is None:
            return x
        position = table_position(x, self.domain_min, self.domain_max, 1.0)
        return fetch3d(self.table, position, self.interpolation)
