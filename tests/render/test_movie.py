"""Movies in and out of `grade render`: numbering, sound, presets, resume, whole or not at all."""

import json
import time
from contextlib import suppress
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("av", reason="movies need PyAV: pip install grade-toolkit[movie]")

import av

from grade.io import Frame, read
from grade.io.formats.movie import Movie, MovieWriter, Recipe, Sound

from .shot import child, write_look, write_plate

LOOK = """\
grade: 2
look: pass
nodes:
  trim: {op: cdl, slope: [1.0, 1.0, 1.0]}
outputs:
  sdr: {from: trim}
"""
DISPLAY = """\
grade: 2
look: dusk
config: ocio://studio-config-v5.0.0_aces-v2.1_ocio-v2.6
input: ACES2065-1
working: ACEScct
nodes:
  open: {op: exposure, stops: {1001: 0.0, 1012: 0.5}}
outputs:
  master: {from: open, space: ACES2065-1}
  sdr: {from: open, display: Rec.1886 Rec.709 - Display, view: Un-tone-mapped}
"""
REC709 = {"colorInteropID": "g24_rec709_display"}
SIZE = (128, 256)


def grey(number: int) -> float:
    return number / 50


def write_source(path: Path, count: int = 24, timecode: str | None = None) -> Path:
    """A lossless movie whose frames tell their place, with noise for sound."""
    wav = path.with_name("sound.wav")
    from tests.io.movie.movies import write_wave

    write_wave(wav)
    recipe = Recipe("ffv1", pixels="gbrp12le", dither="none")
    with MovieWriter(path, recipe, 24, timecode=timecode, sound=Sound(wav)) as writer:
        for number in range(1, count + 1):
            pixels = np.full((*SIZE, 3), grey(number), np.float32)
            writer.write(Frame.from_pixels(pixels, frame=number, tags=REC709))
    return path


def places(path: Path) -> list[int]:
    with Movie(path) as movie:
        found = []
        for frame in movie:
            plane = frame.planes["G"]
            top = np.iinfo(plane.dtype).max if plane.dtype.kind == "u" else 1
            found.append(round(float(plane.mean(dtype=np.float64)) / top * 50))
        return found


@pytest.fixture
def job(shot):
    shot.passing = write_look(shot.folder, LOOK, "pass.grade.yaml")
    shot.display = write_look(shot.folder, DISPLAY, "display.grade.yaml")
    shot.movie = write_source(shot.folder / "in.mkv")
    (shot.folder / "out").mkdir()
    return shot


def test_a_movie_becomes_a_sequence_counted_from_one(job):
    out = job.folder / "out" / "f.####.exr"
    done = job.run("render", job.passing, job.movie, out, "--frames", "3-6")
    assert done.code == 0, done.err
    assert sorted(p.name for p in out.parent.glob("*.exr")) == [
        f"f.{n:04}.exr" for n in range(3, 7)
    ]
    for number in range(3, 7):
        frame = read(out, number)
        assert abs(float(frame.planes["G"].astype(float).mean()) - grey(number)) < 1e-3
        assert frame.tags["colorInteropID"] == REC709["colorInteropID"] if frame.tags else True
    again = job.run("render", job.passing, job.movie, out, "--frames", "3-6")
    assert again.code == 0 and "up to date: 3-6" in again.err
    moved = job.run(
        "render", job.passing, job.movie, out, "--frames", "1003-1006", "--first", "1001"
    )
    assert moved.code == 0, moved.err
    assert abs(float(read(out, 1003).planes["G"].astype(float).mean()) - grey(3)) < 1e-3


def test_other_numbers_of_the_same_movie_are_other_pictures(job):
    out = job.folder / "out" / "f.####.exr"
    assert job.run("render", job.passing, job.movie, out, "--frames", "5").code == 0
    done = job.run("render", job.passing, job.movie, out, "--frames", "5", "--first", "3")
    assert done.code == 0 and "up to date" not in done.err
    assert abs(float(read(out, 5).planes["G"].astype(float).mean()) - grey(3)) < 1e-3


