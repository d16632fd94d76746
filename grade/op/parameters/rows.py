"""A list of rows with named columns, such as tonal zones: as many as a colorist wants."""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from grade.ir.expression import channels, equal, rgb
from grade.op.animation.keyframes import Animation
from grade.op.parameters.json_schema import Schema, any_of, fixed_list, number_within, sentence
from grade.op.parameters.scalar import Bounds, Param
from grade.op.parameters.setting import ParameterError, is_list
from grade.suggestion import suggest

Triple = tuple[float, float, float]


@dataclass(frozen=True)
class Column:
    """One column of a :class:`RowsParam`.

    Parameters
    ----------
    name
        The key of the value in a row that is given by names.
    default
        The value of a row that leaves it out. None: every row must give it.
    soft, hard, unit
        As for a :class:`Param`.
    rgb
        Three numbers per row; a single one sets all three.
    neutral
        The value that changes nothing. None: the column only says where the row acts.
    words
        Names for values, such as the names of colors.
    """

    name: str
    default: float | None = field(kw_only=True)
    soft: Bounds = field(kw_only=True)
    hard: Bounds = field(kw_only=True)
    unit: str = field(kw_only=True)
    rgb: bool = field(default=False, kw_only=True)
    neutral: float | None = field(default=None, kw_only=True)
    words: Mapping[str, Triple] = field(default_factory=dict, kw_only=True)

    @property
    def components(self) -> tuple[str, ...]:
        """Suffixes of the column's uniforms within a row."""
        return tuple(f".{self.name}{c}" for c in ((".r", ".g", ".b") if self.rgb else ("",)))

    def numbers(self, value: Any) -> tuple[float, ...]:
        """A value as one number per uniform."""
        if isinstance(value, str):
            return tuple(self.words[value])
        return tuple(value) if isinstance(value, tuple) else (value,)

    def check(self, value: Any, place: str) -> Any:
        """A float, three of them, or a word; or :class:`ParameterError`."""
        if isinstance(value, str) and self.words:
            if value not in self.words:
                raise ParameterError(
                    f"{place}.{self.name} = {value!r}: not one of {', '.join(self.words)}."
                    + suggest(value, self.words)
                )
            return value
        if self.rgb and is_list(value):
            if len(value) != 3:
                raise ParameterError(
                    f"{place}.{self.name} = {value!r}: takes one number or three (red, green, blue)"
                )
            return tuple(
                self._number(v, f"{place}.{self.name}.{c}")
                for v, c in zip(value, "rgb", strict=True)
            )
        number = self._number(value, f"{place}.{self.name}")
        return (number,) * 3 if self.rgb else number

    def _number(self, value: Any, place: str) -> float:
        low, high = self.hard
        if isinstance(value, bool | str) or not hasattr(value, "__float__"):
            raise ParameterError(f"{place} = {value!r}: not a number; it takes {self.summary()}")
        number = float(value)
        if not low <= number <= high:
            raise ParameterError(
                f"{place} = {value!r}: outside {low:g}..{high:g} {self.unit}"
                f" (usual {self.soft[0]:g}..{self.soft[1]:g})"
            )
        return number

    def summary(self) -> str:
        """Range, unit and default."""
        default = "must be given" if self.default is None else f"default {self.default:g}"
        return f"{self.hard[0]:g}..{self.hard[1]:g} {self.unit}, {default}"

    def schema(self) -> Schema:
        """JSON Schema of a value in this column."""
        one = number_within(*self.hard)
        kinds = [one, *([fixed_list([one] * 3)] if self.rgb else [])]
        if self.words:
            kinds.append({"enum": list(self.words)})
        found = any_of(kinds) if len(kinds) > 1 else one
        return {**found, "description": sentence(self.summary())}


