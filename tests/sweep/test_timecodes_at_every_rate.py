"""Timecode of every rate through EXR, DPX and MOV, in every direction.

Digits for frames go to 29 in EXR and DPX (SMPTE ST 12-1). Up to 60 frames per second two frames
share a number and the field phase tells them apart, in the bit that ST 12-1 gives it: bit 15 of
the word of DPX, at 50 frames per second bit 31. MOV and MXF count natively. Above 60 there is no
standard field in EXR and DPX, so none is written. What is right is the count of frames: it is the
same behind every format, and goes on by one each frame.
"""

import itertools
import logging
import struct
from dataclasses import replace
from fractions import Fraction

import av
import numpy as np
import OpenEXR
import OpenImageIO as oiio
import pytest

import grade
from grade.io.formats.movie import Movie, Recipe, write_movie
from grade.io.info import read_info, read_timecode

RATES = {
    "23.976": (Fraction(24000, 1001), ":"), "24": (Fraction(24), ":"), "25": (Fraction(25), ":"),
    "29.97 non-drop": (Fraction(30000, 1001), ":"), "29.97 drop": (Fraction(30000, 1001), ";"),
    "30": (Fraction(30), ":"), "47.952": (Fraction(48000, 1001), ":"), "48": (Fraction(48), ":"),
    "50": (Fraction(50), ":"), "59.94 non-drop": (Fraction(60000, 1001), ":"),
    "59.94 drop": (Fraction(60000, 1001), ";"), "60": (Fraction(60), ":"),
    "120": (Fraction(120), ":"),
}  # fmt: skip
SUFFIXES = ("exr", "dpx", "mov")
PIXELS = np.full((64, 64, 3), 0.5, np.float32)


def texts(rate, mark):
    """The first frames of an hour, a minute's end with what follows it, and the last frame."""
    n = round(rate)
    dropped = {30: 2, 60: 4}[n] if mark == ";" else 0
    return [
        f"01:00:00{mark}00", f"01:00:00{mark}01", f"01:02:03{mark}{n - 1:02}",
        f"10:10:59{mark}{n - 2:02}", f"10:11:00{mark}{dropped:02}", f"23:59:59{mark}{n - 1:02}",
    ]  # fmt: skip


def frame(text, rate):
    entries = {"framesPerSecond": rate}
    return grade.Frame.from_pixels(PIXELS, timecode=text, attributes=entries)


def write(made, folder, suffix):
    path = folder / f"a{len(list(folder.iterdir()))}.{suffix}"
    if suffix == "mov":
        rate = made.attributes["framesPerSecond"]
        write_movie([made], path, Recipe("prores"), rate)
    else:
        made.write(path)
    return path


def read(path):
    if path.suffix == ".mov":
        with Movie(path) as movie:
            return movie.read(movie.first)
    return grade.read(path)


@pytest.mark.parametrize("way", list(itertools.permutations(SUFFIXES)), ids="-".join)
@pytest.mark.parametrize("name", RATES)
def test_every_direction(tmp_path, name, way):
    rate, mark = RATES[name]
    for text in texts(rate, mark):
        made = frame(text, rate)
        for suffix in way:
            path = write(made, tmp_path, suffix)
            made = read(path)
            assert made.timecode == text, f"{suffix}: {made.timecode}"
            assert made.attributes["framesPerSecond"] == rate
            assert read_info(path).timecode == text
            if suffix != "mov":
                assert read_timecode(path) == text


@pytest.mark.parametrize("name", RATES)
def test_a_standard_field_is_true(tmp_path, name):
    """OpenEXR and OpenImageIO read the pair and the phase; FFmpeg counts natively by itself."""
    rate, mark = RATES[name]
    for text in texts(rate, mark):
        number = int(text[9:])
        paired = round(rate) > 30
        exr, dpx = (write(frame(text, rate), tmp_path, suffix) for suffix in ("exr", "dpx"))
        header = OpenEXR.File(str(exr), header_only=True).header()
        code = header.get("timeCode")
        words = oiio.ImageInput.open(str(dpx)).spec().getattribute("smpte:TimeCode")
        with av.open(str(dpx)) as container:
            foreign = next(container.decode(video=0)).metadata.get("timecode")
        if rate > 60:
            undefined = b"\xff" * 4  # which FFmpeg takes for digits, in files without timecode too
            assert code is None and words is None
            assert dpx.read_bytes()[1920:1924] == undefined
            assert header["grade:timecode"] == text
            continue
        phase = number % 2 if paired else 0
        low = number // 2 if paired else number
        assert (code.frame, code.fieldPhase, code.dropFrame) == (low, phase, mark == ";")
        bit = 31 if rate == 50 else 15
        assert words[0] >> bit & 1 == phase
        assert words[0] & 0x3F == low // 10 << 4 | low % 10
        assert foreign == text


