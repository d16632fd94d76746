"""What an encoder or a container refuses is refused before there is a movie."""

from fractions import Fraction
from pathlib import Path

import pytest

pytest.importorskip("av", reason="movies need PyAV: pip install grade-toolkit[movie]")

from grade.io import MissingError, ReadError, UnsupportedError
from grade.io.formats.movie import Movie, Recipe, Sound, read_tracks, try_encode, write_movie

from .movies import RATE, damage_frame, noise, write_wave


@pytest.mark.parametrize(
    ("suffix", "recipe", "size", "message"),
    [
        (".mov", Recipe("prores"), (255, 128), "255x128: yuv422p10le is 4:2:2, which takes"),
        (".mp4", Recipe("h264"), (256, 127), "yuv420p is 4:2:0, which takes an even width and"),
        (".mp4", Recipe("hevc"), (1, 1), "1x1: yuv420p10le is 4:2:0"),
        (".mov", Recipe("dnxhr"), (64, 64), r"x\.mov: 64x64 as dnxhr is refused: "),
        (".mp4", Recipe("h264", pixels="yuv422p"), (256, 128), "does not hold yuv422p"),
        (".mov", Recipe("prores", audio="vorbis"), (256, 128), "sound cannot be encoded as vorbis"),
    ],
)  # fmt: skip
def test_what_cannot_be(
    tmp_path: Path, suffix: str, recipe: Recipe, size: tuple[int, int], message: str
) -> None:
    write_wave(tmp_path / "s.wav")
    path = tmp_path / f"x{suffix}"
    with pytest.raises(UnsupportedError, match=message) as caught:
        try_encode(path, recipe, Fraction(24), size, sound=Sound(tmp_path / "s.wav"))
    assert "grade-" not in str(caught.value)
    assert [p.name for p in tmp_path.iterdir()] == ["s.wav"]


def test_what_can_be_leaves_nothing_behind(tmp_path: Path) -> None:
    write_wave(tmp_path / "s.wav")
    for suffix, recipe in ((".mov", Recipe("prores", "4444")), (".mkv", Recipe("ffv1"))):
        try_encode(
            tmp_path / f"x{suffix}", recipe, Fraction(24), (255, 127), timecode="10:00:00:00",
            sound=Sound(tmp_path / "s.wav"),
        )  # fmt: skip
    assert [p.name for p in tmp_path.iterdir()] == ["s.wav"]


def test_sound_that_is_not_there_or_damaged(tmp_path: Path) -> None:
    path, size = tmp_path / "x.mov", (256, 128)
    with pytest.raises(MissingError, match=r"none\.wav"):
        try_encode(path, Recipe("prores"), Fraction(24), size, sound=Sound(tmp_path / "none.wav"))
    (tmp_path / "bad.wav").write_bytes(b"no sound" * 40)
    with pytest.raises(UnsupportedError, match=r"bad\.wav: sound: damaged"):
        try_encode(path, Recipe("prores"), Fraction(24), size, sound=Sound(tmp_path / "bad.wav"))


def test_tracks_are_described(tmp_path: Path) -> None:
    samples = write_wave(tmp_path / "s.wav")
    (track,) = read_tracks(tmp_path / "s.wav")
    assert (track.codec, track.channels, track.rate) == ("pcm_s16le", samples.shape[1], RATE)
    assert track.seconds is not None
    assert abs(track.seconds - len(samples) / RATE) < 0.01


def test_a_damaged_first_frame_costs_only_itself(tmp_path: Path) -> None:
    path = tmp_path / "a.mkv"
    frames = [noise(n) for n in range(1, 7)]
    write_movie(frames, path, Recipe("ffv1", pixels="gbrp16le", dither="none"), 24)
    damage_frame(path, 0)
    with Movie(path) as movie:
        assert len(movie) == 6
        with pytest.raises(ReadError, match="frame 1"):
            movie.read(1)
        for number, frame in enumerate(frames[1:], 2):
            codes = movie.read(number).planes["G"].astype(float) / 65535
            assert abs(codes - frame.planes["G"]).max() < 1e-4
