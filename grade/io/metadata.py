"""What of a file besides its color survives a render, by format read and format written.

The table is data: `grade info --kept` prints it, and a test writes real files and holds every
cell to what it finds in them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Fate = Literal["kept", "changed", "dropped", "-"]
"""``-``: the format read does not have it."""
WAYS = ("EXR to EXR", "DPX to DPX", "EXR to DPX", "DPX to EXR")


@dataclass(frozen=True, slots=True)
class Row:
    """One thing that a file may say.

    Attributes
    ----------
    what
        In words.
    fates
        What becomes of it, in the order of `WAYS`.
    note
        How it changes, or where it goes.
    """

    what: str
    fates: tuple[Fate, Fate, Fate, Fate]
    note: str = ""


# fmt: off
TABLE = (
    Row("timecode, its flags and user bits", ("kept", "kept", "kept", "kept")),
    Row("keycode", ("kept", "kept", "kept", "kept"),
        "DPX has no field for perforations per frame and count: they go beside the header"),
    Row("frame rate", ("kept", "kept", "kept", "kept")),
    Row("pixel aspect", ("kept", "kept", "kept", "kept")),
    Row("display window", ("kept", "kept", "changed", "kept"),
        "the size is kept; a DPX begins at 0,0"),
    Row("data window, overscan", ("kept", "kept", "changed", "kept"),
        "a DPX holds the display window: what lies outside is cut, what is missing is black"),
    Row("alpha", ("kept", "kept", "kept", "kept"),
        "EXR is premultiplied and DPX straight; the numbers go with that"),
    Row("other channels and layers", ("kept", "-", "dropped", "-")),
    Row("other parts, views", ("kept", "-", "dropped", "-"),
        "a part packed with DWAA or DWAB is carried as ZIP, to lose nothing twice"),
    Row("texts and numbers", ("kept", "kept", "kept", "kept"),
        "in DPX between the header and the pixels, where readers skip them"),
    Row("vectors and matrices", ("kept", "-", "kept", "-")),
    Row("lists of texts, boxes", ("kept", "-", "dropped", "-")),
    Row("preview picture", ("dropped", "-", "dropped", "-"), "it shows the ungraded frame"),
    Row("color tags", ("changed", "changed", "changed", "changed"),
        "set from the output of the look; none if its space has no name that others know"),
    Row("container flag of ACES", ("dropped", "-", "dropped", "-"),
        "stays where the frame is still AP0, half, uncompressed"),
    Row("tiles, order of lines", ("kept", "-", "dropped", "-"), "smaller levels are not kept"),
    Row("compression", ("kept", "-", "dropped", "-")),
    Row("film, slate, project, creator", ("-", "kept", "-", "kept"),
        "fields of DPX are attributes named dpx: in EXR, and fields again in DPX"),
    Row("user data", ("-", "kept", "-", "kept"), "in EXR as text, base64"),
    Row("bits, packing, endianness", ("-", "kept", "-", "dropped"),
        "an EXR holds half or float; dpx: attributes say what it was"),
)
# fmt: on


def table() -> str:
    """The table for reading.

    >>> table().splitlines()[0].split("  ")[0]
    'what'
    """
    width = max(len(row.what) for row in TABLE) + 2
    lines = ["what".ljust(width) + "".join(way.ljust(12) for way in WAYS) + "how"]
    for row in TABLE:
        cells = "".join(fate.ljust(12) for fate in row.fates)
        lines.append(f"{row.what.ljust(width)}{cells}{row.note}".rstrip())
    return "\n".join(lines)
