"""Sweep: pictures that hold a cube, in the order of a Hald CLUT or in tiles, and those that do not.

A picture of 512x512 may be a Hald CLUT of level 8 or 64 tiles of 64x64. The right order is the one
in which neighbors of the cube are alike; where both are, or neither, the picture says nothing.
"""

import numpy as np
import pytest

from grade.color.files.errors import FileError
from grade.ops import FileLUT

from ..color.lut_files import png


def cube(edge, function):
    place = np.linspace(0, 1, edge)
    red, green, blue = np.meshgrid(place, place, place, indexing="ij")
    return np.clip(function(np.stack([red, green, blue], -1)), 0, 1)


def hald(table):
    edge = len(table)
    side = round(edge**1.5)
    return table.transpose(2, 1, 0, 3).reshape(side, side, 3)


def tiles(table, across):
    """Tiles of one blue each, row by row; red to the right and green down in each."""
    edge = len(table)
    rows = table.transpose(2, 1, 0, 3).reshape(edge // across, across, edge, edge, 3)
    return rows.transpose(0, 2, 1, 3, 4).reshape(edge // across * edge, across * edge, 3)


FUNCTIONS = {
    "identity": lambda x: x,
    "contrast": lambda x: 0.5 + 1.6 * (x - 0.5),
    "invert": lambda x: 1 - x,
    "warm": lambda x: x * [1.1, 1.0, 0.8] + [0.02, 0, 0.05],
    "curve": lambda x: x**0.45,
    "twist": lambda x: 0.6 * x + 0.4 * x[..., [1, 2, 0]],
}
PICTURES = {
    f"{name} {order}": (order, function, make)
    for name, function in FUNCTIONS.items()
    for order, make in (
        ("hald", lambda f: hald(cube(64, f))),
        ("tiles 8x8", lambda f: tiles(cube(64, f), 8)),
    )
}


def photograph(seed):
    """Something like one: smooth patches, edges, noise."""
    draw = np.random.default_rng(seed)
    coarse = draw.uniform(0, 1, (9, 9, 3))
    x = np.linspace(0, 7.99, 512)
    i, f = x.astype(int), (x % 1)[:, None]
    rows = coarse[i] * (1 - f[:, None]) + coarse[i + 1] * f[:, None]
    i, f = x.astype(int), (x % 1)[None, :, None]
    picture = rows[:, i] * (1 - f) + rows[:, i + 1] * f
    return np.clip(picture + draw.normal(0, 0.02, picture.shape), 0, 1)


def written(folder, picture):
    path = folder / "x.png"
    path.write_bytes(png(np.round(picture * 255).astype(np.uint8)))
    return path


COLOR = np.array([0.25, 0.5, 0.8])


@pytest.mark.parametrize("name", PICTURES)
def test_the_order_is_found(name, tmp_path):
    _, function, make = PICTURES[name]
    found = FileLUT(written(tmp_path, make(function))).evaluate(COLOR)
    assert found == pytest.approx(np.clip(function(COLOR), 0, 1), abs=0.01)


@pytest.mark.parametrize("name", list(PICTURES)[:4])
def test_the_order_that_is_said_is_taken(name, tmp_path):
    order, function, make = PICTURES[name]
    path = written(tmp_path, make(function))
    found = FileLUT(path, layout=order.split()[0]).evaluate(COLOR)
    assert found == pytest.approx(np.clip(function(COLOR), 0, 1), abs=0.01)


@pytest.mark.parametrize(("edge", "across"), [(16, 16), (32, 32), (32, 8), (16, 4), (33, 33)])
def test_strips_and_sheets_of_tiles(edge, across, tmp_path):
    for function in (FUNCTIONS["warm"], FUNCTIONS["contrast"]):
        path = written(tmp_path, tiles(cube(edge, function), across))
        found = FileLUT(path).evaluate(COLOR)
        assert found == pytest.approx(np.clip(function(COLOR), 0, 1), abs=0.02)


@pytest.mark.parametrize("seed", range(6))
def test_a_photograph_is_refused_with_the_remedy(seed, tmp_path):
    with pytest.raises(FileError, match=r"layout: hald or layout: tiles"):
        FileLUT(written(tmp_path, photograph(seed))).evaluate(COLOR)


@pytest.mark.parametrize("size", [(500, 512), (100, 100), (1080, 1920), (60, 512)])
def test_another_size_is_refused(size, tmp_path):
    with pytest.raises(FileError, match=rf"{size[1]}x{size[0]} pixels"):
        FileLUT(written(tmp_path, np.zeros((*size, 3)))).evaluate(COLOR)


def test_noise_is_refused(tmp_path):
    picture = np.random.default_rng(1).uniform(0, 1, (512, 512, 3))
    with pytest.raises(FileError, match=r"layout: hald or layout: tiles"):
        FileLUT(written(tmp_path, picture)).evaluate(COLOR)
