"""Movies whose pictures do not follow at one rate.

The right picture of frame k of a conformed movie is that of FFmpeg's filter ``fps``, rounding to
the nearest: a picture begins at the output frame nearest to its time, stands until the next one
begins, and is dropped if the next one begins at the same frame. Without ``--rate`` nothing says
how many frames there are, so the movie is refused. Movies at one rate with times that were rounded
are no such movies.
"""

import itertools
import logging
from fractions import Fraction

import av
import numpy as np
import pytest

import grade
from grade.errors import GradeError
from grade.io.formats.movie import Movie

MS = Fraction(1, 1000)


def movie(path, milliseconds, last=None):
    """A movie whose pictures are grey, 30 + 8 n in 8 bits, at these times."""
    with av.open(str(path), "w") as output:
        stream = output.add_stream("libx264", rate=30, options={"bf": "0", "crf": "1"})
        stream.width = stream.height = 64
        stream.pix_fmt = "yuv420p"
        stream.codec_context.time_base = MS
        packets = []
        for number, time in enumerate(milliseconds):
            planes = np.full((96, 64), 128, np.uint8)
            planes[:64] = 30 + 8 * (number % 24)
            picture = av.VideoFrame.from_ndarray(planes, "yuv420p")
            picture.pts, picture.time_base = time, MS
            packets += stream.encode(picture)
        packets += stream.encode(None)
        ends = [*milliseconds[1:], milliseconds[-1] + (last or 33)]
        for packet, start, end in zip(packets, milliseconds, ends, strict=True):
            packet.duration = round((end - start) * MS / packet.time_base)
            output.mux(packet)
    return path


def picture_of(frame):
    """The number of the picture that a frame shows."""
    grey = float(np.median(np.asarray(frame.planes["R"], np.float32)))
    return round((grey * 219 + 16 - 30) / 8)


def filtered(path, rate):
    """The pictures of FFmpeg's filter ``fps``."""
    graph = av.filter.Graph()
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        source = graph.add_buffer(template=stream)
        conform = graph.add("fps", f"fps={rate}:start_time=0:round=near")
        sink = graph.add("buffersink")
        source.link_to(conform)
        conform.link_to(sink)
        graph.configure()
        found = []

        def pull():
            while True:
                try:
                    found.append(graph.pull())
                except (av.error.BlockingIOError, av.error.EOFError):
                    return

        for picture in container.decode(stream):
            graph.push(picture)
            pull()
        graph.push(None)
        pull()
    return [round((int(np.median(f.to_ndarray()[:64])) - 30) / 8) for f in found]


VARIABLE = {
    "phone, 30 down to 15": [0, 33, 67, 100, 167, 233, 300, 367, 433],
    "24 then 30": [0, 42, 83, 125, 167, 200, 233, 267, 300, 333],
    "one picture stands a second": [0, 33, 67, 1067, 1100, 1133],
    "screen recording": [0, 16, 500, 516, 533, 2000, 2016],
    "bursts": [0, 5, 10, 100, 105, 110, 200],
    "drifting": [0, 40, 82, 126, 172, 220, 270, 322, 376],
    "two missing pictures": [0, 33, 67, 167, 200, 233, 267, 300],
    "slideshow": [0, 1000, 3000, 3500, 6000],
    "high rate in between": [0, 33, 67, 75, 83, 92, 100, 133, 167],
    "first picture stands": [0, 400, 433, 467, 500],
}
CONSTANT = {
    "24 in milliseconds": ([round(1000 * n / 24) for n in range(24)], Fraction(24)),
    "23.976 in milliseconds": (
        [round(1001 * n / 24) for n in range(24)], Fraction(24000, 1001),
    ),
    "29.97 in milliseconds": ([round(1001 * n / 30) for n in range(96)], Fraction(30000, 1001)),
    "25 with a jitter of 3 ms": ([40 * n + (0, 2, -3, 1)[n % 4] * (n > 0) for n in range(24)],
                                 Fraction(25)),
}  # fmt: skip


def look():
    made = grade.Look("x")
    made.outputs["m"] = made.source >> grade.Exposure(0.0, space="as_is")
    return made


def job(folder, path, said=None, **options):
    class Listener(logging.Handler):
        def emit(self, record):
            said.append(record.getMessage())

    listener, logger = Listener(logging.INFO), logging.getLogger("grade")
    level = logger.level
    logger.setLevel(logging.INFO)
    if said is not None:
        logger.addHandler(listener)
    try:
        return grade.render(
            look(), path, folder / "out.####.exr", device="cpu", bits="float", threads=2, **options
        )
    finally:
        logger.removeHandler(listener)
        logger.setLevel(level)


@pytest.mark.parametrize("name", VARIABLE)
def test_without_a_rate_it_is_refused(tmp_path, name):
    path = movie(tmp_path / "a.mp4", VARIABLE[name])
    with pytest.raises(GradeError, match=r"variable frame rate.*--rate") as raised:
        job(tmp_path, path)
    assert raised.value.exit_code == 2
    assert not list(tmp_path.glob("*.exr"))


@pytest.mark.parametrize("rate", ["24", "30"])
@pytest.mark.parametrize("name", VARIABLE)
def test_conformed_as_by_ffmpeg(tmp_path, name, rate):
    path, said = movie(tmp_path / "a.mp4", VARIABLE[name]), []
    right = filtered(path, rate)
    job(tmp_path, path, said, rate=rate)
    files = sorted(tmp_path.glob("out.*.exr"))
    got = [picture_of(grade.read(file)) for file in files]
    assert files[0].name == "out.0001.exr"
    assert got[: len(right)] == right and len(got) - len(right) in (0, 1)
    about = [line for line in said if "conformed by time" in line]
    assert len(about) == 1
    repeated = any(a == b for a, b in itertools.pairwise(got))
    assert ("that repeat" in about[0]) == repeated
    assert ("pictures dropped" in about[0]) == (len(set(got)) < len(VARIABLE[name]))


def test_rate_is_in_the_resume_key(tmp_path):
    path = movie(tmp_path / "a.mp4", VARIABLE["24 then 30"])
    job(tmp_path, path, rate="24")
    again = job(tmp_path, path, rate="24")
    other = job(tmp_path, path, rate="30")
    assert {outcome.status for outcome in again.outcomes} == {"kept"}
    assert {outcome.status for outcome in other.outcomes} == {"ok"}


@pytest.mark.parametrize("suffix", ["mp4", "mkv", "mov"])
@pytest.mark.parametrize("name", CONSTANT)
def test_rounded_times_are_no_variable_rate(tmp_path, name, suffix):
    times, right = CONSTANT[name]
    with Movie(movie(tmp_path / f"a.{suffix}", times)) as read:
        assert not getattr(read, "is_variable", any("one rate" in n for n in read.notes))
        assert read.rate == right
        assert len(read) == len(times)
