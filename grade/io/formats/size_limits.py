"""Limits for the size that a file claims: a damaged header may ask for any amount of memory."""

from __future__ import annotations

from pathlib import Path

from grade.io.errors import ReadError

LARGEST_SIDE = 1 << 17
MOST_PIXELS = 1 << 30


def check_size(path: Path, width: int, height: int, what: str = "the picture") -> None:
    """Raise `ReadError` for a width and height that no picture has."""
    if not (0 < min(width, height) <= max(width, height) <= LARGEST_SIDE) or (
        width * height > MOST_PIXELS
    ):
        raise ReadError(f"{path}: damaged: {what} is {width}x{height} pixels")


def check_bytes(path: Path, samples: int, packed: int, most: int) -> None:
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
    """
    if samples > packed * most:
        raise ReadError(f"{path}: damaged: {samples} samples cannot lie in {packed} bytes")
