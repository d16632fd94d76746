"""Checksums: of a file's bytes, of its decoded pixels, of a text."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

_BLOCK = 1 << 22


def hash_file(path: str | os.PathLike[str]) -> str:
    """The xxh3 checksum of a file's bytes, as 32 hexadecimal digits.

    Raises
    ------
    OSError
        If the file cannot be read.
    """
    import xxhash

    digest = xxhash.xxh3_128()
    with Path(path).open("rb", buffering=0) as file:
        block = memoryview(bytearray(_BLOCK))
        while count := file.readinto(block):
            digest.update(block[:count])
    return str(digest.hexdigest())


def hash_planes(planes: Mapping[str, Any]) -> str:
    """The xxh3 checksum of decoded planes: name, type, shape and values, in the order of names.

    Values count by their bits, in little-endian order: -0 differs from 0, and so do two NaNs with
    other payloads.
    """
    import xxhash

    digest = xxhash.xxh3_128()
    for name in sorted(planes):
        plane = np.ascontiguousarray(planes[name])
        plane = plane.astype(plane.dtype.newbyteorder("<"), copy=False)
        digest.update(f"{name} {plane.dtype.name} {plane.shape}\n".encode())
        raw: Any = plane.view(np.uint8).reshape(-1)
        digest.update(raw)
    return str(digest.hexdigest())


def hash_text(text: str) -> str:
    """The xxh3 checksum of a text."""
    import xxhash

    return str(xxhash.xxh3_128(text.encode()).hexdigest())
