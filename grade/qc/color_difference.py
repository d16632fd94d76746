"""Color difference in ICtCp (Rec. ITU-R BT.2124), and what light the numbers of a file are.

    dE ITP = 720 * sqrt(dI^2 + dT^2 + dP^2),   T = Ct / 2,   P = Cp

with I, Ct, Cp of Rec. ITU-R BT.2100 (table 7, PQ form). 1 is about one just noticeable difference
for the most critical viewer. The formula wants light of a display in cd/m2. So encoded pictures
are decoded first, and of linear ones 1.0 is taken as 100 cd/m2, scene light too: for those the
figure says how far the pictures would be apart on an ideal display without a tone curve.

NumPy float64; light below 0 counts as 0, above 10,000 cd/m2 as 10,000 (the ends of PQ).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]

PEAK = 100.0  # cd/m2 of 1.0; BT.1886 displays and the ACES SDR views are mastered there

# BT.2100: linear BT.2020 RGB -> LMS, and L'M'S' (PQ) -> I, Ct, Cp; halves of Ct as in BT.2124.
_LMS = np.array([[1688, 2146, 262], [683, 2951, 462], [99, 309, 3688]]) / 4096
_ITP = np.array(
    [[2048, 2048, 0], [6610 / 2, -13613 / 2, 7003 / 2], [17933, -17390, -543]]
) / 4096  # fmt: skip

# x, y of red, green, blue and white. Sources: SMPTE ST 2065-1, ACES S-2014-004, ITU-R BT.709,
# BT.2020, SMPTE RP 431-2 with D65.
_D65 = (0.3127, 0.3290)
_ACES = (0.32168, 0.33767)
PRIMARIES: dict[str, tuple[float, ...]] = {
    "ap0": (0.7347, 0.2653, 0.0, 1.0, 0.0001, -0.077, *_ACES),
    "ap1": (0.713, 0.293, 0.165, 0.830, 0.128, 0.044, *_ACES),
    "rec709": (0.64, 0.33, 0.30, 0.60, 0.15, 0.06, *_D65),
    "rec2020": (0.708, 0.292, 0.170, 0.797, 0.131, 0.046, *_D65),
    "p3d65": (0.680, 0.320, 0.265, 0.690, 0.150, 0.060, *_D65),
}


@dataclass(frozen=True, slots=True)
class Encoding:
    """How numbers become display light: the curve and the primaries."""

    curve: str  # lin g24 g22 g26 srgb pq
    primaries: tuple[float, ...]
    description: str

    def matrix(self) -> Array:
        """Linear RGB of these primaries to linear BT.2020, white to white by von Kries in LMS."""
        white = self.primaries[6:]
        return (
            np.linalg.inv(_to_xyz(PRIMARIES["rec2020"]))
            @ _adaptation(white, _D65)
            @ _to_xyz(self.primaries)
        )

    def nits(self, rgb: Array) -> Array:
        """Numbers ``(..., 3)`` to linear BT.2020 in cd/m2."""
        return (_decode(self.curve, rgb) @ self.matrix().T) * PEAK


def detect_encoding(tags: Mapping[str, Any], integers: bool) -> Encoding:
    """What the numbers of a file are, by its tags; untagged: by its type.

    Parameters
    ----------
    tags
        ``colorInteropID`` and ``chromaticities`` of a frame, as far as they are there.
    integers
        Whether the file holds integers: untagged ones are taken as a Rec.709 display, untagged
        floats as linear light of Rec.709, the default of OpenEXR.
    """
    identity = str(tags.get("colorInteropID", ""))
    curve, _, rest = identity.partition("_")
    gamut = rest.partition("_")[0]
    if curve in _CURVES and gamut in PRIMARIES:
        return Encoding(curve, PRIMARIES[gamut], identity)
    chromaticities = tags.get("chromaticities")
    if chromaticities is not None and not identity and len(chromaticities) == 8:
        return Encoding("lin", tuple(map(float, chromaticities)), "linear, by its chromaticities")
    if integers:
        return Encoding("g24", PRIMARIES["rec709"], "g24_rec709_display, for want of a known tag")
    return Encoding("lin", PRIMARIES["rec709"], "lin_rec709_scene, for want of a known tag")


def delta_e_itp(a: Array, b: Array, light_a: Encoding, light_b: Encoding | None = None) -> Array:
    """Difference per pixel, ``(...)``, of two pictures ``(..., 3)``; NaN where a number is NaN."""
    first = itp(light_a.nits(a))
    second = itp((light_b or light_a).nits(b))
    apart: Array = 720.0 * np.sqrt(np.sum((first - second) ** 2, axis=-1))
    return apart


def itp(nits: Array) -> Array:
    """Linear BT.2020 light in cd/m2 to I, T, P."""
    return _pq(nits @ _LMS.T) @ _ITP.T


def _pq(nits: Array) -> Array:
    """SMPTE ST 2084, light to code value."""
    m1, m2 = 2610 / 16384, 2523 / 4096 * 128
    c1, c2, c3 = 3424 / 4096, 2413 / 4096 * 32, 2392 / 4096 * 32
    power = (np.clip(nits, 0.0, 10_000.0) / 10_000.0) ** m1
    return ((c1 + c2 * power) / (1.0 + c3 * power)) ** m2


def _pq_decode(code: Array) -> Array:
    m1, m2 = 2610 / 16384, 2523 / 4096 * 128
    c1, c2, c3 = 3424 / 4096, 2413 / 4096 * 32, 2392 / 4096 * 32
    power = np.clip(code, 0.0, 1.0) ** (1 / m2)
    light = (np.maximum(power - c1, 0.0) / (c2 - c3 * power)) ** (1 / m1)
    return light * (10_000.0 / PEAK)


def _srgb(code: Array) -> Array:
    return np.where(code <= 0.04045, code / 12.92, ((np.maximum(code, 0) + 0.055) / 1.055) ** 2.4)


_CURVES = {
    "lin": lambda x: x,
    "g18": lambda x: np.maximum(x, 0.0) ** 1.8,
    "g22": lambda x: np.maximum(x, 0.0) ** 2.2,
    "g24": lambda x: np.maximum(x, 0.0) ** 2.4,
    "g26": lambda x: np.maximum(x, 0.0) ** 2.6,
    "srgb": _srgb,
    "pq": _pq_decode,
}


def _decode(curve: str, rgb: Array) -> Array:
    return np.asarray(_CURVES[curve](np.asarray(rgb, np.float64)), np.float64)


def _to_xyz(primaries: tuple[float, ...]) -> Array:
    """Normalized primary matrix, SMPTE RP 177."""
    columns = [_xyz(*primaries[i : i + 2]) for i in (0, 2, 4)]
    basis = np.stack(columns, axis=1)
    return basis * np.linalg.solve(basis, _xyz(*primaries[6:]))


def _xyz(x: float, y: float) -> Array:
    return np.array([x / y, 1.0, (1.0 - x - y) / y])


def _adaptation(white: tuple[float, ...], target: tuple[float, ...]) -> Array:
    """Bradford adaptation: white of one space shall be white of the other."""
    if white == target:
        return np.eye(3)
    bradford = np.array(
        [[0.8951, 0.2664, -0.1614], [-0.7502, 1.7135, 0.0367], [0.0389, -0.0685, 1.0296]]
    )
    ratio = (bradford @ _xyz(*target)) / (bradford @ _xyz(*white))
    adapted: Array = np.linalg.inv(bradford) @ (ratio[:, None] * bradford)
    return adapted
