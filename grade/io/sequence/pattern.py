"""The pattern of a path: file names that differ in their frame number.

Patterns: `####` (a run of two or more is that many digits; a lone `#` is four, as in oiiotool),
`%04d`, `@@@@` (each `@` one digit) and `$F4`. There is one frame field, in the file name. A path
without a field is a still: a sequence of one, frame 1.

A lone `#`, `@`, `%d` or `$F` is a field only where it stands by itself between `.`, `_`, `-` and
the ends of the name, as in `plate.#.exr`. In a word it is a part of that word: `logo@2x.png`,
`take #2.png`, `C#.png` and `50%grey.png` are names.

Parsing is strict and looks at the text alone, because `####` means 16 digits to some libraries and
4 to others; `grade.io.sequence.named_files` asks the disk first. A file matches a pattern only if
its number, written by the pattern, gives its name back: `plate.01001.exr` and `plate.1001.exr`
never stand for the same frame.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path

from grade.io.errors import PatternError

_FIELD = re.compile(
    r"(?P<hash>#+)|(?P<at>@+)|%0?(?P<percent>[0-9]*)d|\$F(?P<houdini>[0-9]*)(?![A-Za-z0-9_])"
)
_LONE = frozenset({"#", "@", "%d", "$F"})
_BETWEEN = ".-_"  # what a lone mark stands between
# What looks like a field of another program, a number or a view; `%g` of 50%grey is in a word.
_UNKNOWN_FIELD = re.compile(r"%[0-9]*[diouxXsvV](?![A-Za-z0-9])|\$[A-Za-z_{][A-Za-z0-9_]*\}?")
_REMEDY = "write name.####.exr, name.%04d.exr, name.@@@@.exr or name.$F4.exr"


@dataclass(frozen=True, slots=True)
class Pattern:
    """A path split at its frame field.

    Attributes
    ----------
    folder
        The folder of the files.
    prefix, suffix
        The file name before and after the number; `prefix` is the whole name of a still.
    width
        Number of digits, padded with zeros (the sign counts, as in printf); None for a still.
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
            raise PatternError(f"{path!r} names a folder; name a file, or {_REMEDY}")
        fields = [field for field in _FIELD.finditer(name) if not _is_in_a_word(name, field)]
        if len(fields) > 1:
            listed = " and ".join(field[0] for field in fields)
            raise PatternError(f"{path}: two frame fields, {listed}; keep one")
        outside = name if not fields else name[: fields[0].start()] + name[fields[0].end() :]
        if found := _UNKNOWN_FIELD.search(outside):
            raise PatternError(
                f"{path}: {found[0]} is no frame field; {_REMEDY}; or give --literal"
            )
        if not fields:
            return cls(Path(folder), name)
        field = fields[0]
        return cls(Path(folder), name[: field.start()], name[field.end() :], _digits(path, field))

    @classmethod
    def literal(cls, path: str | os.PathLike[str]) -> Pattern:
        """Return the pattern of one file, whatever stands in its name."""
        folder, name = os.path.split(os.fspath(path))
        return cls(Path(folder), name)

    @property
    def is_still(self) -> bool:
        """Whether the path names one file."""
        return self.width is None

    def name(self, frame: int) -> str:
        """Return the file name of a frame; a still has one name, whatever the number."""
        if self.width is None:
            return self.prefix
        return f"{self.prefix}{frame:0{self.width}d}{self.suffix}"

    def path(self, frame: int) -> Path:
        """Return the path of a frame."""
        return self.folder / self.name(frame)

    def match(self, name: str) -> int | None:
        """Return the frame number of a file name, or None if the name does not match."""
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
        if self.width is None:
            return str(self.folder / self.prefix)
        field = "#" * self.width
        if self.width == 1:  # a lone mark is a field only where it stands by itself
            field = "@" if _stands_alone(self.prefix, self.suffix) else "%01d"
        return str(self.folder / f"{self.prefix}{field}{self.suffix}")


def _is_in_a_word(name: str, field: re.Match[str]) -> bool:
    """Whether a lone mark is a part of a word."""
    return field[0] in _LONE and not _stands_alone(name[: field.start()], name[field.end() :])


def _stands_alone(before: str, behind: str) -> bool:
    return before[-1:] in ("", *_BETWEEN) and behind[:1] in ("", *_BETWEEN)


def _digits(path: str, field: re.Match[str]) -> int:
    if field["hash"]:
        return 4 if len(field["hash"]) == 1 else len(field["hash"])
    if field["at"]:
        return len(field["at"])
    if field["percent"] and not field[0].startswith("%0"):
        raise PatternError(f"{path}: {field[0]} pads with blanks; write %0{field['percent']}d")
    width = int(field["percent"] or field["houdini"] or 1)
    if not 1 <= width <= 18:
        raise PatternError(f"{path}: {field[0]} asks for {width} digits; 1 to 18 are possible")
    return width
