"""What a path names: the file of that name, or the numbered files of a pattern.

The rule, for everything that is read or written:

1. A movie (.mov .mp4 .m4v .mkv .mxf) is one file, and never a pattern.
2. A path that is a file on disk is that file.
3. If frames that its name matches are on disk too, it is refused and both are named; ``--literal``
   takes the file, ``--no-literal`` the frames.
4. A path that is no file yet is a pattern if its name has a frame field, by the grammar of
   `grade.io.sequence.pattern`; with ``--literal`` it is the file of that name.
5. A folder that exists may be called as it likes. One that does not exist yet has no frame field.
"""

from __future__ import annotations

import os
import re
from dataclasses import replace
from pathlib import Path

from grade.io.errors import AmbiguousPathError, PatternError
from grade.io.formats.movie.container.by_suffix import is_movie
from grade.io.sequence.pattern import Pattern
from grade.io.sequence.ranges import format_ranges

# In a folder a lone # or @ is part of a name; only what must be a field is refused.
_FOLDER_FIELD = re.compile(r"##+|@@+|%0?[0-9]*d|\$F[0-9]*(?![A-Za-z0-9_])")


def named_files(path: str | os.PathLike[str], literal: bool | None = None) -> Pattern:
    """Return the pattern of a path; that of one file is a still.

    Parameters
    ----------
    path
        A file or a pattern. Nothing of it need exist.
    literal
        True: the path is the name of a file, as it stands. False: a name with a frame field is a
        pattern, even if there is a file of that name. None: the disk decides.

    Raises
    ------
    AmbiguousPathError
        There is a file of this name, and there are frames that it matches.
    PatternError
        The name has two frame fields or an unknown one; a folder that does not exist has one.
    """
    text = os.fspath(path)
    if literal or is_movie(text):
        return Pattern.literal(text)
    if literal is None and os.path.isfile(text):
        return _named_file(text)
    folder, name = os.path.split(text)
    if name in ("", ".", ".."):
        return Pattern.parse(text)
    if (found := _FOLDER_FIELD.search(folder)) and not os.path.isdir(folder):
        raise PatternError(
            f"{text}: the frame field {found[0]} stands in a folder; only the file name has one."
            " For a folder that is called so, create it first"
        )
    return Pattern.parse(text)


def _named_file(text: str) -> Pattern:
    """Return the still of a file, unless frames match its name as well."""
    try:
        pattern = Pattern.parse(text)
    except PatternError:  # two fields, or one of another program: only a file is called so
        return Pattern.literal(text)
    if pattern.is_still:
        return pattern
    with os.scandir(pattern.folder) as entries:
        frames = [n for entry in entries if (n := pattern.match(entry.name)) is not None]
    if not frames:
        return Pattern.literal(text)
    first = pattern.name(min(frames))
    raise AmbiguousPathError(
        f"{text}: there is a file of this name, and there are frames that it matches,"
        f" {format_ranges(frames)} as {first}; --literal takes the file, --no-literal the frames"
        " (literal=True or False in Python, literal: in an input of a look)"
    )


def journaled_pattern(folder: Path, name: str, is_file: bool) -> Pattern:
    """Return the pattern of a name as a journal has it; `is_file`: a file of this name was written.

    The folder may be called anything.
    """
    if is_file or is_movie(name):
        return Pattern.literal(folder / name)
    return replace(Pattern.parse(name), folder=folder)