def test_a_timecode_counts(job):
    movie = write_source(job.folder / "tc.mkv", 8, "00:00:41:17")
    out = job.folder / "out" / "f.####.exr"
    assert job.run("render", job.passing, movie, out).code == 0
    assert min(p.name for p in out.parent.glob("*.exr")) == "f.1001.exr"
    assert read(out, 1003).timecode == "00:00:41:19"


def test_a_sequence_becomes_a_movie(job):
    plate = write_plate(
        job.folder / "big", size=SIZE, timecode="10:00:00:00",
        attributes={"framesPerSecond": Fraction(24000, 1001)},
    )  # fmt: skip
    out = job.folder / "out" / "sdr.mov"
    done = job.run("render", job.display, plate, "-o", f"sdr={out}")
    assert done.code == 0, done.err
    with Movie(out) as movie:
        assert len(movie) == 12 and movie.rate == Fraction(24000, 1001)
        assert movie.color_tags == REC709 and movie.timecode == "10:00:00:00"
        assert movie.codec == "prores"
    # Nothing changed: nothing is done. A knob, an option or the file changed: it is written again.
    again = job.run("render", job.display, plate, "-o", f"sdr={out}")
    assert again.code == 0 and "up to date: 1001-1012" in again.err
    for change in (["--set", "open.stops@1012=0.7"], ["--preset", "prores-422hq-rec709"]):
        moved = job.run("render", job.display, plate, "-o", f"sdr={out}", *change)
        assert moved.code == 0 and "up to date" not in moved.err, moved.err
    out.write_bytes(out.read_bytes() + b"x")
    assert "up to date" not in job.run("render", job.display, plate, "-o", f"sdr={out}").err


def test_frames_and_a_movie_come_from_one_read(job):
    plate = write_plate(job.folder / "big", size=SIZE)
    folder = job.folder / "out"
    targets = ["-o", f"master={folder}/m.####.exr", "-o", f"sdr={folder}/s.mp4"]
    done = job.run("render", job.display, plate, *targets, "--rate", "25", "--threads", 3)
    assert done.code == 0, done.err
    assert len(list(folder.glob("m.*.exr"))) == 12
    with Movie(folder / "s.mp4") as movie:
        assert len(movie) == 12 and movie.rate == 25
    (folder / "s.mp4").unlink()
    before = {p: p.stat().st_mtime_ns for p in folder.glob("m.*.exr")}
    assert job.run("render", job.display, plate, *targets, "--rate", "25").code == 0
    assert (folder / "s.mp4").exists()
    assert before == {p: p.stat().st_mtime_ns for p in folder.glob("m.*.exr")}
    (folder / "m.1004.exr").unlink()
    again = job.run("render", job.display, plate, *targets, "--rate", "25")
    assert again.code == 0 and len(list(folder.glob("m.*.exr"))) == 12


@pytest.mark.parametrize("threads", [1, 4])
def test_a_movie_becomes_a_movie_with_its_sound(job, threads):
    from tests.io.movie.movies import RATE, offset, write_wave

    samples = write_wave(job.folder / "again.wav")[:, 0]
    out = job.folder / "out" / "a.mkv"
    done = job.run("render", job.passing, job.movie, out, "--threads", threads)
    assert done.code == 0, done.err
    assert places(out) == list(range(1, 25))
    assert abs(offset(out, samples[:RATE])) < 0.001
    part = job.folder / "out" / "part.mov"
    done = job.run(
        "render", job.passing, job.movie, part, "--frames", "7-18", "--audio", "pcm_s24le"
    )
    assert done.code == 0, done.err
    assert places(part) == list(range(7, 19))
    assert abs(offset(part, samples[6 * 2000 : 18 * 2000])) < 0.001
    silent = job.folder / "out" / "silent.mov"
    assert job.run("render", job.passing, job.movie, silent, "--sound", "none").code == 0
    with av.open(str(silent)) as container:
        assert not container.streams.audio


