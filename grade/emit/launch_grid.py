"""The blocks of threads that cover a picture: how a CUDA kernel is launched."""

from __future__ import annotations

from collections.abc import Iterator

BLOCK = (32, 4)
"""Threads of a block, across and down: a warp is a piece of a row; four rows share the taps of a
stencil."""
MOST_BLOCKS_DOWN = 65535
"""Blocks that a grid may have in its second direction."""


def grids(width: int, height: int) -> Iterator[tuple[int, tuple[int, int]]]:
    """First row and blocks across and down of the launches that cover a picture.

    More than one launch only beyond 262,140 rows; none for an empty picture.
    """
    most = MOST_BLOCKS_DOWN * BLOCK[1]
    for first in range(0, height if width else 0, most):
        yield first, (-(-width // BLOCK[0]), -(-min(most, height - first) // BLOCK[1]))
