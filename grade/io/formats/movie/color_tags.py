"""Color tags of a movie: primaries, transfer and matrix by code point (ITU-T H.273), and range."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

from grade.color.tags import code_points

Range = Literal["auto", "full", "legal"]
RANGES = ("auto", "full", "legal")

UNSPECIFIED = 2
IDENTITY, BT709, BT601, BT2020 = 0, 1, 6, 9
PRIMARIES = {
    "rec709": 1, "rec601_625": 5, "rec601_525": 6, "rec2020": 9, "ciexyz": 10, "p3dci": 11,
    "p3d65": 12,
}  # fmt: skip
_HIGH_DEFINITION = 720  # lines


@dataclass(frozen=True, slots=True)
class Tags:
    """Primaries, transfer and matrix by code point, and range; 2 and None are "unspecified"."""

    primaries: int = UNSPECIFIED
    transfer: int = UNSPECIFIED
    matrix: int = UNSPECIFIED
    legal: bool | None = None

    @property
    def identifier(self) -> str | None:
        """The ``colorInteropID`` of these primaries and this transfer, or None."""
        return code_points.identity_of(self.primaries, self.transfer)

    @property
    def code_points(self) -> tuple[int, int, int, int]:
        """Primaries, transfer, matrix and full range, as `grade.color.tags` takes them."""
        return self.primaries, self.transfer, self.matrix, int(self.legal is False)

    def fill_in(self, other: Tags) -> Tags:
        """Return these tags, with unspecified ones taken from others."""
        return Tags(
            other.primaries if self.primaries == UNSPECIFIED else self.primaries,
            other.transfer if self.transfer == UNSPECIFIED else self.transfer,
            other.matrix if self.matrix == UNSPECIFIED else self.matrix,
            other.legal if self.legal is None else self.legal,
        )

    def write_to(self, target: Any) -> None:
        """Set the tags of a codec context or a frame of PyAV."""
        target.color_primaries = self.primaries
        target.color_trc = self.transfer
        target.colorspace = self.matrix
        target.color_range = {True: 1, False: 2, None: 0}[self.legal]

    @classmethod
    def read_from(cls, source: Any) -> Tags:
        """Read the tags of a codec context or a frame of PyAV."""
        points = [
            UNSPECIFIED if (value := getattr(source, name)) is None else int(value)
            for name in ("color_primaries", "color_trc", "colorspace")
        ]
        # 0 is reserved as primaries and as transfer, and means R'G'B' as a matrix.
        primaries, transfer = (point or UNSPECIFIED for point in points[:2])
        legal = {1: True, 2: False}.get(int(source.color_range or 0))
        return cls(primaries, transfer, points[2], legal)


def tags_for(color_tags: Mapping[str, Any], legal: bool, rgb: bool) -> Tags:
    """Return the tags of a movie to be written.

    Parameters
    ----------
    color_tags
        Those of a frame; an unknown space leaves primaries and transfer unspecified.
    legal
        Whether code values are of legal range.
    rgb
        Whether the movie holds R'G'B'. Else the matrix is that of BT.2020 for its primaries, and
        that of BT.709 for all others.
    """
    points = code_points.CODE_POINTS.get(
        str(color_tags.get("colorInteropID")), (UNSPECIFIED, UNSPECIFIED)
    )
    matrix = IDENTITY if rgb else BT2020 if points[0] == PRIMARIES["rec2020"] else BT709
    return Tags(points[0], points[1], matrix, legal)


def assume_missing(
    tags: Tags, lines: int, rgb: bool, range_: Range, full_by_format: bool
) -> tuple[Tags, list[str]]:
    """Return tags without unspecified matrix and range, and a sentence for each assumption.

    Untagged Y'CbCr is taken as legal range, and its matrix as that of BT.709 from 720 lines up,
    else as that of BT.601. Untagged R'G'B' is taken as full range.

    Parameters
    ----------
    tags
        Tags of the file.
    lines
        Height of the picture.
    rgb
        Whether the movie holds R'G'B'.
    range_
        Range that is asked for; ``auto`` trusts the tags.
    full_by_format
        Whether the name of the pixel format says full range.
    """
    notes: list[str] = []
    if rgb:
        tags = replace(tags, matrix=IDENTITY)
    elif tags.matrix in (UNSPECIFIED, IDENTITY, 3):
        matrix, name = (BT709, "BT.709") if lines >= _HIGH_DEFINITION else (BT601, "BT.601")
        tags = replace(tags, matrix=matrix)
        notes.append(f"no matrix is tagged; taken as {name}, for {lines} lines")
    if range_ != "auto":
        wanted = range_ == "legal"
        if tags.legal is not None and tags.legal != wanted:
            notes.append(f"tagged {'legal' if tags.legal else 'full'} range, read as {range_}")
        tags = replace(tags, legal=wanted)
    elif tags.legal is None and full_by_format:
        tags = replace(tags, legal=False)
    elif tags.legal is None:
        tags = replace(tags, legal=not rgb)
        notes.append(f"no range is tagged; taken as {'full' if rgb else 'legal'}")
    return tags, notes
