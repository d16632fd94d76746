"""RGB primaries and their matrices to CIE XYZ, the same bits on every host."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from grade.science.matrices import Matrix, invert, scale_columns, transform
from grade.science.white_points import ACES_WHITE, D65, EQUAL_ENERGY, Chromaticity, to_xyz


@dataclass(frozen=True)
class Primaries:
    """CIE 1931 chromaticities of red, green, blue and white."""

    red: Chromaticity
    green: Chromaticity
    blue: Chromaticity
    white: Chromaticity

    @classmethod
    def from_numbers(cls, numbers: Sequence[float]) -> Primaries:
        """From eight numbers: x, y of red, green, blue and white.

        Raises
        ------
        ValueError
            If they are not eight.
        """
        if len(numbers) != 8:
            raise ValueError(f"chromaticities are eight numbers, not {tuple(numbers)}")
        red, green, blue, white = ((numbers[i], numbers[i + 1]) for i in range(0, 8, 2))
        return cls(red, green, blue, white)

    @property
    def numbers(self) -> tuple[float, ...]:
        """Eight numbers: x, y of red, green, blue and white, as OpenEXR's ``chromaticities``."""
        return (*self.red, *self.green, *self.blue, *self.white)

    @cached_property
    def to_xyz(self) -> Matrix:
        """Linear RGB to CIE XYZ with white at Y = 1, no adaptation. Source: SMPTE RP 177."""
        columns = [to_xyz(*chromaticity) for chromaticity in (self.red, self.green, self.blue)]
        unscaled: Matrix = tuple(c[row] for row in range(3) for c in columns)
        return scale_columns(unscaled, transform(invert(unscaled), to_xyz(*self.white)))


# The spaces that ops offer by name. Sources: ACES S-2014-004 (AP1), ST 2065-1 (AP0), BT.709,
# BT.2020, SMPTE RP 431 (P3), ARRI LogC3 and LogC4 specifications, Sony S-Gamut3 technical summary,
# Blackmagic DaVinci Wide Gamut paper.
PRIMARIES: dict[str, Primaries] = {
    "ap1": Primaries((0.713, 0.293), (0.165, 0.830), (0.128, 0.044), ACES_WHITE),
    "ap0": Primaries((0.7347, 0.2653), (0.0, 1.0), (0.0001, -0.077), ACES_WHITE),
    "rec709": Primaries((0.64, 0.33), (0.30, 0.60), (0.15, 0.06), D65),
    "rec2020": Primaries((0.708, 0.292), (0.170, 0.797), (0.131, 0.046), D65),
    "p3d65": Primaries((0.680, 0.320), (0.265, 0.690), (0.150, 0.060), D65),
    "awg3": Primaries((0.684, 0.313), (0.221, 0.848), (0.0861, -0.102), D65),
    "awg4": Primaries((0.7347, 0.2653), (0.1424, 0.8576), (0.0991, -0.0308), D65),
    "sgamut3cine": Primaries((0.766, 0.275), (0.225, 0.800), (0.089, -0.087), D65),
    "davinci": Primaries((0.8, 0.313), (0.1682, 0.9877), (0.079, -0.1155), D65),
}
AP0, AP1 = PRIMARIES["ap0"], PRIMARIES["ap1"]

# Source: Adobe RGB (1998).
ADOBE_RGB = Primaries((0.64, 0.33), (0.21, 0.71), (0.15, 0.06), D65)
# Television of 625 and of 525 lines. Source: ITU-R BT.601-7; the second is SMPTE 170M too.
REC601_625 = Primaries((0.64, 0.33), (0.29, 0.60), (0.15, 0.06), D65)
REC601_525 = Primaries((0.630, 0.340), (0.310, 0.595), (0.155, 0.070), D65)
# CIE XYZ taken as an RGB space.
CIE_XYZ = Primaries((1.0, 0.0), (0.0, 1.0), (0.0, 0.0), EQUAL_ENERGY)
# The cones of CAM16 as ACES 2 rounds them. Source: A.M.P.A.S. ACES 2 CTL.
ACES2_CONES = Primaries((0.8336, 0.1735), (2.3854, -1.4659), (0.087, -0.125), (0.333, 0.333))
