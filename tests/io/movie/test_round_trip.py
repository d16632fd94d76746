"""What is written is read back, by us and by PyAV alone: tags, range, count, timecode, values."""

from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("av", reason="movies need PyAV: pip install grade-toolkit[movie]")

from grade.io import (
    Frame,
    FrameError,
    MissingError,
    ReadError,
    UnsupportedError,
    WriteError,
)
from grade.io.formats.movie import Mastering, Movie, MovieWriter, Recipe, is_movie, write_movie

from .movies import PQ, REC709, flat, noise, ramp, seen

FILM = Fraction(24000, 1001)
# Suffix, recipe, pixels as decoded, most code values (of ten bits) a ramp may be off: half a step
# of luma and of chroma is 1.2 of R'G'B'; what is above is the codec's.
KINDS = [
    (".mov", Recipe("prores", "422hq", dither="none"), "yuv422p10le", 3.0),
    (".mov", Recipe("prores", "4444", dither="none"), "yuv444p12le", 2.5),
    (".mov", Recipe("dnxhr", "hqx", dither="none"), "yuv422p10le", 3.0),
    (".mxf", Recipe("dnxhr", "hqx", dither="none"), "yuv422p10le", 3.0),
    (".mp4", Recipe("h264", "high", dither="none"), "yuv420p", 10.0),
    (".mov", Recipe("h264", "high422", dither="none"), "yuv422p10le", 4.0),
    (".mp4", Recipe("hevc", "main10", dither="none"), "yuv420p10le", 5.0),
    (".mov", Recipe("hevc", "main444", "yuv444p12le", dither="none"), "yuv444p12le", 3.0),
    (".mkv", Recipe("ffv1", "422", dither="none"), "yuv422p10le", 1.2),
    (".mkv", Recipe("ffv1", "rgb", "gbrp10le", dither="none"), "gbrp10le", 0.001),
    (".mkv", Recipe("ffv1", "rgb", "gbrp12le", dither="none"), "gbrp12le", 0.13),
    (".mkv", Recipe("ffv1", "rgb", "gbrp16le", dither="none"), "gbrp16le", 0.01),
]
NAMES = [f"{r.codec}-{r.profile}-{r.pixels or ''}{s}" for s, r, _, _ in KINDS]


def codes(frame: Frame) -> np.ndarray:
    pixels = frame.pixels
    scale = np.iinfo(pixels.dtype).max if pixels.dtype.kind == "u" else 1
    return pixels.astype(np.float64) / scale * 1023


@pytest.mark.parametrize(("suffix", "recipe", "pixels", "loss"), KINDS, ids=NAMES)
def test_every_codec(tmp_path: Path, suffix: str, recipe: Recipe, pixels: str, loss: float) -> None:
    path = tmp_path / f"a{suffix}"
    frames = [ramp(n, timecode="01:02:03:04" if n == 1 else None) for n in range(1, 9)]
    assert write_movie(frames, path, recipe, FILM) == path
    assert [p.name for p in tmp_path.iterdir()] == [path.name]
    found = seen(path)
    rgb = pixels.startswith("gbr")
    points = (1, 1, 0 if rgb else 1)
    assert found.picture[:3] == points and found.pixels == pixels
    assert found.stream[:3] == points
    assert found.frames == 8 and found.rate == FILM and found.timecode == "01:02:03:04"
    if recipe.codec == "hevc":
        assert found.tag == "hvc1"
    with Movie(path) as movie:
        assert movie.tags.identifier == "g24_rec709_display" and movie.tags.legal is not rgb
        assert movie.color_tags == REC709 and len(movie) == 8
        assert movie.first == 3723 * 24 + 4  # 01:02:03:04
        assert movie.timecode_of(movie.first + 21) == "01:02:04:01"
        worst = max(np.abs(codes(frame) - codes(frames[0])).max() for frame in movie)
    assert worst <= loss
    if recipe.codec == "ffv1" and pixels == "gbrp10le":
        with Movie(path) as movie:
            assert np.array_equal(np.rint(codes(movie.read(movie.first))), codes(frames[0]).round())


