"""Numbered sequences: the pattern in a path, and the frames that are on disk.

Patterns: `####` (a run of two or more is that many digits; a lone `#` is four, as in oiiotool),
`%04d`, `@@@@` (each `@` one digit) and `$F4`. One field, in the file name. A path without a field
is a still: a sequence of one, frame 1.

Parsing is pure text and strict, for `####` means 16 digits to some libraries and 4 to others.
A file belongs to a sequence only if writing its number gives its name back, so that
`plate.01001.exr` and `plate.1001.exr` never stand for the same frame.
"""

from __future__ import annotations

import difflib
import os
import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from grade.io.errors import MissingError, PatternError, read_failure
from grade.io.sequence.ranges import format_ranges

_FIELD = re.compile(
    r"(?P<hash>#+)|(?P<at>@+)|%0?(?P<percent>[0-9]*)d|\$F(?P<houdini>[0-9]*)(?![A-Za-z0-9_])"
)
# In a folder a lone # or @ is part of a name; what is surely meant as a field is refused.
_FOLDER_FIELD = re.compile(r"##+|@@+|%0?[0-9]*d|\$F[0-9]*(?![A-Za-z0-9_])")
_UNKNOWN_FIELD = re.compile(r"%[0-9]*[A-Za-z]|\$[A-Za-z_{][A-Za-z0-9_]*\}?")
_NUMBERED = re.compile(r"(.*?)(-?[0-9]+)(\.[^.0-9][^.]*)")
_LISTED = 8
_ESCAPE = "write name.####.exr, name.%04d.exr, name.@@@@.exr or name.$F4.exr"


@dataclass(frozen=True, slots=True)
class Pattern:
    """A path split at its frame field.

    Attributes
    ----------
    folder
        Where the files lie.
    prefix, suffix
        The file name before and after the number; for a still all of it is `prefix`.
    width
        Digits, filled with zeros (the sign counts, as in printf); None for a still.
    """

    folder: Path
    prefix: str
    suffix: str = ""
    width: int | None = None

    @classmethod
    def parse(cls, text: str | os.PathLike[str]) -> Pattern:
        """Split a path at its frame field; raise `PatternError` if it has more than one."""
        path = os.fspath(text)
        folder, name = os.path.split(path)
        if name in ("", ".", ".."):
            raise PatternError(f"{path!r} names a folder; name a file, or {_ESCAPE}")
        if found := _FOLDER_FIELD.search(folder):
            raise PatternError(
                f"{path}: the frame field {found[0]} stands in a folder; only the file name has one"
            )
        fields = list(_FIELD.finditer(name))
        if len(fields) > 1:
            listed = " and ".join(field[0] for field in fields)
            raise PatternError(f"{path}: two frame fields, {listed}; keep one")
        outside = name if not fields else name[: fields[0].start()] + name[fields[0].end() :]
        if found := _UNKNOWN_FIELD.search(outside):
            raise PatternError(f"{path}: {found[0]} is no frame field; {_ESCAPE}")
        if not fields:
            return cls(Path(folder), name)
        field = fields[0]
        return cls(Path(folder), name[: field.start()], name[field.end() :], _width(path, field))

    @property
    def is_still(self) -> bool:
        """Whether the path names one file."""
        return self.width is None

    def name(self, frame: int) -> str:
        """File name of a frame; of a still its one name, whatever the number."""
        if self.width is None:
            return self.prefix
        return f"{self.prefix}{frame:0{self.width}d}{self.suffix}"

    def path(self, frame: int) -> Path:
        """Path of a frame."""
        return self.folder / self.name(frame)

    def match(self, name: str) -> int | None:
        """Frame number of a file name, or None if the file is not of this sequence."""
        if self.width is None:
            return 1 if name == self.prefix else None
        if not (name.startswith(self.prefix) and name.endswith(self.suffix)):
            return None
        digits = name[len(self.prefix) : len(name) - len(self.suffix)]
        if not re.fullmatch(r"-?[0-9]{1,18}", digits):
            return None
        frame = int(digits)
        return frame if self.name(frame) == name else None

    def __str__(self) -> str:
        field = "" if self.width is None else "#" * self.width if self.width > 1 else "@"
        return str(self.folder / f"{self.prefix}{field}{self.suffix}")


def _width(path: str, field: re.Match[str]) -> int:
    if field["hash"]:
        return 4 if len(field["hash"]) == 1 else len(field["hash"])
    if field["at"]:
        return len(field["at"])
    if field["percent"] and not field[0].startswith("%0"):
        raise PatternError(f"{path}: {field[0]} fills with blanks; write %0{field['percent']}d")
    width = int(field["percent"] or field["houdini"] or 1)
    if not 1 <= width <= 18:
        raise PatternError(f"{path}: {field[0]} asks for {width} digits; 1 to 18 are possible")
    return width


