"""LUT and look files: each format against OpenColorIO, what it refuses, and damaged files."""

import random
import re
import struct
from pathlib import Path

import numpy as np
import PyOpenColorIO as ocio
import pytest

from grade.color.files.errors import FileError
from grade.color.files.reader import Source, read
from grade.errors import GradeError

from ..draw import some
from ..work import counted
from .lut_files import CURVE, FILM, GAMMA, clf, corpus, film, hald, lines, png, profile

CORPUS = corpus()
TOLERANCE = 3e-6
# OpenColorIO refuses a TITLE beside an input range; without the title it takes the same file.
TITLED = ("resolve_title.cube", "resolve_shaper_title.cube")


def source(data, name, folder="/nowhere"):
    data = data.encode() if isinstance(data, str) else data
    return Source(data, Path(folder) / name, name, f"{name} {hash(data)}")


def refused(data, name, **how):
    with pytest.raises(FileError) as error:
        read(source(data, name), **how)
    return str(error.value)


@pytest.mark.parametrize("direction", ["forward", "inverse"])
@pytest.mark.parametrize("name", some(CORPUS, 12))
def test_every_format(
    name, direction, tmp_path, processor_of, samples, corners, oracle, compiled, difference, classes
):
    transform = read(source(CORPUS[name], name), direction)
    data = re.sub(rb"(?m)^TITLE.*$", b"", CORPUS[name]) if name in TITLED else CORPUS[name]
    (tmp_path / name).write_bytes(data.removeprefix(b"\xef\xbb\xbf"))
    way = {"forward": ocio.TRANSFORM_DIR_FORWARD, "inverse": ocio.TRANSFORM_DIR_INVERSE}
    processor = processor_of(ocio.FileTransform(str(tmp_path / name), direction=way[direction]))
    for pixels in (samples, corners):
        expected, actual = oracle(processor, pixels), compiled(transform, pixels)
        assert (classes(expected) == classes(actual)).all()
        apart = difference(actual, expected, whole_pixel=True)
        apart[np.abs(expected) > 1e6] = 0  # 10 ** x
        assert apart.max() <= TOLERANCE


def test_a_title_is_refused_by_opencolorio(tmp_path, processor_of):
    """Else the repair is for nothing."""
    file = tmp_path / "a.cube"
    file.write_bytes(CORPUS["resolve_title.cube"])
    with pytest.raises(ocio.Exception):
        processor_of(ocio.FileTransform(str(file)))


# --- interpolation --------------------------------------------------------------------------------


def test_the_choice_wins_over_the_file():
    asked = source(CORPUS["film.clf"], "film.clf")
    assert read(asked).steps[-1].interpolation == "tetrahedral"
    assert read(asked, interpolation="trilinear").steps[-1].interpolation == "trilinear"
    plain = source(CORPUS["iridas.cube"], "iridas.cube")
    assert read(plain).steps[-1].interpolation == "trilinear"
    assert read(plain, interpolation="tetrahedral").steps[-1].interpolation == "tetrahedral"


# --- HaldCLUT -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("level", "kind", "how", "step"),
    [
        (2, np.uint8, {}, 1 / 255),
        (3, np.uint16, {"filters": (0, 1, 2, 3, 4)}, 1 / 65535),
        (4, np.uint8, {"filters": (4, 3), "alpha": True}, 1 / 255),
    ],
)
def test_a_hald_clut_is_the_cube_it_was_made_of(level, kind, how, step):
    transform = read(source(hald(level, kind=kind, **how), f"hald{level}.png"))
    edge = level * level
    assert transform.operations == ["Lut3D"] and transform.steps[0].table.edge == edge
    nodes = np.random.default_rng(level).integers(0, edge, (40, 3)) / (edge - 1)
    expected = [film(*node) for node in nodes]
    np.testing.assert_allclose(transform(nodes), expected, atol=step)


def test_a_hald_clut_backward():
    picture = source(hald(3, lambda r, g, b: (r * r, g, b)), "hald.png")
    there, back = read(picture), read(picture, "inverse")
    np.testing.assert_allclose(back([0.25, 0.5, 0.75]), [0.5, 0.5, 0.75], atol=0.01)
    np.testing.assert_allclose(there(back([0.25, 0.5, 0.75])), [0.25, 0.5, 0.75], atol=1e-6)


