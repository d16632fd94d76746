"""Color by code points (ITU-T H.273), and the interop ids that they mean."""

from __future__ import annotations

# Primaries, transfer, matrix (0: the samples are RGB), full range.
OF_IDENTITY = {
    "srgb_rec709_display": (1, 13, 0, 1),
    "g24_rec709_display": (1, 1, 0, 1),
    "srgb_p3d65_display": (12, 13, 0, 1),
    "pq_p3d65_display": (12, 16, 0, 1),
    "pq_rec2020_display": (9, 16, 0, 1),
    "hlg_rec2020_display": (9, 18, 0, 1),
}


def identity_of(primaries: int, transfer: int) -> str | None:
    """Return the interop id of code points, None where there is none.

    >>> identity_of(9, 16)
    'pq_rec2020_display'
    """
    for identity, (known, curve, *_) in OF_IDENTITY.items():
        if (known, curve) == (primaries, transfer):
            return identity
    return None
