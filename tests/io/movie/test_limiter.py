"""The limiter in a movie: asked for by a recipe, held in the file, said at the end."""

import numpy as np
import pytest

from grade.io.formats.movie.codecs import Recipe
from grade.io.formats.movie.writer import MovieWriter
from grade.io.frame import Frame
from grade.io.presets.catalog import find_preset

pytest.importorskip("av")


def written(path, recipe, pictures):
    with MovieWriter(path, recipe, 25) as writer:
        for number, picture in enumerate(pictures):
            writer.write(Frame.from_pixels(picture, alpha="none", frame=number))
    return writer


def test_what_was_moved_is_counted_and_said(tmp_path):
    legal = np.full((16, 32, 3), 0.5, np.float32)
    wild = legal.copy()
    wild[4:8, 8:16] = (0.0, 0.0, 1.2)
    recipe = Recipe("ffv1", profile="422", legal=True, limit="ebu_r103", dither="none")
    writer = written(tmp_path / "a.mkv", recipe, [legal, wild, legal])
    assert 16 <= writer.limited <= 64
    (note,) = [note for note in writer.notes if "ebu_r103" in note]
    assert note.endswith(f"{writer.limited} pixels in 1 of 3 frames were brought within ebu_r103")


def test_a_legal_movie_has_the_bytes_that_it_has_without(tmp_path):
    draw = np.random.default_rng(1)
    pictures = [draw.uniform(0.3, 0.6, (16, 32, 3)).astype(np.float32) for _ in range(2)]
    for name, limit in (("a", None), ("b", "ebu_r103")):
        recipe = Recipe("ffv1", profile="422", legal=True, limit=limit)
        written(tmp_path / f"{name}.mkv", recipe, pictures)
    assert (tmp_path / "a.mkv").read_bytes() == (tmp_path / "b.mkv").read_bytes()


def test_the_preset_for_broadcast_asks_for_it():
    assert find_preset("broadcast-1080-rec709").recipe.limit == "ebu_r103"
    assert find_preset("prores-422hq-rec709").recipe.limit is None
