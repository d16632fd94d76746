"""Windows lie in the display window: on squeezed plates, overscan, proxies and crops alike."""

import numpy as np
import pytest

import grade
from grade.graph import Look, PixelsError
from grade.io.window import Window

SPOT = {"center": (-0.12, 0.05), "size": (0.40, 0.55), "angle": 12.0, "soft": 0.02}


@pytest.fixture
def look():
    """White inside of a window, black outside: the picture is the matte."""
    look = Look("windows")
    spot = grade.Ellipse(**SPOT, name="spot")
    look.outputs["m"] = look.source >> grade.CDL(slope=0.0, offset=1.0, matte=spot)
    return look


def black(height, width, **entries):
    return grade.Frame.from_pixels(np.zeros((height, width, 3), np.float32), **entries)


def graded(look, frame):
    return look.apply(frame).planes["R"]


def centroid(matte, across=1.0):
    """Where a matte lies, in heights from the centre, y up, pixels being ``across`` wide."""
    height, width = matte.shape
    rows, columns = np.mgrid[0:height, 0:width] + 0.5
    weight = matte.astype(np.float64) / matte.sum(dtype=np.float64)
    x = ((columns - width / 2) * across * weight).sum() / height
    y = -((rows - height / 2) * weight).sum() / height
    area = matte.sum(dtype=np.float64) * across / height**2
    return x, y, area


def test_a_window_lies_where_its_numbers_say(look):
    x, y, area = centroid(graded(look, black(540, 960)))
    assert (x, y) == pytest.approx((-0.12, 0.05), abs=2e-4)
    assert area == pytest.approx(np.pi / 4 * 0.40 * 0.55, rel=0.1)  # softness reaches outside


def test_a_squeezed_plate_has_the_same_window(look):
    plain = centroid(graded(look, black(540, 960)))
    squeezed = centroid(graded(look, black(540, 480, pixel_aspect=2.0)), across=2.0)
    assert squeezed == pytest.approx(plain, rel=1e-3, abs=2e-4)


def test_a_circle_is_round_on_a_squeezed_plate():
    look = Look("round")
    circle = grade.Ellipse(size=(0.5, 0.5))
    look.outputs["m"] = look.source >> grade.CDL(slope=0.0, offset=1.0, matte=circle)
    matte = graded(look, black(400, 400, pixel_aspect=2.0))
    high, wide = (matte.max(axis=axis).sum() for axis in (1, 0))
    assert high == pytest.approx(2 * wide, rel=0.01)
    assert matte.sum(dtype=np.float64) * 2 / 400**2 == pytest.approx(np.pi / 16, rel=1e-3)


def test_overscan_moves_nothing(look):
    plain = graded(look, black(108, 192))
    data = Window(-20, -10, 192 + 9, 108 + 4)
    wide = black(data.height, data.width, data_window=data, display_window=Window.of_size(192, 108))
    assert np.array_equal(graded(look, wide)[10 : 10 + 108, 20 : 20 + 192], plain)


def test_a_data_window_inside_of_the_display_window(look):
    plain = graded(look, black(108, 192))
    data = Window(30, 20, 129, 89)
    part = black(data.height, data.width, data_window=data, display_window=Window.of_size(192, 108))
    assert np.array_equal(graded(look, part), plain[20:90, 30:130])


def test_a_display_window_elsewhere(look):
    plain = graded(look, black(108, 192))
    there = Window(1000, -500, 1191, -393)
    moved = black(108, 192, data_window=there, display_window=there)
    assert np.allclose(graded(look, moved), plain, atol=2e-3)


def test_a_proxy_has_the_window_of_the_full_frame(look):
    full = graded(look, black(1080, 1920)).astype(np.float64)
    half = graded(look, black(540, 960))
    averaged = full.reshape(540, 2, 960, 2).mean(axis=(1, 3))
    # An edge is as soft as a pixel is wide, so a proxy's is not quite the mean of the frame's.
    assert np.abs(half - averaged).max() < 0.03
    assert np.abs(half - averaged).mean() < 3e-4
    assert centroid(half) == pytest.approx(centroid(full), rel=1e-3, abs=1e-4)


def test_a_crop_has_the_very_pixels_of_the_full_frame(look):
    full = np.random.default_rng(1).random((108, 192, 3), np.float32)
    whole = look.apply(full)
    for x, y, width, height in ((0, 0, 192, 108), (33, 17, 90, 60), (191, 107, 1, 1)):
        crop = np.ascontiguousarray(full[y : y + height, x : x + width])
        made = look.apply(crop, region=(x, y), full=(192, 108))
        assert np.array_equal(made, whole[y : y + height, x : x + width])


@pytest.mark.parametrize(
    ("region", "full", "message"),
    [
        ((3, 4), None, r"give full="),
        ((3, 4), (8, 9), "does not lie in 8x9"),
        ((-1, 0), (100, 100), "numbers from 0 on"),
    ],
)
def test_a_crop_must_lie_in_its_picture(look, region, full, message):
    with pytest.raises(PixelsError, match=message):
        look.apply(np.zeros((6, 7, 3), np.float32), region=region, full=full)


def test_a_batch_has_the_window_in_every_picture(look):
    one = look.apply(np.zeros((54, 96, 3), np.float32))
    many = look.apply(np.zeros((3, 54, 96, 3), np.float32))
    assert all(np.array_equal(picture, one) for picture in many)


@pytest.mark.parametrize("threads", [1, 2, 5])
def test_threads_do_not_show(look, threads):
    plain = look.apply(np.zeros((700, 96, 3), np.float32))
    assert np.array_equal(look.apply(np.zeros((700, 96, 3), np.float32), threads=threads), plain)