def test_pictures_that_are_none():
    grey = png(np.zeros((6, 6, 3), np.uint8))
    assert "6x6 pixels hold no cube: a HaldCLUT of level L has" in refused(grey, "a.png")
    vast = bytearray(hald(2))
    vast[16:24] = struct.pack(">II", 1 << 30, 1 << 30)
    assert "damaged" in refused(bytes(vast), "a.png")  # its checksum
    assert "is no PNG" in refused(b"GIF89a", "a.png")
    assert "cut short" in refused(hald(2)[:-40], "a.png")
    interlaced = png(np.zeros((8, 8, 3), np.uint8)).replace(b"\x08\x02\0\0\0", b"\x08\x03\0\0\0", 1)
    assert "damaged" in refused(interlaced, "a.png")


# --- what is wrong, and where ---------------------------------------------------------------------

MATRIX = '<Matrix inBitDepth="32f" outBitDepth="32f">\n<Array dim="{dim}">{cells}</Array></Matrix>'
CDL = (
    '<ASC_CDL inBitDepth="32f" outBitDepth="32f" style="{style}"><SOPNode>\n<Slope>1 1 1</Slope>'
    "<Offset>0 0 0</Offset><Power>{power} 1 1</Power></SOPNode></ASC_CDL>"
)
EYE = "1 0 0 0 1 0 0 0 1"
GOOD = MATRIX.format(dim="3 3", cells=EYE)
RANGE = '<Range inBitDepth="32f" outBitDepth="32f"></Range>'
ILLEGAL = {
    "dimension.clf": (clf(MATRIX.format(dim="3 3 3 4", cells=EYE)), 4, "array dimensions"),
    "value.clf": (clf(MATRIX.format(dim="3 3", cells="1 0 0 0 P 0 0 0 1")), 4, "Illegal values"),
    "few.clf": (clf(MATRIX.format(dim="3 3", cells="1 0 0")), 3, "Expected 3x3"),
    "many.clf": (clf(MATRIX.format(dim="3 3", cells=EYE + " 1")), 4, "too many"),
    "power.clf": (clf(GOOD + "\n" + CDL.format(style="Fwd", power=0)), 5, "ASC_CDL: .*'power'"),
    "style.clf": (clf(CDL.format(style="Sideways", power=1)), 3, "ASC_CDL: Unknown style"),
    "range.clf": (clf(GOOD + "\n" + RANGE), 5, "Range: At least minimum or maximum"),
    "empty_list.clf": (clf(""), 5, "No color operator"),
    "open.clf": (clf(GOOD).replace("</Matrix>", ""), 5, "no closing tag"),
    "none.clf": ("hello\n", 1, "."),
    "entity.clf": ('<?xml version="1.0"?>\n<!DOCTYPE a [<!ENTITY b "c">]><ProcessList/>', 2, "DOC"),
    "depth.ctf": (clf(GOOD).replace('inBitDepth="32f"', 'inBitDepth="7x"'), 3, "inBitDepth"),
    "short.cube": (f"LUT_3D_SIZE 5\n{lines(FILM[:-3])}\n", None, "Incorrect number|number of"),
    "word.cube": (f"LUT_3D_SIZE 5\n{lines(FILM)}\n".replace("\n0.", "\nx.", 2), 2, "."),
    "vast.cube": (f"# big\nLUT_3D_SIZE 4000\n{lines(FILM)}\n", 2, "4000 nodes along an edge; 129"),
    "vast.spi1d": ("Version 1\nFrom 0 1\nLength 2000000000\nComponents 1\n{\n0\n", 3, "20000000"),
    "vast.spi3d": ("SPILUT 1.0\n3 3\n9999 9999 9999\n0 0 0 0 0 0\n", 3, "129 is the most"),
    "vast.vf": ("#Inventor V2.1 ascii\ngrid_size 999 999 999\ndata\n0 0 0\n", 2, "999 nodes"),
    "vast.clf": (clf(GOOD.replace('"3 3"', '"1000 1000 1000 3"')), 4, "1000 nodes"),
    "vast.m3d": ("channel 3d\nin 99999999999999999999999999\nout 9\n", 2, "129 is the most"),
    "short.spi1d": ("Version 1\nFrom 0 1\nLength 4\nComponents 1\n{\n0\n1\n}\n", 8, "."),
    "short.3dl": ("0 512 1023\n0 0 0\n1 1 1\n", 3, "Cannot infer 3D LUT size"),
    "endless.csp": ("CSPLUTV100\n3D\nBEGIN METADATA\nend\n", 3, "no END METADATA"),
    "hidden.cube": ("CSPLUTV100\n3D\nBEGIN METADATA\nend\n", 3, "no END METADATA"),
    "oblong.csp": (
        "CSPLUTV100\n3D\n\n" + "2\n0 1\n0 1\n" * 3 + "\n2 3 4\n" + "0 0 0\n" * 24,
        14, "nonuniform cube sizes",
    ),
    "oblong.spi3d": (
        "SPILUT 1.0\n3 3\n2 3 2\n"
        + "".join(f"{r} {g} {b} 0 0 0\n" for r in (0, 1) for g in (0, 1, 2) for b in (0, 1)),
        3, "the same for all components",
    ),
    "few.spimtx": ("1 0 0\n", 1, "."),
    "zero.cube": ("LUT_3D_SIZE 2\n\0\0\n", 2, "zero bytes"),
    "size.look": ('<look>\n<LUT><size>"900"</size><data>"00"</data></LUT></look>', 2, "900 nodes"),
}  # fmt: skip