@pytest.mark.parametrize("suffix", [".mov", ".mp4", ".mkv"])
@pytest.mark.parametrize("legal", [True, False])
def test_range_is_written_tagged_and_read(tmp_path: Path, suffix: str, legal: bool) -> None:
    path = tmp_path / f"a{suffix}"
    write_movie([ramp(1)], path, Recipe("hevc", "main444", legal=legal, quality=1), 24)
    assert seen(path).picture[3] == (1 if legal else 2)
    with Movie(path) as movie:
        assert movie.tags.legal is legal
        assert np.abs(codes(movie.read(1)) - codes(ramp(1))).max() < 4
    with Movie(path, range_="full" if legal else "legal") as movie:
        read = movie.read(1).planes["G"]
        assert "read as" in movie.notes[0]
        # Read wrongly on purpose: white is 940 of 1023, or 1023 where 940 is white.
        assert abs(read[64, -8:].mean() - (940 / 1023 if legal else 959 / 876)) < 0.02


def test_tags_of_every_display_space(tmp_path: Path) -> None:
    spaces = {
        "g24_rec709_display": (1, 1, 1), "srgb_rec709_display": (1, 13, 1),
        "g26_p3d65_display": (12, 17, 1), "pq_rec2020_display": (9, 16, 9),
        "hlg_rec2020_display": (9, 18, 9), "pq_p3d65_display": (12, 16, 1),
    }  # fmt: skip
    for recipe in (Recipe("prores", "4444"), Recipe("hevc")):
        for space, points in spaces.items():
            path = tmp_path / "a.mov"
            write_movie([noise(1, tags={"colorInteropID": space})], path, recipe, 24)
            found = seen(path)
            assert found.stream[:3] == found.picture[:3] == points
            with Movie(path) as movie:
                assert movie.color_tags == {"colorInteropID": space}


@pytest.mark.parametrize("count", [1, 2, 3, 4, 5, 9])
@pytest.mark.parametrize("codec", ["hevc", "h264"])
def test_a_very_short_movie(tmp_path: Path, codec: str, count: int) -> None:
    """Shorter than the delay of the encoder, which then leaves times unset now and then."""
    for attempt in range(3):
        path = tmp_path / f"{attempt}.mp4"
        write_movie([flat(n) for n in range(1, count + 1)], path, Recipe(codec), 24)
        with Movie(path) as movie:
            found = [round(float(frame.planes["G"].mean()) * 100) for frame in movie]
        assert found == list(range(1, count + 1))


def test_an_unknown_space_is_tagged_as_unknown(tmp_path: Path) -> None:
    write_movie([noise(1, tags={})], tmp_path / "a.mov", Recipe("prores"), 24)
    assert seen(tmp_path / "a.mov").picture[:3] == (2, 2, 1)
    with Movie(tmp_path / "a.mov") as movie:
        assert movie.color_tags == {}


@pytest.mark.parametrize(
    ("codec", "suffix"), [("hevc", ".mov"), ("hevc", ".mp4"), ("prores", ".mov")]
)
def test_hdr10_metadata_is_in_the_stream_and_in_the_container(
    tmp_path: Path, codec: str, suffix: str
) -> None:
    light = Mastering(max_cll=812, max_fall=143)
    path = tmp_path / f"a{suffix}"
    frames = [noise(n, tags=PQ) for n in range(1, 7)]
    write_movie(frames, path, Recipe(codec, mastering=light), 24, timecode="10:00:00:00")
    data = path.read_bytes()
    for kind, content in light.mp4_boxes():
        assert data.count(kind + content) == 1
    found = seen(path)
    assert found.frames == 6 and found.timecode == "10:00:00:00"
    assert {"MASTERING_DISPLAY_METADATA", "CONTENT_LIGHT_LEVEL"} <= set(found.side_data)


