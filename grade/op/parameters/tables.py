"""Lookup tables given as arrays, curves and cubes: structure, part of the kernel."""

from __future__ import annotations

from typing import Any

import numpy as np

from grade.ir.table import Table
from grade.op.parameters.json_schema import Schema
from grade.op.parameters.setting import ParameterError, Setting


class TableData(Setting):
    """A lookup table given as an array. While it is None the op is the identity."""

    structural = True
    default = None
    shape = ""

    def __init__(self, *, fewest: int, most: int, doc: str) -> None:
        self.fewest, self.most, self.doc = fewest, most, doc

    def check(self, value: Any, owner: str) -> Any:
        if value is None:
            return None
        try:
            array = np.asarray(value, dtype=np.float32)
        except (TypeError, ValueError):
            raise ParameterError(
                self._refusal(owner, f"{value!r}: not an array of numbers")
            ) from None
        return self._make_tables(array, owner)

    def _make_tables(self, array: Any, owner: str) -> Any:
        raise NotImplementedError

    def _refusal(self, owner: str, why: str) -> str:
        return f"{owner}.{self.name} = {why}; it takes {self.summary()}"

    def _check_size(self, array: Any, fits: bool, owner: str) -> None:
        shown = "array " + "x".join(map(str, array.shape))
        if not fits:
            raise ParameterError(self._refusal(owner, f"{shown}: wrong shape"))
        if not self.fewest <= array.shape[0] <= self.most:
            raise ParameterError(self._refusal(owner, f"{shown}: wrong size"))
        if not np.isfinite(array).all():
            raise ParameterError(
                self._refusal(owner, f"{shown}: not every entry is finite in float32")
            )

    def summary(self) -> str:
        return f"{self.shape} of {self.fewest}..{self.most} entries, default none"

    def value_schema(self) -> Schema:
        return {"type": "array", "minItems": self.fewest, "maxItems": self.most}


class CurveData(TableData):
    """An array ``(n,)`` for all channels, or ``(n, 3)``.

    It is kept as three tables; columns that agree are one object.
    """

    shape = "an array (n,) or (n, 3)"

    def check(self, value: Any, owner: str) -> Any:
        if isinstance(value, tuple) and all(isinstance(v, Table) for v in value):
            return self.check(np.stack([v.data for v in value], axis=-1), owner)
        return super().check(value.data if isinstance(value, Table) else value, owner)

    def _make_tables(self, array: Any, owner: str) -> tuple[Table, Table, Table]:
        self._check_size(array, array.ndim == 1 or (array.ndim == 2 and array.shape[1] == 3), owner)
        columns = [array] * 3 if array.ndim == 1 else [array[:, i] for i in range(3)]
        unique: dict[Table, Table] = {}
        red, green, blue = (unique.setdefault(t, t) for t in map(Table, columns))
        return red, green, blue


class CubeData(TableData):
    """An array ``(n, n, n, 3)`` with axes red, green, blue; or a :class:`grade.ir.table.Table`."""

    shape = "an array (n, n, n, 3) with axes red, green, blue"

    def check(self, value: Any, owner: str) -> Any:
        if isinstance(value, Table):
            self._check_cube(value.data, owner)
            return value
        return super().check(value, owner)

    def _make_tables(self, array: Any, owner: str) -> Table:
        self._check_cube(array, owner)
        return Table(array)

    def _check_cube(self, array: Any, owner: str) -> None:
        fits = array.ndim == 4 and array.shape[:3] == (array.shape[0],) * 3
        self._check_size(array, fits and array.shape[3] in (3, 4), owner)

    def summary(self) -> str:
        return f"{self.shape}, n = {self.fewest}..{self.most}, default none"
