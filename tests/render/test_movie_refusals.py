"""Movies that cannot be are refused before a frame is read; what fails later is told once."""

import json

import pytest

pytest.importorskip("av", reason="movies need PyAV: pip install grade-toolkit[movie]")

from grade.io import read
from grade.io.formats.movie import Movie, Recipe, write_movie

from .shot import write_look, write_plate
from .test_movie import DISPLAY, LOOK, REC709, SIZE


@pytest.fixture
def job(shot):
    shot.display = write_look(shot.folder, DISPLAY, "display.grade.yaml")
    shot.passing = write_look(shot.folder, LOOK, "pass.grade.yaml")
    shot.plate = write_plate(shot.folder / "big", size=SIZE, numbers=range(1001, 1007))
    (shot.folder / "out").mkdir()
    return shot


def test_sound_and_sizes_are_held_before_the_first_frame(job):
    (job.folder / "bad.wav").write_bytes(b"no sound at all" * 20)
    silent = write_movie([read(job.plate, 1001)], job.folder / "silent.mkv", Recipe("ffv1"), 24)
    odd = write_plate(job.folder / "odd", size=(127, 255), numbers=range(1001, 1003))
    dot = write_plate(job.folder / "dot", size=(1, 1), numbers=range(1001, 1003))
    cases = [
        (job.plate, "s.mov", ["--sound", job.folder / "none.wav"], "none.wav: no such file"),
        (job.plate, "s.mov", ["--sound", job.folder / "bad.wav"], "bad.wav: sound: damaged"),
        (job.plate, "s.mov", ["--sound", silent], "there is no sound in it"),
        (job.plate, "s.mov", ["--bits", "12"], "--preset NAME"),
        (odd, "s.mov", [], "255x127: yuv422p10le is 4:2:2, which takes an even width"),
        (odd, "s.mp4", [], "255x127: yuv420p is 4:2:0, which takes an even width and height"),
        (dot, "s.mp4", [], "1x1: yuv420p is 4:2:0"),
        (job.plate, "s.mp4,preset=uhd-hdr10", [], "uhd-hdr10 asks for pq_rec2020_display"),
        (job.plate, "s.mp4,preset=uhd-hdr", [], "Did you mean uhd-hdr10"),
        (job.plate, "s.mp4,preset=aces-master", [], "asks for the suffix .exr"),
    ]
    for plate, name, more, message in cases:
        target = ["-o", f"sdr={job.folder}/out/{name}", "--rate", "24"]
        done = job.run("render", job.display, plate, *target, *more)
        assert done.code == 2 and message in done.err, (name, more, done.err)
        assert " ok " not in done.err
    assert list((job.folder / "out").iterdir()) == []


def test_each_output_has_a_preset_of_its_own(job):
    folder = job.folder / "out"
    done = job.run(
        "render", job.display, job.plate, "--rate", "24",
        "-o", f"sdr={folder}/s.mov,preset=prores-4444",
        "-o", f"master={folder}/m.####.exr,preset=aces-master",
    )  # fmt: skip
    assert done.code == 0, done.err
    with Movie(folder / "s.mov") as movie:
        assert movie.format.name.startswith("yuv444p")
    assert read(folder / "m.####.exr", 1001).compression == "zip"


def test_a_movie_that_fails_counts_its_frames_once(job):
    bad = job.folder / "big" / "plate.1004.exr"
    bad.write_bytes(bad.read_bytes()[:900])
    report = job.folder / "report.json"
    done = job.run(
        "render", job.display, job.plate, "-o", f"sdr={job.folder}/out/s.mov", "--rate", "24",
        "--report", report,
    )  # fmt: skip
    assert done.code == 4
    assert "1001-1006 failed" in done.err and "s.mov: the movie is not written" in done.err
    said = json.loads(report.read_text())
    assert (said["done"], said["failed"]) == (0, 6)
    assert "done 0 failed 6 skipped 0" in done.err


def test_a_plate_whose_first_frame_is_damaged_gives_the_others(job):
    from tests.io.movie.movies import damage_frame, noise

    path = job.folder / "in.mkv"
    recipe = Recipe("ffv1", pixels="gbrp16le", dither="none")
    write_movie([noise(n, tags=REC709) for n in range(1, 7)], path, recipe, 24)
    damage_frame(path, 0)
    done = job.run("render", job.passing, path, job.folder / "out" / "f.####.exr")
    assert done.code == 4 and "frame 1: damaged" in done.err
    assert "done 5 failed 1 skipped 0" in done.err
    assert len(list((job.folder / "out").glob("f.*.exr"))) == 5


def test_info_and_status_of_a_movie(job):
    from tests.io.movie.movies import write_wave

    write_wave(job.folder / "mix.wav", seconds=0.25)
    out = job.folder / "out" / "s.mov"
    words = ["-o", f"sdr={out}", "--rate", "24", "--sound", job.folder / "mix.wav"]
    assert job.run("render", job.display, job.plate, *words).code == 0
    said = json.loads(job.run("info", out, "--json").out)
    (track,) = said["sound"]
    assert (track["channels"], track["rate"], said["range"]) == (2, 48000, "legal")
    assert abs(track["seconds"] - 0.25) < 0.01
    assert "pcm_s16le, 2 channels, 48000 Hz, 0.25 s" in job.run("info", out).out
    assert "the movie of 6 frames is there" in job.run("status", out).out
    (status,) = json.loads(job.run("status", out, "--json").out)
    assert (status["done"], status["wanted"], status["missing"]) == (6, "1001-1006", "")
    out.unlink()
    assert "the movie of 6 frames is not there" in job.run("status", out).out
