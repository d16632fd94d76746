"""The header entries by which a rendered file names its look, program, frame and knobs.

They hold nothing that varies by run: no device, host, time, user or path. So the same job gives
the same bytes, and a file that bears them may be replaced, because grade wrote it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path

# EXR attributes and PNG texts: in both the name stands near the start of the file and ends with a
# zero byte. Formats with a single text field (grade.io.formats.text_attributes) hold JSON with
# these names, near the start or, in AVIF, near the end.
LOOK = "grade:look"
PROGRAM = "grade:program"
FRAME = "grade:frame"
KNOBS = "grade:knobs"

_HEAD = 1 << 16


def header_entries(
    look: str, program: str, frame: int, knobs: Mapping[str, float]
) -> dict[str, str]:
    """The header entries of one frame.

    Parameters
    ----------
    look
        The name of the look.
    program
        The hash of the program, before anything that depends on a backend.
    frame
        The number at which the knobs were evaluated.
    knobs
        The value of every uniform, rounded to float32.
    """
    return {
        LOOK: look,
        PROGRAM: program,
        FRAME: str(frame),
        KNOBS: json.dumps(dict(knobs), separators=(",", ":")),
    }


def is_marked(path: Path) -> bool:
    """Whether a file bears our header entries; False if it cannot be read."""
    try:
        with path.open("rb") as file:
            data = file.read(_HEAD)
            file.seek(max(0, file.seek(0, 2) - _HEAD))
            data += file.read(_HEAD)
            return LOOK.encode() + b"\0" in data or f'"{LOOK}":'.encode() in data
    except OSError:
        return False


def unmarked_files(paths: Iterable[Path]) -> list[Path]:
    """The paths of existing files that do not bear our header entries."""
    return [path for path in paths if path.exists() and not is_marked(path)]
