"""FileLUT: what a file does, what belongs to a look, what a look file says of it."""

import atexit
import re
import shutil
import tempfile
from pathlib import Path

import numpy as np
import pytest

from grade.color.files.errors import FileError
from grade.graph import Look
from grade.graph.errors import LookFileError
from grade.op import ParameterError, find_op
from grade.ops.file_lut import FileLUT

FOLDER = Path(tempfile.mkdtemp(prefix="grade-test-"))
atexit.register(shutil.rmtree, FOLDER, ignore_errors=True)


def cube(path, function, edge=5, header=""):
    axis = np.linspace(0, 1, edge)
    rows = [function(r, g, b) for b in axis for g in axis for r in axis]
    lines = "\n".join(" ".join(f"{v:.7f}" for v in row) for row in rows)
    path.write_text(f"{header}LUT_3D_SIZE {edge}\n{lines}\n")
    return path


def warm(r, g, b):
    return min(1.0, r**0.8 + 0.05 * g), g * 0.9 + 0.05, b * b


def curve(path, power=0.45, entries=17):
    rows = "\n".join(str((i / (entries - 1)) ** power) for i in range(entries))
    path.write_text(f"Version 1\nFrom 0.0 1.0\nLength {entries}\nComponents 1\n{{\n{rows}\n}}\n")
    return path


CUBE = cube(FOLDER / "warm.cube", warm)
CURVE = curve(FOLDER / "curve.spi1d")
CCC = FOLDER / "reel.ccc"
CCC.write_text(
    '<ColorCorrectionCollection xmlns="urn:ASC:CDL:v1.2">'
    + "".join(
        f'<ColorCorrection id="sh{n}"><SOPNode><Slope>{n} 1 1</Slope><Offset>0 0 0</Offset>'
        "<Power>1 1 1.5</Power></SOPNode></ColorCorrection>"
        for n in (1, 2, 3)
    )
    + "</ColorCorrectionCollection>"
)
EXAMPLES = [
    FileLUT(CUBE),
    FileLUT(CUBE, interpolation="tetrahedral"),
    FileLUT(CUBE, direction="inverse", interpolation="trilinear"),
    FileLUT(CURVE),
    FileLUT(CCC, cccid="sh2"),
    FileLUT(CUBE, amount=0.7, channels="rb"),
]


def test_nodes_are_found_and_between_them_interpolated():
    assert find_op("file_lut") is FileLUT
    np.testing.assert_allclose(
        FileLUT(CUBE).evaluate([0.25, 0.5, 0.75]), warm(0.25, 0.5, 0.75), atol=1e-6
    )
    colour = [0.3, 0.1, 0.9]
    one = FileLUT(CUBE).evaluate(colour)
    other = FileLUT(CUBE, interpolation="tetrahedral").evaluate(colour)
    assert 0 < np.abs(one - other).max() < 0.02


def test_a_correction_is_chosen_by_id_or_number():
    colour = [0.1, 0.2, 0.25]
    by_id = FileLUT(CCC, cccid="sh3").evaluate(colour)
    np.testing.assert_allclose(by_id, [0.3, 0.2, 0.125], atol=1e-6)
    assert (FileLUT(CCC, cccid="2").evaluate(colour) == by_id).all()
    with pytest.raises(FileError, match=r"reel.ccc: has no correction 'sh4'; nearest: sh"):
        FileLUT(CCC, cccid="sh4").evaluate(colour)


def test_the_inverse_of_a_cube_says_what_its_interpolation_makes_of_it(tmp_path):
    """There is nothing to say of a file that is read by tetrahedra, or where both are the same."""
    assert FileLUT(CUBE).notes() == []
    assert FileLUT(CURVE, direction="inverse").notes() == []
    bent = cube(tmp_path / "bent.cube", lambda r, g, b: (r * (0.6 + 0.4 * g), g, b))
    assert FileLUT(bent, direction="inverse", interpolation="tetrahedral").notes() == []
    (note,) = FileLUT(bent, direction="inverse").notes()
    worst = float(re.search(r"one is off by (\S+),", note)[1])
    inside = np.random.default_rng(1).uniform(0, 1, (500, 3))
    reached = FileLUT(bent, interpolation="tetrahedral").evaluate(inside)
    again = FileLUT(bent).evaluate(FileLUT(bent, direction="inverse").evaluate(reached))
    assert worst == pytest.approx(np.abs(again - reached).max(), rel=0.3) and worst > 1e-3


def test_a_file_that_is_not_there_or_not_named():
    with pytest.raises(ParameterError, match=r"print\.file = 'gone.cube': there is no such file"):
        FileLUT("gone.cube", name="print")
    with pytest.raises(ParameterError, match=r"file_lut\.file: name the file"):
        FileLUT()
    with pytest.raises(ParameterError, match=r"file_lut\.file = .*: is a folder"):
        FileLUT(FOLDER)
    with pytest.raises(ParameterError, match="takes the path of a file"):
        FileLUT(3)


