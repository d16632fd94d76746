"""Tracks: keyframes in a table file, as trackers and other systems export them."""

from __future__ import annotations

import csv
import io
import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from grade.op.animation.keyframes import EASES, Animation, AnimationError, Key
from grade.op.plain_file import read_plain_file

LARGEST = 16 << 20
MOST_KEYS = 200_000


@dataclass(frozen=True, slots=True)
class Track(Animation):
    """An animation whose keyframes are in a file.

    A ``.csv`` file has a row of names, then a row per keyframe: ``frame``, perhaps ``ease``, and
    numbers. A ``.json`` file has a list of such rows as objects, or an object of frames to values.
    The file is read once. Its keyframes decide what a look is, its name does not.

    Attributes
    ----------
    file
        Its path.
    columns
        The columns that make the value, in order; empty means all but ``frame`` and ``ease``.
    """

    file: str = ""
    columns: tuple[str, ...] = ()

    @classmethod
    def read(cls, file: str | os.PathLike[str], columns: Sequence[str] = ()) -> Track:
        """Read a table.

        Raises
        ------
        AnimationError
            With file and line, or element.
        """
        path = os.fspath(file)
        keys = _read_keys(Path(path), path, tuple(columns))
        if len(keys) > MOST_KEYS:
            raise AnimationError(f"{path}: {len(keys)} keys; it may have {MOST_KEYS}")
        try:
            return cls(Animation.of(keys).keys, file=path, columns=tuple(columns))
        except AnimationError as error:
            raise AnimationError(f"{path}: {error}") from None

    @classmethod
    def from_entry(cls, entry: Mapping[str, Any]) -> Track:
        """From an entry of a look file: ``{track: FILE}``, perhaps with ``columns: [x, y]``."""
        unknown = [str(name) for name in entry if name not in ("track", "columns")]
        columns = entry.get("columns", ())
        named = columns if isinstance(columns, list | tuple) else (columns,)
        texts = isinstance(entry["track"], str) and all(isinstance(name, str) for name in named)
        if unknown or not texts:
            raise AnimationError(
                f"{dict(entry)!r}: takes {{track: FILE}}, and columns: [NAME, ...] if not all"
            )
        return cls.read(entry["track"], named)

    def to_entry(self, folder: Path) -> dict[str, Any]:
        """The entry of a look file in ``folder``."""
        try:
            here = Path(os.path.relpath(os.path.abspath(self.file), os.path.abspath(folder)))
        except ValueError:  # another drive
            here = Path(self.file)
        columns = {"columns": self.columns} if self.columns else {}
        return {"track": here.as_posix(), **columns}


def is_track(value: Any) -> bool:
    """Whether a value is an entry of a look file that names a track."""
    return isinstance(value, Mapping) and "track" in value


def _read_keys(path: Path, shown: str, columns: tuple[str, ...]) -> list[Key]:
    try:
        text = read_plain_file(path, LARGEST).decode("utf-8-sig")
    except OSError as error:
        raise AnimationError(f"{shown}: {error.strerror or error}") from None
    except UnicodeDecodeError:
        raise AnimationError(f"{shown}: not UTF-8 text") from None
    if path.suffix.lower() == ".json":
        return _parse_json(text, shown, columns)
    return _parse_csv(text, shown, columns)


def _parse_csv(text: str, shown: str, columns: tuple[str, ...]) -> list[Key]:
    reader = csv.DictReader(io.StringIO(text), skipinitialspace=True)
    keys = []
    try:
        for row in reader:
            place = f"{shown}:{reader.line_num}"
            if None in row:  # csv puts here what stands beyond the last name
                raise AnimationError(f"{place}: more numbers than there are columns")
            keys.append(_parse_row({name.strip(): row[name] for name in row}, place, columns))
    except csv.Error as error:
        raise AnimationError(f"{shown}:{reader.line_num}: {error}") from None
    return keys


def _parse_json(text: str, shown: str, columns: tuple[str, ...]) -> list[Key]:
    try:
        data = json.loads(text)
    except (ValueError, RecursionError) as error:
        line = getattr(error, "lineno", 1)
        raise AnimationError(f"{shown}:{line}: no JSON: {getattr(error, 'msg', error)}") from None
    if isinstance(data, dict) and not columns:
        return list(Animation.of(data).keys) if data else []
    if not isinstance(data, list) or not all(isinstance(row, dict) for row in data):
        raise AnimationError(f"{shown}: takes [{{frame, ...}}, ...], or {{frame: value}}")
    return [_parse_row(row, f"{shown}: element {i}", columns) for i, row in enumerate(data)]


def _parse_row(row: Mapping[Any, Any], place: str, columns: tuple[str, ...]) -> Key:
    wanted = columns or tuple(name for name in row if name not in ("frame", "ease"))
    missing = [name for name in ("frame", *wanted) if row.get(name) in (None, "")]
    if missing or not wanted:
        what, names = (missing or ["value"])[0], ", ".join(map(str, row))
        raise AnimationError(f"{place}: no column {what}; it has {names}")
    numbers = [_parse_number(row[name], name, place) for name in ("frame", *wanted)]
    ease = str(row.get("ease") or "linear").strip()
    if ease not in EASES:
        raise AnimationError(f"{place}: ease {ease!r}: takes {', '.join(EASES)}")
    value = numbers[1] if len(wanted) == 1 else tuple(numbers[1:])
    return Key(numbers[0], value, ease)


def _parse_number(value: Any, name: str, place: str) -> Any:
    if isinstance(value, list):
        return tuple(_parse_number(part, name, place) for part in value)
    try:
        number = float(value)
    except (TypeError, ValueError):
        raise AnimationError(f"{place}: {name} = {value!r}: no number") from None
    if number - number != 0:
        raise AnimationError(f"{place}: {name} = {value!r}: not finite")
    return number
