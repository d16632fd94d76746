"""Metadata that a render keeps, by format read and format written.

The table is data: `grade info --kept` prints it, and a test checks every cell against real files.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Fate = Literal["kept", "changed", "dropped", "-"]
"""``-``: the format that is read does not have it."""
CONVERSIONS = ("EXR to EXR", "DPX to DPX", "EXR to DPX", "DPX to EXR")


@dataclass(frozen=True, slots=True)
class Entry:
    """One kind of metadata.

    Attributes
    ----------
    what
        Its name.
    fates
        Whether it is kept, in the order of `CONVERSIONS`.
    note
        How it changes, or where it is written.
    """

    what: str
    fates: tuple[Fate, Fate, Fate, Fate]
    note: str = ""


# fmt: off
TABLE = (
    Entry("timecode, its flags and user bits", ("kept", "kept", "kept", "kept"),
        "above 30 frames per second as pairs and field phase, above 60 as grade:timecode"),
    Entry("keycode", ("kept", "kept", "kept", "kept"),
        "DPX has no field for perforations per frame and count: they go beside the header"),
    Entry("frame rate", ("kept", "kept", "kept", "kept")),
    Entry("pixel aspect", ("kept", "kept", "kept", "kept")),
    Entry("display window", ("kept", "kept", "changed", "kept"),
        "the size is kept; a DPX begins at 0,0"),
    Entry("data window, overscan", ("kept", "kept", "changed", "kept"),
        "a DPX holds the display window: what lies outside is cut, what is missing is black"),
    Entry("alpha", ("kept", "kept", "kept", "kept"),
        "EXR is premultiplied and DPX straight; the numbers go with that"),
    Entry("other channels and layers", ("kept", "-", "dropped", "-")),
    Entry("other parts, views", ("kept", "-", "dropped", "-"),
        "a part packed with DWAA or DWAB is carried as ZIP, to lose nothing twice"),
    Entry("texts and numbers", ("kept", "kept", "kept", "kept"),
        "in DPX between the header and the pixels, where readers skip them"),
    Entry("vectors and matrices", ("kept", "-", "kept", "-")),
    Entry("lists of texts, boxes", ("kept", "-", "dropped", "-")),
    Entry("preview picture", ("dropped", "-", "dropped", "-"), "it shows the ungraded frame"),
    Entry("color tags", ("changed", "changed", "changed", "changed"),
        "set from the output of the look; none if its space has no name that others know"),
    Entry("container flag of ACES", ("dropped", "-", "dropped", "-"),
        "stays where the frame is still AP0, half, uncompressed"),
    Entry("tiles, order of lines", ("kept", "-", "dropped", "-"), "smaller levels are not kept"),
    Entry("compression", ("kept", "-", "dropped", "-")),
    Entry("film, slate, project, creator", ("-", "kept", "-", "kept"),
        "fields of DPX are attributes named dpx: in EXR, and fields again in DPX"),
    Entry("user data", ("-", "kept", "-", "kept"), "in EXR as text, base64"),
    Entry("bits, packing, endianness", ("-", "kept", "-", "dropped"),
        "an EXR holds half or float; dpx: attributes say what it was"),
)
# fmt: on


def format_table() -> str:
    """Return the table as text.

    >>> format_table().splitlines()[0].split("  ")[0]
    'what'
    """
    width = max(len(row.what) for row in TABLE) + 2
    lines = [
        "what".ljust(width) + "".join(conversion.ljust(12) for conversion in CONVERSIONS) + "how"
    ]
    for row in TABLE:
        cells = "".join(fate.ljust(12) for fate in row.fates)
        lines.append(f"{row.what.ljust(width)}{cells}{row.note}".rstrip())
    return "\n".join(lines)
