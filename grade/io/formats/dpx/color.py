"""What a DPX says of its color, in its two numbers and in words, and what a frame's tags say.

The numbers are few: of log encodings there is one, of primaries those of television. The identifier
of the space goes into the file beside them (`grade.io.formats.dpx.extra_attributes`); it is
believed as long as the numbers are still those that were written with it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

# SMPTE ST 268:2003, tables 5A and 5B.
TRANSFER = {
    0: "user defined", 1: "printing density", 2: "linear", 3: "logarithmic",
    4: "unspecified video", 5: "SMPTE 274M", 6: "ITU-R BT.709", 7: "ITU-R BT.601 625",
    8: "ITU-R BT.601 525", 9: "NTSC composite", 10: "PAL composite", 11: "Z linear",
    12: "Z homogeneous", 13: "ADX",
}  # fmt: skip
COLORIMETRIC = {n: name for n, name in TRANSFER.items() if n in (0, 1, 4, 5, 6, 7, 8, 9, 10)}
UNDEFINED = 255
_HD = (5, 6)


def tags_of(transfer: int, colorimetric: int, identity: str | None = None) -> dict[str, Any]:
    """The tags of a frame.

    Parameters
    ----------
    transfer, colorimetric
        Of the header.
    identity
        The ``colorInteropID`` beside them, or None.
    """
    found: dict[str, Any] = {}
    if transfer in TRANSFER:
        found["dpx:transfer"] = TRANSFER[transfer]
    if colorimetric in COLORIMETRIC:
        found["dpx:colorimetric"] = COLORIMETRIC[colorimetric]
    if identity is not None and numbers_of({"colorInteropID": identity}) != (
        transfer,
        colorimetric,
    ):
        identity = None
    if identity is None and colorimetric in _HD:
        # Television pictures are seen on a BT.1886 display, whatever the camera's curve.
        if transfer in _HD:
            identity = "g24_rec709_display"
        elif transfer == 2:
            identity = "lin_rec709_scene"
    if identity is not None:
        found["colorInteropID"] = identity
    return found


def numbers_of(tags: Mapping[str, Any]) -> tuple[int, int]:
    """Transfer and colorimetric for the tags of a frame; undefined where they say nothing."""
    identity = tags.get("colorInteropID")
    if not identity:
        transfer = _number(TRANSFER, tags.get("dpx:transfer"))
        return transfer, _number(COLORIMETRIC, tags.get("dpx:colorimetric"))
    curve, _, rest = str(identity).rpartition(":")[2].partition("_")
    gamut = rest.partition("_")[0]
    colorimetric = 6 if gamut == "rec709" else 0
    if curve == "lin":
        return 2, colorimetric
    if curve == "g24" and gamut == "rec709":
        return 6, 6
    if curve in ("adx10", "adx16"):
        return 13, 1
    return (3 if "log" in curve or curve in _LOG else 0), colorimetric


# Log encodings whose name does not say so.
_LOG = frozenset({"acescc", "acescct", "davinci", "bmdfilm5"})


def _number(names: Mapping[int, str], name: Any) -> int:
    return next((number for number, known in names.items() if known == name), UNDEFINED)
