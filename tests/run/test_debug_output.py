"""GRADE_DEBUG and GRADE_DUMP: what an executor does can be seen."""

import json

import numpy as np
import pytest

import grade
from grade.ir.parser import parse_program
from grade.settings import override

PICTURE = np.full((4, 5, 3), 0.25, np.float32)


def look(stops=1.0):
    made = grade.Look("seen", working="ACEScg")
    made.outputs["master"] = made.source >> grade.Exposure(stops)
    return made


@pytest.fixture(autouse=True)
def fresh_kernels():
    from grade.graph.running.kernels import forget

    forget()
    yield
    forget()


@pytest.mark.parametrize(
    ("level", "words"),
    [(1, "kernel "), (2, " ms"), (3, "scalarise.ir"), (4, "__global__")],
)
def test_each_level_says_more(level, words, capsys):
    with override(debug=level):
        look().apply(PICTURE, device="cpu")
    said = capsys.readouterr()
    assert words in said.err
    assert not said.out
    with override(debug=level - 1):
        look(2.0).set({"exposure.enable": True}).apply(PICTURE[:2], device="cpu")


def test_a_dump_is_enough_to_look_at_elsewhere(tmp_path):
    with override(dump=tmp_path):
        graded = look().apply(PICTURE, device="cpu")
    assert np.array_equal(graded, PICTURE * 2)
    (folder,) = tmp_path.iterdir()
    assert parse_program((folder / "00_traced.ir").read_text()).hash.startswith(folder.name)
    assert "#include" not in next(folder.glob("*_kernel.cu")).read_text()
    assert json.loads((folder / "uniforms.json").read_text())["exposure.stops"] == 1.0


def test_bits_do_not_change_by_looking(tmp_path):
    plain = look(0.3).apply(PICTURE, device="cpu")
    with override(debug=1, dump=tmp_path):
        assert np.array_equal(look(0.3).apply(PICTURE, device="cpu"), plain)
