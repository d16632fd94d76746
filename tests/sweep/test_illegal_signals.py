"""Sweep: pictures that are illegal as Y'CbCr come out of a movie within EBU R 103.

Right by the standard: R', G', B' and luma within 20..984 of 10 bits, of every pixel, with the
chroma of its sample; legal codes keep their value; what was moved is counted.
"""

from pathlib import Path

import numpy as np
import pytest

from grade.io.errors import UnsupportedError
from grade.io.formats.movie import ycbcr
from grade.io.formats.movie.codecs import Recipe
from grade.io.formats.movie.color_tags import Tags
from grade.io.formats.movie.limiter import limit_codes
from grade.io.formats.movie.pixel_formats import parse_pixel_format
from grade.io.formats.movie.rgb_planes import from_planes

SHAPE = (32, 48)
DRAW = np.random.default_rng(4)


def bars():
    colors = np.float32([[1, 0, 0], [0, 1, 0], [0, 0, 1], [1, 1, 0], [0, 1, 1], [1, 0, 1]])
    return np.repeat(np.repeat(colors[None], 8, axis=1), SHAPE[0], axis=0)


PICTURES = {
    "pure colors": bars(),
    "pure colors, too bright": bars() * np.float32(1.15),
    "pure colors, columns of one pixel": np.tile(bars()[:, ::8], (1, 8, 1)),
    "pure colors, rows of one pixel": np.tile(bars()[0, ::8], (48, 8, 1))[: SHAPE[0], :48],
    "noise": DRAW.uniform(0, 1, (*SHAPE, 3)).astype(np.float32),
    "noise beyond white": DRAW.uniform(-0.3, 1.4, (*SHAPE, 3)).astype(np.float32),
    "white over white": np.full((*SHAPE, 3), 1.2, np.float32),
    "black under black": np.full((*SHAPE, 3), -0.2, np.float32),
    "infinities": np.where(DRAW.uniform(0, 1, (*SHAPE, 3)) < 0.1, np.inf, 0.5).astype(np.float32),
    "not numbers": np.where(DRAW.uniform(0, 1, (*SHAPE, 3)) < 0.1, np.nan, 0.5).astype(np.float32),
    "a blue line on black": np.zeros((*SHAPE, 3), np.float32),
}
PICTURES["a blue line on black"][:, 21, 2] = 1.0
FORMATS = ("yuv420p", "yuv420p10le", "yuv422p10le", "yuv444p10le", "yuv422p12le")


def codes(picture, name, matrix):
    form = parse_pixel_format(name)
    tags = Tags(matrix=matrix, legal=True)
    planes = {c: np.ascontiguousarray(picture[..., i]) for i, c in enumerate("RGB")}
    return from_planes(planes, form, tags, "none", 0), form, tags


def signal(planes, form, matrix):
    """R', G', B' and luma of every pixel, with the chroma of its sample, in float64."""
    y_offset, y_span, c_offset, c_span = ycbcr.code_scale(form.bits, True)
    kr, kb = ycbcr.luma_weights(matrix, "x")
    y = (planes[0].astype(float) - y_offset) / y_span
    b, r = (
        np.repeat(np.repeat((p.astype(float) - c_offset) / c_span, form.down, 0), form.across, 1)
        for p in planes[1:3]
    )
    red, blue = y + 2 * (1 - kr) * r, y + 2 * (1 - kb) * b
    green = (y - kr * red - kb * blue) / (1 - kr - kb)
    return np.stack([red, green, blue, y])


@pytest.mark.parametrize("name", PICTURES)
@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("matrix", [1, 9])
def test_it_comes_within_and_is_counted(name, form, matrix):
    planes, form, tags = codes(PICTURES[name], form, matrix)
    before = [plane.copy() for plane in planes]
    count = limit_codes(planes, form, tags, "ebu_r103", "x")
    unit = 1 << (form.bits - 8)
    low, high = (5 * unit - 16 * unit) / (219 * unit), (246 * unit - 16 * unit) / (219 * unit)
    made = signal(planes, form, matrix)
    assert made.min() >= low - 1e-6 and made.max() <= high + 1e-6
    was = signal(before, form, matrix)
    moved = np.zeros(SHAPE, bool)
    for plane, old in zip(planes, before, strict=True):
        down, across = (a // b for a, b in zip(SHAPE, plane.shape, strict=True))
        moved |= np.repeat(np.repeat(plane != old, down, 0), across, 1)
    illegal = (was.min(0) < low - 1e-6) | (was.max(0) > high + 1e-6)
    assert not (illegal & ~moved).any()
    assert np.count_nonzero(moved) <= count and bool(count) == bool(illegal.any())
    assert limit_codes(planes, form, tags, "ebu_r103", "x") == 0


def test_a_recipe_of_full_range_has_no_limits():
    with pytest.raises(UnsupportedError, match=r"limit ebu_r103: .*range: legal"):
        Recipe("ffv1", profile="rgb", limit="ebu_r103").check(Path("x.mkv"))
    with pytest.raises(UnsupportedError, match=r"limit r103: takes ebu_r103, nominal, sdi"):
        Recipe("prores", limit="r103").check(Path("x.mov"))
