"""Numbered sequences: a pattern and the frames of it that are on disk."""

from __future__ import annotations

import difflib
import os
import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from grade.io.errors import MissingError, PatternError, read_failure
from grade.io.formats.registry import extensions
from grade.io.sequence.named_files import named_files
from grade.io.sequence.pattern import Pattern
from grade.io.sequence.ranges import format_ranges

_NUMBERED = re.compile(r"(.*?)(-?[0-9]+)(\.[^.0-9][^.]*)")
_MOST_LISTED = 8


@dataclass(frozen=True, slots=True)
class Sequence:
    """A pattern and its frames, ascending.

    `Sequence.scan` finds them on disk; the constructor takes any list, such as frames to write.
    """

    pattern: Pattern
    frames: tuple[int, ...]

    @classmethod
    def scan(cls, text: str | os.PathLike[str] | Pattern, literal: bool | None = None) -> Sequence:
        """Find the frames on disk.

        Parameters
        ----------
        text
            A file or a pattern.
        literal
            As in `grade.io.sequence.named_files.named_files`.

        Raises
        ------
        PatternError
            The path is not one pattern, or is a folder.
        MissingError
            There is no folder, or no frame in it; the message names the nearest sequence there.
        """
        if not isinstance(text, Pattern) and Path(text).is_dir():
            raise PatternError(_describe_folder(Path(text)))
        pattern = text if isinstance(text, Pattern) else named_files(text, literal)
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
            raise MissingError(_describe_missing(pattern, names))
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
        """Return the path of a frame, whether it exists or not."""
        return self.pattern.path(frame)

    def missing(self, wanted: Iterable[int] | None = None) -> list[int]:
        """Return the frames of `wanted` (default: first to last) that do not exist, ascending."""
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
    """Group file names into sequences, by the last number before the suffix.

    Names without a number are left out. So are hidden files: among them are the unfinished frames
    of running jobs.
    """
    groups: dict[Pattern, list[int]] = defaultdict(list)
    for name in names:
        found = _NUMBERED.fullmatch(name)
        if not found or name.startswith("."):
            continue
        prefix, digits, suffix = found.groups()
        if digits.startswith("-") and prefix and prefix[-1].isalnum():
            prefix, digits = prefix + "-", digits[1:]  # in shot-0010 the dash is no sign
        pattern = Pattern(folder, prefix, suffix, len(digits))
        if (frame := pattern.match(name)) is not None:
            groups[pattern].append(frame)
    return [Sequence(pattern, tuple(sorted(frames))) for pattern, frames in groups.items()]


def _describe_folder(folder: Path) -> str:
    """Return the message for a folder given as a path: it lists the sequences of pictures in it."""
    try:
        names = sorted(entry.name for entry in os.scandir(folder) if entry.is_file())
    except OSError as error:
        return f"{folder}: is a folder, which cannot be read: {error.strerror}"
    known = [s for s in sequences_in(names, folder) if s.pattern.suffix.lower() in extensions()]
    example = known[0].pattern if known else folder / "name.####.exr"
    remedy = f"is a folder; name a pattern, such as {example}"
    if not known:
        return f"{folder}: {remedy}; there is no numbered picture in it"
    listed = ", ".join(str(sequence) for sequence in known[:_MOST_LISTED])
    more = f" and {len(known) - _MOST_LISTED} more" if len(known) > _MOST_LISTED else ""
    return f"{folder}: {remedy}; in it are {listed}{more}"


def _describe_missing(pattern: Pattern, names: list[str]) -> str:
    """Return the message for a pattern without files: it names the nearest in the folder."""
    what = "no such file" if pattern.is_still else "no frame on disk"
    candidates = {str(found): found for found in sequences_in(names, pattern.folder)}
    stills = [] if not pattern.is_still else [n for n in names if not n.startswith(".")]
    texts = [*candidates, *(str(pattern.folder / name) for name in stills)]
    nearest = difflib.get_close_matches(str(pattern), texts, n=1, cutoff=0.0)
    if not nearest:
        return f"{pattern}: {what}, and nothing like it in {pattern.folder}"
    return f"{pattern}: {what}; the nearest there is {nearest[0]}"
