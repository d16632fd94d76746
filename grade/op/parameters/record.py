"""A record: numbers with names that belong together, such as those of a tonal zone."""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from grade.ir.expression import channels, equal, rgb
from grade.op.animation.keyframes import blend
from grade.op.parameters.json_schema import Schema
from grade.op.parameters.rows import Column
from grade.op.parameters.scalar import Param
from grade.op.parameters.setting import ParameterError, is_list
from grade.suggestion import suggest


@dataclass(frozen=True, slots=True)
class Record:
    """The value of a :class:`RecordParam`; its parts are attributes, ``zone.exposure``.

    Parameters
    ----------
    names, cells
        The parts, in the order of the columns.
    default
        The cells of the parameter's default.
    """

    names: tuple[str, ...]
    cells: tuple[Any, ...]
    default: tuple[Any, ...]

    def __getattr__(self, name: str) -> Any:
        if name not in self.names:
            raise AttributeError(f"no part {name!r}.{suggest(name, self.names)}")
        return self.cells[self.names.index(name)]

    def changed(self) -> dict[str, Any]:
        """The parts that differ from the default, as a look file has them."""
        rows = zip(self.names, self.cells, self.default, strict=True)
        return {name: cell for name, cell, default in rows if cell != default}

    def with_cell(self, name: str, cell: Any) -> Record:
        """The record with another value of one part."""
        pairs = zip(self.names, self.cells, strict=True)
        cells = tuple(cell if name == own else old for own, old in pairs)
        return Record(self.names, cells, self.default)

    def blend_with(self, other: Record, t: float) -> Record:
        """The record at the fraction ``t`` of the way to another."""
        return Record(self.names, blend(self.cells, other.cells, t), self.default)

    def __repr__(self) -> str:
        return repr(self.changed())


class RecordParam(Param):
    """Named numbers that are set together or one by one: ``zones.shadow.exposure``.

    It takes a mapping, ``{"exposure": 0.5}``; parts that are left out have their defaults. Each
    number is a uniform. A key holds the whole record.

    Parameters
    ----------
    columns
        The parts; each needs a default.
    doc
        One sentence.
    """

    def __init__(self, *columns: Column, doc: str) -> None:
        hard = (min(c.hard[0] for c in columns), max(c.hard[1] for c in columns))
        soft = (min(c.soft[0] for c in columns), max(c.soft[1] for c in columns))
        units = " or ".join(dict.fromkeys(c.unit for c in columns))
        super().__init__((), soft=soft, hard=hard, unit=units, doc=doc)
        self.columns = columns
        names = tuple(column.name for column in columns)
        cells = tuple(column.check(column.default, names[0]) for column in columns)
        self.default = Record(names, cells, cells)
        self.components = tuple(s for column in columns for s in column.components)

    def check(self, value: Any, owner: str) -> Any:
        if isinstance(value, Record):
            value = dict(zip(value.names, value.cells, strict=True))
        if not isinstance(value, Mapping):
            raise ParameterError(
                f"{owner}.{self.name} = {value!r}: takes numbers by name, as in"
                f" {{{self.columns[0].name}: 0.5}}; {self.summary()}"
            )
        place, made = f"{owner}.{self.name}", self.default
        for name, given in value.items():
            if name not in made.names:
                raise ParameterError(
                    f"{place}.{name}: no such part; it takes {', '.join(made.names)}."
                    + suggest(str(name), made.names)
                )
            made = made.with_cell(name, self._column(name).check(given, place))
        return made

    def _column(self, name: str) -> Column:
        return next(column for column in self.columns if column.name == name)

    def flatten(self, value: Any) -> list[float]:
        pairs = zip(self.columns, value.cells, strict=True)
        return [number for column, cell in pairs for number in column.numbers(cell)]

    def with_number(self, value: Any, suffix: str, number: Any) -> Any:
        """The record with one part changed: ``.exposure``, ``.balance`` or ``.balance.r``."""
        part, _, channel = suffix.removeprefix(".").partition(".")
        if part not in value.names or (channel and suffix not in self.components):
            raise KeyError(suffix)
        if channel:
            numbers = list(getattr(value, part))
            numbers["rgb".index(channel)] = number
            number = tuple(numbers)
        elif is_list(number) and not self._column(part).rgb:
            raise KeyError(suffix)
        return value.with_cell(part, number)

    def assemble(self, parts: Sequence[Any]) -> Any:
        record = namedtuple("record", self.default.names)  # type: ignore[misc]
        rest = iter(parts)
        cells = [[next(rest) for _ in column.components] for column in self.columns]
        return record(*(rgb(*cell) if len(cell) == 3 else cell[0] for cell in cells))

    def is_neutral(self, bound: Any) -> Sequence[Any]:
        """Each part that changes something has its neutral value."""
        return [
            equal(number, column.neutral)
            for column, cell in zip(self.columns, bound, strict=True)
            if column.neutral is not None
            for number in (channels(cell) if column.rgb else (cell,))
        ]

    def summary(self) -> str:
        parts = "; ".join(f"{column.name} {column.summary()}" for column in self.columns)
        low, high = self.hard
        return f"{low:g}..{high:g}, {self.unit}: {parts}"

    def value_schema(self) -> Schema:
        return {
            "type": "object",
            "properties": {column.name: column.schema() for column in self.columns},
            "additionalProperties": False,
        }
