"""The picture of a frame in a notebook.

A frame is shown through the view of its color space, which rooms above this one know. `grade`
registers the function that makes the PNG; without it a notebook prints the frame as text.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from grade.io.frame import Frame

_make_png: Callable[[Frame], bytes] | None = None


def register_png_maker(make_png: Callable[[Frame], bytes]) -> None:
    """Show frames in notebooks by this function; it takes a frame and returns a PNG file."""
    global _make_png
    _make_png = make_png


def png_of(frame: Frame) -> bytes | None:
    """Return a frame as PNG, or None where no function is registered that makes one."""
    return None if _make_png is None else _make_png(frame)
