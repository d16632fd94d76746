"""An RGB encoding that a file states by numbers: a curve per channel, and primaries."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from grade.color.tags.curves import LINEAR, SRGB, Curve, Gamma
from grade.science.adaptation import adapt_white
from grade.science.matrices import Matrix, multiply
from grade.science.primaries import ADOBE_RGB, PRIMARIES, Primaries
from grade.science.white_points import D65

# Profiles round colorants to 1/65536, and PNG chromaticities to 1/100000.
_NEAR_MATRIX, _NEAR_CURVE = 2e-3, 1e-3
_PROBES = tuple(code / 32 for code in range(33))
_GAMUTS = {
    **{name: PRIMARIES[name] for name in ("rec709", "p3d65", "rec2020")},
    "adobergb": ADOBE_RGB,
}
_CURVES: dict[str, Curve] = {
    "srgb": SRGB, "lin": LINEAR, "g18": Gamma(1.8), "g22": Gamma(2.2), "g24": Gamma(2.4),
    "g26": Gamma(2.6),
}  # fmt: skip
# Curve and gamut of the ids of the Color Interop Forum, and whether they are of a display.
_NAMED = {
    "srgb_rec709": "display", "g22_rec709": "display", "g24_rec709": "display",
    "g18_rec709": "scene", "lin_rec709": "scene", "srgb_p3d65": "display",
    "g26_p3d65": "display", "lin_p3d65": "scene", "g24_rec2020": "display",
    "lin_rec2020": "scene", "g22_adobergb": "scene", "lin_adobergb": "scene",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class RGBEncoding:
    """Code values whose light and primaries a file states.

    Attributes
    ----------
    name
        What states it, such as ``the ICC profile "ProPhoto RGB"``.
    to_xyz
        Linear RGB to CIE XYZ under D65, white at Y = 1.
    curves
        Code values to light, of red, green and blue.
    """

    name: str
    to_xyz: Matrix
    curves: tuple[Curve, Curve, Curve]

    @classmethod
    def of_primaries(cls, name: str, numbers: Sequence[float], curve: Curve) -> RGBEncoding:
        """From x and y of red, green, blue and white; another white is adapted by Bradford.

        Raises
        ------
        ValueError, ZeroDivisionError
            They are not eight, or span no gamut.
        """
        primaries = Primaries.from_numbers([float(number) for number in numbers])
        to_xyz = primaries.to_xyz
        if primaries.white != D65:
            to_xyz = multiply(adapt_white("Bradford", primaries.white, D65), to_xyz)
        return cls(name, to_xyz, (curve, curve, curve))

    def __str__(self) -> str:
        return self.name

    @property
    def identity(self) -> str | None:
        """The interop id of the same encoding, or None where it has none.

        >>> RGBEncoding.of_primaries("x", PRIMARIES["p3d65"].numbers, SRGB).identity
        'srgb_p3d65_display'
        """
        gamuts = (g for g, known in _GAMUTS.items() if _is_near(self.to_xyz, known.to_xyz))
        gamut = next(gamuts, None)
        curve = next((name for name, known in _CURVES.items() if self._follows(known)), None)
        state = _NAMED.get(f"{curve}_{gamut}")
        return None if state is None else f"{curve}_{gamut}_{state}"

    @property
    def entry(self) -> dict[str, object]:
        """The numbers, for a hash."""
        return {"to_xyz": list(self.to_xyz), "curves": [repr(curve) for curve in self.curves]}

    def _follows(self, known: Curve) -> bool:
        return all(
            abs(curve(code) - known(code)) < _NEAR_CURVE
            for curve in self.curves
            for code in _PROBES
        )


def _is_near(a: Matrix, b: Matrix) -> bool:
    return all(abs(x - y) < _NEAR_MATRIX for x, y in zip(a, b, strict=True))
