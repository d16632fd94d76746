"""The shipped looks against their golden files: `grade check` on our own looks.

Each run draws seven of them, and `make test-full` has all.
"""

import shutil

import pytest

from grade.graph.file.shipped import shipped_looks
from grade.testing.golden_check import Checker
from grade.testing.golden_file import MOST, find_golden_path

from ..draw import some

LOOKS = shipped_looks()


@pytest.mark.parametrize("name", some(LOOKS, 7))
def test_it_is_as_it_was(name):
    """If a look was changed on purpose: grade check NAME --update, and commit both."""
    verdict = Checker().check(LOOKS[name])
    assert verdict.passed, "\n".join(verdict.lines())


def test_each_has_a_small_golden_file():
    sizes = {
        find_golden_path(path).name: find_golden_path(path).stat().st_size
        for path in LOOKS.values()
    }
    assert len(sizes) == len(LOOKS) and max(sizes.values()) < MOST
    folder = next(iter(LOOKS.values())).parent
    assert {path.name for path in folder.glob("*.golden.yaml")} == set(sizes)


@pytest.mark.gpu
@pytest.mark.parametrize("name", ["hdr_safe", "teal_orange", "day_for_night"])
def test_a_device_gives_the_same_bits(name):
    verdict = Checker(device="cuda").check(LOOKS[name])
    assert verdict.passed, "\n".join(verdict.lines())


@pytest.mark.skipif(shutil.which("g++") is None, reason="the twin needs g++")
def test_the_cuda_text_of_one_of_each_kind():
    verdict = Checker(twin=True).check(LOOKS["hdr_safe"])
    assert verdict.passed, "\n".join(verdict.lines())
    assert sum(part.label.endswith(" twin") for part in verdict.parts) == 4
