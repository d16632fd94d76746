"""Without PyAV everything else works, and a movie is refused with the line that installs it."""

import sys

import pytest

from grade.io import UnsupportedError, read
from grade.io.formats.movie import MovieWriter, Recipe


def test_without_pyav_the_line_that_installs_it_is_named(monkeypatch, tmp_path):
    monkeypatch.setitem(sys.modules, "av", None)
    (tmp_path / "a.mov").touch()
    with pytest.raises(UnsupportedError, match=r"pip install 'grade-toolkit\[movie\]'"):
        read(tmp_path / "a.mov")
    with pytest.raises(UnsupportedError, match="movies need PyAV"):
        MovieWriter(tmp_path / "b.mov", Recipe("prores"), 24)
    assert [p.name for p in tmp_path.iterdir()] == ["a.mov"]