@pytest.mark.parametrize("name", RATES)
def test_movies_of_a_foreign_writer(tmp_path, name):
    """FFmpeg's tmcd and MXF timecode count natively, and are read as they were stated."""
    rate, mark = RATES[name]
    for suffix in ("mov", "mxf"):
        if suffix == "mxf" and rate > 60:
            continue
        text = texts(rate, mark)[2]
        path = write_movie(
            [grade.Frame.from_pixels(np.full((256, 256, 3), 0.5, np.float32), timecode=text)],
            tmp_path / f"a.{suffix}", Recipe("dnxhr"), rate,
        )  # fmt: skip
        with Movie(path) as movie:
            assert (movie.timecode, movie.rate) == (text, rate)


@pytest.mark.parametrize(
    ("rate", "word", "right"),
    [
        (48, 0x01020311, "01:02:03:22"), (48, 0x01028311, "01:02:03:23"),
        (50, 0x01020324, "01:02:03:48"), (50, 0x81020324, "01:02:03:49"),
        (60, 0x01020329, "01:02:03:58"), (60, 0x01028329, "01:02:03:59"),
        (59.94, 0x01020369, "01:02:03;58"), (59.94, 0x0102C369, "01:02:43;59"),
        (24, 0x01028311, "01:02:03:11"), (25, 0x81020324, "01:02:03:24"),
        (29.97, 0x01028369, "01:02:03;29"), (48, 0x0102031A, None),
    ],
)  # fmt: skip
def test_words_of_foreign_dpx(tmp_path, rate, word, right):
    path = write(frame(None, Fraction(24)), tmp_path, "dpx")
    data = bytearray(path.read_bytes())
    struct.pack_into(">I", data, 1920, word)
    struct.pack_into(">f", data, 1940, rate)
    path.write_bytes(data)
    assert (grade.read(path).timecode, read_timecode(path)) == (right, right)


@pytest.mark.parametrize("suffix", ["exr", "dpx"])
@pytest.mark.parametrize("text", ["01:00:00:24", "01:00:00:99", "01:00:00:119", "1:0:0", "x"])
def test_what_is_no_timecode_is_refused_by_name(tmp_path, text, suffix):
    with pytest.raises(grade.io.FrameError, match="timecode"):
        frame(text, Fraction(24)).write(tmp_path / f"a.{suffix}")
    assert not list(tmp_path.iterdir())


def job(plate, output, said=None, **options):
    class Listener(logging.Handler):
        def emit(self, record):
            said.append(record.getMessage())

    look = grade.Look("x")
    look.outputs["m"] = look.source >> grade.Exposure(0.0, space="as_is")
    listener, logger = Listener(logging.INFO), logging.getLogger("grade")
    level = logger.level
    logger.setLevel(logging.INFO)
    if said is not None:
        logger.addHandler(listener)
    try:
        return grade.render(look, plate, output, device="cpu", as_is=True, threads=1, **options)
    finally:
        logger.removeHandler(listener)
        logger.setLevel(level)


@pytest.mark.parametrize("name", ["47.952", "50", "59.94 drop", "120"])
def test_jobs_go_every_way(tmp_path, name):
    """Frames of a movie as EXR and DPX, and back to a movie: each has its own timecode."""
    rate, mark = RATES[name]
    start = texts(rate, mark)[3]
    frames = [frame(None, rate) for _ in range(4)]
    first = write_movie(frames, tmp_path / "a.mov", Recipe("prores"), rate, timecode=start)
    with Movie(first) as movie:
        right = [movie.timecode_of(number) for number in movie.frames]
        numbers = movie.frames
    before = first
    for suffix in ("exr", "dpx"):
        said = []
        job(before, tmp_path / f"{suffix}.########.{suffix}", said)
        before = tmp_path / f"{suffix}.########.{suffix}"
        files = [tmp_path / f"{suffix}.{number:08}.{suffix}" for number in numbers]
        assert [read(file).timecode for file in files] == right
        assert any("grade:timecode" in line for line in said) == (rate > 60)
    job(before, tmp_path / "b.mov")
    with Movie(tmp_path / "b.mov") as movie:
        assert [movie.timecode_of(number) for number in movie.frames] == right


def test_a_plate_that_does_not_say_its_rate(tmp_path):
    """Pairs of frames count as the rate of the movie says."""
    for number in range(4):
        made = frame("01:00:00:46", Fraction(48))
        name = tmp_path / f"a.{number + 1:04}.exr"
        made.write(name)
        plain = read(name)
        plain = replace(plain, timecode="01:00:00:23")
        rateless = {k: v for k, v in plain.attributes.items() if k != "framesPerSecond"}
        replace(plain, attributes=rateless).write(name)
    job(tmp_path / "a.####.exr", tmp_path / "b.mov", rate=48)
    with Movie(tmp_path / "b.mov") as movie:
        assert movie.timecode == "01:00:00:46"


def test_a_timecode_that_the_rate_of_the_movie_lacks(tmp_path):
    frame("01:00:00:47", Fraction(48)).write(tmp_path / "a.0001.exr")
    job(tmp_path / "a.####.exr", tmp_path / "b.mov", rate=24)
    with Movie(tmp_path / "b.mov") as movie:
        assert movie.timecode is None
