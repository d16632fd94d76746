"""Sound that a job leaves out, or that ends before its picture, is said.

The length of the picture is its frames over its rate; sound that is shorter by more than a frame
leaves silence. Sound of a part is in sync only if the frames follow each other without a step.
"""

import logging
import wave
from fractions import Fraction

import numpy as np
import pytest

import grade
from grade.io.formats.movie import Recipe, Sound, read_tracks, write_movie

RATE = 48000


def tone(path, seconds):
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        times = np.arange(round(seconds * RATE)) / RATE
        file.writeframes((8000 * np.sin(2000 * times)).astype("<i2").tobytes())
    return path


def frames(count):
    pixels = np.full((64, 64, 3), 0.5, np.float32)
    return [grade.Frame.from_pixels(pixels, frame=number + 1) for number in range(count)]


def job(folder, plate, output, **options):
    said = []

    class Listener(logging.Handler):
        def emit(self, record):
            said.append(record.getMessage())

    look = grade.Look("x")
    look.outputs["m"] = look.source >> grade.Exposure(0.0, space="as_is")
    listener, logger = Listener(logging.INFO), logging.getLogger("grade")
    level = logger.level
    logger.setLevel(logging.INFO)
    logger.addHandler(listener)
    try:
        grade.render(look, plate, output, device="cpu", as_is=True, threads=1, **options)
    finally:
        logger.removeHandler(listener)
        logger.setLevel(level)
    return [line for line in said if "sound" in line]


def plate_of(folder, kind):
    """Twelve frames, 0.5 s at 24: as a movie with sound of that length, or as files."""
    if kind == "movie":
        sound = Sound(tone(folder / "in.wav", 0.5))
        return write_movie(frames(12), folder / "in.mov", Recipe("prores"), 24, sound=sound)
    for frame in frames(12):
        frame.write(folder / f"in.{frame.frame:04}.exr")
    return folder / "in.####.exr"


STEPS = {
    "every second": {"frames": "1-12x2"}, "every third": {"frames": "1-12x3"},
    "a gap": {"frames": "1-4,7-12"}, "two frames": {"frames": "2,9"},
    "odd": {"frames": "1-11x2"},
}  # fmt: skip


@pytest.mark.parametrize("kind", ["movie", "files"])
@pytest.mark.parametrize("name", STEPS)
def test_frames_with_a_step(tmp_path, name, kind):
    plate = plate_of(tmp_path, kind)
    given = {} if kind == "movie" else {"sound": tone(tmp_path / "s.wav", 0.5), "rate": 24}
    lines = job(tmp_path, plate, tmp_path / "o.mov", **STEPS[name], **given)
    assert any("left out" in line and "step" in line for line in lines), lines
    assert not read_tracks(tmp_path / "o.mov")


@pytest.mark.parametrize(
    ("seconds", "span", "missing"),
    [
        (0.5, "1-12", None), (0.49, "1-12", None), (0.25, "1-12", 0.25), (0.1, "1-12", 0.4),
        (0.25, "1-6", None), (0.25, "4-12", 0.25), (0.2, "7-12", 0.25), (2.0, "1-12", None),
        (0.3, "1-12", 0.2), (0.05, "3-12", 0.4167),
    ],
)  # fmt: skip
@pytest.mark.parametrize("kind", ["movie", "files"])
def test_short_sound(tmp_path, kind, seconds, span, missing):
    """What is missing is the end of the picture less the end of the sound, at most the picture."""
    sound = tone(tmp_path / "s.wav", seconds)
    plate = plate_of(tmp_path, kind)
    lines = job(tmp_path, plate, tmp_path / "o.mov", frames=span, sound=sound, rate=24)
    about = [line for line in lines if "before the picture" in line]
    assert bool(about) == (missing is not None), lines
    if missing is not None:
        first, last = map(int, span.split("-"))
        assert f"{float(Fraction(last - first + 1, 24)):.2f} s" in about[0]
        assert f"{missing:.2f} s before the picture" in about[0]


@pytest.mark.parametrize("rate", [25, 30, "23.976"])
def test_sound_of_a_movie_at_another_rate(tmp_path, rate):
    plate = plate_of(tmp_path, "movie")
    lines = job(tmp_path, plate, tmp_path / "o.mov", rate=rate)
    assert any("24" in line and "not stretched" in line for line in lines), lines


def test_what_is_as_it_should_be_is_not_said(tmp_path):
    assert not job(tmp_path, plate_of(tmp_path, "movie"), tmp_path / "o.mov")
    lines = job(tmp_path, tmp_path / "in.mov", tmp_path / "p.mov", sound="none", frames="1-12x2")
    assert not lines
