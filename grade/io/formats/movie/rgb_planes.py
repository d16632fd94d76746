"""Pictures of PyAV to planes of R, G, B and back, by arithmetic of grade and not by swscale."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from grade.io import convert
from grade.io.errors import FrameError
from grade.io.formats.movie import ycbcr
from grade.io.formats.movie.color_tags import Tags
from grade.io.formats.movie.pixel_formats import PixelFormat
from grade.io.plane import Plane

Dither = Literal["triangular", "none"]

# Bits of significand: the steps that a type has below 1.
_PRECISION = {"float16": 11, "float32": 24, "uint8": 8, "uint16": 16}
_DITHERED = 12  # bits up to which dither is added; smaller steps are invisible


def to_planes(
    picture: Any, form: PixelFormat, tags: Tags, half: bool, where: object
) -> dict[str, Plane]:
    """Return R, G, B and, if the format has it, A of a decoded picture.

    Full-range R'G'B' of 8 or 16 bits stays integers. All else becomes float32 (float16 if `half`),
    0..1 from black to white; code values below black and above white are kept.

    Parameters
    ----------
    picture
        A frame of PyAV.
    form, tags
        How it is stored, and its matrix and range.
    half
        Whether floats are float16.
    where
        For messages.
    """
    kind = np.float16 if half else np.float32
    if form.packed:
        names = ("R", "G", "B", "A") if form.alpha else ("R", "G", "B")
        rows = _read_plane(picture.planes[0], form, picture.height)[:, : picture.width * len(names)]
        pixels = rows.reshape(picture.height, picture.width, len(names))
        return {
            name: _scale_plane(pixels[..., index], form, tags, name, half)
            for index, name in enumerate(names)
        }
    stored = [_read_plane(plane, form, plane.height) for plane in picture.planes]
    if form.rgb:
        order = ("G", "B", "R", "A") if form.alpha else ("G", "B", "R")
        planes = {
            name: _scale_plane(plane[:, : picture.width], form, tags, name, half)
            for name, plane in zip(order, stored, strict=True)
        }
        return {name: planes[name] for name in ("R", "G", "B", "A") if name in planes}
    from grade.io.formats.movie import ycbcr_kernels

    size = (picture.height, picture.width)
    red, green, blue = (np.empty(size, np.float32) for _ in range(3))
    level = ycbcr.decoding_coefficients(tags.matrix, form.bits, bool(tags.legal), where)
    ycbcr_kernels.to_rgb(
        *stored[:3], form.across, form.down, ycbcr.chroma_on_rows(tags.matrix), level,
        red, green, blue,
    )  # fmt: skip
    planes = {"R": red, "G": green, "B": blue}
    found: dict[str, Plane] = {
        name: plane.astype(kind, copy=False) for name, plane in planes.items()
    }
    if form.alpha:
        found["A"] = _scale_plane(stored[3][:, : picture.width], form, tags, "A", half)
    return found


def _read_plane(plane: Any, form: PixelFormat, rows: int) -> Plane:
    """Return the memory of a plane, with the padding of its rows."""
    values = np.frombuffer(plane, form.dtype)
    return values.reshape(-1, plane.line_size // values.itemsize)[:rows]


def _scale_plane(codes: Plane, form: PixelFormat, tags: Tags, name: str, half: bool) -> Plane:
    """Return the code values of a channel of R'G'B' or alpha as numbers."""
    legal = bool(tags.legal) and name != "A"  # alpha is always full range
    if form.bits in (8, 16) and not legal:
        return np.ascontiguousarray(codes)
    offset, span, _, _ = ycbcr.code_scale(form.bits, legal)
    values = (codes.astype(np.float32) - np.float32(offset)) / np.float32(span)
    return values.astype(np.float16) if half else values


def from_planes(
    planes: Mapping[str, Plane], form: PixelFormat, tags: Tags, dither: Dither, number: int
) -> list[Plane]:
    """Return the code values of a picture, plane by plane in the order of the format.

    Parameters
    ----------
    planes
        R, G, B, and A if the format has alpha: 0..1 from black to white, or integers of full
        range. Values outside go into foot- and headroom as far as it reaches; NaN is 0.
    form, tags
        How the picture is stored, and its matrix and range.
    dither
        ``triangular`` adds noise of one code value where the format has 12 bits or fewer, and
        fewer than the planes. The number of the frame is the seed.
    number
        Number of the frame.

    Raises
    ------
    FrameError
        The size does not fit the chroma of the format.
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
    from grade.io.formats.movie import ycbcr_kernels

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
        level = ycbcr.encoding_coefficients(tags.matrix, form.bits, legal, form.name)
        ycbcr_kernels.from_rgb(
            red, green, blue, form.across, form.down, ycbcr.chroma_on_rows(tags.matrix), level,
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
    from grade.io.formats.movie import ycbcr_kernels

    offset, span, _, _ = ycbcr.code_scale(form.bits, legal)
    low, high = (np.float32(value) for value in ycbcr.code_limits(form.bits, legal))
    out = np.empty(plane.shape, form.dtype)
    ycbcr_kernels.to_codes(
        plane, np.float32(span), np.float32(offset), low, high, noisy, np.uint32(seed), out
    )
    return out
