"""Sweep: halves near 65504, the largest, through every compression of OpenEXR.

Right: finite values come back finite, by the reader of OpenEXR, whatever the compression loses.
"""

import numpy as np
import OpenEXR
import pytest

from grade.io import Frame

TOP = 65504.0
HEIGHT, WIDTH = 40, 72


def pictures():
    random = np.random.default_rng(0)
    shape, grid = (HEIGHT, WIDTH, 3), np.indices((HEIGHT, WIDTH)).sum(0)[..., None]
    columns, ones = np.arange(WIDTH)[None, :, None], np.ones(3)
    sparks = random.random((HEIGHT, WIDTH, 1)) < 0.05
    return {
        "noise": random.uniform(60000, TOP, shape),
        "flat": np.full(shape, TOP),
        "checks": np.where(grid % 2, TOP, 0) * ones,
        "edge": np.where(columns < 29, TOP, 0.01) * np.ones((HEIGHT, 1, 3)),
        "negative noise": -random.uniform(60000, TOP, shape),
        "sparks": np.where(sparks, TOP, random.random(shape)),
        "signs": np.where(random.random(shape) < 0.5, TOP, -TOP),
        "diagonal": np.where(grid % 9 == 0, TOP, 0.18) * ones,
        "ramp": np.linspace(0, TOP, WIDTH)[None, :, None] * np.ones((HEIGHT, 1, 3)),
        "red": random.uniform(50000, TOP, (HEIGHT, WIDTH, 1)) * np.array([1, 0, 0]),
        "lamps": np.where(grid % 16 < 4, random.uniform(3e4, TOP, shape), random.random(shape)),
        "ends of all": np.where(random.random(shape) < 0.3, TOP, random.uniform(-TOP, TOP, shape)),
    }


PICTURES = pictures()
# B44 is left out: it is packed by OpenEXR, and has no choice in it. Below -20000 it may end there.
CODINGS = ("dwaa", "dwab", "dwaa:0", "dwaa:10", "dwaa:200", "dwaa:1000", "dwaa:20000", "pxr24",
           "lj2k", "htj2k32", "piz")  # fmt: skip


@pytest.mark.parametrize("coding", CODINGS)
@pytest.mark.parametrize("name", PICTURES)
def test_finite_values_stay_finite(name, coding, tmp_path):
    picture = PICTURES[name].astype(np.float16)
    path = Frame.from_pixels(picture).write(tmp_path / "a.exr", compression=coding, sync=False)
    channels = OpenEXR.File(str(path), separate_channels=True).parts[0].channels
    assert all(np.isfinite(channels[c].pixels).all() for c in "RGB")


@pytest.mark.parametrize("name", PICTURES)
def test_floats_too(name, tmp_path):
    picture = (PICTURES[name] * 2).astype(np.float32)
    path = Frame.from_pixels(picture).write(tmp_path / "a.exr", compression="dwaa", sync=False)
    channels = OpenEXR.File(str(path), separate_channels=True).parts[0].channels
    assert all(np.isfinite(channels[c].pixels).all() for c in "RGB")


@pytest.mark.parametrize("name", ["Y", "BY"])
@pytest.mark.parametrize("linear", [False, True])
def test_channels_that_are_coded_alone(name, linear, tmp_path):
    from grade.io import read

    planes = {c: PICTURES["noise"][..., i].astype(np.float16) for i, c in enumerate("RGB")}
    planes[name] = PICTURES["ends of all"][..., 0].astype(np.float16)
    channels = {c: OpenEXR.Channel(p, 1, 1, linear and c == name) for c, p in planes.items()}
    OpenEXR.File({"type": OpenEXR.scanlineimage}, channels).write(str(tmp_path / "in.exr"))
    frame = read(tmp_path / "in.exr")
    path = frame.write(tmp_path / "a.exr", compression="dwaa", sync=False)
    found = OpenEXR.File(str(path), separate_channels=True).parts[0].channels
    assert all(np.isfinite(found[c].pixels).all() for c in planes)
