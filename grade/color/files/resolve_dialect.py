"""What DaVinci Resolve writes into a ``.cube`` beyond what OpenColorIO's readers take.

``LUT_IN_VIDEO_RANGE`` and ``LUT_OUT_VIDEO_RANGE`` say that a LUT takes, or gives, legal codes,
64..940 of 1023, while the picture has full ones. ``DOMAIN_MIN`` and ``DOMAIN_MAX`` of Iridas may
stand beside the input range of Resolve and say the same. These lines become comments, so that line
numbers stay.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from grade.color.files.errors import FileError

BLACK, WHITE, CODES = 64.0, 940.0, 1023.0
_VIDEO = re.compile(r"^([ \t]*)LUT_(IN|OUT)_VIDEO_RANGE\b[ \t]*([^\r\n]*)", re.M | re.I)
_RANGE = re.compile(r"^[ \t]*LUT_[13]D_INPUT_RANGE[ \t]+(\S+)[ \t]+(\S+)", re.M | re.I)
_DOMAIN = re.compile(r"^([ \t]*)DOMAIN_(MIN|MAX)\b[ \t]*([^\r\n]*)", re.M | re.I)
_TITLE = re.compile(r"^([ \t]*)TITLE\b", re.MULTILINE)
_SIZE = re.compile(r"^[ \t]*LUT_([13])D_SIZE\b", re.MULTILINE)


@dataclass(frozen=True)
class VideoRange:
    """Whether a LUT takes legal codes, and whether it gives them."""

    takes: bool = False
    gives: bool = False


def read_dialect(text: str, shown: str) -> tuple[str, VideoRange]:
    """Read the keywords of Resolve.

    Returns
    -------
    str
        The text as OpenColorIO takes it, with as many lines.
    VideoRange
        What the LUT takes and gives.

    Raises
    ------
    FileError
        If a keyword has an argument, or a domain contradicts the input range; with the line.
    """
    ends = [found[2].upper() for found in _VIDEO.finditer(text)]
    for found in _VIDEO.finditer(text):
        argument = found[3].partition("#")[0].strip()
        if argument:
            why = f"LUT_{found[2].upper()}_VIDEO_RANGE takes no value, such as {argument[:40]!r}"
            raise FileError(shown, why, _line(text, found))
    text = _VIDEO.sub(r"\1# \g<0>", text)  # OpenColorIO refuses these keywords
    stated = _RANGE.search(text)
    if stated is not None:
        for found in _DOMAIN.finditer(text):
            end = stated[1] if found[2].upper() == "MIN" else stated[2]
            if any(float(word) != float(end) for word in found[3].partition("#")[0].split()):
                why = (
                    f"DOMAIN_{found[2].upper()} {found[3].strip()} contradicts"
                    f" {' '.join(stated[0].split())}; leave one of them out"
                )
                raise FileError(shown, why, _line(text, found))
        text = _DOMAIN.sub(r"\1# \g<0>", text)
    if stated is not None or len(set(_SIZE.findall(text))) == 2:
        # Its reader of Resolve cubes refuses titles, that of Iridas cubes refuses the range.
        text = _TITLE.sub(r"\1# TITLE", text)
    return text, VideoRange("IN" in ends, "OUT" in ends)


def add_ranges(group: Any, video: VideoRange, direction: Any) -> Any:
    """Put the scales between full and legal codes around OpenColorIO's group of a LUT."""
    import PyOpenColorIO as ocio

    if video == VideoRange():
        return group
    around = ocio.GroupTransform()
    before, after = video.takes, video.gives
    if direction == ocio.TRANSFORM_DIR_INVERSE:
        before, after = after, before
    if before:
        around.appendTransform(_to_legal(ocio.TRANSFORM_DIR_FORWARD))
    around.appendTransform(group)
    if after:
        around.appendTransform(_to_legal(ocio.TRANSFORM_DIR_INVERSE))
    return around


def _to_legal(direction: Any) -> Any:
    import PyOpenColorIO as ocio

    scale, offset = (WHITE - BLACK) / CODES, BLACK / CODES
    matrix = [0.0] * 16
    matrix[0] = matrix[5] = matrix[10] = scale
    matrix[15] = 1.0
    return ocio.MatrixTransform(
        matrix=matrix, offset=[offset, offset, offset, 0.0], direction=direction
    )


def _line(text: str, found: re.Match[str]) -> int:
    return text.count("\n", 0, found.start()) + 1