@pytest.mark.parametrize("name", ILLEGAL)
def test_an_illegal_file_is_refused_with_its_line(name):
    data, line, words = ILLEGAL[name]
    message = refused(data, name)
    place = r"\A" + re.escape(name) + ":" + (str(line) if line else r"\d+") + ": "
    assert re.match(place, message), message
    assert re.search(words, message), message
    assert "\n" not in message and "grade-" not in message and len(message) < 400


def test_profiles_are_bounded_by_their_tags():
    whole = profile(GAMMA)
    assert "is no ICC profile" in refused(b"x" * 200, "a.icc")
    assert "cut short" in refused(whole[:-30], "a.icc")
    vast = whole.replace(b"curv\0\0\0\0\0\0\0\1", b"curv\0\0\0\0\x7f\xff\xff\xff")
    assert "tag 'rTRC': what it holds is longer than the tag" in refused(vast, "a.icc")


def test_names_that_say_nothing():
    assert "files that end in .txt are not read; known are 3dl, cc" in refused("x", "a.txt")
    assert refused("", "a.cube") == "a.cube: is empty"


# --- damage ---------------------------------------------------------------------------------------


def damaged(data, draw):
    """One of the ways in which files go wrong."""
    rows, way = data.split(b"\n"), draw.randrange(6)
    if way == 0:
        return data[: draw.randrange(len(data))]
    if way == 1:
        flipped = bytearray(data)
        for _ in range(draw.randrange(1, 5)):
            flipped[draw.randrange(len(flipped))] = draw.randrange(256)
        return bytes(flipped)
    if way == 2:
        del rows[draw.randrange(len(rows))]
        return b"\n".join(rows)
    if way == 3:
        place = draw.randrange(len(rows))
        return b"\n".join(rows[:place] + rows[place : place + 1] * 4 + rows[place + 1 :])
    if way == 4:
        place = draw.randrange(len(data))
        return data[:place] + draw.randbytes(20) + data[place:]
    numbers = list(re.finditer(rb"\d+\.?\d*", data[:600])) or [re.match(b"", data)]
    number = draw.choice(numbers)
    odd = [b"-1", b"0", b"1e999", b"nan", b"999999999", b"9" * 30, b"9" * 6000, b"abc", b""]
    return data[: number.start()] + draw.choice(odd) + data[number.end() :]


SMALL = sorted(name for name in CORPUS if len(CORPUS[name]) < 1 << 15)
CALLS = 200_000  # of functions; the largest takes 40,000


@pytest.mark.parametrize("seed", range(100))
def test_a_damaged_file_is_read_or_refused(seed):
    draw = random.Random(seed)
    name = SMALL[seed % len(SMALL)]
    data = damaged(CORPUS[name], draw)
    with counted() as work:
        try:
            transform = read(source(data, name))
        except GradeError as error:
            assert name in str(error) and "\n" not in str(error)
        else:
            assert transform([0.2, 0.3, 0.4]).shape == (3,)
    assert work.calls < CALLS


def test_curve_is_what_the_corpus_says():
    assert read(source(CORPUS["curves.spi1d"], "curves.spi1d"))([0.5] * 3)[0] == pytest.approx(
        CURVE[4], abs=1e-6
    )