class RowsParam(Param):
    """Any number of rows; how many there are is structure, every number in them a uniform.

    A row is given by names, ``{"border": -2, "exposure": 0.5}``, or as a list in the order of the
    columns. Columns with defaults may be left out, in a list those at its end. It is kept as a
    list, and ``forward`` sees one named tuple per row.

    Parameters
    ----------
    columns
        The columns of a row.
    default
        The rows while the user gives none.
    most
        The most rows that are allowed.
    doc
        One sentence.
    """

    def __init__(
        self, *columns: Column, default: Sequence[Any] = (), most: int = 32, doc: str
    ) -> None:
        hard = (min(c.hard[0] for c in columns), max(c.hard[1] for c in columns))
        soft = (min(c.soft[0] for c in columns), max(c.soft[1] for c in columns))
        units = " or ".join(dict.fromkeys(c.unit for c in columns))
        super().__init__((), soft=soft, hard=hard, unit=units, doc=doc)
        self.columns, self.most, self.first_rows = columns, most, default
        self.suffixes = [s for column in columns for s in column.components]

    def __set_name__(self, owner: type, name: str) -> None:
        super().__set_name__(owner, name)
        self.default = self.check(self.first_rows, owner.__name__)

    def check(self, value: Any, owner: str) -> Any:
        if not is_list(value) or not all(isinstance(row, Mapping) or is_list(row) for row in value):
            names = ", ".join(c.name for c in self.columns)
            raise ParameterError(
                f"{owner}.{self.name} = {value!r}: takes rows [[{names}], ...]; {self.summary()}"
            )
        if len(value) > self.most:
            raise ParameterError(f"{owner}.{self.name}: {len(value)} rows; it takes 0..{self.most}")
        return tuple(self._row(row, f"{owner}.{self.name}[{i}]") for i, row in enumerate(value))

    def _row(self, row: Any, place: str) -> tuple[Any, ...]:
        names = [c.name for c in self.columns]
        if not isinstance(row, Mapping):
            if len(row) > len(names):
                raise ParameterError(
                    f"{place}: {len(row)} values; it takes {len(names)}: {', '.join(names)}"
                )
            row = dict(zip(names, row, strict=False))
        for name in row:
            if name not in names:
                raise ParameterError(
                    f"{place}.{name}: no such column; it takes {', '.join(names)}."
                    + suggest(str(name), names)
                )
        return tuple(self._cell(column, row, place) for column in self.columns)

    def _cell(self, column: Column, row: Mapping[str, Any], place: str) -> Any:
        given = row.get(column.name, column.default)
        if given is None:
            raise ParameterError(f"{place}.{column.name}: missing; it takes {column.summary()}")
        return column.check(given, place)

    def accept(self, value: Any, owner: str) -> Any:
        checked = super().accept(value, owner)
        if isinstance(checked, Animation):
            words = {
                tuple(c if isinstance(c, str) else "" for row in key.value for c in row)
                for key in checked
            }
            if len(words) > 1:
                raise ParameterError(
                    f"{owner}.{self.name}: between two words there is no value; give numbers in"
                    " the column that changes"
                )
        return checked

    def flatten(self, value: Any) -> list[float]:
        return [
            number
            for row in value
            for column, cell in zip(self.columns, row, strict=True)
            for number in column.numbers(cell)
        ]

    def names(self, value: Any) -> Sequence[str]:
        return [f".{i}{suffix}" for i in range(len(value)) for suffix in self.suffixes]

    def with_number(self, value: Any, suffix: str, number: Any) -> Any:
        names = list(self.names(value))
        if suffix not in names:
            raise KeyError(suffix)
        i, within = divmod(names.index(suffix), len(self.suffixes))
        cells = list(value[i])
        for c, column in enumerate(self.columns):
            if within < len(column.components):
                numbers = list(column.numbers(cells[c]))
                numbers[within] = number
                cells[c] = tuple(numbers) if column.rgb else number
                break
            within -= len(column.components)
        return (*value[:i], tuple(cells), *value[i + 1 :])

    def assemble(self, parts: Sequence[Any]) -> Any:
        row = namedtuple("row", [c.name for c in self.columns])  # type: ignore[misc]
        rest, rows = iter(parts), []
        for _ in range(len(parts) // len(self.suffixes)):
            cells = [[next(rest) for _ in c.components] for c in self.columns]
            rows.append(row(*(rgb(*cell) if len(cell) == 3 else cell[0] for cell in cells)))
        return rows

    def is_neutral(self, bound: Any) -> Sequence[Any]:
        """A row is neutral where each column that changes something has its neutral value."""
        return [
            equal(number, column.neutral)
            for row in bound
            for column, cell in zip(self.columns, row, strict=True)
            if column.neutral is not None
            for number in (channels(cell) if column.rgb else (cell,))
        ]

    def summary(self) -> str:
        columns = "; ".join(f"{c.name} {c.summary()}" for c in self.columns)
        low, high = self.hard
        return f"{low:g}..{high:g}, {self.unit}: {columns}"

    def value_schema(self) -> Schema:
        columns = {column.name: column.schema() for column in self.columns}
        required = [column.name for column in self.columns if column.default is None]
        by_name = {
            "type": "object",
            "properties": columns,
            "required": required,
            "additionalProperties": False,
        }
        listed = {
            "type": "array",
            "prefixItems": list(columns.values()),
            "minItems": len(required),
            "maxItems": len(columns),
        }
        return {"type": "array", "items": any_of([by_name, listed]), "maxItems": self.most}
