"""Looks that compile in a moment, and a way to check them."""

import pytest

from grade.settings import override
from grade.testing.golden_check import Checker

PLAIN = """\
grade: 2
look: plain
working: ACES2065-1
nodes:
  trim: {op: cdl, slope: [1.1, 1.0, 0.9]}
  firm: {op: cdl, power: 1.2}
outputs:
  master: {from: firm}
"""


@pytest.fixture(autouse=True)
def by_hand():
    """Golden files may be written here, wherever the tests run."""
    with override(ci=False):
        yield


@pytest.fixture
def look(tmp_path):
    """A look file of two nodes on scene light, with its golden file."""
    path = tmp_path / "plain.grade.yaml"
    path.write_text(PLAIN)
    Checker().update(path)
    return path


@pytest.fixture
def edit():
    """Replace a text in a file; it must be there."""

    def change(path, before, after):
        text = path.read_text(encoding="utf-8")
        assert before in text
        path.write_text(text.replace(before, after), encoding="utf-8")

    return change
