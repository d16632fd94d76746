"""Small LUT and matrix files of every text format around one word."""

from __future__ import annotations

CORNERS = [(r, g, b) for b in (0, 1) for g in (0, 1) for r in (0, 1)]
BLUE_FIRST = [(r, g, b) for r in (0, 1) for g in (0, 1) for b in (0, 1)]


def _rows(word, order):
    return "\n".join(
        f"{word} 1 1" if row == (1, 1, 1) else "{} {} {}".format(*row) for row in order
    )


def _indexed(word):
    return "\n".join(
        "{} {} {} ".format(*row) + (f"{word} 1 1" if row == (1, 1, 1) else "{} {} {}".format(*row))
        for row in BLUE_FIRST
    )


_CSP = "CSPLUTV100\n{}\n\n" + "2\n0 1\n0 1\n" * 3
FORMATS = {
    "iridas_1d.cube": lambda w: f"LUT_1D_SIZE 2\n0 0 0\n{w} 1 1\n",
    "iridas_3d.cube": lambda w: f"LUT_3D_SIZE 2\n{_rows(w, CORNERS)}\n",
    "resolve_1d.cube": lambda w: f"LUT_1D_SIZE 2\nLUT_1D_INPUT_RANGE 0 1\n0 0 0\n{w} 1 1\n",
    "resolve_3d.cube": lambda w: f"LUT_3D_SIZE 2\nLUT_3D_INPUT_RANGE 0 1\n{_rows(w, CORNERS)}\n",
    "one.itx": lambda w: f"LUT_3D_SIZE 2\n{_rows(w, CORNERS)}\n",
    "one.spi1d": lambda w: f"Version 1\nFrom 0 1\nLength 2\nComponents 1\n{{\n0\n{w}\n}}\n",
    "one.spi3d": lambda w: f"SPILUT 1.0\n3 3\n2 2 2\n{_indexed(w)}\n",
    "one.spimtx": lambda w: f"{w} 0 0 0\n0 1 0 0\n0 0 1 0\n",
    "one.vf": lambda w: (
        "#Inventor V2.1 ascii\n\ngrid_size 2 2 2\n"
        f"global_transform 1 0 0 0 0 1 0 0 0 0 1 0 0 0 0 1\ndata\n{_rows(w, BLUE_FIRST)}\n"
    ),
    "one_1d.csp": lambda w: _CSP.format("1D") + f"\n2\n0 0 0\n{w} 1 1\n",
    "one_3d.csp": lambda w: _CSP.format("3D") + f"\n2 2 2\n{_rows(w, CORNERS)}\n",
    "houdini.lut": lambda w: (
        "Version\t3\nFormat\tany\nType\tC\nFrom\t0 1\nTo\t0 1\nBlack\t0\nWhite\t1\nLength\t2\n"
        f"LUT:\nRGB {{\n0\n{w}\n}}\n"
    ),
    "one.cub": lambda w: (
        "# Truelight Cube v2.0\n# iDims 3\n# oDims 3\n# width 2 2 2\n# lutLength 2\n# InputLUT\n"
        f"0 0 0\n1 1 1\n# Cube\n{_rows(w, CORNERS)}\n# end\n"
    ),
}
"""The text of a file by its name: an identity whose largest red is the word."""