def test_mastering_values_are_those_of_st2086() -> None:
    light = Mastering("p3d65", 0.0001, 1000, 1000, 400)
    assert light.x265_options()[0] == (
        "master-display=G(13250,34500)B(7500,3000)R(34000,16000)WP(15635,16450)L(10000000,1)"
    )
    content = dict(light.mp4_boxes())
    points = "33c286c41d4c0bb884d03e803d134042"
    assert content[b"mdcv"].hex() == points + "00989680" + "00000001"
    assert content[b"clli"].hex() == "03e80190"


@pytest.mark.parametrize("suffix_codec", [(".mp4", "h264"), (".mov", "prores"), (".mkv", "ffv1"),
                                          (".mxf", "dnxhr"), (".mp4", "hevc")])  # fmt: skip
def test_any_frame_in_any_order_is_the_one_that_its_number_names(
    tmp_path: Path, suffix_codec: tuple[str, str]
) -> None:
    suffix, codec = suffix_codec
    path = tmp_path / f"a{suffix}"
    extra = {"g": "8", "bf": "3"} if codec == "h264" else {}
    write_movie(
        [flat(n) for n in range(1, 61)], path, Recipe(codec, dither="none", options=extra), 25
    )
    with Movie(path) as movie:
        assert movie.frames == range(1, 61)
        for number in (*range(1, 61), 60, 3, 31, 30, 29, 1, 44, 59, 2, 17):
            frame = movie.read(number)
            assert frame.frame == number
            assert abs(float(np.mean(frame.pixels)) / _top(frame) - number / 100) < 0.004
        with pytest.raises(MissingError, match="there is no frame 61; it has 1-60"):
            movie.read(61)
    with Movie(path, first=1001) as movie:
        assert movie.frames == range(1001, 1061)
        assert abs(float(np.mean(movie.read(1031).pixels)) / _top(frame) - 0.31) < 0.004


def _top(frame: Frame) -> int:
    kind = frame.pixels.dtype
    return int(np.iinfo(kind).max) if kind.kind == "u" else 1


def test_threads_may_read_out_of_order(tmp_path: Path) -> None:
    from concurrent.futures import ThreadPoolExecutor

    path = tmp_path / "a.mp4"
    write_movie([flat(n) for n in range(1, 41)], path, Recipe("h264"), 25)
    with Movie(path, half=True) as movie, ThreadPoolExecutor(4) as pool:
        frames = list(pool.map(movie.read, movie.frames))
    for number, frame in enumerate(frames, 1):
        assert frame.pixels.dtype == np.float16
        assert abs(float(frame.planes["G"].astype(float).mean()) - number / 100) < 0.006


def test_an_untagged_movie_says_what_was_assumed(tmp_path: Path) -> None:
    import av

    for size, name in (((720, 576), "BT.601"), ((1280, 720), "BT.709")):
        path = tmp_path / f"{size[1]}.mp4"
        with av.open(str(path), "w") as container:
            stream = container.add_stream("libx264", rate=25)
            stream.width, stream.height, stream.pix_fmt = *size, "yuv420p"
            picture = av.VideoFrame(*size, "yuv420p")
            container.mux([*stream.encode(picture), *stream.encode(None)])
        with Movie(path) as movie:
            assert f"taken as {name}, for {size[1]} lines" in movie.notes[0]
            assert "no range is tagged; taken as legal" in movie.notes[1]
            assert movie.color_tags == {}


def test_alpha_of_prores_4444(tmp_path: Path) -> None:
    pixels = np.full((128, 256, 4), 0.5, np.float32)
    pixels[:, 128:, 3] = 1.0
    frame = Frame.from_pixels(pixels, alpha="straight", tags=REC709)
    write_movie([frame], tmp_path / "a.mov", Recipe("prores", "4444", "yuva444p10le"), 24)
    with Movie(tmp_path / "a.mov") as movie:
        back = movie.read(1)
    assert back.alpha == "straight" and back.color == ("R", "G", "B", "A")
    assert np.abs(back.planes["A"] - pixels[..., 3]).max() < 0.002
    assert np.abs(back.planes["R"] - 0.5).max() < 0.004


