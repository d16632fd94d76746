"""What the headers of a sequence say that all of its frames must say alike.

Every frame of a sequence has one size, one pixel aspect, one rate and the same color tags; where
frames differ, they are named in groups. Data windows differ from frame to frame by right.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from hashlib import sha256
from pathlib import Path
from typing import Any

from grade.errors import GradeError
from grade.io.formats.registry import format_for, read_file
from grade.io.frame import Frame
from grade.io.frame_rates import rate_of
from grade.io.sequence.sequence import Sequence
from grade.io.window import Window

# Tags that a camera may set anew for each frame, and that name no space.
_PER_FRAME = frozenset({"adoptedNeutral", "whiteLuminance"})


@dataclass(frozen=True, slots=True, kw_only=True)
class FrameHeader:
    """What one frame says of itself, without its pixels.

    Attributes
    ----------
    path, tags, attributes, display_window, pixel_aspect
        As in `Frame`.
    rate
        Frames per second; None where the header does not say.
    """

    path: Path | None
    tags: Mapping[str, Any]
    attributes: Mapping[str, Any]
    display_window: Window
    pixel_aspect: float
    rate: Fraction | None

    @classmethod
    def of_frame(cls, frame: Frame) -> FrameHeader:
        """Return the header of a frame that was read."""
        return cls(
            path=frame.path,
            tags=frame.tags,
            attributes=frame.attributes,
            display_window=frame.display_window,
            pixel_aspect=frame.pixel_aspect,
            rate=rate_of(frame.attributes),
        )

    @property
    def tag_words(self) -> str:
        """The color tags as words; `no tag` without any."""
        said = [f"{n} {_word(v)}" for n, v in sorted(self.tags.items()) if n not in _PER_FRAME]
        return ", ".join(said) or "no tag"

    @property
    def words(self) -> dict[str, str]:
        """What must be alike, as words by field; a rate that is not stated is left out."""
        found = {
            "color tags": self.tag_words,
            "size": f"size {self.display_window.width}x{self.display_window.height}",
            "pixel aspect": f"pixel aspect {self.pixel_aspect:.6g}",
        }
        if self.rate is not None:
            found["rate"] = f"rate {self.rate}"
        return found


def _word(value: Any) -> str:
    """A tag as a word; equal tags have equal words."""
    if isinstance(value, bytes):
        return f"of {len(value)} bytes ({sha256(value).hexdigest()[:8]})"
    if isinstance(value, str):
        return value
    try:
        return " ".join(f"{float(number):.6g}" for number in value)
    except (TypeError, ValueError):
        return str(value)


def has_short_header(path: Path) -> bool:
    """Whether the header of a file is read without its pixels."""
    return format_for(path).read_header is not None


def read_header(path: Path) -> FrameHeader:
    """Read the header of a frame: alone where the format allows it, else with the pixels.

    Raises
    ------
    GradeError
        As `grade.io.read`.
    """
    quick = format_for(path).read_header
    if quick is None:
        return FrameHeader.of_frame(read_file(path))
    entries = quick(path)
    return FrameHeader(path=path, rate=rate_of(entries["attributes"]), **entries)


def read_headers(
    sequence: Sequence, numbers: Iterable[int], seconds: float | None = None
) -> dict[int, FrameHeader]:
    """Read the headers of frames, in order; one that cannot be read is left out.

    Parameters
    ----------
    sequence, numbers
        The frames.
    seconds
        No further header is begun after this time; None: all are read.
    """
    found: dict[int, FrameHeader] = {}
    start = time.monotonic()
    for number in numbers:
        if seconds is not None and time.monotonic() - start >= seconds:
            break
        try:
            found[number] = read_header(sequence.path(number))
        except GradeError:  # named when the frame is read
            continue
    return found


def group_by_words(words: Mapping[int, Mapping[str, str]]) -> dict[str, list[int]]:
    """Group frames by what they say of the fields in which they differ; empty if they agree.

    A field that a frame does not state differs from none.
    """
    fields = {field: None for said in words.values() for field in said}
    differing = [
        field for field in fields if len({w[field] for w in words.values() if field in w}) > 1
    ]
    if not differing:
        return {}
    groups: dict[str, list[int]] = {}
    for number, said in words.items():
        text = ", ".join(said[field] for field in differing if field in said)
        groups.setdefault(text or f"no {differing[0]}", []).append(number)
    return groups
