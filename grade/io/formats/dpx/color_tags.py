"""The color of a DPX, by two numbers in its header, and the color tags of a frame.

The numbers tell little: there is one for all log encodings, and primaries are those of television.
So the interop id of the space is written beside them (`grade.io.formats.dpx.extra_attributes`). It
is trusted as long as the numbers are those that were written with it.
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
    """Return the color tags of a frame.

    Parameters
    ----------
    transfer, colorimetric
        The two numbers of the header.
    identity
        The ``colorInteropID`` written beside them, or None.
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
        # Television pictures are viewed on a BT.1886 display, whatever the curve of the camera.
        if transfer in _HD:
            identity = "g24_rec709_display"
        elif transfer == 2:
            identity = "lin_rec709_scene"
    if identity is not None:
        found["colorInteropID"] = identity
    return found


def numbers_of(tags: Mapping[str, Any]) -> tuple[int, int]:
    """Return transfer and colorimetric for the tags of a frame; undefined where they are silent."""
    identity = tags.get("colorInteropID")
    if not identity:
        transfer = _find_number(TRANSFER, tags.get("dpx:transfer"))
        return transfer, _find_number(COLORIMETRIC, tags.get("dpx:colorimetric"))
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


# Log encodings without "log" in their names.
_LOG = frozenset({"acescc", "acescct", "davinci", "bmdfilm5"})


def _find_number(names: Mapping[int, str], name: Any) -> int:
    return next((number for number, known in names.items() if known == name), UNDEFINED)
