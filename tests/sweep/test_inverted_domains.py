"""Sweep: a domain whose end is not above its beginning is refused; no format gives it a meaning."""

import pytest

from grade.color.files.errors import FileError
from grade.ops import FileLUT

CUBE = "0 0 0\n1 0 0\n0 1 0\n1 1 0\n0 0 1\n1 0 1\n0 1 1\n1 1 1\n"
ROWS = "0 0 0\n1 1 1\n"
HOUDINI = (
    "Version 3\nFormat any\nType C\nFrom {}\nTo 0 1\nBlack 0\nWhite 1\nLength 2\n"
    "LUT:\nRGB {{\n0\n1\n}}\n"
)
CSP = "CSPLUTV100\n1D\n\n2\n{}\n0 1\n2\n0 1\n0 1\n2\n0 1\n0 1\n\n2\n0 0 0\n1 1 1\n"
SPI = "Version 1\nFrom {}\nLength 2\nComponents 1\n{{\n0\n1\n}}\n"
INVERTED = [
    ("a.cube", "LUT_3D_SIZE 2\nDOMAIN_MIN 1 1 1\nDOMAIN_MAX 0 0 0\n" + CUBE, 3),
    ("b.cube", "LUT_3D_SIZE 2\nDOMAIN_MIN 0 0 0\nDOMAIN_MAX 1 -1 1\n" + CUBE, 3),
    ("c.cube", "LUT_3D_SIZE 2\nDOMAIN_MAX 0 1 1\n" + CUBE, 2),
    ("d.cube", "LUT_1D_SIZE 2\nDOMAIN_MIN 2 0 0\n" + ROWS, 2),
    ("e.cube", "LUT_3D_SIZE 2\nLUT_3D_INPUT_RANGE 1 0\n" + CUBE, 2),
    ("f.cube", "LUT_1D_SIZE 2\nLUT_1D_INPUT_RANGE 1 0\n" + ROWS, 2),
    ("g.cube", "LUT_1D_SIZE 2\nLUT_1D_INPUT_RANGE 0.5 0.5\n" + ROWS, 2),
    ("h.spi1d", SPI.format("1 0"), 2),
    ("i.spi1d", SPI.format("0.25 0.25"), 2),
    ("j.csp", CSP.format("1 0"), 5),
    ("k.lut", HOUDINI.format("1 0"), 4),
    ("l.itx", "LUT_3D_SIZE 2\nDOMAIN_MIN 1 1 1\nDOMAIN_MAX 0 0 0\n" + CUBE, 3),
]


@pytest.mark.parametrize(("name", "text", "line"), INVERTED)
def test_it_is_refused_with_its_line(name, text, line, tmp_path):
    path = tmp_path / name
    path.write_text(text)
    with pytest.raises(FileError, match=rf"{name}:{line}: "):
        FileLUT(path).evaluate([0.2, 0.4, 0.6])


def test_a_domain_that_rises_is_read(tmp_path):
    path = tmp_path / "x.cube"
    path.write_text("LUT_3D_SIZE 2\nDOMAIN_MIN -1 -1 -1\nDOMAIN_MAX 3 3 3\n" + CUBE)
    assert FileLUT(path).evaluate([1.0, 0.0, -1.0]) == pytest.approx([0.5, 0.25, 0.0])
