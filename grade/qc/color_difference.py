"""Color difference dE ITP (Rec. ITU-R BT.2124), and decoding of pictures to display light for it.

    dE ITP = 720 * sqrt(dI^2 + dT^2 + dP^2),   T = Ct / 2,   P = Cp

with I, Ct, Cp of Rec. ITU-R BT.2100 (table 7, PQ form). 1 is about one just noticeable difference
for the most critical viewer. The formula needs display light in cd/m2, so encoded pictures are
decoded first; in linear pictures of a display 1.0 is 100 cd/m2. Light of a scene is measured in
codes instead (``grade.qc.scene_codes``).

NumPy float64; light below 0 counts as 0, above 10,000 cd/m2 as 10,000 (the ends of PQ).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from grade.science import primaries
from grade.science.adaptation import ADAPTATIONS

Array = NDArray[Any]

PEAK = 100.0  # cd/m2 of 1.0; BT.1886 displays and the ACES SDR views are mastered there

# BT.2100: linear BT.2020 RGB -> LMS, and L'M'S' (PQ) -> I, Ct, Cp; halves of Ct as in BT.2124.
_LMS = np.array([[1688, 2146, 262], [683, 2951, 462], [99, 309, 3688]]) / 4096
_ITP = np.array(
    [[2048, 2048, 0], [6610 / 2, -13613 / 2, 7003 / 2], [17933, -17390, -543]]
) / 4096  # fmt: skip

_KNOWN = ("ap0", "ap1", "rec709", "rec2020", "p3d65")
# x, y of red, green, blue and white.
PRIMARIES = {name: primaries.PRIMARIES[name].numbers for name in _KNOWN}


@dataclass(frozen=True, slots=True)
class Encoding:
    """The encoding of a picture: how its numbers become display light."""

    curve: str  # lin g24 g22 g26 srgb pq
    primaries: tuple[float, ...]
    description: str

    def matrix(self, gamut: str = "rec2020") -> Array:
        """Compute the matrix of linear RGB to a linear gamut; white maps to white (Bradford)."""
        target = PRIMARIES[gamut]
        return (
            np.linalg.inv(_to_xyz(target))
            @ _adaptation(self.primaries[6:], target[6:])
            @ _to_xyz(self.primaries)
        )

    def linear(self, rgb: Array, gamut: str) -> Array:
        """Decode numbers ``(..., 3)`` to linear light of a gamut."""
        light: Array = _decode(self.curve, rgb) @ self.matrix(gamut).T
        return light

    def nits(self, rgb: Array) -> Array:
        """Decode numbers ``(..., 3)`` to linear BT.2020 light in cd/m2."""
        return self.linear(rgb, "rec2020") * PEAK


def find_encoding(identifier: str) -> Encoding | None:
    """Find the encoding of a Color Interop ID, such as ``g24_rec709_display``; None if unknown.

    >>> find_encoding("pq_rec2020_display").nits([[0.5080784] * 3]).round(1).tolist()
    [[100.0, 100.0, 100.0]]
    """
    curve, _, rest = identifier.partition("_")
    gamut = rest.partition("_")[0]
    if curve not in _CURVES or gamut not in PRIMARIES:
        return None
    return Encoding(curve, PRIMARIES[gamut], identifier)


def delta_e_itp(a: Array, b: Array, light_a: Encoding, light_b: Encoding | None = None) -> Array:
    """Compute dE ITP per pixel, ``(...)``, of two pictures ``(..., 3)``; a NaN gives NaN."""
    return delta_e_of_nits(light_a.nits(a), (light_b or light_a).nits(b))


def delta_e_of_nits(a: Array, b: Array) -> Array:
    """Compute dE ITP per pixel of linear BT.2020 light in cd/m2; a NaN gives NaN."""
    apart: Array = 720.0 * np.sqrt(np.sum((itp(a) - itp(b)) ** 2, axis=-1))
    return apart


def bt2020_of_xyz(xyz: Array) -> Array:
    """Convert CIE XYZ of a display whose white is D65, 1.0 at 100 cd/m2, to BT.2020 in cd/m2."""
    light: Array = xyz @ np.linalg.inv(_to_xyz(PRIMARIES["rec2020"])).T * PEAK
    return light


def itp(nits: Array) -> Array:
    """Convert linear BT.2020 light in cd/m2 to I, T, P."""
    return _pq(nits @ _LMS.T) @ _ITP.T


def _pq(nits: Array) -> Array:
    """Encode light to PQ code values (SMPTE ST 2084)."""
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
    bradford = np.array(ADAPTATIONS["Bradford"]).reshape(3, 3)
    ratio = (bradford @ _xyz(*target)) / (bradford @ _xyz(*white))
    adapted: Array = np.linalg.inv(bradford) @ (ratio[:, None] * bradford)
    return adapted
