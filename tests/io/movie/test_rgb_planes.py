"""Code values: matrices, ranges, rounding, dither, and where chroma lies."""

import numpy as np
import pytest

pytest.importorskip("av", reason="movies need PyAV: pip install grade-toolkit[movie]")

import av

from grade.io import FrameError, UnsupportedError
from grade.io.formats.movie import Tags
from grade.io.formats.movie.color_tags import assume_missing
from grade.io.formats.movie.pixel_formats import parse_pixel_format
from grade.io.formats.movie.rgb_planes import from_planes, to_planes
from grade.io.formats.movie.ycbcr import luma_weights


def planes(pixels):
    pixels = np.asarray(pixels, np.float32)
    return {name: np.ascontiguousarray(pixels[..., i]) for i, name in enumerate("RGB")}


def coded(pixels, name, tags, dither="none", number=1):
    return from_planes(planes(pixels), parse_pixel_format(name), tags, dither, number)


def decoded(codes, name, tags, width, half=False):
    height = codes[0].shape[0]
    picture = av.VideoFrame.from_dlpack(tuple(codes), format=name, width=width, height=height)
    return to_planes(picture, parse_pixel_format(name), tags, half, "test")


def legal(matrix=1):
    return Tags(1, 1, matrix, True)


def full(matrix=1):
    return Tags(1, 1, matrix, False)


# Colour bars of 100 %: 8-bit code values as the tables of BT.709 and BT.601 bars give them.
BARS_709 = {
    (1, 1, 1): (235, 128, 128), (1, 1, 0): (219, 16, 138), (0, 1, 1): (188, 154, 16),
    (0, 1, 0): (173, 42, 26), (1, 0, 1): (78, 214, 230), (1, 0, 0): (63, 102, 240),
    (0, 0, 1): (32, 240, 118), (0, 0, 0): (16, 128, 128),
}  # fmt: skip
BARS_601 = {
    (1, 0, 0): (81, 90, 240), (0, 1, 0): (145, 54, 34), (0, 0, 1): (41, 240, 110),
}  # fmt: skip


@pytest.mark.parametrize(("matrix", "bars"), [(1, BARS_709), (6, BARS_601)])
def test_colour_bars(matrix, bars):
    for color, expected in bars.items():
        codes = coded(np.full((4, 8, 3), color), "yuv444p", legal(matrix))
        assert tuple(int(plane[2, 3]) for plane in codes) == expected, color


@pytest.mark.parametrize(("bits", "black", "white"), [(8, 16, 235), (10, 64, 940), (12, 256, 3760)])
def test_legal_and_full_range(bits, black, white):
    name = "yuv444p" if bits == 8 else f"yuv444p{bits}le"
    grey = np.stack([np.linspace(0, 1, 16, dtype=np.float32)] * 3, axis=-1)[None].repeat(2, 0)
    narrow, wide = coded(grey, name, legal())[0], coded(grey, name, full())[0]
    assert (narrow[0, 0], narrow[0, -1]) == (black, white)
    assert (wide[0, 0], wide[0, -1]) == (0, 2**bits - 1)
    for codes, tags in ((narrow, legal()), (wide, full())):
        middle = np.full_like(codes, 1 << (bits - 1))
        back = decoded([codes, middle, middle.copy()], name, tags, 16)
        assert np.abs(back["G"] - grey[..., 1]).max() <= 0.5 / (white - black) + 1e-6


def test_headroom_is_kept_and_the_codes_of_the_link_are_not():
    values = np.array([[[-0.05] * 3, [1.05] * 3, [-9] * 3, [9] * 3, [np.nan] * 3, [np.inf] * 3]])
    luma_codes = coded(values, "yuv444p10le", legal())[0][0]
    assert luma_codes.tolist() == [20, 984, 4, 1019, 64, 1019]
    assert coded(values, "gbrp10le", full(0))[0][0].tolist() == [0, 1023, 0, 1023, 0, 1023]


@pytest.mark.parametrize("matrix", [1, 6, 7, 9])
@pytest.mark.parametrize("name", ["yuv444p", "yuv444p10le", "yuv444p12le", "yuv444p16le"])
def test_there_and_back(matrix, name):
    random = np.random.default_rng(matrix)
    pixels = random.uniform(0, 1, (16, 32, 3)).astype(np.float32)
    for tags in (legal(matrix), full(matrix)):
        back = decoded(coded(pixels, name, tags), name, tags, 32)
        step = 1 / (219 * 2 ** (parse_pixel_format(name).bits - 8))
        worst = max(np.abs(back[c] - pixels[..., i]).max() for i, c in enumerate("RGB"))
        assert worst <= 1.6 * step + 1e-6


