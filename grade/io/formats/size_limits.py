"""Limits for the size that a file claims: a damaged header may ask for any amount of memory."""

from __future__ import annotations

from pathlib import Path

from grade.io.errors import ReadError

LARGEST_SIDE = 1 << 17
MOST_PIXELS = 1 << 30
FLAT = 1 << 28
"""Samples of a picture of 16384x5461, in three channels: a flat one may be that large."""


def check_size(path: Path, width: int, height: int, what: str = "the picture") -> None:
    """Raise `ReadError` for a width and height that no picture has."""
    if not (0 < min(width, height) <= max(width, height) <= LARGEST_SIDE) or (
        width * height > MOST_PIXELS
    ):
        raise ReadError(f"{path}: damaged: {what} is {width}x{height} pixels")


def check_bytes(path: Path, samples: int, packed: int, most: int, always: int = 0) -> None:
    """Raise `ReadError` where the file has too few bytes for its samples.

    Parameters
    ----------
    path
        For messages.
    samples
        Samples of all channels together.
    packed
        Bytes of the file.
    most
        Most samples that one byte can hold in this format.
    always
        Samples that any file may have: those of `FLAT` in a format that stores a flat picture of
        any size in as many bytes.
    """
    if samples > max(packed * most, always):
        raise ReadError(f"{path}: damaged: {samples} samples cannot lie in {packed} bytes")
