"""Interlaced plates: fields keep their order through every file that holds it, and never mix.

The inputs are coded with FFmpeg's encoders and marked by its filter ``setfield``. What is right:
the flag and the order of what is written are those of the plate, as FFmpeg decodes it; a file that
has no such flag, chroma of lines of both fields, and pictures of averaged lines are refused with
exit code 2. Padding moves a picture by whole pairs of lines.
"""

import logging
from fractions import Fraction

import av
import numpy as np
import pytest

import grade
from grade.errors import GradeError
from grade.io.formats.movie import Movie

ORDERS = {"top_first": ("tff", "tt"), "bottom_first": ("bff", "bb"), "progressive": ("prog", None)}
SOURCES = {
    "prores.mov": ("prores_ks", "yuv422p10le", "+ildct"),
    "h264.mov": ("libx264", "yuv422p10le", "+ildct+ilme"),
    "h264.mkv": ("libx264", "yuv422p", "+ildct+ilme"),
    "ffv1.mkv": ("ffv1", "yuv422p10le", ""),
    "mpeg2.mxf": ("mpeg2video", "yuv422p", "+ildct+ilme"),
}
SIZE = (720, 64)


def movie(folder, source, order, size=SIZE, frames=3):
    """A movie whose even lines are brighter than its odd ones."""
    encoder, pixels, flags = SOURCES[source]
    mode, container = ORDERS[order]
    path = folder / source
    width, height = size
    options = {} if container is None else {"field_order": container}
    if container is not None and flags:
        options["flags"] = flags
    if encoder == "ffv1":
        options["level"] = "3"
    with av.open(str(path), "w") as output:
        stream = output.add_stream(encoder, rate=25, options=options)
        stream.width, stream.height, stream.pix_fmt = width, height, pixels
        if encoder == "mpeg2video":
            stream.bit_rate = 20_000_000
        graph = av.filter.Graph()
        begin = graph.add_buffer(
            width=width, height=height, format=av.VideoFormat(pixels), time_base=Fraction(1, 25)
        )
        graph.link_nodes(begin, graph.add("setfield", f"mode={mode}"), graph.add("buffersink"))
        graph.configure()
        for number in range(frames):
            picture = av.VideoFrame(width, height, pixels)
            kind = np.uint16 if "10" in pixels else np.uint8
            for index, plane in enumerate(picture.planes):
                step = plane.line_size // np.dtype(kind).itemsize
                values = np.full((plane.height, step), 512 if kind == np.uint16 else 128, kind)
                if index == 0:
                    values[::2] += 100 if kind == np.uint16 else 25
                plane.update(values.tobytes())
            picture.pts, picture.time_base = number, Fraction(1, 25)
            graph.push(picture)
            output.mux(stream.encode(graph.pull()))
        output.mux(stream.encode(None))
    return path


def order_of(path):
    """What FFmpeg decodes: the flag of every picture, and the order by its filter ``select``."""
    found = set()
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        for picture in container.decode(stream):
            graph = av.filter.Graph()
            begin = graph.add_buffer(template=stream)
            pick = graph.add("select", "eq(interlace_type,TOPFIRST)")
            graph.link_nodes(begin, pick, graph.add("buffersink")).configure()
            graph.push(picture)
            graph.push(None)
            try:
                graph.pull()
                top = True
            except (av.error.BlockingIOError, av.error.EOFError):
                top = False
            order = "top_first" if top else "bottom_first"
            found.add(order if picture.interlaced_frame else "progressive")
    assert len(found) == 1, found
    return found.pop()


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
    path = look.save(plate.parent / "x.grade.yaml")  # presets are found beside it
    try:
        return grade.render(path, plate, output, device="cpu", as_is=True, threads=1, **options)
    finally:
        logger.removeHandler(listener)
        logger.setLevel(level)


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("source", SOURCES)
def test_a_movie_keeps_the_order(tmp_path, source, order):
    plate, said = movie(tmp_path, source, order), []
    assert order_of(plate) == order
    job(plate, tmp_path / "out.mov", said)
    assert order_of(tmp_path / "out.mov") == order
    assert any("interlaced" in line for line in said) == (order != "progressive")
    stated = (tmp_path / "out.mov").read_bytes().partition(b"fiel")[2][:2]
    assert stated == {"top_first": b"\2\1", "bottom_first": b"\2\6"}.get(order, b"")


