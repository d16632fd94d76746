"""Tracks: keyframes from a table, such as what a tracker or another system exports."""

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
from grade.op.parameters.plain import plain_bytes

LARGEST = 16 << 20
MOST_KEYS = 200_000


@dataclass(frozen=True, slots=True)
class Track(Animation):
    """An animation whose keys are in a file.

    ``.csv``: a row for each key under a row of names; ``frame`` is one, ``ease`` may be one, and
    the others are numbers. ``.json``: a list of such rows as objects, or an object of frames to
    values. The file is taken as it is when it is read; its keys are what counts, not its name.

    Attributes
    ----------
    file
        Where it is.
    columns
        Which columns make the value, in order; empty is all but ``frame`` and ``ease``.
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
        keys = _rows(Path(path), path, tuple(columns))
        if len(keys) > MOST_KEYS:
            raise AnimationError(f"{path}: {len(keys)} keys; it may have {MOST_KEYS}")
        try:
            return cls(Animation.of(keys).keys, file=path, columns=tuple(columns))
        except AnimationError as error:
            raise AnimationError(f"{path}: {error}") from None

    @classmethod
    def asked(cls, entry: Mapping[str, Any]) -> Track:
        """Of ``{track: FILE}`` or ``{track: FILE, columns: [x, y]}``."""
        unknown = [str(name) for name in entry if name not in ("track", "columns")]
        columns = entry.get("columns", ())
        named = columns if isinstance(columns, list | tuple) else (columns,)
        texts = isinstance(entry["track"], str) and all(isinstance(name, str) for name in named)
        if unknown or not texts:
            raise AnimationError(
                f"{dict(entry)!r}: takes {{track: FILE}}, and columns: [NAME, ...] of it"
            )
        return cls.read(entry["track"], named)

    def stated(self, folder: Path) -> dict[str, Any]:
        """As a look file in ``folder`` has it."""
        try:
            here = Path(os.path.relpath(os.path.abspath(self.file), os.path.abspath(folder)))
        except ValueError:  # another drive
            here = Path(self.file)
        columns = {"columns": self.columns} if self.columns else {}
        return {"track": here.as_posix(), **columns}


def is_track(value: Any) -> bool:
    """Whether a mapping asks for a track."""
    return isinstance(value, Mapping) and "track" in value


def _rows(path: Path, shown: str, columns: tuple[str, ...]) -> list[Key]:
    try:
        text = plain_bytes(path, LARGEST).decode("utf-8-sig")
    except OSError as error:
        raise AnimationError(f"{shown}: {error.strerror or error}") from None
    except UnicodeDecodeError:
        raise AnimationError(f"{shown}: not UTF-8 text") from None
    if path.suffix.lower() == ".json":
        return _of_json(text, shown, columns)
    return _of_csv(text, shown, columns)


def _of_csv(text: str, shown: str, columns: tuple[str, ...]) -> list[Key]:
    reader = csv.DictReader(io.StringIO(text), skipinitialspace=True)
    keys = []
    try:
        for row in reader:
            place = f"{shown}:{reader.line_num}"
            if None in row:  # where csv puts what stands beyond the last name
                raise AnimationError(f"{place}: more numbers than there are columns")
            keys.append(_key({name.strip(): row[name] for name in row}, place, columns))
    except csv.Error as error:
        raise AnimationError(f"{shown}:{reader.line_num}: {error}") from None
    return keys


def _of_json(text: str, shown: str, columns: tuple[str, ...]) -> list[Key]:
    try:
        data = json.loads(text)
    except (ValueError, RecursionError) as error:
        line = getattr(error, "lineno", 1)
        raise AnimationError(f"{shown}:{line}: no JSON: {getattr(error, 'msg', error)}") from None
    if isinstance(data, dict) and not columns:
        return list(Animation.of(data).keys) if data else []
    if not isinstance(data, list) or not all(isinstance(row, dict) for row in data):
        raise AnimationError(f"{shown}: takes [{{frame, ...}}, ...], or {{frame: value}}")
    return [_key(row, f"{shown}: element {i}", columns) for i, row in enumerate(data)]


def _key(row: Mapping[Any, Any], place: str, columns: tuple[str, ...]) -> Key:
    wanted = columns or tuple(name for name in row if name not in ("frame", "ease"))
    missing = [name for name in ("frame", *wanted) if row.get(name) in (None, "")]
    if missing or not wanted:
        what, names = (missing or ["value"])[0], ", ".join(map(str, row))
        raise AnimationError(f"{place}: no column {what}; it has {names}")
    numbers = [_number(row[name], name, place) for name in ("frame", *wanted)]
    ease = str(row.get("ease") or "linear").strip()
    if ease not in EASES:
        raise AnimationError(f"{place}: ease {ease!r}: takes {', '.join(EASES)}")
    value = numbers[1] if len(wanted) == 1 else tuple(numbers[1:])
    return Key(numbers[0], value, ease)


def _number(value: Any, name: str, place: str) -> Any:
    if isinstance(value, list):
        return tuple(_number(part, name, place) for part in value)
    try:
        number = float(value)
    except (TypeError, ValueError):
        raise AnimationError(f"{place}: {name} = {value!r}: no number") from None
    if number - number != 0:
        raise AnimationError(f"{place}: {name} = {value!r}: not finite")
    return number
