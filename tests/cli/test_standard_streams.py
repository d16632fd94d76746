"""The command with streams that are closed or full, as cron, farms and full disks make them.

Each is a process of its own, since it is about what Python finds when it starts. A run draws some.
"""

import os
import subprocess
import sys

import pytest

from grade.settings import child_environment
from tests.draw import some
from tests.render.shot import write_look, write_plate

# What is called, what becomes of its streams, the exit code, and what is to be read on stderr.
CASES = {
    "render, no stderr": ("render L P O", "2>&-", 0, ""),
    "render, no stdout": ("render L P O --json", ">&-", 0, "done 2"),
    "render, no stream at all": ("render L P O --json", "<&- >&- 2>&-", 0, ""),
    "render, full stdout": (
        "render L P O --json",
        ">/dev/full",
        75,
        "stdout: not written: No space",
    ),
    "render, full stderr": ("render L P O", "2>/dev/full", 0, ""),
    "render, full log": ("render L P O --log /dev/full", "", 0, "--log /dev/full: No space"),
    "info, no stdout": ("info F", ">&-", 0, ""),
    "info, full stdout": ("info F", ">/dev/full", 75, "stdout: not written: No space"),
    "info --json, full stdout": (
        "info F --json",
        ">/dev/full",
        75,
        "stdout: not written: No space",
    ),
    "ops, full stdout": ("ops", ">/dev/full", 75, "stdout: not written: No space"),
    "explain, full stdout": ("explain L", ">/dev/full", 75, "stdout: not written: No space"),
    "an error, no stderr": ("info nothing.exr", "2>&-", 2, ""),
    "an error, full stderr": ("info nothing.exr", "2>/dev/full", 2, ""),
    "a reader that has seen enough": ("ops", "| head -1", 0, ""),
}


@pytest.fixture(scope="module")
def shot(tmp_path_factory):
    folder = tmp_path_factory.mktemp("streams")
    return folder, write_look(folder), write_plate(folder / "plate", range(1, 3))


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="this system has no full device")
@pytest.mark.parametrize("name", some(CASES, 5))
def test_streams_as_the_caller_made_them(shot, tmp_path, name):
    folder, look, plate = shot
    words, streams, code, said = CASES[name]
    places = {
        "L": look, "P": plate, "O": tmp_path / "o.####.exr", "F": folder / "plate/plate.0001.exr",
    }  # fmt: skip
    line = " ".join(str(places.get(word, word)) for word in words.split())
    if "render" in words:
        line += " --device reference"
    done = subprocess.run(
        ["bash", "-o", "pipefail", "-c", f'"$0" -m grade {line} {streams}', sys.executable],
        capture_output=True, text=True, env=child_environment(), check=False,
    )  # fmt: skip
    assert done.returncode == code, done.stderr
    assert said in done.stderr
    assert not any(word in done.stderr for word in ("Traceback", "a bug", "Exception ignored"))
    if "render" in words:
        assert len(list(tmp_path.glob("o.*.exr"))) == 2
