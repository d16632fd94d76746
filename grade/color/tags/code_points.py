"""Color by the code points of ITU-T H.273, and the interop ids that they stand for."""

from __future__ import annotations

from grade.color.tags.curves import LINEAR, SRGB, Curve, Gamma
from grade.color.tags.encoding import RGBEncoding
from grade.science.primaries import PRIMARIES, REC601_525, REC601_625

# Primaries and transfer. A display of gamma 2.4 is tagged as BT.709, since pictures of BT.709 are
# viewed by BT.1886.
CODE_POINTS = {
    "g24_rec709_display": (1, 1),
    "srgb_rec709_display": (1, 13),
    "g22_rec709_display": (1, 4),
    "srgb_p3d65_display": (12, 13),
    "g26_p3d65_display": (12, 17),
    "pq_p3d65_display": (12, 16),
    "pq_rec2020_display": (9, 16),
    "hlg_rec2020_display": (9, 18),
    "g24_rec2020_display": (9, 14),
    "lin_rec709_scene": (1, 8),
    "lin_rec2020_scene": (9, 8),
    "lin_p3d65_scene": (12, 8),
}
# The same curve under other numbers: BT.601 and BT.2020 (of 10 and 12 bits) have that of BT.709.
_IDENTITIES = {points: identity for identity, points in CODE_POINTS.items()} | {
    (1, 6): "g24_rec709_display", (9, 1): "g24_rec2020_display", (9, 15): "g24_rec2020_display",
}  # fmt: skip


UNSPECIFIED = 2


def identity_of(primaries: int, transfer: int) -> str | None:
    """Return the interop id of code points, or None where there is none.

    >>> identity_of(9, 16)
    'pq_rec2020_display'
    """
    return _IDENTITIES.get((primaries, transfer))


def code_points_of_still(identity: object) -> tuple[int, int, int, int] | None:
    """Return primaries, transfer, matrix and range of a still: its samples are full-range RGB.

    >>> code_points_of_still("pq_rec2020_display")
    (9, 16, 0, 1)
    """
    points = CODE_POINTS.get(str(identity))
    return None if points is None else (*points, 0, 1)


# x and y of red, green, blue and white of ITU-T H.273, table 2.
_PRIMARIES: dict[int, tuple[float, ...]] = {
    1: PRIMARIES["rec709"].numbers,
    5: REC601_625.numbers,
    6: REC601_525.numbers,
    7: REC601_525.numbers,  # SMPTE ST 240
    9: PRIMARIES["rec2020"].numbers,
    12: PRIMARIES["p3d65"].numbers,
}
# Table 3. Pictures with the curve of a camera (1, 6, 14, 15) are viewed by BT.1886.
_CURVES: dict[int, Curve] = {
    1: Gamma(2.4), 4: Gamma(2.2), 5: Gamma(2.8), 6: Gamma(2.4), 8: LINEAR, 13: SRGB,
    14: Gamma(2.4), 15: Gamma(2.4),
}  # fmt: skip


def encoding_of(primaries: int, transfer: int) -> RGBEncoding | None:
    """Return the encoding of code points; None where primaries or curve are not known here.

    >>> encoding_of(6, 4).name
    'the code points 6 and 4 (primaries, transfer)'
    """
    if primaries not in _PRIMARIES or transfer not in _CURVES:
        return None
    name = describe(primaries, transfer)
    return RGBEncoding.of_primaries(name, _PRIMARIES[primaries], _CURVES[transfer])


def describe(primaries: int, transfer: int) -> str:
    """Return code points as words."""
    return f"the code points {primaries} and {transfer} (primaries, transfer)"
