"""Checksums: of a file as it lies on disk, and of its pixels, whatever the bytes around them."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

_BLOCK = 1 << 22


def of_file(path: str | os.PathLike[str]) -> str:
    """xxh3 (128 bits, hexadecimal) of the bytes of a file; `OSError` passes through."""
    import xxhash

    found = xxhash.xxh3_128()
    with Path(path).open("rb", buffering=0) as file:
        block = memoryview(bytearray(_BLOCK))
        while count := file.readinto(block):
            found.update(block[:count])
    return str(found.hexdigest())


def of_planes(planes: Mapping[str, Any]) -> str:
    """xxh3 of planes in the order of their names: name, type, size and values of each.

    Values count by their bits, little end first: -0 is not 0, and a NaN is the NaN it is.
    """
    import xxhash

    found = xxhash.xxh3_128()
    for name in sorted(planes):
        plane = np.ascontiguousarray(planes[name])
        plane = plane.astype(plane.dtype.newbyteorder("<"), copy=False)
        found.update(f"{name} {plane.dtype.name} {plane.shape}\n".encode())
        raw: Any = plane.view(np.uint8).reshape(-1)
        found.update(raw)
    return str(found.hexdigest())


def of_text(text: str) -> str:
    """xxh3 of a text."""
    import xxhash

    return str(xxhash.xxh3_128(text.encode()).hexdigest())
