"""Pictures of the library to planes of R, G, B and back, in our own arithmetic: no swscale."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from grade.io import convert
from grade.io.convert import Plane
from grade.io.errors import FrameError, UnsupportedError
from grade.io.formats.movie import color
from grade.io.formats.movie.color import Tags

Dither = Literal["triangular", "none"]

_PLANAR = re.compile(
    r"(?P<kind>yuvj|yuva|yuv|gbrap|gbrp)(?P<sub>444|422|420)?p?(?P<bits>9|10|12|14|16)?(?:le)?"
)
_PACKED = {
    "rgb24": (8, 3), "rgba": (8, 4), "rgb48le": (16, 3), "rgba64le": (16, 4),
}  # fmt: skip
_ACROSS = {"444": (1, 1), "422": (2, 1), "420": (2, 2)}
# Bits of significand: what a plane of this type can tell apart below 1.
_PRECISION = {"float16": 11, "float32": 24, "uint8": 8, "uint16": 16}
_DITHERED = 12  # bits; a step of more could not be seen


@dataclass(frozen=True, slots=True)
class PixelFormat:
    """How a format of the library stores a picture.

    Attributes
    ----------
    name
        As the library calls it.
    rgb, alpha, packed
        Whether it is R'G'B', whether it has alpha, whether channels lie beside each other.
    bits
        Of a code value.
    across, down
        Luma samples for each chroma sample.
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
        """Type of a stored code value."""
        return np.uint8 if self.bits == 8 else np.uint16


@cache
def pixel_format(name: str) -> PixelFormat:
    """Take a name of the library apart.

    Raises
    ------
    UnsupportedError
        If it is none of planar Y'CbCr 4:4:4, 4:2:2, 4:2:0, planar G'B'R' or plain R'G'B'.
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


def decode(
    picture: Any, form: PixelFormat, tags: Tags, half: bool, where: object
) -> dict[str, Plane]:
    """R, G, B and perhaps A of a decoded picture.

    Full-range R'G'B' of 8 or 16 bits comes as the integers it is; all else as float32 (float16
    if `half`), 0..1 from black to white, with what lies beyond in the file.
    """
    kind = np.float16 if half else np.float32
    if form.packed:
        names = ("R", "G", "B", "A") if form.alpha else ("R", "G", "B")
        rows = _stored(picture.planes[0], form, picture.height)[:, : picture.width * len(names)]
        pixels = rows.reshape(picture.height, picture.width, len(names))
        return {
            name: _rgb_plane(pixels[..., index], form, tags, name, half)
            for index, name in enumerate(names)
        }
    stored = [_stored(plane, form, plane.height) for plane in picture.planes]
    if form.rgb:
        order = ("G", "B", "R", "A") if form.alpha else ("G", "B", "R")
        planes = {
            name: _rgb_plane(plane[:, : picture.width], form, tags, name, half)
            for name, plane in zip(order, stored, strict=True)
        }
        return {name: planes[name] for name in ("R", "G", "B", "A") if name in planes}
    from grade.io.formats.movie import kernels

    size = (picture.height, picture.width)
    red, green, blue = (np.empty(size, np.float32) for _ in range(3))
    level = color.decoding(tags.matrix, form.bits, bool(tags.legal), where)
    kernels.to_rgb(
        *stored[:3], form.across, form.down, color.chroma_on_rows(tags.matrix), level,
        red, green, blue,
    )  # fmt: skip
    planes = {"R": red, "G": green, "B": blue}
    found: dict[str, Plane] = {
        name: plane.astype(kind, copy=False) for name, plane in planes.items()
    }
    if form.alpha:
        found["A"] = _rgb_plane(stored[3][:, : picture.width], form, tags, "A", half)
    return found


def _stored(plane: Any, form: PixelFormat, rows: int) -> Plane:
    """The memory of a plane, with the bytes that fill up its lines."""
    values = np.frombuffer(plane, form.dtype)
    return values.reshape(-1, plane.line_size // values.itemsize)[:rows]


def _rgb_plane(codes: Plane, form: PixelFormat, tags: Tags, name: str, half: bool) -> Plane:
    legal = bool(tags.legal) and name != "A"  # alpha is always full range
    if form.bits in (8, 16) and not legal:
        return np.ascontiguousarray(codes)
    offset, span, _, _ = color.scale(form.bits, legal)
    values = (codes.astype(np.float32) - np.float32(offset)) / np.float32(span)
    return values.astype(np.float16) if half else values


def encode(
    planes: Mapping[str, Plane], form: PixelFormat, tags: Tags, dither: Dither, number: int
) -> list[Plane]:
    """Code values of a picture, plane by plane in the order of the format.

    Parameters
    ----------
    planes
        R, G, B, and A if the format has alpha: 0..1 from black to white, or integers of full
        range. Values beyond go into the head- and footroom as far as it reaches; NaN is 0.
    form, tags
        What is written.
    dither
        ``triangular`` noise of one code value where the format has 12 bits or fewer, and fewer
        than the planes. Seeded by the number of the frame.
    number
        Of the frame.

    Raises
    ------
    FrameError
        If the size does not fit the chroma of the format.
    """
    names = ("R", "G", "B")
    height, width = planes["R"].shape
    if width % form.across or height % form.down:
        raise FrameError(
            f"{width}x{height} pixels do not fit {form.name}, which takes chroma in blocks of "
            f"{form.across}x{form.down}; use 4:4:4, or an even size"
        )
    kinds = [np.result_type(planes[name]) for name in names]
    exact = form.bits in (8, 16) and not form.alpha and not tags.legal
    if form.rgb and exact and all(kind == form.dtype for kind in kinds):
        return [np.ascontiguousarray(planes[name]) for name in ("G", "B", "R")]
    from grade.io.formats.movie import kernels

    precision = max(_PRECISION.get(kind.name, 24) for kind in kinds)
    noisy = dither == "triangular" and form.bits <= _DITHERED and precision > form.bits
    seed = np.uint32(number & 0xFFFFFFFF)
    red, green, blue = (np.ascontiguousarray(convert.to_float(planes[name])) for name in names)
    legal = bool(tags.legal)
    if form.rgb:
        written = [
            _codes(plane, form, legal, noisy, seed + np.uint32(index * 0x632BE5AB))
            for index, plane in enumerate((green, blue, red))
        ]
    else:
        chroma = (height // form.down, width // form.across)
        written = [
            np.empty((height, width), form.dtype),
            np.empty(chroma, form.dtype),
            np.empty(chroma, form.dtype),
        ]
        level = color.encoding(tags.matrix, form.bits, legal, form.name)
        kernels.from_rgb(
            red, green, blue, form.across, form.down, color.chroma_on_rows(tags.matrix), level,
            noisy, seed, *written,
        )  # fmt: skip
    if form.alpha:
        matte = planes.get("A")
        opaque = np.ones((height, width), np.float32) if matte is None else convert.to_float(matte)
        written.append(_codes(np.ascontiguousarray(opaque), form, False, False, seed))
    return written


def _codes(
    plane: NDArray[np.float32], form: PixelFormat, legal: bool, noisy: bool, seed: Any
) -> Plane:
    from grade.io.formats.movie import kernels

    offset, span, _, _ = color.scale(form.bits, legal)
    low, high = (np.float32(value) for value in color.limits(form.bits, legal))
    out = np.empty(plane.shape, form.dtype)
    kernels.to_codes(
        plane, np.float32(span), np.float32(offset), low, high, noisy, np.uint32(seed), out
    )
    return out
