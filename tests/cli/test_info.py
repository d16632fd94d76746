import json
import os
import subprocess
import sys
from fractions import Fraction
from pathlib import Path

import numpy as np
import OpenEXR
import pytest

from grade.io import Frame, Window

PLATES = Path(__file__).parents[2].parent / "shared" / "plates"
pytestmark = pytest.mark.filterwarnings("error")


def frame(number: int, timecode: str | None = "01:00:00:00", **entries: object) -> Frame:
    pixels = np.zeros((9, 16, 3), np.float16)
    attributes = {"framesPerSecond": Fraction(24), "owner": "somebody"}
    return Frame.from_pixels(
        pixels,
        attributes=attributes | entries.pop("attributes", {}),  # type: ignore[operator]
        timecode=timecode,
        tags={"colorInteropID": "lin_ap1_scene"},
        frame=number,
        **entries,
    )


def sequence(folder: Path, suffix: str) -> Path:
    for number in (1001, 1002, 1003, 1005, 1006):
        count = number - 1001 + (10 if number == 1006 else 0)
        frame(number, f"01:00:00:{count:02d}").write(folder / f"sh.####.{suffix}")
    return folder / f"sh.####.{suffix}"


def test_a_sequence(run, tmp_path):
    done = run("info", sequence(tmp_path, "exr"))
    assert done.code == 0 and done.err == ""
    lines = {row[:16].strip(): row[17:] for row in done.out.splitlines()[1:]}
    assert "OpenEXR" in done.out.splitlines()[0]
    assert lines["frames"] == "1001-1003,1005-1006 (5)" and lines["missing"] == "1004"
    assert lines["timecode"] == "01:00:00:00 - 01:00:00:15"
    assert lines["breaks at"] == "1006: 01:00:00:15"
    assert lines["rate"] == "24 frames per second" and lines["size"] == "16x9"
    assert lines["channels"] == "B G R float16" and lines["compression"] == "zip"
    assert lines["space"] == "ACEScg" and "colorInteropID lin_ap1_scene" in lines["tags"]
    assert "owner" not in lines


def test_dpx_tells_timecodes_too(run, tmp_path):
    found = json.loads(run("info", sequence(tmp_path, "dpx"), "--json").out)
    assert found["format"] == "DPX" and found["missing"] == "1004"
    assert found["timecode"] == "01:00:00:00 - 01:00:00:15"
    assert found["timecode_breaks"] == ["1006: 01:00:00:15"] and found["rate"] == "24"
    assert set(found["parts"][0]["channels"].values()) == {"10 bits"}


def test_one_file_and_what_made_it(run, tmp_path):
    own = {
        "grade:look": "night", "grade:program": "0123", "grade:frame": "7",
        "grade:knobs": '{"trim.slope":1.5}',
    }  # fmt: skip
    code = OpenEXR.KeyCode(1, 2, 345678, 90, 12, 4, 64)
    made = frame(7, attributes={**own, "keyCode": code}, data_window=Window(-2, 0, 13, 8))
    path = made.write(tmp_path / "a.exr")
    done = run("info", path, "-v")
    assert "16x9 from -2,0 to 13,8" in done.out and "owner" in done.out
    assert "look night, program 0123" in done.out and "trim.slope 1.5" in done.out
    assert "01 02 345678 0090+12" in done.out
    found = json.loads(run("info", path, "--json").out)
    assert found["provenance"]["knobs"] == {"trim.slope": 1.5}
    assert found["parts"][0]["data_window"] == [-2, 0, 13, 8]
    assert found["bytes"] == path.stat().st_size


@pytest.mark.parametrize("suffix", ["png", "tif", "jpg", "jp2", "j2c", "avif", "dpx"])
def test_every_format_has_an_answer(run, tmp_path, suffix):
    path = frame(1).with_tags({}).write(tmp_path / f"a.{suffix}")
    found = json.loads(run("info", path, "--json").out)
    assert found["parts"][0]["size"] == [16, 9]
    assert found["format"] and found["bytes"] == path.stat().st_size


def test_a_movie(run, tmp_path):
    av = pytest.importorskip("av", reason="PyAV is not installed")
    with av.open(str(tmp_path / "a.mov"), "w") as container:
        stream = container.add_stream("prores_ks", rate=24)
        stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv422p10le"
        for _ in range(5):
            picture = av.VideoFrame.from_ndarray(np.zeros((48, 64, 3), np.uint8), format="rgb24")
            container.mux(stream.encode(picture))
        container.mux(stream.encode())
    found = json.loads(run("info", tmp_path / "a.mov", "--json").out)
    assert (found["format"], found["count"], found["rate"]) == ("movie", 5, "24")
    assert found["parts"][0]["size"] == [64, 48] and found["parts"][0]["compression"] == "prores"


def test_a_folder(run, tmp_path):
    sequence(tmp_path, "exr")
    frame(1).write(tmp_path / "still.exr")
    (tmp_path / "notes.txt").write_text("no picture")
    assert run("info", tmp_path).out.splitlines() == [
        f"{tmp_path}/sh.####.exr  1001-1003,1005-1006  missing 1004",
        f"{tmp_path}/still.exr",
    ]


def test_deep_and_subsampled_are_told(run, tmp_path):
    header = {"dataWindow": ((0, 0), (7, 7)), "displayWindow": ((0, 0), (7, 7))}
    plane = np.zeros((8, 8), np.float16)
    planes = {**dict.fromkeys("RGB", plane), "BY": OpenEXR.Channel(plane, 2, 2)}
    OpenEXR.File({**header, "type": OpenEXR.scanlineimage}, planes).write(str(tmp_path / "a.exr"))
    assert "2x2" in run("info", tmp_path / "a.exr").out


def test_errors(run, tmp_path):
    absent = run("info", tmp_path / "absent.exr")
    assert (absent.code, absent.out) == (2, "") and "no such file" in absent.err
    (tmp_path / "a.exr").write_bytes(b"text")
    assert run("info", tmp_path / "a.exr").code == 4
    alone = run("info")
    assert alone.code == 2 and "name a file" in alone.err


def test_stereo_plate(run):
    plate = PLATES / "Beachball_multipart.0001.exr"
    if not plate.exists():
        pytest.skip("the plate is not here")
    out = run("info", plate).out
    assert "rgba_left" in out and "disparityR" in out and "877x876 from 654,245" in out


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_scripts(run, shell):
    done = run("completion", shell)
    assert done.code == 0 and "_GRADE_COMPLETE" in done.out


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("grade inf", "plain,info"),
        ("grade info pl", "file,pl"),
        ("grade info --js", "plain,--json"),
    ],
)
def test_what_bash_gets(words, expected):
    settings = {**os.environ, "_GRADE_COMPLETE": "bash_complete", "COMP_WORDS": words}
    settings["COMP_CWORD"] = str(len(words.split()) - 1)
    done = subprocess.run(
        [sys.executable, "-m", "grade"], env=settings, capture_output=True, text=True
    )
    assert expected in done.stdout.splitlines(), done.stderr
