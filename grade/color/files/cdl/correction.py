"""A color correction: ten numbers, and what a file says about them."""

from __future__ import annotations

from typing import NamedTuple

Triple = tuple[float, float, float]
ONES: Triple = (1.0, 1.0, 1.0)
ZEROS: Triple = (0.0, 0.0, 0.0)


class Correction(NamedTuple):
    """A color correction: the parameters of an op ``cdl``, and its place in a file.

    Attributes
    ----------
    identifier
        The id; empty where the file gives none.
    slope, offset, power, saturation
        The ten numbers; the identity for a half that the file leaves out.
    descriptions
        Its descriptions, in the order of the file.
    line
        Where it begins, from 1.
    note
        What is left out, as a sentence; empty if nothing is.
    """

    identifier: str = ""
    slope: Triple = ONES
    offset: Triple = ZEROS
    power: Triple = ONES
    saturation: float = 1.0
    descriptions: tuple[str, ...] = ()
    line: int = 1
    note: str = ""
