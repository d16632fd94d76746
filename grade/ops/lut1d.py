"""LUT1D: a lookup table for each channel."""

from __future__ import annotations

from typing import Any

from grade.ir.expression import channels, fetch, fma, rgb, to_float, to_int
from grade.op import CurveData, Op, RgbParam
from grade.op.formulas.table_domain import check_domain, table_position


class LUT1D(Op):
    """Look up each channel in a table, with straight lines between its entries.

        t = (x - domain_min) / (domain_max - domain_min) * (n - 1), limited to 0..n-1
        i = floor(t)
        y = T[i] + (t - i) * (T[i + 1] - T[i])

    ``table`` is an array ``(n,)`` for all channels or ``(n, 3)``, 2 to 65536 entries evenly spaced
    over the domain. Without a table the op is the identity. A value outside the domain, infinities
    included, gives the entry at that end; NaN gives the first.

    Source: OpenColorIO Lut1D (linear), CLF v3. Files are read by ``FileLUT``.

    >>> LUT1D([0.0, 0.5, 0.6]).evaluate([0.25, 0.75, 2.0]).round(6).tolist()
    [0.25, 0.55, 0.6]
    """

    group = "lut"
    known_as = ("lut_1d",)
    table = CurveData(fewest=2, most=65536, doc="The entries, as an array (n,) or (n, 3).")
    domain_min = RgbParam(
        0.0, soft=(0, 1), hard=(-65504, 65504), unit="value", doc="The value of the first entry."
    )
    domain_max = RgbParam(
        1.0, soft=(0, 1), hard=(-65504, 65504), unit="value", doc="The value of the last entry."
    )

    def validate(self) -> None:
        check_domain(self)

    def neutral(self) -> bool:
        return self.table is None

    def forward(self, x: Any) -> Any:
        if self.table is None:
            return x
        top = self.table[0].edge - 1
        position = table_position(x, self.domain_min, self.domain_max, float(top))
        if self.table[0] is self.table[1] is self.table[2]:
            return _read(self.table[0], position)
        pairs = zip(self.table, channels(position), strict=True)
        return rgb(*(_read(table, t) for table, t in pairs))


def _read(table: Any, position: Any) -> Any:
    index = to_int(position)
    low, high = fetch(table, index), fetch(table, index + 1)
    return fma(position - to_float(index), high - low, low)
