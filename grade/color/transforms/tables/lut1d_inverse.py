"""One-dimensional tables, backward: what value would the table have turned into this one.

Source: OpenColorIO ``Lut1DTransform``, inverse direction; ops/lut1d/Lut1DOpData.cpp for what is a
table's usable part, Lut1DOpCPU.cpp for the answer.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from grade.color.formulas.half_float_codes import SIGN_CODE, decode_code, interpolate_codes
from grade.color.formulas.table_search import Search
from grade.color.transforms.transform import Step, apply_by_channel
from grade.ir.expression import equal, fma, select, to_float

HALF_ONE = 15360
HALF_LARGEST = 31743


@dataclass(frozen=True, eq=False)
class RisingPart:
    """The part of a table that rises (after a change of sign, if it falls) and is not flat.

    Parameters
    ----------
    sign
        -1 for a table that falls.
    start
        The index of the first entry that is used.
    search
        Over the used entries times ``sign``; None if the table is constant.
    """

    sign: float
    start: int
    search: Search | None

    @classmethod
    def of(cls, values: Any, rising: bool, first: Any = None) -> RisingPart:
        """From a whole table: reversals flattened, flat ends left out.

        ``first`` stands for an entry before the first, which the others may not pass either.
        """
        sign = np.float32(1 if rising else -1)
        level = np.nan_to_num(np.asarray(values, dtype=np.float32) * sign, posinf=np.inf)
        level = np.maximum.accumulate(level)
        if first is not None:
            level = np.maximum(level, first * sign)
        start = int(np.searchsorted(level, level[0], side="right")) - 1
        end = int(np.searchsorted(level, level[-1], side="left"))
        if start >= end:
            return cls(float(sign), end, None)
        return cls(float(sign), start, Search(level[start : end + 1]))

    def position(self, search: Search, y: Any) -> tuple[Any, Any]:
        """Index, counted from ``start``, and fraction; y beyond the table is held."""
        return search.position(y if self.sign > 0 else -y)


@dataclass(frozen=True)
class Lut1DInverse(Step):
    """The inverse of a curve over 0..1; a value beyond the curve gives the nearest end. NaN stays.

    ``slopes``: one for all channels, or three.
    """

    slopes: tuple[RisingPart, ...]
    name = "Lut1D"
    entries: int = 2

    @classmethod
    def of(cls, columns: Sequence[Any]) -> Lut1DInverse:
        """From the columns of a table."""
        slopes = tuple(RisingPart.of(c, bool(c[0] < c[-1])) for c in columns)
        return cls(slopes, len(columns[0]))

    def __call__(self, y: Any) -> Any:
        return apply_by_channel(self.slopes, self._inverse, y)

    def _inverse(self, slope: RisingPart, y: Any) -> Any:
        scale = 1.0 / (self.entries - 1)
        if slope.search is None:
            return select(equal(y, y), slope.start * scale, slope.start * scale)
        index, fraction = slope.position(slope.search, y)
        return fma(to_float(index) + fraction, scale, slope.start * scale)


@dataclass(frozen=True, eq=False)
class HalfDomainCurve:
    """A curve over the half codes: the inputs from +0 up, and those from -0 down."""

    positive: RisingPart
    negative: RisingPart
    rising: bool
    middle: float

    @property
    def symmetric(self) -> bool:
        """Whether the curve is odd, so that one search serves both halves."""
        one, other = self.positive, self.negative
        return (
            one.search is not None
            and other.search is not None
            and (one.start, one.search.table) == (other.start, other.search.table)
        )

    @classmethod
    def of(cls, column: Any) -> HalfDomainCurve:
        """Whether it rises is judged between the inputs 0 and 1, as OpenColorIO does."""
        rising = bool(column[0] < column[HALF_ONE])
        upper = RisingPart.of(column[: HALF_LARGEST + 1], rising)
        below = column[SIGN_CODE : SIGN_CODE + HALF_LARGEST + 1]
        lower = RisingPart.of(below, not rising, first=column[0])
        return cls(upper, lower, rising, float(column[0]))


@dataclass(frozen=True)
class Lut1DHalfInverse(Step):
    """The inverse of a curve over the half codes. NaN stays NaN."""

    curves: tuple[HalfDomainCurve, ...]
    name = "Lut1D"

    @classmethod
    def of(cls, columns: Sequence[Any]) -> Lut1DHalfInverse:
        """From the columns of a table."""
        return cls(tuple(HalfDomainCurve.of(c) for c in columns))

    def __call__(self, y: Any) -> Any:
        return apply_by_channel(self.curves, _invert_half, y)


def _invert_half(curve: HalfDomainCurve, y: Any) -> Any:
    in_upper = y >= curve.middle if curve.rising else y < curve.middle
    if curve.symmetric and curve.positive.search is not None:
        value = select(in_upper, y, -y)
        code, fraction = curve.positive.position(curve.positive.search, value)
        signed = select(in_upper, code, code + SIGN_CODE)
        return interpolate_codes(signed, fraction, curve.positive.start)
    upper = _invert_part(curve.positive, 0, y)
    lower = _invert_part(curve.negative, SIGN_CODE, y)
    return select(in_upper, upper, lower)


def _invert_part(slope: RisingPart, first: int, y: Any) -> Any:
    if slope.search is None:
        return decode_code(first + slope.start)
    return interpolate_codes(*slope.position(slope.search, y), first + slope.start)
