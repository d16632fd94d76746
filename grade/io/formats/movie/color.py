"""What the numbers of a movie mean: code points, matrices, ranges, and where chroma lies.

Code points are those of ITU-T H.273; 2 is "unspecified".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from grade.io.errors import UnsupportedError
from grade.io.formats import code_points
from grade.science import luma as luma_weights

Range = Literal["auto", "full", "legal"]
RANGES = ("auto", "full", "legal")

UNSPECIFIED = 2
IDENTITY, BT709, BT601, BT2020 = 0, 1, 6, 9
PRIMARIES = {
    "rec709": 1, "rec601_625": 5, "rec601_525": 6, "rec2020": 9, "ciexyz": 10, "p3dci": 11,
    "p3d65": 12,
}  # fmt: skip
# The luma weights of each matrix; 9 is BT.2020 with non-constant luminance.
_LUMA = {
    1: luma_weights.REC709, 4: luma_weights.FCC, 5: luma_weights.REC601, 6: luma_weights.REC601,
    7: luma_weights.SMPTE240, 9: luma_weights.REC2020,
}  # fmt: skip
_NO_MATRIX = {8: "YCgCo", 10: "BT.2020 constant luminance", 14: "ICtCp"}
_HIGH_DEFINITION = 720  # lines


@dataclass(frozen=True, slots=True)
class Tags:
    """Primaries, transfer and matrix by code point, and the range; 2 and None are "not said"."""

    primaries: int = UNSPECIFIED
    transfer: int = UNSPECIFIED
    matrix: int = UNSPECIFIED
    legal: bool | None = None

    @property
    def identifier(self) -> str | None:
        """The ``colorInteropID`` of these primaries and this transfer, if there is one."""
        return code_points.identity_of(self.primaries, self.transfer)

    def filled(self, other: Tags) -> Tags:
        """These, with what they do not say from others."""
        return Tags(
            other.primaries if self.primaries == UNSPECIFIED else self.primaries,
            other.transfer if self.transfer == UNSPECIFIED else self.transfer,
            other.matrix if self.matrix == UNSPECIFIED else self.matrix,
            other.legal if self.legal is None else self.legal,
        )

    def put(self, target: Any) -> None:
        """Set them on a codec context or a frame of the library."""
        target.color_primaries = self.primaries
        target.color_trc = self.transfer
        target.colorspace = self.matrix
        target.color_range = {True: 1, False: 2, None: 0}[self.legal]

    @classmethod
    def of(cls, source: Any) -> Tags:
        """Read from a codec context or a frame of the library."""
        points = [
            UNSPECIFIED if (value := getattr(source, name)) is None else int(value)
            for name in ("color_primaries", "color_trc", "colorspace")
        ]
        # 0 is reserved as primaries and as transfer, and means R'G'B' as a matrix.
        primaries, transfer = (point or UNSPECIFIED for point in points[:2])
        legal = {1: True, 2: False}.get(int(source.color_range or 0))
        return cls(primaries, transfer, points[2], legal)


def tags_for(color_tags: Mapping[str, Any], legal: bool, rgb: bool) -> Tags:
    """The tags of a movie that holds numbers of this color.

    Parameters
    ----------
    color_tags
        As in `Frame.tags`; an unknown space leaves primaries and transfer unspecified.
    legal
        Whether the codes keep to the video range.
    rgb
        Whether the movie holds R'G'B'. Else the matrix is that of BT.2020 for its primaries, and
        that of BT.709 for all others.
    """
    points = code_points.POINTS.get(
        str(color_tags.get("colorInteropID")), (UNSPECIFIED, UNSPECIFIED)
    )
    matrix = IDENTITY if rgb else BT2020 if points[0] == PRIMARIES["rec2020"] else BT709
    return Tags(points[0], points[1], matrix, legal)


def settled(
    tags: Tags, lines: int, rgb: bool, range_: Range, full_by_format: bool
) -> tuple[Tags, list[str]]:
    """Tags with nothing left open, and a sentence for each thing that was assumed.

    Untagged Y'CbCr is legal range, its matrix that of BT.709 from 720 lines up, else of BT.601.
    Untagged R'G'B' is full range.
    """
    said: list[str] = []
    if rgb:
        tags = replace(tags, matrix=IDENTITY)
    elif tags.matrix in (UNSPECIFIED, IDENTITY, 3):
        matrix, name = (BT709, "BT.709") if lines >= _HIGH_DEFINITION else (BT601, "BT.601")
        tags = replace(tags, matrix=matrix)
        said.append(f"no matrix is tagged; taken as {name}, for {lines} lines")
    if range_ != "auto":
        wanted = range_ == "legal"
        if tags.legal is not None and tags.legal != wanted:
            said.append(f"tagged {'legal' if tags.legal else 'full'} range, read as {range_}")
        tags = replace(tags, legal=wanted)
    elif tags.legal is None and full_by_format:
        tags = replace(tags, legal=False)
    elif tags.legal is None:
        tags = replace(tags, legal=not rgb)
        said.append(f"no range is tagged; taken as {'full' if rgb else 'legal'}")
    return tags, said


def luma(matrix: int, where: object) -> tuple[float, float]:
    """KR and KB of a matrix.

    Raises
    ------
    UnsupportedError
        If the matrix is none of R', G', B' with constant weights; names it.
    """
    if matrix not in _LUMA:
        name = _NO_MATRIX.get(matrix, f"number {matrix}")
        raise UnsupportedError(f"{where}: the matrix {name} is not handled; convert it to BT.2020")
    return luma_weights.red_and_blue(_LUMA[matrix])


def scale(bits: int, legal: bool) -> tuple[float, float, float, float]:
    """Offset and span of luma, offset and span of chroma, in code values.

    >>> scale(10, legal=True), scale(8, legal=False)
    ((64.0, 876.0, 512.0, 896.0), (0.0, 255.0, 128.0, 255.0))

    Source: ITU-R BT.2100-2, table 9.
    """
    unit = float(1 << (bits - 8))
    top = float((1 << bits) - 1)
    if legal:
        return 16.0 * unit, 219.0 * unit, 128.0 * unit, 224.0 * unit
    return 0.0, top, 128.0 * unit, top


def decoding(matrix: int, bits: int, legal: bool, where: object) -> NDArray[np.float32]:
    """The eight numbers that `kernels.to_rgb` takes."""
    kr, kb = luma(matrix, where)
    kg = 1.0 - kr - kb
    y_offset, y_span, c_offset, c_span = scale(bits, legal)
    products = (
        2.0 * (1.0 - kr), 2.0 * kb * (1.0 - kb) / kg, 2.0 * kr * (1.0 - kr) / kg, 2.0 * (1.0 - kb),
    )  # fmt: skip
    return np.array([y_offset, 1.0 / y_span, c_offset, 1.0 / c_span, *products], np.float32)


def encoding(matrix: int, bits: int, legal: bool, where: object) -> NDArray[np.float32]:
    """The eleven numbers that `kernels.from_rgb` takes."""
    kr, kb = luma(matrix, where)
    factors = kr, 1.0 - kr - kb, kb, 0.5 / (1.0 - kb), 0.5 / (1.0 - kr)
    y_offset, y_span, c_offset, c_span = scale(bits, legal)
    low, high = limits(bits, legal)
    return np.array([*factors, y_span, y_offset, c_span, c_offset, low, high], np.float32)


def limits(bits: int, legal: bool) -> tuple[float, float]:
    """The lowest and highest code value: legal range leaves out those that time a serial link.

    >>> limits(10, legal=True), limits(10, legal=False)
    ((4.0, 1019.0), (0.0, 1023.0))

    Source: ITU-R BT.2100-2, table 9.
    """
    top = float((1 << bits) - 1)
    if not legal:
        return 0.0, top
    unit = float(1 << (bits - 8))
    return unit, top - unit


def chroma_on_rows(matrix: int) -> bool:
    """Whether rows of 4:2:0 chroma lie on rows of luma, as BT.2020 has it, not between them.

    Columns always lie on columns: so it is in MPEG-2, H.264 and H.265 where nothing else is said,
    in BT.2020 and in every 4:2:2.
    """
    return matrix == BT2020
