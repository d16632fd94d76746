"""Tags that travel in files: the Color Interop Forum's identifier and OpenEXR's chromaticities.

Primaries and whites: published values (SMPTE ST 2065-1 and ACES TB-2014-004 for AP0 and AP1, ITU-R
BT.709 and BT.2020, SMPTE RP 431-2 with D65, CIE 15 for XYZ, Adobe RGB (1998)). A camera's primaries
are not written: readers would take a log plate for a linear one.
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


def tags(config: Config, space: Space) -> dict[str, Any]:
    """``colorInteropID`` where the config gives one, ``chromaticities`` where they are known.

    Chromaticities (eight numbers: red, green, blue, white; x then y) are given for linear spaces
    alone: OpenEXR defines them for pixels that are proportional to light.
    """
    found: dict[str, Any] = {}
    identifier = space.interop_id
    if not identifier and not space.is_data:
        identifier = _of_alias(config, space)
    if identifier:
        found["colorInteropID"] = identifier
    gamut = _gamut(identifier)
    if space.is_linear and gamut in PRIMARIES:
        found["chromaticities"] = PRIMARIES[gamut]
    return found


def space_of_interop(config: Config, identifier: str) -> str | None:
    """The space of a config that carries this ``colorInteropID``, or None."""
    for space in config.raw.getColorSpaces():
        if space.getInteropID() == identifier or identifier in list(space.getAliases()):
            return str(space.getName())
    return None


def _of_alias(config: Config, space: Space) -> str:
    """Configs before 2.5 carry the identifier as an alias, if at all."""
    for alias in config.raw.getColorSpace(space.name).getAliases():
        if alias.endswith(("_scene", "_display")) and alias.startswith("lin_"):
            return str(alias)
    return ""


def _gamut(identifier: str) -> str:
    parts = identifier.rpartition(":")[2].split("_")
    return parts[1] if len(parts) == 3 else ""


__all__ = ["PRIMARIES", "space_of_interop", "tags"]
