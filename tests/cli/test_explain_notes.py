"""`grade explain`, and the first lines of a job, say what is not exact."""

import numpy as np
import pytest

from grade.io import Frame

LOOK = """\
grade: 2
look: night
nodes:
  print: {op: file_lut, file: print.cube, direction: DIRECTION}
outputs:
  master: {from: print}
"""
CUBE = "LUT_3D_SIZE 2\n" + "\n".join(
    f"{r * (0.6 + 0.4 * g)} {0.9 * g} {b}" for b in (0, 1) for g in (0, 1) for r in (0, 1)
)


@pytest.mark.parametrize(("direction", "said"), [("forward", False), ("inverse", True)])
def test_what_the_inverse_of_a_trilinear_cube_leaves_is_said(run, tmp_path, direction, said):
    (tmp_path / "print.cube").write_text(CUBE)
    look = tmp_path / "night.grade.yaml"
    look.write_text(LOOK.replace("DIRECTION", direction))
    done = run("explain", look)
    assert done.code == 0, done.err
    note = "note: print: the inverse of a 3D LUT is that of its tetrahedral interpolation, and"
    assert (note in done.out) == said


def test_a_job_says_it_in_its_first_lines(run, tmp_path):
    (tmp_path / "print.cube").write_text(CUBE)
    look = tmp_path / "night.grade.yaml"
    Frame.from_pixels(np.full((8, 9, 3), 0.5, np.float16)).write(tmp_path / "in.exr")
    for direction, count in (("inverse", 1), ("forward", 0)):
        look.write_text(LOOK.replace("DIRECTION", direction))
        done = run("render", look, tmp_path / "in.exr", tmp_path / f"{direction}.exr", "--as-is")
        assert done.code == 0, done.err
        said = [line for line in done.lines if line.startswith("print: the inverse of a 3D LUT")]
        assert len(said) == count and (not count or done.lines.index(said[0]) == 1)


def test_a_broken_file_is_one_line(run, tmp_path):
    (tmp_path / "print.cube").write_text(CUBE.replace("0.9", "zero", 1))
    look = tmp_path / "night.grade.yaml"
    look.write_text(LOOK.replace("DIRECTION", "forward"))
    done = run("explain", look)
    assert done.code == 2 and len(done.lines) == 1
    assert "print.cube:" in done.err
