"""Repair of text files that other programs read and OpenColorIO refuses."""

from __future__ import annotations

import re

_RANGE = re.compile(rb"^[ \t]*LUT_[13]D_INPUT_RANGE\b", re.MULTILINE)
_TITLE = re.compile(rb"^([ \t]*)TITLE\b", re.MULTILINE)
_MARK = b"\xef\xbb\xbf"


def repair(data: bytes, suffix: str) -> bytes:
    """Repair a file so that OpenColorIO takes it; line numbers do not change.

    A byte order mark is removed. A ``TITLE`` beside ``LUT_3D_INPUT_RANGE``, as DaVinci Resolve
    writes it, becomes a comment, because OpenColorIO's reader of Resolve cubes refuses titles, and
    its reader of Iridas cubes refuses the range.
    """
    data = data.removeprefix(_MARK)
    if suffix == "cube" and _RANGE.search(data):
        data = _TITLE.sub(rb"\1# TITLE", data)
    return data
