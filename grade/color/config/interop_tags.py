"""Tags that name a space in a file: the Color Interop ID and OpenEXR's chromaticities.

Primaries and whites: published values (SMPTE ST 2065-1 and ACES TB-2014-004 for AP0 and AP1, ITU-R
BT.709 and BT.2020, SMPTE RP 431-2 with D65, CIE 15 for XYZ, Adobe RGB (1998)). A camera's primaries
are not written, because readers would take a log plate for a linear one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from grade.color.config.space import Space
from grade.science import primaries

if TYPE_CHECKING:
    from grade.color.config.config import Config

_TAGGED = ("ap0", "ap1", "rec709", "rec2020", "p3d65")
# red x, y, green x, y, blue x, y, white x, y
PRIMARIES: dict[str, tuple[float, ...]] = {
    **{name: primaries.PRIMARIES[name].numbers for name in _TAGGED},
    "adobergb": primaries.ADOBE_RGB.numbers,
    "ciexyzd65": primaries.CIE_XYZ.numbers,
}


def make_tags(config: Config, space: Space) -> dict[str, Any]:
    """Make the tags of a space: ``colorInteropID`` and ``chromaticities``, as far as known.

    Chromaticities are eight numbers: x and y of red, green, blue and white. Only linear spaces get
    them, because OpenEXR defines them for pixels that are proportional to light.
    """
    found: dict[str, Any] = {}
    identifier = space.interop_id
    if not identifier and not space.is_data:
        identifier = _find_interop_alias(config, space)
    if identifier:
        found["colorInteropID"] = identifier
    gamut = _parse_gamut(identifier)
    if space.is_linear and gamut in PRIMARIES:
        found["chromaticities"] = PRIMARIES[gamut]
    return found


def find_space_by_interop_id(config: Config, identifier: str) -> str | None:
    """Find the space of a config that has this ``colorInteropID``; None if there is none.

    Where a config has no display of these code values, or no scene, the other one is taken: the
    numbers are the same.
    """
    spaces = list(config.raw.getColorSpaces())
    for wanted in (identifier, _other_state(identifier)):
        for space in spaces:
            if space.getInteropID() == wanted or wanted in list(space.getAliases()):
                return str(space.getName())
    return None


def _other_state(identifier: str) -> str:
    """Return ``srgb_rec709_display`` for ``srgb_rec709_scene``, and the other way round."""
    codes, _, state = identifier.rpartition("_")
    other = {"scene": "display", "display": "scene"}.get(state)
    return identifier if other is None or codes.startswith("lin_") else f"{codes}_{other}"


def _find_interop_alias(config: Config, space: Space) -> str:
    """Find the Color Interop ID among the aliases, where configs before 2.5 have it, if at all."""
    for alias in config.raw.getColorSpace(space.name).getAliases():
        if alias.endswith(("_scene", "_display")) and alias.startswith("lin_"):
            return str(alias)
    return ""


def _parse_gamut(identifier: str) -> str:
    parts = identifier.rpartition(":")[2].split("_")
    return parts[1] if len(parts) == 3 else ""


__all__ = ["PRIMARIES", "find_space_by_interop_id", "make_tags"]