def test_rate_aspect_and_timecode_go_on(tmp_path: Path) -> None:
    first = flat(1, pixel_aspect=2.0, timecode="00:59:59;28", attributes={"framesPerSecond": 29.97})
    path = write_movie([first, flat(2), flat(3)], tmp_path / "a.mov", Recipe("prores"))
    with Movie(path) as movie:
        assert movie.rate == Fraction(30000, 1001) and movie.pixel_aspect == 2.0
        frames = list(movie)
    assert [frame.timecode for frame in frames] == ["00:59:59;28", "00:59:59;29", "01:00:00;00"]
    assert all(frame.attributes["framesPerSecond"] == Fraction(30000, 1001) for frame in frames)


def test_same_frames_same_bytes(tmp_path: Path) -> None:
    for suffix, codec in ((".mov", "prores"), (".mkv", "ffv1"), (".mxf", "dnxhr")):
        files = [tmp_path / f"{name}{suffix}" for name in "ab"]
        for file in files:
            write_movie([noise(n) for n in range(1, 6)], file, Recipe(codec), 24)
        assert files[0].read_bytes() == files[1].read_bytes(), codec


# --- whole or not at all --------------------------------------------------------------------------


def test_a_movie_that_is_not_finished_is_not_there(tmp_path: Path) -> None:
    path = tmp_path / "a.mov"
    with pytest.raises(ZeroDivisionError), MovieWriter(path, Recipe("prores"), 24) as writer:
        writer.write(noise(1))
        hidden = [p.name for p in tmp_path.iterdir()]
        assert len(hidden) == 1 and hidden[0].startswith(".a.mov.") and hidden[0].endswith(".part")
        raise ZeroDivisionError
    assert list(tmp_path.iterdir()) == []
    path.write_bytes(b"old")
    with pytest.raises(FrameError, match="256x128"), MovieWriter(path, Recipe("prores"), 24) as w:
        w.write(ramp(1))
        w.write(noise(2))
    assert path.read_bytes() == b"old" and len(list(tmp_path.iterdir())) == 1
    with pytest.raises(FrameError, match="no frame was given"):
        write_movie([], path, Recipe("prores"), 24)


def test_requests_that_cannot_be_are_refused_before_anything_is_written(tmp_path: Path) -> None:
    cases = [
        ("a.mp4", Recipe("prores"), "cannot be stored in .mp4; it can be in .mov"),
        ("a.mov", Recipe("prorez"), "Did you mean prores"),
        ("a.mov", Recipe("prores", "4442"), "no profile 4442"),
        ("a.mov", Recipe("prores", pixels="yuv420p"), "does not hold yuv420p"),
        ("a.mkv", Recipe("ffv1", quality=3), "no quality"),
        ("a.mov", Recipe("prores", quality=77), r"takes 1 \(best\) to 31"),
    ]
    for name, recipe, message in cases:
        with pytest.raises(UnsupportedError, match=message):
            MovieWriter(tmp_path / name, recipe, 24)
    with pytest.raises(FrameError, match="the first frame has no frame rate in its header"):
        write_movie([noise(1)], tmp_path / "a.mov", Recipe("prores"))
    with pytest.raises(WriteError, match="there is no folder"):
        MovieWriter(tmp_path / "no" / "a.mov", Recipe("prores"), 24)
    assert list(tmp_path.iterdir()) == []


def test_what_is_no_movie_is_named(tmp_path: Path) -> None:
    (tmp_path / "a.mov").write_bytes(b"nothing of the kind" * 99)
    (tmp_path / "empty.mov").touch()
    for name in ("a.mov", "empty.mov"):
        with pytest.raises(ReadError, match=f"{name}: damaged or no movie"):
            Movie(tmp_path / name)
    with pytest.raises(MissingError, match="no such file"):
        Movie(tmp_path / "b.mov")
    assert is_movie("x/y.MOV") and not is_movie("x/y.exr")
