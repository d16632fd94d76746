from pathlib import Path
from typing import Any

import numpy as np
import OpenImageIO as oiio
import pytest

from grade.io import Frame, LayerError, MissingError, UnsupportedError, Window, read
from grade.io.formats.integer_codes import interleave

from .damage import assert_typed
from .pictures import picture

SUFFIXES = (".jp2", ".j2k", ".j2c")


def ramps(dtype: Any, channels: int = 3) -> Any:
    y, x = np.mgrid[0:40, 0:50].astype(np.float64)
    noise = np.random.default_rng(2).integers(0, 40, (40, 50))
    planes = [x / 49, y / 39, (x + y) / 88, x * y / (49 * 39)][:channels]
    top = np.iinfo(dtype).max - 40
    return np.stack([(plane * top + noise).astype(dtype) for plane in planes], axis=-1)


@pytest.mark.parametrize("suffix", SUFFIXES)
@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
@pytest.mark.parametrize("channels", [3, 4])
def test_round_trip(tmp_path: Path, suffix: str, dtype: Any, channels: int) -> None:
    pixels = ramps(dtype, channels)
    alpha = "straight" if channels == 4 else "none"
    frame = Frame.from_pixels(
        pixels,
        alpha=alpha,
        attributes={"grade:look": "night", "take": 3},
        tags={"colorInteropID": "g24_rec709_display"},
        timecode="01:00:00:12",
    )
    path = frame.write(tmp_path / f"a{suffix}")
    again = read(path)
    assert again.alpha == alpha and again.pixels.dtype == dtype
    np.testing.assert_array_equal(again.pixels, pixels)
    assert again.attributes == {"grade:look": "night", "take": 3}
    assert (again.tags, again.timecode) == (frame.tags, frame.timecode)
    again.write(tmp_path / f"b{suffix}")
    assert path.read_bytes() == (tmp_path / f"b{suffix}").read_bytes()


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_another_reader_finds_the_same(tmp_path: Path, suffix: str) -> None:
    pixels = ramps(np.uint16)
    path = Frame.from_pixels(pixels, attributes={"owner": "x" * 70_000}).write(
        tmp_path / f"a{suffix}"
    )
    reader = oiio.ImageInput.open(str(path))
    np.testing.assert_array_equal(reader.read_image("uint16"), pixels)
    reader.close()
    assert read(path).attributes["owner"] == "x" * 70_000


@pytest.mark.parametrize("suffix", [".jp2", ".j2k"])
def test_twelve_bits_stay_codes(tmp_path: Path, suffix: str) -> None:
    codes = np.arange(4096, dtype=np.uint16).reshape(64, 64)
    pixels = np.stack([codes, codes[::-1], codes.T], axis=-1)
    frame = Frame.from_pixels(pixels.astype(np.float32) / np.float32(4095))
    again = read(frame.write(tmp_path / f"a{suffix}", 12))
    assert again.native is not None and str(again.native.layout) == "u12 x3 interleaved"
    np.testing.assert_array_equal(again.native.picture, pixels)
    np.testing.assert_array_equal(interleave(again, "12"), pixels)
    assert again.planes["R"].max() == 65535  # taken apart they are scaled to all of 16 bits
    for other in (again, again.with_pixels(again.pixels)):  # as codes, and by way of 16 bits
        path = other.write(tmp_path / f"b{suffix}", 12)
        np.testing.assert_array_equal(interleave(read(path), "12"), pixels)


def test_the_display_window_is_what_is_written(tmp_path: Path) -> None:
    frame = picture(4, data_window=Window(-2, 1, 4, 4), display_window=Window(0, 0, 9, 3))
    assert read(frame.write(tmp_path / "a.jp2")).pixels.shape == (4, 10, 3)


def test_refused_by_name(tmp_path: Path) -> None:
    import imagecodecs

    path = tmp_path / "a.jp2"
    path.write_bytes(imagecodecs.jpeg2k_encode(ramps(np.uint8)[..., 0], 0, codecformat="jp2"))
    with pytest.raises(LayerError, match="its channels are Y"):
        read(path)
    with pytest.raises(LayerError, match="no layers"):
        read(path, layer="key")
    with pytest.raises(MissingError):
        read(tmp_path / "absent.jp2")
    with pytest.raises(UnsupportedError, match="HTJ2K has no bits 12; it has 8, 16"):
        picture().write(tmp_path / "a.j2c", 12)


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_damage_is_a_typed_error(tmp_path: Path, suffix: str) -> None:
    path = Frame.from_pixels(ramps(np.uint16)).write(tmp_path / f"a{suffix}")
    assert_typed(path, head=200)
