"""HDR10 metadata: the display that a movie was mastered on, and its light levels.

Sources: SMPTE ST 2086 (mastering display), CTA-861.3 (content light level), ISO/IEC 14496-12 and
23001-8 for the boxes ``mdcv`` and ``clli``, whose units are those of the SEI messages of H.265.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

from grade.errors import RequestError
from grade.science.primaries import PRIMARIES

_DISPLAYS = ("p3d65", "rec2020", "rec709")


@dataclass(frozen=True, slots=True)
class Mastering:
    """A mastering display and light levels.

    Attributes
    ----------
    primaries
        ``p3d65``, ``rec2020`` or ``rec709``.
    minimum, maximum
        Luminance of the display in cd/m2.
    max_cll, max_fall
        Luminance of the brightest pixel, and of the frame with the brightest average, in cd/m2;
        0 is "unknown".

    Raises
    ------
    RequestError
        The primaries have another name, or the metadata cannot hold a luminance.
    """

    primaries: str = "p3d65"
    minimum: float = 0.0001
    maximum: float = 1000.0
    max_cll: int = 0
    max_fall: int = 0

    def __post_init__(self) -> None:
        if self.primaries not in _DISPLAYS:
            known = ", ".join(_DISPLAYS)
            raise RequestError(f"mastering primaries {self.primaries}: known are {known}")
        if not 0 <= self.minimum < self.maximum <= 10000:
            raise RequestError(
                f"mastering luminance {self.minimum} to {self.maximum} cd/m2: 0 to 10000 is "
                "possible, the smaller first"
            )
        if not (0 <= self.max_fall <= 65535 and 0 <= self.max_cll <= 65535):
            raise RequestError(
                f"max_cll {self.max_cll}, max_fall {self.max_fall}: whole cd/m2, 0 to 65535"
            )

    def _points(self) -> list[tuple[int, int]]:
        """Return green, blue, red and white, in steps of 0.00002."""
        display = PRIMARIES[self.primaries]
        points = (display.green, display.blue, display.red, display.white)
        return [(round(x * 50000), round(y * 50000)) for x, y in points]

    def x265_options(self) -> list[str]:
        """Return the options of the HEVC encoder.

        >>> Mastering(max_cll=1000, max_fall=400).x265_options()[1]
        'max-cll=1000,400'
        """
        text = "".join(
            f"{name}({x},{y})"
            for name, (x, y) in zip(("G", "B", "R", "WP"), self._points(), strict=True)
        )
        light = f"L({round(self.maximum * 10000)},{round(self.minimum * 10000)})"
        return [f"master-display={text}{light}", f"max-cll={self.max_cll},{self.max_fall}"]

    def mp4_boxes(self) -> list[tuple[bytes, bytes]]:
        """Return type and content of the boxes of a MOV or MP4 file."""
        numbers = [value for point in self._points() for value in point]
        light = round(self.maximum * 10000), round(self.minimum * 10000)
        return [
            (b"mdcv", struct.pack(">8H2I", *numbers, *light)),
            (b"clli", struct.pack(">2H", self.max_cll, self.max_fall)),
        ]
