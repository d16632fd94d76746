"""Sweep: files that are not what their suffix says, or hardly: a typed error with file and line."""

import pytest

from grade.color.files.errors import FileError
from grade.ops import FileLUT

PAGE = '<?xml version="1.0" encoding="{}"?>\n<html><body>404 not found</body></html>\n'
PRELUT = "2\n0 1\n0 1\n" * 3
ODD = {
    "a.clf": PAGE.format("Shift_JIS"),
    "b.clf": PAGE.format("utf-7"),
    "c.ctf": PAGE.format("no-such-encoding"),
    "d.cc": PAGE.format("EUC-JP"),
    "e.clf": PAGE.format("UTF-8"),
    "f.csp": f"CSPLUTV100\n3D\n\n{PRELUT}\n1 1 1\n0.5 0.5 0.5\n",
    "g.cube": "LUT_3D_SIZE 1\n0 0 0\n",
    "h.spi3d": "SPILUT 1.0\n3 3\n1 1 1\n0 0 0 0 0 0\n",
    "i.cube": "LUT_1D_SIZE 1\n0 0 0\n",
    "j.vf": "#Inventor V2.1 ascii\ngrid_size 1 1 1\ndata\n0 0 0\n",
    "k.cube": "<!-- 404 -->\n",
    "l.itx": "LUT_3D_SIZE 1\n0 0 0\n",
}


@pytest.mark.parametrize("name", ODD)
def test_it_is_refused_by_file_and_line(name, tmp_path):
    path = tmp_path / name
    path.write_text(ODD[name], encoding="utf-8")
    with pytest.raises(FileError, match=rf"{name}:[0-9]+: "):
        FileLUT(path).evaluate([0.2, 0.4, 0.6])


@pytest.mark.parametrize("head", ["", "LUT_1D_INPUT_RANGE 0 1\n", "LUT_3D_INPUT_RANGE 0 1\n"])
def test_a_title_beside_a_shaper_and_a_cube_is_read(head, tmp_path):
    corners = "".join(f"{r} {g} {b}\n" for b in (0, 1) for g in (0, 1) for r in (0, 1))
    path = tmp_path / "x.cube"
    path.write_text(f'TITLE "show"\nLUT_1D_SIZE 2\nLUT_3D_SIZE 2\n{head}0 0 0\n1 1 1\n{corners}')
    assert FileLUT(path).evaluate([0.2, 0.4, 0.6]) == pytest.approx([0.2, 0.4, 0.6], abs=1e-6)