def test_a_sound_file_beside_a_sequence_starts_with_the_plate(job):
    from tests.io.movie.movies import offset, write_wave

    samples = write_wave(job.folder / "mix.wav")[:, 0]
    plate = write_plate(job.folder / "big", size=SIZE)
    out = job.folder / "out" / "s.mov"
    done = job.run(
        "render", job.display, plate, "-o", f"sdr={out}", "--rate", "24", "--frames", "1005-1010",
        "--sound", job.folder / "mix.wav",
    )  # fmt: skip
    assert done.code == 0, done.err
    assert abs(offset(out, samples[4 * 2000 : 10 * 2000])) < 0.001


def test_presets_are_held(job):
    plate = write_plate(job.folder / "big", size=SIZE)
    out = job.folder / "out" / "s.mp4"
    common = ["render", job.display, plate, "-o", f"sdr={out}", "--rate", "25"]
    done = job.run(*common, "--preset", "uhd-hdr10")
    assert done.code == 2 and "uhd-hdr10 asks for pq_rec2020_display" in done.err
    done = job.run(*common, "--preset", "h264-revue")
    assert done.code == 2 and "Did you mean h264-review" in done.err
    done = job.run(*common, "--preset", "aces-master")
    assert done.code == 2 and "asks for the suffix .exr" in done.err
    assert not out.exists()
    (job.folder / "presets").mkdir()
    text = "preset: small\nmovie: {codec: hevc, quality: 30}\nsizes: [[512, 256]]\nfit: pad\n"
    (job.folder / "presets" / "small.preset.yaml").write_text(text)
    done = job.run(*common, "--preset", "small", "--out-range", "full")
    assert done.code == 0, done.err
    with Movie(out) as movie:
        assert (movie.width, movie.height, movie.codec) == (512, 256, "hevc")
        assert movie.tags.legal is False
    frames = job.folder / "out" / "m.####.exr"
    done = job.run("render", job.display, plate, frames, "--preset", "aces-master")
    assert done.code == 0 and read(frames, 1001).compression == "zip"


def test_what_a_limiter_moved_is_counted_and_said(job):
    """The codes of the movie are within EBU R 103; the report has what the last lines say."""
    plate = write_plate(job.folder / "big", size=SIZE)
    (job.folder / "presets").mkdir()
    (job.folder / "presets" / "tight.preset.yaml").write_text(
        "preset: tight\nmovie: {codec: ffv1, profile: 422, range: legal, limit: ebu_r103}\n"
    )
    counts = []
    for threads in (1, 3):
        out = job.folder / "out" / f"{threads}.mkv"
        done = job.run(
            "render", job.display, plate, "-o", f"sdr={out}", "--rate", "25", "--preset", "tight",
            "--set", "open.stops=2", "--threads", threads, "--json",
        )  # fmt: skip
        assert done.code == 0, done.err
        report = json.loads(done.out)
        (count,) = report["limited"].values()
        counts.append(count)
        (note,) = [line for line in report["notes"] if "ebu_r103" in line]
        assert f"{count:,} pixels" in note and note in done.err and count > 0
    assert counts[0] == counts[1]
    assert (job.folder / "out" / "1.mkv").read_bytes() == (
        job.folder / "out" / "3.mkv"
    ).read_bytes()


