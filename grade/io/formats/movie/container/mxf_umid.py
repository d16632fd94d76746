"""Unique identifiers of the packages of an MXF, derived from its content.

FFmpeg draws them at random, or writes zeros where bytes are to repeat. Here they are a digest of
the whole file: equal movies have equal identifiers and bytes, and all others have their own.
Source: SMPTE ST 330, 6 (basic UMID) and ST 377-1 (packages refer to each other by it).
"""

from __future__ import annotations

import re
from hashlib import blake2b
from pathlib import Path

# Label, length and instance number 0 of FFmpeg's; then a material number of 15 bytes and the kind.
_LABEL = bytes.fromhex("060a2b340101010501010d0013") + bytes(3)
_NUMBER = 15
_BLANK = re.compile(re.escape(_LABEL + bytes(_NUMBER)) + rb"[\0-\x7f]", re.DOTALL)
_BLOCK = 1 << 24
_OVERLAP = len(_LABEL) + _NUMBER + 1


def put_umid(path: Path) -> None:
    """Replace the material number of zeros, in every place, by one that is derived from the file.

    The last byte of an identifier tells the packages of one material apart, and stays.
    """
    digest = blake2b(digest_size=_NUMBER)
    places: set[int] = set()
    with path.open("r+b") as file:
        start, rest = 0, b""
        while block := file.read(_BLOCK):
            digest.update(block)
            window = rest + block
            origin = start - len(rest)
            places |= {origin + found.start() for found in _BLANK.finditer(window)}
            start += len(block)
            rest = window[-(_OVERLAP - 1) :]
        for place in sorted(places):
            file.seek(place + len(_LABEL))
            file.write(digest.digest())
