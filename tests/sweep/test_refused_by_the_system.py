"""Names that the system refuses, and names that are no text, in every place that takes one.

The right answer is a sentence and exit code 2, or the picture itself: a file may have any name that
its file system takes. `before/refused_by_the_system.txt` has what was answered before.
"""

import os
import subprocess
import sys

import pytest

from grade.cli import main
from grade.settings import child_environment
from tests.render.shot import write_look, write_plate

LONG = "x" * 300  # file systems take 255 bytes
DEEP = "a/" * 2500  # and paths of 4096
BYTES = os.fsdecode(b"caf\xe9")  # Latin-1
RENDER = ("render", "L", "P", "O", "--device", "reference")

REFUSED = {
    "output": ("render", "L", "P", f"{LONG}.####.exr"),
    "output in a deep folder": ("render", "L", "P", f"{DEEP}o.####.exr"),
    "named output": ("render", "L", "P", "-o", f"master={LONG}.####.exr"),
    "plate": ("render", "L", f"{LONG}.####.exr", "O"),
    "look": ("render", f"{LONG}.grade.yaml", "P", "O"),
    "report": (*RENDER, "--report", f"{LONG}.json"),
    "log": (*RENDER, "--log", f"{LONG}.txt"),
    "CDL": (*RENDER, "--cdl", f"{LONG}.cc"),
    "config": (*RENDER, "--config", f"{LONG}.ocio"),
    "sound": ("render", "L", "P", "o.mov", "--sound", f"{LONG}.wav"),
    "show": ("render", f"{LONG}.show.yaml"),
    "info": ("info", f"{LONG}.exr"),
    "info of a pattern": ("info", f"{LONG}.####.exr"),
    "matte": ("matte", "L", "F", "-o", f"{LONG}.png"),
    "check": ("check", f"{LONG}.grade.yaml"),
    "fmt": ("fmt", f"{LONG}.grade.yaml"),
    "explain": ("explain", f"{LONG}.grade.yaml"),
    "verify": ("verify", f"{LONG}.####.exr"),
    "status": ("status", f"{LONG}.####.exr"),
    "diff": ("diff", f"{LONG}.exr", "F"),
    "new": ("new", f"{LONG}.grade.yaml"),
    "demo": ("demo", LONG),
    "ocio": ("ocio", "--check", f"{LONG}.ocio"),
    "ocio, a name that is no text": ("ocio", "--check", f"{BYTES}.ocio"),
    "config, a name that is no text": (*RENDER, "--config", f"{BYTES}.ocio"),
}

TAKEN = {
    "look": ("render", f"{BYTES}.grade.yaml", "P", "O", "--device", "reference"),
    "report": (*RENDER, "--report", f"{BYTES}.json"),
    "log": (*RENDER, "--log", f"{BYTES}.txt"),
    "output": ("render", "L", "P", f"graded {BYTES}.####.exr", "--device", "reference"),
    "explain": ("explain", f"{BYTES}.grade.yaml"),
    "fmt": ("fmt", f"{BYTES}.grade.yaml", "--check"),
    "info": ("info", f"{BYTES}.0001.exr", "--json"),
}


@pytest.fixture
def shot(tmp_path, monkeypatch):
    look, plate = write_look(tmp_path), write_plate(tmp_path / "plate", range(1, 2))
    monkeypatch.chdir(tmp_path)
    places = {"L": look, "P": plate, "O": "o.####.exr", "F": tmp_path / "plate/plate.0001.exr"}
    (tmp_path / f"{BYTES}.grade.yaml").write_bytes(look.read_bytes())
    (tmp_path / f"{BYTES}.0001.exr").write_bytes(places["F"].read_bytes())
    return lambda words: [str(places.get(word, word)) for word in words]


@pytest.mark.skipif(sys.platform == "darwin", reason="its file systems take no such name")
@pytest.mark.parametrize("name", REFUSED)
def test_a_sentence_says_what_is_refused(shot, name, capsys, tmp_path):
    before = sorted(tmp_path.rglob("*"))
    assert main(shot(REFUSED[name])) == 2
    said = capsys.readouterr()
    assert "a bug" not in said.err and "Traceback" not in said.err
    assert len(said.err.strip().splitlines()) == 1, said.err
    assert sorted(path for path in tmp_path.rglob("*") if path.name != ".grade") == before


@pytest.mark.skipif(sys.platform == "darwin", reason="its file systems take no such name")
@pytest.mark.parametrize("name", TAKEN)
def test_a_name_that_is_no_text_is_a_name(shot, name, capsys):
    assert main(shot(TAKEN[name])) == 0, capsys.readouterr().err


@pytest.mark.skipif(sys.platform != "linux", reason="the limit is one of Linux")
@pytest.mark.parametrize("megabytes", [150, 250, 350])
def test_a_limit_of_memory_is_said(shot, megabytes):
    """Where libraries cannot even be loaded, the job is tried again elsewhere: exit code 75."""
    words = " ".join(f"'{word}'" for word in shot(("render", "L", "P", "O", "--device", "cpu")))
    done = subprocess.run(
        ["bash", "-c", f"ulimit -v {megabytes * 1000}; exec '{sys.executable}' -m grade {words}"],
        capture_output=True, text=True, env=child_environment(), check=False,
    )  # fmt: skip
    assert done.returncode == 75, done.stderr
    assert done.stderr.startswith("out of memory") and "Traceback" not in done.stderr