PRESETS = {
    "high422.mp4": "{codec: h264, profile: high422}",
    "high422.mov": "{codec: h264, profile: high422}",
    "ffv1.mkv": "{codec: ffv1, profile: '422'}", "4444.mov": "{codec: prores, profile: '4444'}",
}  # fmt: skip


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("name", PRESETS)
def test_codecs_that_hold_fields(tmp_path, name, order):
    plate = movie(tmp_path, "prores.mov", order)
    path = tmp_path / f"out{name[name.index('.') :]}"
    job(plate, f"{path},preset={preset(tmp_path, PRESETS[name], path.suffix)}")
    assert order_of(path) == order


def preset(folder, recipe, suffix, more=""):
    path = folder / "presets" / "own.preset.yaml"
    path.parent.mkdir()
    path.write_text(f"preset: own\nabout: test\nmovie: {recipe}\nsuffix: [{suffix}]\n{more}")
    return "own"


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize(
    "recipe",
    ["{codec: hevc, profile: main422}", "{codec: h264, profile: high}", "{codec: dnxhr}"],
)
def test_codecs_that_do_not(tmp_path, recipe, order):
    plate = movie(tmp_path, "prores.mov", order, (720, 128))
    path = tmp_path / ("out.mov")
    output = f"{path},preset={preset(tmp_path, recipe, '.mov')}"
    if order == "progressive":
        job(plate, output)
        assert order_of(path) == "progressive"
        return
    with pytest.raises(GradeError, match="interlaced") as raised:
        job(plate, output)
    assert raised.value.exit_code == 2
    assert not path.exists()


@pytest.mark.parametrize("suffix", ["exr", "dpx", "mov"])
@pytest.mark.parametrize("order", ORDERS)
def test_lines_of_two_fields_are_not_averaged(tmp_path, order, suffix):
    plate = movie(tmp_path, "prores.mov", order)
    output = tmp_path / ("o.mov" if suffix == "mov" else f"o.####.{suffix}")
    if order == "progressive":
        job(plate, output, scale="1/2")
        return
    with pytest.raises(GradeError, match="interlaced") as raised:
        job(plate, output, scale="1/2")
    assert raised.value.exit_code == 2
    assert not list(tmp_path.glob("o.*"))


@pytest.mark.parametrize("suffix", ["exr", "dpx"])
@pytest.mark.parametrize("order", ORDERS)
def test_frames_carry_the_order_to_a_movie(tmp_path, order, suffix):
    plate = movie(tmp_path, "prores.mov", order)
    job(plate, tmp_path / f"o.####.{suffix}")
    frame = grade.read(tmp_path / f"o.0001.{suffix}")
    assert frame.attributes.get("grade:field_order", "progressive") == order
    if suffix == "dpx" and order != "progressive":
        assert (tmp_path / "o.0001.dpx").read_bytes()[1928] == 1  # SMPTE 268M: 2:1 interlace
    job(tmp_path / f"o.####.{suffix}", tmp_path / "back.mov", rate=25)
    assert order_of(tmp_path / "back.mov") == order


@pytest.mark.parametrize("height", [62, 63, 64])
def test_padding_keeps_lines_in_their_field(tmp_path, height):
    """A picture of 62 lines in 65 would begin at line 1, which is of the other field."""
    plate = movie(tmp_path, "ffv1.mkv", "top_first", (720, height))
    own = preset(tmp_path, "{codec: prores}", ".mov", "sizes: [[720, 65]]\nfit: pad\n")
    job(plate, f"{tmp_path / 'out.mov'},preset={own}")
    with Movie(tmp_path / "out.mov") as read:
        lines = np.asarray(read.read(1).planes["G"][:, 360], np.float32)
    first = int(np.argmax(lines > 0.2))
    assert first % 2 == 0
    assert lines[first] > lines[first + 1] > 0.2
