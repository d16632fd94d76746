"""The entries of Exif data that say how a picture is shown: its orientation and its color.

Exif data is a small TIFF: in JPEG behind ``Exif`` in a segment, in PNG in the chunk eXIf. Source:
CIPA DC-008 (Exif 3.0), 4.6.4 and 4.6.5.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

PREFIX = b"Exif\0\0"
ORIENTATION, COLOR_SPACE, EXIF_DIRECTORY, INTEROPERABILITY = 274, 40961, 34665, 40965
_INDEX, _ROW, _MOST_ROWS = 1, 12, 1000
_SRGB, _ADOBE_RGB = 1, 2
_DCF_ADOBE = b"R03"
SRGB_IDENTITY, ADOBE_IDENTITY = "srgb_rec709_display", "g22_adobergb_scene"


@dataclass(frozen=True, slots=True)
class Exif:
    """What Exif data says: the orientation, 1 where it is silent, and the interop id of its color.

    The color is that of a camera's JPEG: sRGB, or Adobe RGB by the rule of DCF.
    """

    orientation: int = 1
    identity: str | None = None


def read_exif(data: bytes) -> Exif:
    """Read Exif data; entries that are damaged or unknown are left out."""
    data = data.removeprefix(PREFIX)
    order = {b"II": "<", b"MM": ">"}.get(data[:2])
    if order is None or len(data) < 8:
        return Exif()
    main = _read_directory(data, struct.unpack_from(f"{order}I", data, 4)[0], order)
    inner = _read_directory(data, main.get(EXIF_DIRECTORY), order)
    raw = _read_directory(data, inner.get(INTEROPERABILITY), order).get(_INDEX)
    index = b"" if raw is None else struct.pack(f"{order}I", raw)
    orientation = main.get(ORIENTATION, 1)
    return Exif(orientation if isinstance(orientation, int) else 1, identity_of(inner, index))


def identity_of(entries: dict[int, int], index: bytes) -> str | None:
    """Return the interop id of a color space entry and the index of DCF."""
    space = entries.get(COLOR_SPACE)
    if index.startswith(_DCF_ADOBE) or space == _ADOBE_RGB:
        return ADOBE_IDENTITY
    return SRGB_IDENTITY if space == _SRGB else None


def _read_directory(data: bytes, place: int | None, order: str) -> dict[int, int]:
    """Return the first value of each entry: a short, or the four bytes of others as a number."""
    if place is None or place + 2 > len(data):
        return {}
    (count,) = struct.unpack_from(f"{order}H", data, place)
    found: dict[int, int] = {}
    for index in range(min(count, _MOST_ROWS)):
        at = place + 2 + _ROW * index
        if at + _ROW > len(data):
            break
        code, kind, _ = struct.unpack_from(f"{order}HHI", data, at)
        found[code] = struct.unpack_from(order + ("H" if kind == 3 else "I"), data, at + 8)[0]
    return found