# --- in a look ------------------------------------------------------------------------------------

LOOK = """\
grade: 2
look: night
nodes:
  # the lab's print
  print: {op: file_lut, file: ../luts/print.cube, amount: 0.7}
outputs:
  master: {from: print}
"""


@pytest.fixture
def folders(tmp_path):
    (tmp_path / "luts").mkdir()
    (tmp_path / "looks").mkdir()
    cube(tmp_path / "luts" / "print.cube", warm)
    (tmp_path / "looks" / "night.grade.yaml").write_text(LOOK)
    return tmp_path


def test_paths_are_relative_to_the_look_file(folders, monkeypatch):
    monkeypatch.chdir(folders.parent)
    path = folders / "looks" / "night.grade.yaml"
    look = Look.load(path)
    pixels = np.full((2, 2, 3), 0.25, np.float32)
    expected = 0.25 + 0.7 * (np.array(warm(0.25, 0.25, 0.25)) - 0.25)
    np.testing.assert_allclose(look.apply(pixels)[0, 0], expected, atol=1e-6)
    look.save(path)
    assert path.read_text() == LOOK
    look.set({"print.amount": 0.5}).save(path)
    assert path.read_text() == LOOK.replace("0.7", "0.5")


def test_a_new_look_states_the_file_as_seen_from_it(folders):
    look = Look("x")
    file = folders / "luts" / "print.cube"
    look.outputs["m"] = look.source >> FileLUT(file, direction="inverse", name="print")
    saved = look.save(folders / "looks" / "deep" / "x.grade.yaml")
    assert "print: {op: file_lut, file: ../../luts/print.cube, direction: inverse}" in (
        saved.read_text()
    )
    assert Look.load(saved) == look


def test_another_file_changes_one_word(folders):
    path = folders / "looks" / "night.grade.yaml"
    other = cube(folders / "luts" / "other.cube", lambda r, g, b: (r, g, b))
    Look.load(path).set({"print.file": str(other)}).save(path)
    assert path.read_text() == LOOK.replace("print.cube", "other.cube")


def test_the_content_belongs_to_the_look(folders):
    path, file = folders / "looks" / "night.grade.yaml", folders / "luts" / "print.cube"
    pixels = np.full((1, 1, 3), 0.25, np.float32)
    before = Look.load(path)
    first = before.apply(pixels).copy()
    cube(file, lambda r, g, b: (b, b, b * 0.5))
    after = Look.load(path)
    assert after.hash != before.hash and after != before
    assert not np.allclose(after.apply(pixels), first)
    np.testing.assert_array_equal(before.apply(pixels), first)  # as it was when it was loaded
    file.rename(folders / "luts" / "moved.cube")
    moved = Look("night")
    moved.outputs["master"] = moved.source >> FileLUT(
        folders / "luts" / "moved.cube", amount=0.7, name="print"
    )
    assert moved.hash == after.hash  # where it lies says nothing about the picture


def test_what_is_wrong_with_a_file_is_said_with_the_line_of_the_look(folders):
    path = folders / "looks" / "night.grade.yaml"
    path.write_text(LOOK.replace("print.cube", "gone.cube"))
    with pytest.raises(LookFileError, match=r"night.grade.yaml:5: print\.file = .*no such file"):
        Look.load(path)


def test_a_file_that_refers_to_others(tmp_path):
    """A change of a file that is taken in is a change of the whole."""

    def matrix(scale):
        cells = f"{scale} 0 0 0 {scale} 0 0 0 {scale}"
        (tmp_path / "inner.ctf").write_text(
            '<ProcessList id="a" version="1.3"><Matrix inBitDepth="32f" outBitDepth="32f">'
            f'<Array dim="3 3 3">{cells}</Array></Matrix></ProcessList>'
        )

    outer = tmp_path / "outer.ctf"
    outer.write_text(
        '<ProcessList id="b" version="1.3"><Reference path="inner.ctf" inBitDepth="32f"'
        ' outBitDepth="32f"/></ProcessList>'
    )
    matrix(2)
    first = FileLUT(outer)
    assert first.evaluate(0.25) == 0.5
    matrix(3)
    second = FileLUT(outer)
    assert second.evaluate(0.25) == 0.75
    assert first.file.digest != second.file.digest
    (tmp_path / "inner.ctf").write_text(outer.read_text().replace("inner", "outer"))
    with pytest.raises(FileError, match="recursion"):
        FileLUT(outer).evaluate(0.25)


def test_files_that_take_in_ever_more_are_refused(tmp_path):
    """Eight levels of ten references each would be a hundred million."""
    take = '<Reference path="level{}.ctf" inBitDepth="32f" outBitDepth="32f"/>'
    for level in range(8):
        body = take.format(level + 1) * 10
        text = f'<ProcessList id="a" version="1.3">{body}</ProcessList>'
        (tmp_path / f"level{level}.ctf").write_text(text)
    with pytest.raises(ParameterError, match="refers to more than 200 other files"):
        FileLUT(tmp_path / "level0.ctf")
