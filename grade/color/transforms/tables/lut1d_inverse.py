"""The inverse of one-dimensional tables (1D LUTs): which value does the table map to this one.

Source: OpenColorIO ``Lut1DTransform``, inverse direction; ops/lut1d/Lut1DOpData.cpp for the part of
a table that is used, Lut1DOpCPU.cpp for the search.
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
    """The part of a table that rises and has no flat ends; a falling table is negated first.

    Parameters
    ----------
    sign
        1, or -1 for a table that falls.
    start
        The index of the first entry that is used.
    search
        Search of the used entries times ``sign``; None if the table is constant.
    """

    sign: float
    start: int
    search: Search | None

    @classmethod
    def of(cls, values: Any, rising: bool, first: Any = None) -> RisingPart:
        """Take the part from a whole table: reversals become flat, flat ends are left out.

        ``first`` is an entry before the first one; later entries may not be below it either.
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
        """Locate y: index, counted from ``start``, and fraction; y beyond the table is clamped."""
        return search.position(y if self.sign > 0 else -y)


@dataclass(frozen=True)
class Lut1DInverse(Step):
    """The inverse of a curve over 0..1.

    A value beyond the curve gives the nearest end. NaN stays NaN. ``parts`` has one part for all
    channels, or three.
    """

    parts: tuple[RisingPart, ...]
    name = "Lut1D"
    entries: int = 2

    @classmethod
    def of(cls, columns: Sequence[Any]) -> Lut1DInverse:
        """Take them from the columns of a table."""
        parts = tuple(RisingPart.of(c, bool(c[0] < c[-1])) for c in columns)
        return cls(parts, len(columns[0]))

    def __call__(self, y: Any) -> Any:
        return apply_by_channel(self.parts, self._inverse, y)

    def _inverse(self, part: RisingPart, y: Any) -> Any:
        scale = 1.0 / (self.entries - 1)
        if part.search is None:
            return select(equal(y, y), part.start * scale, part.start * scale)
        index, fraction = part.position(part.search, y)
        return fma(to_float(index) + fraction, scale, part.start * scale)


@dataclass(frozen=True, eq=False)
class HalfDomainCurve:
    """A curve over the half codes, in two parts: inputs from +0 up, and from -0 down."""

    positive: RisingPart
    negative: RisingPart
    rising: bool
    middle: float

    @property
    def symmetric(self) -> bool:
        """Whether the curve is odd, so that one search serves both parts."""
        one, other = self.positive, self.negative
        return (
            one.search is not None
            and other.search is not None
            and (one.start, one.search.table) == (other.start, other.search.table)
        )

    @classmethod
    def of(cls, column: Any) -> HalfDomainCurve:
        """Split a column; as in OpenColorIO it rises if its entry at 1 is above that at 0."""
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
        """Take them from the columns of a table."""
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


def _invert_part(part: RisingPart, first: int, y: Any) -> Any:
    if part.search is None:
        return decode_code(first + part.start)
    return interpolate_codes(*part.position(part.search, y), first + part.start)
