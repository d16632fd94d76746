"""A word on header entries that a format cannot hold: the picture is written without them."""

from __future__ import annotations

from functools import cache

from grade.log import LOGGER


@cache
def tell_left_out(name: str, reason: str) -> None:
    """Log that an entry is left out, and why; once in a process, since frames are alike."""
    LOGGER.warning(f"the entry {name} is left out: {reason}")
