import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from grade.io import Frame, MissingError, ReadError, UnsupportedError, read
from grade.io.formats.integer_codes import interleave

from .damage import assert_typed


def smooth(channels: int = 3) -> Any:
    y, x = np.mgrid[0:48, 0:64].astype(np.float32)
    planes = [x / 63, y / 47, (x + y) / 110, (y + 10) / 57][:channels]
    return np.stack(planes, axis=-1)


@pytest.mark.parametrize("bits", ["8", "10", "12"])
@pytest.mark.parametrize("channels", [3, 4])
def test_lossless_avif(tmp_path: Path, bits: str, channels: int) -> None:
    alpha: Any = "straight" if channels == 4 else "none"
    frame = Frame.from_pixels(
        smooth(channels), alpha=alpha, attributes={"grade:look": "night"}, timecode="01:00:00:00"
    )
    path = frame.write(tmp_path / "a.avif", bits, "avif:100")
    again = read(path)
    np.testing.assert_array_equal(interleave(again, bits), interleave(frame, bits))
    assert (again.alpha, again.attributes, again.timecode, again.tags) == (
        alpha,
        {"grade:look": "night"},
        "01:00:00:00",
        {},
    )
    again.write(tmp_path / "b.avif", compression="avif:100")
    assert path.read_bytes() == (tmp_path / "b.avif").read_bytes()


def test_quality_and_color(tmp_path: Path) -> None:
    frame = Frame.from_pixels(smooth(), tags={"colorInteropID": "pq_rec2020_display"})
    path = frame.write(tmp_path / "a.avif")
    again = read(path)
    assert again.tags == frame.tags and again.native is not None
    assert str(again.native.layout) == "u10 x3 interleaved"
    difference = interleave(again, "10").astype(int) - interleave(frame, "10")
    assert np.abs(difference).max() <= 16
    assert b"nclx\x00\x09\x00\x10" in path.read_bytes()
    smaller = frame.write(tmp_path / "b.avif", compression="avif:30")
    assert smaller.stat().st_size < path.stat().st_size


def heic(path: Path, pixels: Any, **how: Any) -> Path:
    pillow_heif = pytest.importorskip("pillow_heif", reason="pillow-heif is not installed")
    mode = {"uint8": "RGB", "uint16": "RGB;16"}[pixels.dtype.name]
    size = pixels.shape[1::-1]
    pillow_heif.from_bytes(mode=mode, size=size, data=pixels.tobytes()).save(
        path, quality=-1, **how
    )
    return path


def test_heic_of_eight_bits(tmp_path: Path) -> None:
    pixels = np.floor(smooth() * 255).astype(np.uint8)
    frame = read(heic(tmp_path / "a.heic", pixels, chroma=444))
    assert frame.pixels.dtype == np.uint8
    assert np.abs(frame.pixels.astype(int) - pixels).max() <= 4


def test_heic_of_ten_bits(tmp_path: Path) -> None:
    pixels = np.floor(smooth() * 65535).astype(np.uint16)
    frame = read(heic(tmp_path / "a.heic", pixels, chroma=444))
    assert frame.native is not None
    code = str(frame.native.layout)
    assert code in ("u10 x3 interleaved", "u12 x3 interleaved")
    assert np.abs(frame.pixels.astype(int) - pixels).max() <= 400


def test_refused_by_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    frame = Frame.from_pixels(smooth())
    with pytest.raises(UnsupportedError, match=r"write \.avif"):
        frame.write(tmp_path / "a.heic")
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(UnsupportedError, match=r"quality of 1\.\.100"):
        frame.write(tmp_path / "a.avif", compression="avif:0")
    with pytest.raises(MissingError):
        read(tmp_path / "absent.avif")
    monkeypatch.setitem(sys.modules, "pillow_heif", None)
    with pytest.raises(UnsupportedError, match=r"pip install 'grade-toolkit\[stills\]'"):
        read(tmp_path / "absent.heic")


@pytest.mark.parametrize("suffix", [".avif", ".heic"])
def test_damage_is_a_typed_error(tmp_path: Path, suffix: str) -> None:
    if suffix == ".avif":
        path = Frame.from_pixels(smooth()).write(tmp_path / "a.avif", 10)
    else:
        path = heic(tmp_path / "a.heic", np.floor(smooth() * 255).astype(np.uint8))
    assert_typed(path)
    (tmp_path / "cut.avif").write_bytes(path.read_bytes()[:100])
    with pytest.raises(ReadError):
        read(tmp_path / "cut.avif")
