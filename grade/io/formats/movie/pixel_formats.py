"""Pixel formats of FFmpeg, parsed from their names."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

import numpy as np

from grade.io.errors import UnsupportedError

_PLANAR = re.compile(
    r"(?P<kind>yuvj|yuva|yuv|gbrap|gbrp)(?P<sub>444|422|420)?p?(?P<bits>9|10|12|14|16)?(?:le)?"
)
_PACKED = {
    "rgb24": (8, 3), "rgba": (8, 4), "rgb48le": (16, 3), "rgba64le": (16, 4),
}  # fmt: skip
_ACROSS = {"444": (1, 1), "422": (2, 1), "420": (2, 2)}


@dataclass(frozen=True, slots=True)
class PixelFormat:
    """How a picture is stored.

    Attributes
    ----------
    name
        Name in FFmpeg.
    rgb, alpha, packed
        Whether it is R'G'B', whether it has alpha, whether channels are interleaved.
    bits
        Bits of a code value.
    across, down
        Luma samples per chroma sample, in a row and in a column.
    full
        Whether the name itself says full range.
    """

    name: str
    rgb: bool
    alpha: bool
    packed: bool
    bits: int
    across: int = 1
    down: int = 1
    full: bool = False

    @property
    def dtype(self) -> type[np.uint8] | type[np.uint16]:
        """The NumPy type of a stored code value."""
        return np.uint8 if self.bits == 8 else np.uint16


@cache
def parse_pixel_format(name: str) -> PixelFormat:
    """Return the pixel format of a name.

    Raises
    ------
    UnsupportedError
        It is none of planar Y'CbCr 4:4:4, 4:2:2, 4:2:0, planar G'B'R' or plain R'G'B'.
    """
    if name in _PACKED:
        bits, channels = _PACKED[name]
        return PixelFormat(name, True, channels == 4, True, bits)
    found = _PLANAR.fullmatch(name)
    rgb = found is not None and found["kind"].startswith("gbr")
    if found is None or rgb != (found["sub"] is None):
        raise UnsupportedError(
            f"pixel format {name} is not read; planar 4:4:4, 4:2:2, 4:2:0 and R'G'B' are"
        )
    alpha = found["kind"] in ("yuva", "gbrap")
    across, down = (1, 1) if rgb else _ACROSS[found["sub"]]
    full = found["kind"] == "yuvj"
    return PixelFormat(name, rgb, alpha, False, int(found["bits"] or 8), across, down, full)
