"""Kinds of TIFF pages: what is read, and what is refused by its name before its samples are read.

Source: TIFF Revision 6.0, Adobe, 1992, sections 3 to 8 and 22; tags of later kinds by tifffile.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from grade.io.errors import UnsupportedError

WHITE_IS_ZERO, BLACK_IS_ZERO, RGB, PALETTE, YCBCR = 0, 1, 2, 3, 6
GREY = (WHITE_IS_ZERO, BLACK_IS_ZERO)
_JPEG, _OLD_JPEG, _FAX = 7, 6, (2, 3, 4)
_TYPES = ("bool", "uint8", "uint16", "float16", "float32")


def check_kind(path: Path, page: Any) -> Any:
    """Return the type of the samples of a page, as the library gives them.

    Raises
    ------
    UnsupportedError
        The page is of a kind that is not read; the message names it.
    """
    import tifffile

    coding, photometric, bits = (_value(page, code) for code in (259, 262, 258))
    coding = 1 if coding is None else coding
    coding_name = _name(tifffile.COMPRESSION, coding)
    kind = _name(tifffile.PHOTOMETRIC, photometric)
    if coding == _OLD_JPEG:
        raise UnsupportedError(
            f"{path}: is coded as JPEG in the old way (compression 6), which TIFF gave up in 1995; "
            "convert it"
        )
    if photometric not in (*GREY, RGB, PALETTE, YCBCR):
        raise UnsupportedError(f"{path}: is {kind}; convert it to RGB first")
    if photometric == YCBCR and coding != _JPEG:
        raise UnsupportedError(f"{path}: is {kind} without JPEG; convert it to RGB first")
    counts = bits if isinstance(bits, tuple) else (1 if bits is None else bits,)
    if len(set(counts)) != 1:
        raise UnsupportedError(f"{path}: samples are of {', '.join(map(str, counts))} bits")
    if coding not in tifffile.TIFF.DECOMPRESSORS or (coding in _FAX and counts[0] != 1):
        raise UnsupportedError(f"{path}: is coded as {coding_name}, which is not read; convert it")
    found = None if page.dtype is None else np.dtype(page.dtype).newbyteorder("=")
    if found is None or found.name not in _TYPES:
        raise UnsupportedError(
            f"{path}: samples are {found or 'of an unknown type'} of {counts[0]} bits; "
            "1 to 16 bits, half and float are read"
        )
    return found


def scale(values: Any, bits: int) -> Any:
    """Return code values over the whole range of uint8 or uint16; others as they are."""
    if values.dtype == bool:
        return values.astype(np.uint8) * np.uint8(255)
    if values.dtype.kind != "u" or bits == 8 * values.itemsize:
        return values
    top = np.float32(np.iinfo(values.dtype).max)
    scaled = values.astype(np.float32) * top / np.float32((1 << bits) - 1)
    return np.floor(scaled + np.float32(0.5)).astype(values.dtype)


def invert(values: Any) -> Any:
    """Return grey whose white is zero as grey whose black is zero."""
    top = 1 if values.dtype.kind == "f" else np.iinfo(values.dtype).max
    return (top - values).astype(values.dtype)


def _value(page: Any, code: int) -> Any:
    tag = page.tags.get(code)
    if tag is None:
        return None
    return tag.value if isinstance(tag.value, tuple) else int(tag.value)


def _name(names: Any, number: Any) -> str:
    try:
        return str(names(number).name)
    except (ValueError, TypeError):
        return f"of an unknown kind ({number})"
