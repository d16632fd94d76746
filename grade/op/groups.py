"""The groups of ops, in the order in which a colorist reaches for them."""

from __future__ import annotations

GROUPS: dict[str, str] = {
    "primary": "Primary: exposure, balance, contrast, wheels",
    "curve": "Curves, by channel, hue, luma or saturation",
    "creative": "Mixtures and film",
    "window": "Windows",
    "key": "Keys: mattes by color",
    "matte": "Mattes of mattes",
    "layer": "Layers: two pictures and more",
    "color": "Color spaces, views, looks of a config",
    "lut": "Lookup tables",
    "display": "For a display's signal, and to look at",
    "input": "Other inputs",
}
"""Name and heading of each group; an op names its group as ``group``."""