@dataclass(frozen=True, slots=True)
class Sequence:
    """A pattern and the frames of it that exist, ascending.

    `Sequence.scan` reads them from disk; the constructor takes any list, for outputs to come.
    """

    pattern: Pattern
    frames: tuple[int, ...]

    @classmethod
    def scan(cls, text: str | os.PathLike[str] | Pattern) -> Sequence:
        """List the frames on disk.

        Raises
        ------
        PatternError
            The path is not one pattern, or is a folder.
        MissingError
            There is no folder, or no frame in it; the message names the nearest sequence there.
        """
        if not isinstance(text, Pattern) and Path(text).is_dir():
            raise PatternError(_of_folder(Path(text)))
        pattern = text if isinstance(text, Pattern) else Pattern.parse(text)
        folder = pattern.folder
        try:
            with os.scandir(folder) as entries:
                names = [entry.name for entry in entries if entry.is_file()]
        except FileNotFoundError:
            raise MissingError(f"{pattern}: there is no folder {folder}") from None
        except NotADirectoryError:
            raise MissingError(f"{pattern}: {folder} is a file, not a folder") from None
        except OSError as error:
            raise read_failure(folder, error) from error
        frames = sorted(frame for name in names if (frame := pattern.match(name)) is not None)
        if not frames:
            raise MissingError(_nothing_found(pattern, names))
        return cls(pattern, tuple(frames))

    @property
    def is_still(self) -> bool:
        """Whether this is one file without a number."""
        return self.pattern.is_still

    @property
    def first(self) -> int:
        """Lowest frame number."""
        return self.frames[0]

    @property
    def last(self) -> int:
        """Highest frame number."""
        return self.frames[-1]

    def path(self, frame: int) -> Path:
        """Path of a frame, whether it exists or not."""
        return self.pattern.path(frame)

    def missing(self, wanted: Iterable[int] | None = None) -> list[int]:
        """Frames of `wanted` (default: from first to last) that do not exist, ascending."""
        present = set(self.frames)
        asked = range(self.first, self.last + 1) if wanted is None else wanted
        return sorted(set(asked) - present)

    def __len__(self) -> int:
        return len(self.frames)

    def __str__(self) -> str:
        return str(self.pattern) if self.is_still else f"{self.pattern} {self.ranges}"

    @property
    def ranges(self) -> str:
        """The frames as text, for example ``1001-1050,1052``."""
        return format_ranges(self.frames)


def sequences_in(names: Iterable[str], folder: Path = Path()) -> list[Sequence]:
    """Group file names into sequences by the last number before the suffix; the rest is left out.

    Hidden files are left out: among them are the unfinished frames of running jobs.
    """
    groups: dict[Pattern, list[int]] = defaultdict(list)
    for name in names:
        found = _NUMBERED.fullmatch(name)
        if not found or name.startswith("."):
            continue
        prefix, digits, suffix = found.groups()
        if digits.startswith("-") and prefix and prefix[-1].isalnum():
            prefix, digits = prefix + "-", digits[1:]  # in shot-0010 the dash parts two words
        pattern = Pattern(folder, prefix, suffix, len(digits))
        if (frame := pattern.match(name)) is not None:
            groups[pattern].append(frame)
    return [Sequence(pattern, tuple(sorted(frames))) for pattern, frames in groups.items()]


def _of_folder(folder: Path) -> str:
    """A folder may hold anything; what is in it is listed as it can be named."""
    from grade.io.formats.registry import extensions

    try:
        names = sorted(entry.name for entry in os.scandir(folder) if entry.is_file())
    except OSError as error:
        return f"{folder}: is a folder, which cannot be read: {error.strerror}"
    known = [s for s in sequences_in(names, folder) if s.pattern.suffix.lower() in extensions()]
    example = known[0].pattern if known else folder / "name.####.exr"
    remedy = f"is a folder; name a pattern, such as {example}"
    if not known:
        return f"{folder}: {remedy}; there is no numbered picture in it"
    listed = ", ".join(str(sequence) for sequence in known[:_LISTED])
    more = f" and {len(known) - _LISTED} more" if len(known) > _LISTED else ""
    return f"{folder}: {remedy}; in it are {listed}{more}"


def _nothing_found(pattern: Pattern, names: list[str]) -> str:
    what = "no such file" if pattern.is_still else "no frame on disk"
    candidates = {str(found): found for found in sequences_in(names, pattern.folder)}
    stills = [] if not pattern.is_still else [n for n in names if not n.startswith(".")]
    texts = [*candidates, *(str(pattern.folder / name) for name in stills)]
    nearest = difflib.get_close_matches(str(pattern), texts, n=1, cutoff=0.0)
    if not nearest:
        return f"{pattern}: {what}, and nothing like it in {pattern.folder}"
    return f"{pattern}: {what}; the nearest there is {nearest[0]}"
