"""Pixels per inch or centimeter: one meaning for the units of TIFF, PNG, JPEG and OpenEXR.

A frame has `XResolution`, `YResolution` and `ResolutionUnit`, which is ``in`` or ``cm``. Others
write ``inch``, 2 and 3 (TIFF), 1 for a meter (PNG), or ``xDensity``, which is per inch (OpenEXR).
Where a format knows no unit, its two numbers say the shape of a pixel and nothing else.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from grade.io.frame import Frame

NAMES = ("XResolution", "YResolution", "ResolutionUnit")
_INCH = 2.54  # centimeters
# Per word: the unit of a frame, and how many of it the word is.
_UNITS = {
    "in": ("in", 1.0), "inch": ("in", 1.0), "inches": ("in", 1.0), "dpi": ("in", 1.0),
    "2": ("in", 1.0), "cm": ("cm", 1.0), "centimeter": ("cm", 1.0), "3": ("cm", 1.0),
    "m": ("cm", 100.0), "meter": ("cm", 100.0), "mm": ("cm", 0.1),
}  # fmt: skip
_MOST = 1e6


@dataclass(frozen=True, slots=True)
class Resolution:
    """Pixels per unit, across; ``unit`` is ``in`` or ``cm``."""

    across: float
    unit: str

    @property
    def per_inch(self) -> float:
        """Pixels per inch.

        >>> Resolution(100.0, "cm").per_inch
        254.0
        """
        return self.across * (_INCH if self.unit == "cm" else 1.0)

    def entries(self, aspect: float) -> dict[str, Any]:
        """Return the entries of a frame whose pixels are `aspect` times as wide as high."""
        return dict(zip(NAMES, (self.across, self.across * aspect, self.unit), strict=True))


def resolution_of(entries: Mapping[str, Any]) -> Resolution | None:
    """Return the resolution that entries state; None where they state none that can be meant.

    >>> resolution_of({"XResolution": 11811, "ResolutionUnit": "m"})
    Resolution(across=118.11, unit='cm')
    """
    across = _to_number(entries.get("XResolution"))
    if across is None:
        density = _to_number(entries.get("xDensity"))
        return None if density is None else Resolution(density, "in")
    unit = _UNITS.get(str(entries.get("ResolutionUnit", "in")).strip().lower())
    return None if unit is None else Resolution(across / unit[1], unit[0])


def aspect_of(entries: Mapping[str, Any]) -> float:
    """Return the width of a pixel over its height, in whatever unit the two numbers are.

    >>> aspect_of({"XResolution": 150.0, "YResolution": 300.0})
    2.0
    """
    across, down = (_to_number(entries.get(name)) for name in NAMES[:2])
    return 1.0 if across is None or down is None else down / across


def without_unit(aspect: float) -> tuple[int, int]:
    """Return two whole numbers that say the shape of a pixel, where no size is known.

    >>> without_unit(2.0)
    (1, 2)
    """
    ratio = Fraction(aspect).limit_denominator(1000)
    return ratio.denominator, max(1, ratio.numerator)


def put_into(spec: Any, frame: Frame) -> None:
    """Put resolution and pixel aspect into a header of OpenImageIO, for PNG and JPEG.

    Its own `PixelAspectRatio` is left out: in JPEG it stands for the ratio upside down.
    """
    found = resolution_of(frame.attributes)
    if found is not None:
        entries = found.entries(frame.pixel_aspect)
    elif frame.pixel_aspect != 1.0:
        entries = dict(zip(NAMES, (*without_unit(frame.pixel_aspect), "none"), strict=True))
    else:
        return
    for name in NAMES[:2]:
        spec.attribute(name, float(entries[name]))
    spec.attribute(NAMES[2], entries[NAMES[2]])


def _to_number(value: Any) -> float | None:
    try:
        number = float(value)
    except (TypeError, ValueError, OverflowError):
        return None
    return number if math.isfinite(number) and 0 < number <= _MOST else None
