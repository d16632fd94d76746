"""Damaged movies: a named error or all frames; no crash, no hang, no gigabytes."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("av", reason="movies need PyAV: pip install grade-toolkit[movie]")

from grade.io import ReadError
from grade.io.formats.movie import Movie, Recipe, write_movie

from ...draw import some
from .movies import noise

CASES = 40  # of each kind: 200 together
KINDS = {
    "prores.mov": Recipe("prores"),
    "h264.mp4": Recipe("h264", "high10"),
    "hevc.mov": Recipe("hevc"),
    "ffv1.mkv": Recipe("ffv1", pixels="gbrp10le"),
    "dnxhr.mxf": Recipe("dnxhr"),
}


def make(folder: Path, name: str) -> Path:
    return write_movie([noise(n) for n in range(1, 9)], folder / name, KINDS[name], 24)


@pytest.mark.skipif(sys.platform != "linux", reason="the limit of memory is measured on Linux")
@pytest.mark.parametrize("name", some(KINDS, 1))
def test_damage_is_a_named_error(tmp_path: Path, name: str) -> None:
    good = make(tmp_path, name)
    script = Path(__file__).with_name("damaged_reader.py")
    done = subprocess.run(
        [sys.executable, str(script), str(good), "7", str(CASES)], capture_output=True, text=True
    )
    lines = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
    assert done.returncode == 0, (lines[-1:], done.returncode, done.stderr[-800:])
    fates = [line for line in lines if "fate" in line]
    assert len(fates) == CASES
    assert all(fate["named"] for fate in fates), [f for f in fates if not f["named"]]
    # What is cut off is always noticed. A flipped bit of a picture may decode to another picture.
    cut = [fate for fate in fates if fate["name"].startswith("cut")]
    assert len(cut) >= CASES // 3
    if not name.endswith(".mxf"):  # whose footer comes after the last frame and may be missed
        assert all(fate["fate"] != "read" for fate in cut), [f for f in cut if f["fate"] == "read"]
    if name.startswith(("ffv1", "hevc")):  # they have checksums
        bits = [fate for fate in fates if fate["name"].startswith("bits")]
        assert sum(fate["fate"] != "read" for fate in bits) >= len(bits) - 1


def test_the_sound_frames_of_a_damaged_movie_can_be_read(tmp_path: Path) -> None:
    path = make(tmp_path, "ffv1.mkv")
    data = bytearray(path.read_bytes())
    middle = len(data) // 2
    data[middle : middle + 64] = bytes(64)
    path.write_bytes(data)
    fates = []
    with Movie(path) as movie:
        for number in movie.frames:
            try:
                fates.append(movie.read(number).frame)
            except ReadError as error:
                assert f"frame {number}" in str(error)
                fates.append(None)
    assert fates.count(None) in (1, 2) and fates[0] == 1 and fates[-1] == 8
