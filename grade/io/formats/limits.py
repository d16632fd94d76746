"""How large a picture may claim to be: a damaged header may ask for any size."""

from __future__ import annotations

from pathlib import Path

from grade.io.errors import ReadError

LARGEST_SIDE = 1 << 17
MOST_PIXELS = 1 << 30


def check_size(path: Path, width: int, height: int, what: str = "the picture") -> None:
    """Raise `ReadError` for a size that is not believed."""
    if not (0 < min(width, height) <= max(width, height) <= LARGEST_SIDE) or (
        width * height > MOST_PIXELS
    ):
        raise ReadError(f"{path}: damaged: {what} is {width}x{height} pixels")


def check_bytes(path: Path, samples: int, packed: int, most: int) -> None:
    """Raise `ReadError` where so few bytes cannot hold so many samples.

    Parameters
    ----------
    samples
        Of all channels together.
    packed
        Bytes of the file.
    most
        Samples that one byte may hold, at the format's very best.
    """
    if samples > packed * most:
        raise ReadError(f"{path}: damaged: {samples} samples cannot lie in {packed} bytes")
