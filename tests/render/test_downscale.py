"""Smaller pictures and outputs with options of their own."""

import numpy as np
import pytest

from grade.io import Frame, Window, read
from grade.render.errors import PlanError
from grade.render.frame.destination import Destination
from grade.render.frame.downscale import downscale

from .shot import FIRST

RANDOM = np.random.default_rng(7)


def frame_of(dtype, size=(8, 12), channels=3, **entries):
    if np.dtype(dtype).kind == "u":
        values = RANDOM.integers(0, np.iinfo(dtype).max, (*size, channels), endpoint=True)
    else:
        values = RANDOM.lognormal(-1, 1, (*size, channels))
    return Frame.from_pixels(values.astype(dtype), **entries)


@pytest.mark.parametrize("n", [2, 4, 8])
@pytest.mark.parametrize("dtype", [np.uint8, np.uint16, np.float16, np.float32])
@pytest.mark.parametrize("size", [(16, 24), (17, 23), (5, 3), (1, 1)])
def test_each_pixel_is_the_average_of_its_block(n, dtype, size):
    frame = frame_of(dtype, size)
    small = downscale(frame, n).pixels
    rows, columns = -(-size[0] // n), -(-size[1] // n)
    assert small.shape == (rows, columns, 3) and small.dtype == dtype
    whole = frame.pixels.astype(np.float64)
    for row in range(rows):
        for column in range(columns):
            block = whole[row * n : row * n + n, column * n : column * n + n]
            mean = block.mean(axis=(0, 1))
            if np.dtype(dtype).kind == "u":
                assert np.array_equal(small[row, column], np.floor(mean + 0.5))
            else:
                assert np.allclose(small[row, column], mean, rtol=1e-3 if n else 0)


def test_windows_keep_their_place():
    data, display = Window(-3, 5, 8, 12), Window(0, 0, 1999, 1000)
    frame = frame_of(np.float32, (8, 12), data_window=data, display_window=display)
    small = downscale(frame, 2)
    assert small.data_window == Window(-2, 2, 4, 6)
    assert small.display_window == Window(0, 0, 999, 500)
    first = frame.planes["R"]
    assert small.planes["R"][0, 0] == first[0, 0]  # alone in its block, left and above the others
    assert small.planes["R"][0, 1] == np.float32((first[0, 1] + first[0, 2]) / np.float32(2))
    assert downscale(frame, 1) is frame


def test_a_constant_stays_and_alpha_weighs():
    grey = Frame.from_pixels(np.full((6, 10, 3), 0.18, np.float16), pixel_aspect=2.0)
    small = downscale(grey, 2)
    assert (small.pixels == np.float16(0.18)).all() and small.pixel_aspect == 2.0
    edge = np.zeros((2, 2, 4), np.uint16)
    edge[:, 0] = 40000, 20000, 10000, 65535  # a solid column beside an empty one
    straight = downscale(Frame.from_pixels(edge, alpha="straight"), 2)
    assert straight.alpha == "straight"
    assert [straight.planes[name][0, 0] for name in "RGBA"] == [40000, 20000, 10000, 32768]
    assert {plane.dtype for plane in straight.planes.values()} == {np.dtype(np.uint16)}


def test_other_channels_are_left_out():
    frame = frame_of(np.float16).with_planes({"Z": np.ones((8, 12), np.float32)})
    assert set(downscale(frame, 2).planes) == {"R", "G", "B"}


def test_options_stand_behind_commas():
    made = Destination.parse("sdr", "a,b.####.png,bits=8,scale=1/2,dither=none")
    assert (made.bits, made.scale, made.dither) == ("8", 2, "none")
    assert made.pattern.name(7) == "a,b.0007.png"
    with pytest.raises(PlanError, match="no option bit; known are bits"):
        Destination.parse("sdr", "a.png,bit=8")
    with pytest.raises(PlanError, match="scale=1/3: takes 1, 1/2"):
        Destination.parse("sdr", "a.png,scale=1/3")
    with pytest.raises(PlanError, match="bits is given twice"):
        Destination.parse("sdr", "a.png,bits=8,bits=16")


def test_outputs_have_their_own_size_type_and_compression(shot):
    small, tiny = shot.folder / "s.####.png", shot.folder / "t.####.exr"
    done = shot.run(
        "render", shot.look, shot.plate, "--compression", "zips",
        "-o", f"master={tiny},scale=1/4,bits=float,compression=piz",
        "-o", f"sdr={small},bits=8,scale=1/2",
    )  # fmt: skip
    assert done.code == 0, done.err
    master, sdr = read(tiny, FIRST), read(small, FIRST)
    assert (master.compression, master.pixels.dtype) == ("piz", np.float32)
    assert master.pixels.shape == (9, 16, 3)
    assert (sdr.pixels.dtype, sdr.pixels.shape) == (np.uint8, (18, 32, 3))
    assert master.display_window == Window(0, 0, 15, 8)
    assert shot.run("verify", tiny).code == shot.run("verify", small).code == 0
    whole = shot.folder / "w.####.exr"
    assert shot.run("render", shot.look, shot.plate, f"{whole},bits=float").code == 0
    assert np.array_equal(downscale(read(whole, FIRST), 4).pixels, master.pixels)
