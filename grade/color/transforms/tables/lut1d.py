"""One-dimensional tables (1D LUTs), forward: over 0..1, and over the codes of half floats.

Source: OpenColorIO ``Lut1DTransform``; ops/lut1d/Lut1DOpCPU.cpp. As there, interpolation is
linear whatever the file asks for.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from grade.color.errors import UntranslatedTransform
from grade.color.formulas.half_float_codes import NAN_CODE, SIGN_CODE, find_code
from grade.color.formulas.table_search import fetch_entry
from grade.color.transforms.ocio_translation import is_inverse, reads
from grade.color.transforms.tables.hue_adjust import HueAdjustedLut1D
from grade.color.transforms.tables.lut1d_inverse import Lut1DHalfInverse, Lut1DInverse
from grade.color.transforms.transform import Step, apply_by_channel
from grade.ir.expression import equal, fma, maximum, minimum, select, to_float, to_int
from grade.ir.table import Table

HALF_ENTRIES = 65536
_INFINITIES = {0x7C00: 0x7BFF, 0xFC00: 0xFBFF}  # a code that is never reached: its neighbor


@dataclass(frozen=True)
class Lut1D(Step):
    """A curve per channel over 0..1, evenly spaced; values outside are clamped, NaN reads as 0.

    ``tables`` has one table for all channels, or three.
    """

    tables: tuple[Table, ...]
    name = "Lut1D"

    def __call__(self, x: Any) -> Any:
        return apply_by_channel(self.tables, _read_even, x)


@dataclass(frozen=True)
class Lut1DHalf(Step):
    """A curve per channel with an entry for each half code; values are clamped to +-65504.

    NaN gives the entry of the NaN code, whatever its sign. A negative zero has its own entry.
    """

    tables: tuple[Table, ...]
    name = "Lut1D"

    def __call__(self, x: Any) -> Any:
        return apply_by_channel(self.tables, _read_half, x)


def _read_even(table: Table, x: Any) -> Any:
    top = float(table.edge - 1)
    place = minimum(maximum(x * top, 0.0), top)
    index = to_int(place)
    here = fetch_entry(table, index)
    return fma(place - to_float(index), fetch_entry(table, index + 1) - here, here)


def _read_half(table: Table, x: Any) -> Any:
    code, fraction = find_code(x)
    here = fetch_entry(table, code)
    y = fma(fraction, fetch_entry(table, code + 1) - here, here)
    return select(equal(x, x), y, float(table.data[NAN_CODE]))


def read_columns(transform: Any) -> list[Any]:
    """Read the columns of an OpenColorIO table: one if all channels are equal, else three."""
    data = np.asarray(transform.getData(), dtype=np.float32).reshape(-1, 3)
    same = (data == data[:, :1]).all()
    return [data[:, c] for c in range(1 if same else 3)]


@reads("Lut1D")
def read(transform: Any) -> Step:
    """Read a table over 0..1 or over half codes, in either direction."""
    curve = _read_curve(transform)
    adjusted = transform.getHueAdjust().name == "HUE_DW3"
    return HueAdjustedLut1D(curve) if adjusted else curve


def _read_curve(transform: Any) -> Step:
    columns = read_columns(transform)
    half = bool(transform.getInputHalfDomain())
    if is_inverse(transform):
        return (Lut1DHalfInverse if half else Lut1DInverse).of(columns)
    # NaN becomes 0 and an infinity the largest float, so that neighbors can be interpolated.
    columns = [np.nan_to_num(column) for column in columns]
    if not half:
        return Lut1D(tuple(Table(column) for column in columns))
    if len(columns[0]) != HALF_ENTRIES:
        raise UntranslatedTransform("Lut1D", f"{len(columns[0])} entries over the half domain")
    for column in columns:
        for code, neighbor in _INFINITIES.items():
            column[code] = column[neighbor]
        column[SIGN_CODE] += 0.0  # as there, no zero comes out negative
    return Lut1DHalf(tuple(Table(column) for column in columns))
