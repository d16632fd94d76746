"""Small repairs of text that other programs read and OpenColorIO refuses."""

from __future__ import annotations

import re

_RANGE = re.compile(rb"^[ \t]*LUT_[13]D_INPUT_RANGE\b", re.MULTILINE)
_TITLE = re.compile(rb"^([ \t]*)TITLE\b", re.MULTILINE)
_MARK = b"\xef\xbb\xbf"


def repair(data: bytes, suffix: str) -> bytes:
    """The same file as OpenColorIO takes it; lines keep their numbers.

    A byte order mark goes. A ``TITLE`` beside ``LUT_3D_INPUT_RANGE``, as DaVinci Resolve writes it,
    becomes a comment: the reader of Resolve's cubes refuses titles, that of Iridas' the range.
    """
    data = data.removeprefix(_MARK)
    if suffix == "cube" and _RANGE.search(data):
        data = _TITLE.sub(rb"\1# TITLE", data)
    return data
