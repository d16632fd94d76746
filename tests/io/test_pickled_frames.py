"""Frames in pickles: for the worker processes of a program, and for its caches."""

import copy
import pickle
from dataclasses import replace

import numpy as np
import OpenEXR
import pytest

from grade.io import Frame, read

from .pictures import PLATES, picture
from .test_exr import rich_file

WRITTEN = {
    ".exr": "zip", ".dpx": None, ".png": None, ".tif": None, ".jpg": None, ".jp2": None,
}  # fmt: skip


def assert_same(frame, other):
    assert list(frame.planes) == list(other.planes)
    for name, plane in frame.planes.items():
        assert other.planes[name].dtype == plane.dtype
        assert other.planes[name].tobytes() == plane.tobytes()
    for field in ("tags", "timecode", "data_window", "display_window", "alpha", "color", "format"):
        assert getattr(other, field, None) == getattr(frame, field, None)


@pytest.mark.parametrize("suffix", WRITTEN)
def test_what_was_read_comes_back(tmp_path, suffix):
    path = tmp_path / f"a{suffix}"
    picture(40).write(path, bits=8 if suffix == ".jpg" else None)
    frame = read(path)
    for other in (pickle.loads(pickle.dumps(frame)), copy.deepcopy(frame)):
        assert_same(frame, other)
    pickle.loads(pickle.dumps(frame)).write(tmp_path / f"b{suffix}")
    frame.write(tmp_path / f"c{suffix}")
    assert (tmp_path / f"b{suffix}").read_bytes() == (tmp_path / f"c{suffix}").read_bytes()


def test_every_entry_of_an_exr_comes_back(tmp_path):
    """Values of the binding too, and the other parts of the file."""
    frame = read(rich_file(tmp_path / "a.exr"))
    other = pickle.loads(pickle.dumps(frame))
    frame.write(tmp_path / "b.exr")
    other.write(tmp_path / "c.exr")
    assert (tmp_path / "b.exr").read_bytes() == (tmp_path / "c.exr").read_bytes()


VALUES = (
    OpenEXR.Rational(24000, 1001),
    OpenEXR.KeyCode(1, 2, 3, 4, 5, 6, 20),
    OpenEXR.PreviewImage(2, 1),
    OpenEXR.OpaqueAttribute(b"\x01\x02", "studio"),
)


@pytest.mark.parametrize("value", VALUES, ids=lambda value: type(value).__name__)
def test_a_value_of_the_binding_comes_back(tmp_path, value):
    frame = replace(picture(8), attributes={"studio": value})
    read(frame.write(tmp_path / "a.exr"))  # what reads files of OpenEXR knows how
    other = pickle.loads(pickle.dumps(frame)).attributes["studio"]
    assert type(other) is type(value)
    names = [name for name in dir(value) if not name.startswith("_")]
    for name in names:
        one, two = getattr(value, name), getattr(other, name)
        if not callable(one):
            assert np.array_equal(one, two), name


@pytest.mark.parametrize("name", ["Desk.exr", "Beachball_multipart.0001.exr"])
def test_photographs(tmp_path, name):
    if not (PLATES / name).exists():
        pytest.skip(f"the plate {name} is not here")
    frame = read(PLATES / name)
    other = pickle.loads(pickle.dumps(frame))
    frame.write(tmp_path / "a.exr", sync=False)
    other.write(tmp_path / "b.exr", sync=False)
    assert (tmp_path / "a.exr").read_bytes() == (tmp_path / "b.exr").read_bytes()


def test_an_array_in_memory_comes_back():
    frame = Frame.from_pixels(np.ones((2, 3, 3), np.float32), frame=7)
    assert_same(frame, pickle.loads(pickle.dumps(frame)))
