"""The mark: what our frames say of themselves, and how a file is known as ours.

It holds nothing that varies by run: no device, host, time, user or path. So the same job gives
the same bytes, and a frame that was rendered before may be replaced.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path

# EXR attributes and PNG texts; in both the name stands in the head of the file, ended by a zero.
# In files with one text for all (grade.io.formats.text_attributes) it is a name of JSON, in the
# head or, in AVIF, at the end.
LOOK = "grade:look"
PROGRAM = "grade:program"
FRAME = "grade:frame"
KNOBS = "grade:knobs"

_HEAD = 1 << 16


def entries(look: str, program: str, frame: int, knobs: Mapping[str, float]) -> dict[str, str]:
    """Header entries of one frame.

    Parameters
    ----------
    look
        Its name.
    program
        The hash of the program, before anything that depends on a backend.
    frame
        The number at which the knobs were evaluated.
    knobs
        The value of every uniform, as float32 sees it.
    """
    return {
        LOOK: look,
        PROGRAM: program,
        FRAME: str(frame),
        KNOBS: json.dumps(dict(knobs), separators=(",", ":")),
    }


def is_ours(path: Path) -> bool:
    """Whether a file bears the mark; False too if it cannot be read."""
    try:
        with path.open("rb") as file:
            data = file.read(_HEAD)
            file.seek(max(0, file.seek(0, 2) - _HEAD))
            data += file.read(_HEAD)
            return LOOK.encode() + b"\0" in data or f'"{LOOK}":'.encode() in data
    except OSError:
        return False


def foreign(paths: Iterable[Path]) -> list[Path]:
    """The paths where something lies that is not ours."""
    return [path for path in paths if path.exists() and not is_ours(path)]
