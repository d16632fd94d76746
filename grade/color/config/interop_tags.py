"""Tags that name a space in a file: the Color Interop ID and OpenEXR's chromaticities.

Primaries and whites: published values (SMPTE ST 2065-1 and ACES TB-2014-004 for AP0 and AP1, ITU-R
BT.709 and BT.2020, SMPTE RP 431-2 with D65, CIE 15 for XYZ, Adobe RGB (1998)). A camera's primaries
are not written, because readers would take a log plate for a linear one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from grade.color.config.space import Space

if TYPE_CHECKING:
    from grade.color.config.config import Config

_D60 = (0.32168, 0.33767)
_D65 = (0.3127, 0.3290)

# red x, y, green x, y, blue x, y, white x, y
PRIMARIES: dict[str, tuple[float, ...]] = {
    "ap0": (0.73470, 0.26530, 0.0, 1.0, 0.0001, -0.0770, *_D60),
    "ap1": (0.713, 0.293, 0.165, 0.830, 0.128, 0.044, *_D60),
    "rec709": (0.640, 0.330, 0.300, 0.600, 0.150, 0.060, *_D65),
    "rec2020": (0.708, 0.292, 0.170, 0.797, 0.131, 0.046, *_D65),
    "p3d65": (0.680, 0.320, 0.265, 0.690, 0.150, 0.060, *_D65),
    "adobergb": (0.640, 0.330, 0.210, 0.710, 0.150, 0.060, *_D65),
    "ciexyzd65": (1.0, 0.0, 0.0, 1.0, 0.0, 0.0, 1 / 3, 1 / 3),
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
    """Find the space of a config that has this ``colorInteropID``; None if there is none."""
    for space in config.raw.getColorSpaces():
        if space.getInteropID() == identifier or identifier in list(space.getAliases()):
            return str(space.getName())
    return None


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
