"""A whole process: nothing that a library says at its end comes after the last line."""

import subprocess
import sys

import numpy as np

from grade.io import Frame

LOOK = """\
grade: 2
look: plain
working: Rec.1886 Rec.709 - Display
nodes:
  trim: {op: cdl, slope: 0.5}
outputs:
  sdr: {from: trim}
"""


def test_done_is_the_last_line(tmp_path):
    (tmp_path / "plain.grade.yaml").write_text(LOOK, encoding="utf-8")
    pixels = np.full((8, 9, 3), 0.5, np.float16)
    Frame.from_pixels(pixels).write(tmp_path / "in.exr")
    command = [sys.executable, "-m", "grade", "render", "plain.grade.yaml", "in.exr", "out.png"]
    done = subprocess.run(
        [*command, "--device", "cpu"], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert done.stderr.splitlines()[-1] == "done 1 failed 0 skipped 0"
    assert not done.stdout
