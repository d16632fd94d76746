"""The log curve that the metadata of a camera or recorder names.

Cameras and editors label log footage as BT.709, for the sake of players; what the camera says of
itself is right. Keys are those that ARRI, Sony, Panasonic, Canon, RED, Apple and DJI write into
QuickTime metadata, and those of recorders (``com.apple.proapps.customgamma``).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

# Keys that speak of the curve, or of the gamut.
_OF_CURVE = re.compile(r"gamma|transfer|curve|oetf|log.?format", re.IGNORECASE)
_OF_GAMUT = re.compile(r"primaries|gamut|color.?space", re.IGNORECASE)
_EXPOSURE_INDEX = re.compile(r"exposure.?index|^ei$", re.IGNORECASE)
_LOGC3_INDEX = "800"
# A curve, and the interop id of it; None where no config has it.
_CURVES: tuple[tuple[re.Pattern[str], str | None], ...] = tuple(
    (re.compile(rf"(?<![a-z]){pattern}(?![a-z0-9])", re.IGNORECASE), identity)
    for pattern, identity in (
        (r"log[ ._-]?c[ ._-]?4", "ocio:arrilogc4_awg4_scene"),
        (r"log[ ._-]?c(?:[ ._-]?3)?", "ocio:arrilogc3_awg3_scene"),
        (r"s[ ._-]?log[ ._-]?3(?:[ ._-]?cine)?", "ocio:slog3_sgamut3_scene"),
        (r"s[ ._-]?log[ ._-]?2?", None),
        (r"v[ ._-]?log(?:[ ._-]?l)?", "ocio:vlog_vgamut_scene"),
        (r"log[ ._-]?3[ ._-]?g[ ._-]?10", "ocio:redlog3g10_rwg_scene"),
        (r"(?:canon|c)[ ._-]?log[ ._-]?2", "ocio:canonlog2_cgamutd55_scene"),
        (r"(?:canon|c)[ ._-]?log[ ._-]?3", "ocio:canonlog3_cgamutd55_scene"),
        (r"(?:canon|c)[ ._-]?log", None),
        (r"apple[ ._-]?log[ ._-]?2", "ocio:applelog_applewg_scene"),
        (r"apple[ ._-]?log", "ocio:applelog_rec2020_scene"),
        (r"d[ ._-]?log", "ocio:djilog_dgamut_scene"),
        (r"[fn][ ._-]?log[ ._-]?2?|d[ ._-]?log[ ._-]?m|(?:red)?log[ ._-]?film|log", None),
    )
)
_CINE = re.compile(r"cine", re.IGNORECASE)
_SONY, _SONY_CINE = "ocio:slog3_sgamut3_scene", "ocio:slog3_sgamut3cine_scene"
_ARRI_3 = "ocio:arrilogc3_awg3_scene"


def read_log_curve(metadata: Iterable[Mapping[str, str]]) -> tuple[str | None, str] | None:
    """Return the interop id of a log curve and the entry that names it; None if none does.

    The id is None for a curve that OpenColorIO's configs do not have, and for LogC3 at another
    exposure index than 800, which is another curve.

    >>> read_log_curve([{"com.arri.camera.ColorGammaSxS": "LOG-C"}])
    ('ocio:arrilogc3_awg3_scene', 'com.arri.camera.ColorGammaSxS LOG-C')
    """
    entries = {key: str(value) for each in metadata for key, value in each.items()}
    for key, value in entries.items():
        if not _OF_CURVE.search(key):
            continue
        for pattern, known in _CURVES:
            if pattern.search(value):
                return _with_gamut(known, value, entries), f"{key} {value}"
    return None


def _with_gamut(identity: str | None, value: str, entries: Mapping[str, str]) -> str | None:
    if identity == _SONY:
        said = [value, *(text for key, text in entries.items() if _OF_GAMUT.search(key))]
        return _SONY_CINE if any(_CINE.search(text) for text in said) else _SONY
    if identity == _ARRI_3:
        indices = [text for key, text in entries.items() if _EXPOSURE_INDEX.search(key)]
        if any(text.strip() != _LOGC3_INDEX for text in indices):
            return None
    return identity
