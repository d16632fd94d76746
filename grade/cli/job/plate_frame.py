"""The frame of a plate that a verb looks at."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from grade.errors import RequestError

if TYPE_CHECKING:
    from grade.io import Frame


def read_plate_frame(plate: str, number: int | None, literal: bool | None = None) -> Frame:
    """Read a frame of a plate: a still, or the frame of a sequence that is named.

    Raises
    ------
    RequestError
        If the plate is a sequence and no frame is named, or the frame cannot be read.
    """
    from grade.io import read
    from grade.io.sequence.named_files import named_files

    if number is None and not named_files(plate, literal).is_still:
        raise RequestError(f"{plate}: a sequence; name the frame, as in --frame 1001")
    return replace(read(plate, number, literal=literal), frame=number)
