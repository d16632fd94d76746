"""Reads the table of shots: a CSV file with fixed columns, variables and knobs of the looks."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from grade.errors import RequestError
from grade.graph.file.yaml_tree import number_or_text
from grade.graph.look import Look
from grade.graph.model.change import check_value, setting_of
from grade.io import parse_ranges
from grade.render.errors import ShowFileError
from grade.render.show.show import Shot
from grade.suggestion import suggest

COLUMNS = ("shot", "frames", "input", "version", "look", "note")
LARGEST = 16 << 20
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.\-]*")
_VARIABLE = re.compile(r"\$[A-Za-z_][A-Za-z0-9_]*")


def read_shots(
    path: Path, default: Path | None, load_look: Callable[[Path], Look]
) -> tuple[Shot, ...]:
    """Read a table of shots.

    Parameters
    ----------
    path
        A CSV file in UTF-8. A heading is ``shot``, ``frames``, ``input``, ``version``, ``look`` or
        ``note``; or a variable of the path templates, such as ``$SEQ``; or a knob of the look or
        ``node.param``, with a part behind it as in ``trim.slope.r`` or ``tone.shadow.exposure``,
        and a key's frame as in ``open.stops@1040``. An empty cell sets nothing. Several numbers
        in a cell need quotes, ``"1.1,1,0.95"``, or blanks between them.
    default
        The file of the look of rows that name none.
    load_look
        Loads the look of a file; the files that rows name are relative to the table.

    Raises
    ------
    ShowFileError
        With file, line and column.
    """
    return _Table(path, default, load_look).shots()


@dataclass(frozen=True, slots=True)
class _Cell:
    line: int
    column: int
    heading: str
    text: str


class _Table:
    def __init__(self, path: Path, default: Path | None, load_look: Callable[[Path], Look]) -> None:
        self.path, self.default, self.load_look = path, default, load_look
        self.checked: set[tuple[Path, str]] = set()

    def shots(self) -> tuple[Shot, ...]:
        rows = self._rows()
        if not rows:
            raise ShowFileError(
                f"{self.path}:1: the table is empty; its first line must have the headings"
            )
        headings = self._headings(rows[0][1])
        found: dict[str, Shot] = {}
        lines: dict[str, int] = {}
        for line, texts in rows[1:]:
            shot = self._shot(line, headings, texts)
            if shot.name in found:
                first = lines[shot.name]
                raise ShowFileError(
                    f"{self.path}:{line}: {shot.name} is there twice, first in line {first}"
                )
            found[shot.name], lines[shot.name] = shot, line
        if not found:
            raise ShowFileError(f"{self.path}:1: the table has headings, but no shot")
        return tuple(found.values())

    def _rows(self) -> list[tuple[int, list[str]]]:
        try:
            with self.path.open("rb") as file:
                raw = file.read(LARGEST + 1)
        except OSError as error:
            raise ShowFileError(f"{self.path}: cannot be read: {error.strerror}") from None
        if len(raw) > LARGEST:
            raise ShowFileError(f"{self.path}: more than {LARGEST:,} bytes: no table of shots")
        try:
            text = raw.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            line = raw[: error.start].count(b"\n") + 1
            raise ShowFileError(f"{self.path}:{line}: not UTF-8 text") from None
        reader = csv.reader(io.StringIO(text, newline=""), strict=True)
        rows = []
        begin = 1
        try:
            for row in reader:
                if any(cell.strip() for cell in row):
                    rows.append((begin, [cell.strip() for cell in row]))
                begin = reader.line_num + 1
        except csv.Error as error:
            raise ShowFileError(f"{self.path}:{reader.line_num}: {error}") from None
        return rows

    def _headings(self, texts: list[str]) -> list[str]:
        for number, heading in enumerate(texts, 1):
            where = f"{self.path}:1: column {number}"
            if not heading:
                raise ShowFileError(f"{where} has no heading")
            if heading in texts[: number - 1]:
                raise ShowFileError(f"{where}: {heading} is there twice")
            if heading == "$SHOT":
                raise ShowFileError(f"{where}: $SHOT is set by the column shot")
            if heading.startswith("$") and not _VARIABLE.fullmatch(heading):
                raise ShowFileError(f"{where}: {heading} is no variable; write $NAME")
        if "shot" not in texts:
            semicolons = len(texts) == 1 and ";" in texts[0]
            remedy = "; separate columns by commas, not semicolons" if semicolons else ""
            raise ShowFileError(f"{self.path}:1: there is no column shot{remedy}")
        if self.default is not None:
            look = self.load_look(self.default)
            for number, heading in enumerate(texts, 1):
                # In a table with a column look, a heading may be a knob of those looks alone.
                if "look" not in texts and not self._is_fixed(heading):
                    self._check_heading(look, _Cell(1, number, heading, ""))
        return texts

    def _is_fixed(self, heading: str) -> bool:
        return heading in COLUMNS or heading.startswith("$")

    def _shot(self, line: int, headings: list[str], texts: list[str]) -> Shot:
        if len(texts) > len(headings) and any(texts[len(headings) :]):
            raise ShowFileError(
                f"{self.path}:{line}: {len(texts)} cells for {len(headings)} headings; put numbers"
                ' with commas into quotes, "1.1,1,0.95"'
            )
        cells = {
            heading: _Cell(line, number, heading, text)
            for number, (heading, text) in enumerate(zip(headings, texts, strict=False), 1)
            if text
        }
        texts_of = {heading: cell.text for heading, cell in cells.items()}
        name = texts_of.get("shot", "")
        if not _NAME.fullmatch(name):
            wrong = f"{name!r} is no name of a shot" if name else "the shot has no name"
            raise ShowFileError(f"{self.path}:{line}: {wrong}; use letters, digits, - _ .")
        if "frames" in cells:
            with _at(self.path, cells["frames"]):
                parse_ranges(texts_of["frames"])
        own = None if "look" not in cells else self.path.parent / texts_of["look"]
        path = own or self.default
        if path is None:
            raise ShowFileError(
                f"{self.path}:{line}: {name} has no look, and the show names none; add look:"
            )
        place = f"{self.path}:{line}"
        try:
            look = self.load_look(path)
        except ShowFileError as error:
            raise ShowFileError(f"{place}: {name}: {error}") from error
        settings = {h: c for h, c in cells.items() if not self._is_fixed(h)}
        values = {h: self._value(path, look, cell) for h, cell in settings.items()}
        if "version" in cells and texts_of["version"] not in look.versions:
            with _at(self.path, cells["version"]):
                look.version(texts_of["version"])
        variables = {h[1:]: text for h, text in texts_of.items() if h.startswith("$")}
        return Shot(
            name=name,
            place=place,
            frames=texts_of.get("frames"),
            space=texts_of.get("input"),
            version=texts_of.get("version"),
            look=own,
            note=texts_of.get("note", ""),
            values=values,
            variables={**variables, "SHOT": name},
        )

    def _value(self, path: Path, look: Look, cell: _Cell) -> Any:
        if (path, cell.heading) not in self.checked:
            self._check_heading(look, cell)
            self.checked.add((path, cell.heading))
        value = parse_value(cell.text)
        with _at(self.path, cell):
            check_value(look, cell.heading, value)
        return value

    def _check_heading(self, look: Look, cell: _Cell) -> None:
        """Raise `ShowFileError` unless a heading names something in the look."""
        if "." not in cell.heading.partition("@")[0] and cell.heading not in look.knobs:
            hint = suggest(cell.heading, [*COLUMNS, *look.knobs])
            raise ShowFileError(
                f"{self.path}:{cell.line}: column {cell.column}: {cell.heading} is neither a column"
                f" nor a knob of {look.name}.{hint}"
            )
        with _at(self.path, cell):
            node, _, rest = look.knob_path(cell.heading).partition("@")[0].partition(".")
            setting_of(look.op(node), node, rest.partition(".")[0])


@contextmanager
def _at(path: Path, cell: _Cell) -> Iterator[None]:
    """Put file, line and column in front of errors in the block."""
    try:
        yield
    except RequestError as error:
        where = f"{path}:{cell.line}: column {cell.column} ({cell.heading})"
        raise ShowFileError(f"{where}: {error}") from error


def parse_value(text: str) -> Any:
    """Read a cell as a value of a look: a number, several, true or false, or else a text.

    >>> parse_value("1.1,1,0.95"), parse_value("1.1 1 .95"), parse_value("5600")
    ((1.1, 1, 0.95), (1.1, 1, 0.95), 5600)
    >>> parse_value("TRUE"), parse_value("ARRI LogC4")
    (True, 'ARRI LogC4')
    """
    parts = [number_or_text(part) for part in re.split(r"\s*,\s*|\s+", text.strip())]
    if len(parts) == 1:
        return parts[0]
    numbers = all(isinstance(p, int | float) and not isinstance(p, bool) for p in parts)
    return tuple(parts) if numbers else text
