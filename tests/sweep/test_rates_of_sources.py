"""Frame rates as files state them, and which rate is meant.

A rate of television is a multiple of 1000/1001 (SMPTE ST 12-1); two decimals of it, as in 23.98 or
2997/100, are a short way to write it. The average of a movie is no rate: it depends on how long the
last picture stands and on what is cut away. What is right is the rate that the file was made with.
"""

from fractions import Fraction

import av
import numpy as np
import pytest

import grade
from grade.io.formats.movie import Movie, frame_rate_of
from grade.io.info import read_info
from grade.render.options import Options

FILM, NTSC = Fraction(24000, 1001), Fraction(30000, 1001)
HIGH, FIELDS = Fraction(48000, 1001), Fraction(60000, 1001)


def movie(path, rate, times=None, base=None, last=1):
    """A movie of twelve pictures at these times, in steps of the time base."""
    with av.open(str(path), "w") as output:
        stream = output.add_stream("libx264", rate=Fraction(rate), options={"bf": "0"})
        stream.width = stream.height = 64
        stream.pix_fmt = "yuv420p"
        stream.codec_context.time_base = base or 1 / Fraction(rate)
        count = len(times) if times else 12
        for number in range(count):
            pixels = np.full((96, 64), 16 + 10 * number, np.uint8)
            picture = av.VideoFrame.from_ndarray(pixels, "yuv420p")
            picture.pts = times[number] if times else number
            picture.time_base = base or 1 / Fraction(rate)
            output.mux(stream.encode(picture))
        for packet in stream.encode(None):
            packet.duration = last * packet.duration
            output.mux(packet)
    return path


def milliseconds(rate, count=24):
    return [round(1000 * number / rate) for number in range(count)]


MS = Fraction(1, 1000)
MOVIES = {
    "two decimals of film": ("a.mov", Fraction(2398, 100), {}, FILM),
    "three decimals of film": ("a.mov", Fraction(23976, 1000), {}, FILM),
    "two decimals of television": ("a.mp4", Fraction(2997, 100), {}, NTSC),
    "two decimals of fields": ("a.mov", Fraction(5994, 100), {}, FIELDS),
    "three decimals of 47.952": ("a.mov", Fraction(47952, 1000), {}, HIGH),
    "two decimals of 119.88": ("a.mov", Fraction(11988, 100), {}, Fraction(120000, 1001)),
    "milliseconds of film": ("a.mkv", FILM, {"times": milliseconds(FILM), "base": MS}, FILM),
    "milliseconds of television": ("a.mkv", NTSC, {"times": milliseconds(NTSC), "base": MS}, NTSC),
    "last picture stands long": ("a.mp4", 25, {"last": 5}, Fraction(25)),
    "last picture stands long, mov": ("a.mov", 24, {"last": 9}, Fraction(24)),
    "microseconds of 25": (
        "a.mp4", 25,
        {"times": [40000 * n + n % 2 for n in range(12)], "base": Fraction(1, 1_000_000)},
        Fraction(25),
    ),
    "exact 24": ("a.mov", 24, {}, Fraction(24)),
    "exact 48": ("a.mov", 48, {}, Fraction(48)),
    "12.5, which is no television": ("a.mov", Fraction(25, 2), {}, Fraction(25, 2)),
}  # fmt: skip


@pytest.mark.parametrize("name", MOVIES)
def test_rate_of_a_movie(tmp_path, name):
    file, rate, more, right = MOVIES[name]
    with Movie(movie(tmp_path / file, rate, **more)) as read:
        assert read.rate == right
        assert read.read(1).attributes["framesPerSecond"] == right


STATED = {
    "2398/100": (Fraction(2398, 100), FILM), "2397/100": (Fraction(2397, 100), FILM),
    "23976/1000": (Fraction(23976, 1000), FILM), "2997/100": (Fraction(2997, 100), NTSC),
    "23.98": (23.98, FILM), "29.97": (29.97, NTSC), "59.94": (59.94, FIELDS),
    "4795/100": (Fraction(4795, 100), HIGH), "47.952": (47.952, HIGH),
    "23.976024": (23.976024, FILM), "24": (24, Fraction(24)), "25": (25.0, Fraction(25)),
    "5994/100": (Fraction(5994, 100), FIELDS),
}  # fmt: skip


@pytest.mark.parametrize("suffix", ["header", "exr", "dpx"])
@pytest.mark.parametrize("name", STATED)
def test_rate_in_a_header(tmp_path, name, suffix):
    stated, right = STATED[name]
    pixels = np.zeros((4, 4, 3), np.float32)
    frame = grade.Frame.from_pixels(pixels).with_attributes({"framesPerSecond": stated})
    if suffix == "header":
        assert frame_rate_of(frame) == right
        return
    if suffix == "exr" and isinstance(stated, float):
        frame = frame.with_attributes({"framesPerSecond": Fraction(stated).limit_denominator(1000)})
    path = frame.write(tmp_path / f"a.{suffix}")
    assert frame_rate_of(grade.read(path)) == right
    assert read_info(path).rate == right


@pytest.mark.parametrize(
    ("stated", "right"),
    [
        ("23.98", FILM), ("23.976", FILM), ("24000/1001", FILM), ("29.97", NTSC), ("47.95", HIGH),
        ("47.952", HIGH), ("59.94", FIELDS), ("119.88", Fraction(120000, 1001)), (23.98, FILM),
        (29.97, NTSC), ("24", Fraction(24)), ("12.5", Fraction(25, 2)), ("2398/100", FILM),
    ],
)  # fmt: skip
def test_rate_of_the_command_line(stated, right):
    look = grade.Look("x")
    look.outputs["m"] = look.source >> grade.Exposure(0.5)
    request = Options(rate=stated).make_request(look, "a.exr", {"m": "b.mov"}, None)
    assert request.rate == right