def test_what_a_movie_cannot_be_is_refused_before_anything_is_written(job):
    out = job.folder / "out" / "s.mov"
    plate = write_plate(job.folder / "big", size=SIZE)
    target = ["-o", f"sdr={out}"]
    cases = [
        ([plate, *target], "give --rate"),
        ([plate, "-o", f"master={out}", "--rate", "24"], "add a Display or --as-is"),
        ([plate, *target, "--rate", "24", "--chunk", "1/2"], "--chunk is for files of frames"),
        ([plate, *target, "--rate", "0"], "write frames per second"),
        ([plate, *target, "--rate", "24", "--first", "7"], "--first numbers the frames of movies"),
        ([plate, *target, "--rate", "24", "--dask", "local:2"], "movies are rendered here"),
        ([plate, *target, "--rate", "24", "--bits", "half"], "movie has no bits half"),
    ]
    for words, message in cases:
        done = job.run("render", job.display, *words)
        assert done.code == 2 and message in done.err, (message, done.err)
    (job.folder / "big" / "plate.1005.exr").unlink()
    done = job.run("render", job.display, plate, *target, "--rate", "24")
    assert done.code == 2 and "a movie has no gaps" in done.err
    assert list(out.parent.iterdir()) == []
    done = job.run("render", job.display, plate, *target, "--rate", "24", "--missing", "hold")
    with Movie(out) as movie:
        assert len(movie) == 12
    strange = job.folder / "out" / "strange.mov"
    strange.write_bytes(b"mine")
    done = job.run("render", job.display, plate, "-o", f"sdr={strange}", "--rate", "24",
                   "--missing", "hold")  # fmt: skip
    assert done.code == 2 and strange.read_bytes() == b"mine"


def test_a_damaged_frame_costs_the_movie_and_not_the_other_output(job):
    plate = write_plate(job.folder / "big", size=SIZE)
    bad = job.folder / "big" / "plate.1006.exr"
    bad.write_bytes(bad.read_bytes()[:900])
    folder = job.folder / "out"
    done = job.run(
        "render", job.display, plate, "-o", f"master={folder}/m.####.exr",
        "-o", f"sdr={folder}/s.mov", "--rate", "24", "--threads", 3,
    )  # fmt: skip
    assert done.code == 4 and "s.mov: the movie is not written" in done.err
    assert len(list(folder.glob("m.*.exr"))) == 11
    assert [p.name for p in folder.glob("*.mov")] == [p.name for p in folder.glob("*.part")] == []


def test_a_range_that_is_asked_for(job):
    write_source(job.folder / "y.mkv")
    legal = job.folder / "legal.mov"
    assert job.run("render", job.passing, job.movie, legal, "--sound", "none").code == 0
    out = job.folder / "out" / "f.####.exr"
    done = job.run("render", job.passing, legal, out, "--frames", "24", "--range", "full")
    assert done.code == 0 and "tagged legal range, read as full" in done.err
    code = (64 + 876 * grey(24)) / 1023
    assert abs(float(read(out, 24).planes["G"].astype(float).mean()) - code) < 0.003


def test_status_and_verify_know_a_movie(job):
    out = job.folder / "out" / "a.mkv"
    assert job.run("render", job.passing, job.movie, out).code == 0
    assert "the movie of 24 frames is there" in job.run("status", out).out
    assert job.run("verify", out).code == 0
    sampled = job.run("verify", out, "--sample", "100%", "--look", job.display)
    assert "nothing was graded again; of a movie" in sampled.err
    data = bytearray(out.read_bytes())
    data[len(data) // 2] ^= 1
    out.write_bytes(data)
    done = job.run("verify", out)
    assert done.code == 3 and "the bytes of the file" in done.out + done.err


def test_a_movie_that_is_killed_is_never_seen(job):
    """SIGKILL at several moments; a movie under its name is whole, and a second try writes it."""
    plate = write_plate(job.folder / "big", size=SIZE, numbers=range(1001, 1061))
    out = job.folder / "out" / "s.mov"
    words = ("render", job.display, plate, "-o", f"sdr={out}", "--rate", "24", "--threads", "2")
    for lengths in (2, 4):  # of the unfinished file: each is a moment
        process, seen = child(*words), set()
        while process.poll() is None and len(seen) < lengths:
            time.sleep(0.001)
            with suppress(FileNotFoundError):
                seen |= {part.stat().st_size for part in out.parent.glob(".s.mov.*.part")}
        process.kill()
        process.communicate()
        if out.exists():  # it was faster
            with Movie(out) as movie:
                assert len(movie) == 60
            out.unlink()
    done = job.run(*words)
    assert done.code == 0, done.err
    with Movie(out) as movie:
        assert len(movie) == 60
    assert [p.name for p in out.parent.iterdir() if p.name != ".grade"] == ["s.mov"]
