"""Sweep: a word of a text LUT or matrix that is no number is refused with file, line and word.

Right by the formats themselves: their numbers are decimal, with a point and perhaps an exponent.
What a reader makes of the first readable part of such a word is a wrong picture.
"""

import re

import pytest

from grade.color.files.errors import FileError
from grade.ops import FileLUT

from .text_luts import FORMATS

NO_NUMBERS = ("0,5", "50%", "0x8", "1/2", "5.0D-01", "-1.#IND", "0.5f", "1e", "0.5;", "1_0", "½1")
NUMBERS = {"0.5": 0.5, "+0.5": 0.5, ".5": 0.5, "5.": 5.0, "5e-1": 0.5, "5E-01": 0.5, "-0.25": -0.25,
           "1e-60": 0.0, "-1e-60": 0.0, "1e-40": 0.0, "4.9e-324": 0.0, "1e-38": 0.0}  # fmt: skip


def made(tmp_path, name, word):
    path = tmp_path / name
    path.write_text(FORMATS[name](word), encoding="utf-8")
    return path


@pytest.mark.parametrize("name", FORMATS)
def test_what_is_no_number_is_refused_by_line_and_word(name, tmp_path):
    for word in NO_NUMBERS:
        path = made(tmp_path, name, word)
        line = next(
            n for n, text in enumerate(path.read_text("utf-8").splitlines(), 1) if word in text
        )
        with pytest.raises(FileError, match=rf":{line}: .*{re.escape(repr(word))}"):
            FileLUT(path).evaluate([1.0, 1.0, 1.0])


@pytest.mark.parametrize("name", FORMATS)
def test_every_number_is_read(name, tmp_path):
    for word, value in NUMBERS.items():
        red = FileLUT(made(tmp_path, name, word)).evaluate([1.0, 1.0, 1.0])[0]
        assert red == pytest.approx(value, abs=1e-37), word


@pytest.mark.parametrize(
    ("name", "text", "line", "word"),
    [
        ("a.cube", "LUT_3D_SIZE 2\nDOMAIN_MAX 1,0 1,0 1,0\n", 2, "1,0"),
        ("b.cube", "LUT_1D_SIZE 2\nLUT_1D_INPUT_RANGE 0,0 1,0\n", 2, "0,0"),
        ("c.cube", "LUT_3D_SIZE 2x\n", 1, "2x"),
        ("d.spi1d", "Version 1\nFrom -0,5 1,5\nLength 2\nComponents 1\n{\n0\n1\n}\n", 2, "-0,5"),
        ("e.spimtx", "1 0 0 0\n0 1,0 0 0\n0 0 1 0\n", 2, "1,0"),
        ("f.csp", "CSPLUTV100\n1D\n\n2\n0,0 1\n0 1\n", 5, "0,0"),
    ],
)
def test_the_head_of_a_file_too(name, text, line, word, tmp_path):
    path = tmp_path / name
    path.write_text(text)
    with pytest.raises(FileError, match=rf"{name}:{line}: .*{re.escape(repr(word))}"):
        FileLUT(path).evaluate([1.0, 1.0, 1.0])


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.cube", 'TITLE "50% grey, 0,5 of it"\n# made 1/2 by 0x8\nLUT_1D_SIZE 2\n0 0 0\n1 1 1\n'),
        ("b.cube", "LUT_1D_SIZE 2\n0 0 0\n\n1 1 1\n# 3,2\n"),
        ("c.csp", "CSPLUTV100\n1D\n\nBEGIN METADATA\n50% 1/2\nEND METADATA\n\n2\n0 1\n0 1\n2\n0 1\n"
                  "0 1\n2\n0 1\n0 1\n\n2\n0 0 0\n1 1 1\n"),
        ("d.3dl", "3DMESH\nMesh 1 10\n" + "".join(
            f"{r} {g} {b}\n" for r in (0, 512, 1023) for g in (0, 512, 1023)
            for b in (0, 512, 1023))),
    ],
)  # fmt: skip
def test_what_is_not_a_value_may_say_what_it_likes(name, text, tmp_path):
    path = tmp_path / name
    path.write_text(text)
    assert FileLUT(path).evaluate([1.0, 1.0, 1.0])[0] == pytest.approx(1.0, abs=1e-3)
