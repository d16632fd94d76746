"""Sound: in sync within a millisecond, cut at the sample, untouched where it can be."""

from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("av", reason="movies need PyAV: pip install grade-toolkit[movie]")

from grade.io import MissingError, ReadError, UnsupportedError
from grade.io.formats.movie import Movie, MovieWriter, Recipe, Sound, write_movie

from ...draw import some
from .movies import RATE, flat, heard, offset, write_wave

MILLISECOND = 0.001
CODECS = {".mov": "prores", ".mp4": "h264", ".mkv": "ffv1", ".mxf": "dnxhr"}


def film(path: Path, count: int, rate: Fraction | int, sound: Sound, audio: str) -> MovieWriter:
    recipe = Recipe(CODECS[path.suffix], audio=audio)
    with MovieWriter(path, recipe, rate, sound=sound) as writer:
        for number in range(1, count + 1):
            writer.write(flat(number))
    return writer


SOUNDS = [
    (".mov", "copy", "pcm_s16le"), (".mov", "pcm_s24le", "pcm_s24le"), (".mov", "aac", "aac"),
    (".mp4", "copy", "aac"), (".mkv", "copy", "pcm_s16le"), (".mxf", "copy", "pcm_s16le"),
    (".mxf", "pcm_s24le", "pcm_s24le"),
]  # fmt: skip
RATES = [24, Fraction(24000, 1001), 25]


@pytest.mark.parametrize(
    ("suffix", "audio", "codec", "rate"),
    some([(*sound, rate) for sound in SOUNDS for rate in RATES], 6),
)
def test_a_sound_file_is_joined_in_sync(
    tmp_path: Path, suffix: str, audio: str, codec: str, rate: Fraction | int
) -> None:
    samples = write_wave(tmp_path / "s.wav")[:, 0]
    whole, part = tmp_path / f"whole{suffix}", tmp_path / f"part{suffix}"
    film(whole, 50, rate, Sound(tmp_path / "s.wav"), audio)
    assert heard(whole)[0] == codec and abs(offset(whole, samples)) < MILLISECOND
    # Frames 18 to 37 of it.
    start, length = Fraction(17) / rate, Fraction(20) / rate
    film(part, 20, rate, Sound(tmp_path / "s.wav", start, length), audio)
    first = round(start * RATE)
    expected = samples[first : first + round(length * RATE)]
    assert abs(offset(part, expected)) < MILLISECOND
    if codec.startswith("pcm"):
        _, begin, found = heard(part)
        exact = expected.astype(np.float32) / np.float32(32768)
        assert begin == 0 and np.array_equal(found, exact)  # to the sample, to the bit


def test_the_sound_of_a_movie_goes_on_untouched_or_cut(tmp_path: Path) -> None:
    samples = write_wave(tmp_path / "s.wav")[:, 0]
    source = tmp_path / "source.mp4"
    film(source, 48, 24, Sound(tmp_path / "s.wav"), "aac")
    for suffix in (".mp4", ".mov", ".mkv"):
        copy, cut = tmp_path / f"copy{suffix}", tmp_path / f"cut{suffix}"
        assert not film(copy, 48, 24, Sound(source, length=Fraction(2)), "copy").notes
        assert heard(copy)[0] == "aac" and abs(offset(copy, samples)) < MILLISECOND
        sound = Sound(source, Fraction(13, 24), Fraction(24, 24))
        notes = film(cut, 24, 24, sound, "copy").notes
        assert suffix == ".mp4" or "only a part is wanted" in notes[0]
        first = 13 * 2000
        assert abs(offset(cut, samples[first : first + RATE])) < MILLISECOND


def test_a_part_far_into_the_sound(tmp_path: Path) -> None:
    samples = write_wave(tmp_path / "s.wav", seconds=12)[:, 0]
    source = tmp_path / "source.mov"
    film(source, 300, 25, Sound(tmp_path / "s.wav"), "aac")
    cut = tmp_path / "cut.mov"
    film(cut, 25, 25, Sound(source, Fraction(201, 25), Fraction(1)), "pcm_s24le")
    first = 201 * 1920
    assert abs(offset(cut, samples[first : first + RATE])) < MILLISECOND


def test_sound_before_its_begin_is_silence_and_none_goes_beyond_the_picture(tmp_path: Path) -> None:
    samples = write_wave(tmp_path / "s.wav")[:, 0]
    path = tmp_path / "a.mov"
    film(path, 24, 24, Sound(tmp_path / "s.wav", Fraction(-1, 4)), "pcm_s16le")
    _, _, found = heard(path)
    assert found.size == RATE and not found[: RATE // 4].any()
    assert np.array_equal(found[RATE // 4 :] * 32768, samples[: RATE * 3 // 4])


def test_several_tracks(tmp_path: Path) -> None:
    import av

    write_wave(tmp_path / "s.wav", channels=1)
    source = tmp_path / "two.mov"
    with av.open(str(source), "w") as out, av.open(str(tmp_path / "s.wav")) as given:
        tracks = [out.add_stream_from_template(given.streams.audio[0]) for _ in range(2)]
        for packet in given.demux():
            if packet.dts is None:
                continue
            for track in tracks:
                copy = av.Packet(bytes(packet))
                copy.stream, copy.pts, copy.dts = track, packet.pts, packet.dts
                copy.time_base = packet.time_base
                out.mux(copy)
    film(tmp_path / "a.mov", 12, 24, Sound(source), "pcm_s24le")
    with av.open(str(tmp_path / "a.mov")) as container:
        assert len(container.streams.audio) == 2


def test_what_cannot_be_is_named(tmp_path: Path) -> None:
    write_wave(tmp_path / "s.wav")
    with pytest.raises(UnsupportedError, match="cannot be encoded as mp9"):
        film(tmp_path / "a.mov", 1, 24, Sound(tmp_path / "s.wav"), "mp9")
    with pytest.raises(MissingError, match=r"no\.wav: no such file"):
        film(tmp_path / "a.mov", 1, 24, Sound(tmp_path / "no.wav"), "copy")
    (tmp_path / "bad.wav").write_bytes(b"RIFF????WAVE" + bytes(99))
    with pytest.raises(ReadError, match=r"bad\.wav"):
        film(tmp_path / "a.mov", 1, 24, Sound(tmp_path / "bad.wav"), "copy")
    assert not (tmp_path / "a.mov").exists()
    silent = write_movie([flat(1)], tmp_path / "silent.mov", Recipe("prores"), 24)
    writer = film(tmp_path / "b.mov", 1, 24, Sound(silent), "copy")
    assert "there is no sound in it" in writer.notes[0]
    with Movie(tmp_path / "b.mov") as movie:
        assert len(movie) == 1