@pytest.mark.parametrize("tags", [legal(), legal(9)])
@pytest.mark.parametrize("name", ["yuv422p10le", "yuv420p10le"])
def test_where_chroma_lies(name, tags):
    """Chroma that is linear over the picture is known at every place; edges are another matter."""
    form = parse_pixel_format(name)
    height, width = 32, 64
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    blue = 0.25 + 0.006 * x + 0.01 * y
    pixels = np.stack([np.full_like(x, 0.4), np.full_like(x, 0.4), blue], axis=-1)
    codes = coded(pixels, name, tags)
    kr, kb = luma_weights(tags.matrix, "test")
    kg = 1 - kr - kb
    rows, columns = codes[1].shape
    down = np.arange(rows)[:, None] * form.down
    if form.down == 2 and tags.matrix != 9:
        down = down + 0.5  # between the rows; BT.2020 has them on the rows
    across = np.arange(columns)[None] * 2  # on the columns
    there = 0.25 + 0.006 * across + 0.01 * down
    weighed = kr * 0.4 + kg * 0.4 + kb * there
    expected = 512 + 896 * (there - weighed) / (2 * (1 - kb))
    inside = (slice(3, -3), slice(3, -3))
    assert np.abs(codes[1].astype(float) - expected)[inside].max() <= 0.51
    back = decoded(codes, name, tags, width)
    assert np.abs(back["B"] - blue)[8:-8, 8:-8].max() < 2.2 / 876
    # The other siting is a quarter of a row away, and this would see it.
    if form.down == 2:
        other = np.abs(codes[1].astype(float) - (expected + 896 * 0.005 * (1 - kb)))
        assert other[inside].mean() > 1


def test_grey_has_no_chroma_in_any_layout():
    grey = np.stack([np.random.default_rng(3).uniform(0, 1, (16, 32)).astype(np.float32)] * 3, -1)
    for name in ("yuv444p10le", "yuv422p10le", "yuv420p10le"):
        codes = coded(grey, name, legal())
        assert all((plane == 512).all() for plane in codes[1:])


def test_dither_keeps_the_mean_and_has_the_seed_of_the_frame():
    value = np.full((256, 256, 3), 0.3217, np.float32)
    first = coded(value, "gbrp10le", full(0), "triangular", 7)
    again = coded(value, "gbrp10le", full(0), "triangular", 7)
    other = coded(value, "gbrp10le", full(0), "triangular", 8)
    plain = coded(value, "gbrp10le", full(0))
    assert all(np.array_equal(a, b) for a, b in zip(first, again, strict=True))
    assert not np.array_equal(first[0], other[0]) and not np.array_equal(first[0], first[1])
    assert len(np.unique(plain[0])) == 1 and 2 <= len(np.unique(first[0])) <= 3
    assert abs(first[0].mean() - 0.3217 * 1023) < 0.02
    # No noise where nothing is lost, nor where a step is too small to be seen.
    ten = {n: (p * 65535).astype(np.uint16) for n, p in planes(value).items()}
    sixteen = from_planes(ten, parse_pixel_format("gbrp16le"), full(0), "triangular", 1)
    assert np.array_equal(sixteen[0], ten["G"])


def test_integers_of_full_range_come_back_as_they_are():
    random = np.random.default_rng(2)
    for name, dtype in (("gbrp", np.uint8), ("gbrp16le", np.uint16)):
        given = {
            c: random.integers(0, np.iinfo(dtype).max, (8, 16), dtype, endpoint=True) for c in "RGB"
        }
        codes = from_planes(given, parse_pixel_format(name), full(0), "triangular", 1)
        back = decoded(codes, name, full(0), 16)
        assert all(np.array_equal(back[c], given[c]) and back[c].dtype == dtype for c in "RGB")


def test_odd_sizes_are_refused_by_name_where_chroma_is_in_blocks():
    with pytest.raises(FrameError, match="31x16 pixels do not fit yuv422p10le"):
        coded(np.zeros((16, 31, 3)), "yuv422p10le", legal())
    assert coded(np.zeros((15, 31, 3)), "yuv444p10le", legal())[1].shape == (15, 31)


@pytest.mark.parametrize("name", ["gray", "nv12", "yuv410p", "yuv444p10be", "pal8"])
def test_formats_that_are_not_read_are_named(name):
    with pytest.raises(UnsupportedError, match=name):
        parse_pixel_format(name)


@pytest.mark.parametrize("matrix", [8, 10, 14])
def test_matrices_that_are_not_read_are_named(matrix):
    with pytest.raises(UnsupportedError, match="the matrix"):
        luma_weights(matrix, "x.mov")


@pytest.mark.parametrize(("lines", "matrix"), [(576, 6), (719, 6), (720, 1), (2160, 1)])
def test_untagged_means_709_from_720_lines_up(lines, matrix):
    tags, said = assume_missing(Tags(), lines, rgb=False, range_="auto", full_by_format=False)
    assert tags.matrix == matrix and tags.legal is True
    assert len(said) == 2 and "no matrix is tagged" in said[0] and "taken as legal" in said[1]


def test_a_range_that_is_asked_for_wins_and_is_said():
    tags, said = assume_missing(Tags(1, 1, 1, True), 1080, False, "full", False)
    assert tags.legal is False and said == ["tagged legal range, read as full"]
    assert assume_missing(Tags(1, 1, 1, None), 1080, False, "auto", True)[0].legal is False
    assert assume_missing(Tags(), 1080, True, "auto", False)[0].legal is False
