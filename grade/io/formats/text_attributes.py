"""Header entries as JSON, for formats that have one place for a text.

JPEG, JPEG 2000, TIFF and AVIF have no named attributes that everybody may add to. Any tool shows
their comment, and JSON in it can be read by people and by programs.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from grade.io.formats import smpte_timecode
from grade.io.frame import Frame
from grade.io.frame_rates import ATTRIBUTE, rate_of

DESCRIPTION = "ImageDescription"
# Of a file that was read, and not of the picture: what is written stands upright.
ORIENTATION = "Orientation"
_TIMECODE = "timecode"
_SPACE = "colorInteropID"
_FRACTION = re.compile(r"[1-9][0-9]{0,9}(/[1-9][0-9]{0,9})?")


def text_of(frame: Frame, but: frozenset[str] = frozenset()) -> str:
    """Return the texts and numbers among the entries as ASCII; a lone description stays plain.

    Parameters
    ----------
    frame
        Its attributes, timecode and color space are written; an orientation is not.
    but
        Names to leave out, since the format has fields of its own for them.
    """
    kept: dict[str, Any] = {
        name: value
        for name, value in sorted(frame.attributes.items())
        if name not in (*but, ORIENTATION)
        and isinstance(value, str | int | float)
        and value == value
    }
    if ATTRIBUTE not in kept and (rate := rate_of(frame.attributes)) is not None:
        kept[ATTRIBUTE] = str(rate)  # a timecode means nothing without it
    if frame.timecode is not None:
        kept[_TIMECODE] = frame.timecode
    if isinstance(space := frame.tags.get(_SPACE), str):
        kept[_SPACE] = space
    description = kept.get(DESCRIPTION)
    if len(kept) == 1 and isinstance(description, str) and description.isascii():
        return description
    return json.dumps(kept, separators=(",", ":")) if kept else ""


def entries_of(text: str) -> tuple[dict[str, Any], dict[str, Any], str | None]:
    """Return attributes, color tags and timecode from a text.

    A text that is no JSON of entries is a description.
    """
    text = text.rstrip("\0 \n")
    try:
        found = json.loads(text) if text.startswith("{") else None
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, Mapping) or not all(isinstance(name, str) for name in found):
        return ({DESCRIPTION: text} if text else {}), {}, None
    entries: dict[str, Any] = {n: v for n, v in found.items() if isinstance(v, str | int | float)}
    entries.pop(ORIENTATION, None)
    rate = entries.get(ATTRIBUTE)
    if isinstance(rate, str) and _FRACTION.fullmatch(rate):
        entries[ATTRIBUTE] = Fraction(rate)
    timecode, space = entries.pop(_TIMECODE, None), entries.pop(_SPACE, None)
    tags = {_SPACE: space} if isinstance(space, str) else {}
    return entries, tags, smpte_timecode.checked(timecode, rate_of(entries))
