"""Repair of text files that other programs read and OpenColorIO refuses."""

from __future__ import annotations

import re

from grade.color.files.formats import TEXT
from grade.color.files.text_words import round_tiny_numbers

_TINY = re.compile(rb"[eE]-(?:[3-9][0-9]|[0-9]{3})|0{30}")  # perhaps
_PREFIX = re.compile(rb"<(\w+):ProcessList\b")
_MARK = b"\xef\xbb\xbf"


def repair(data: bytes, suffix: str) -> bytes:
    """Repair a file so that OpenColorIO takes it; line numbers do not change.

    A byte order mark is removed, and so is the prefix of the elements of a CLF. Numbers too small
    for float32 become 0.
    """
    data = data.removeprefix(_MARK)
    if suffix in ("clf", "ctf") and (prefix := _PREFIX.search(data)):
        # OpenColorIO knows the elements of ST 2136-1 by their default namespace alone.
        data = re.sub(rb"(</?)" + prefix[1] + rb":", rb"\1", data)
        data = data.replace(b"xmlns:" + prefix[1] + b"=", b"xmlns=")
    if suffix in TEXT and _TINY.search(data):
        data = round_tiny_numbers(data.decode("latin-1")).encode("latin-1")
    return data
