from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from grade.io import Frame, LayerError, MissingError, ReadError, UnsupportedError, Window, read

from .pictures import PLATES, picture


def codes(channels: int, dtype: Any) -> Any:
    random = np.random.default_rng(3)
    return random.integers(0, np.iinfo(dtype).max, (20, 30, channels), dtype, endpoint=True)


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
@pytest.mark.parametrize("channels", [3, 4])
def test_round_trip(tmp_path: Path, dtype: Any, channels: int) -> None:
    values = codes(channels, dtype)
    alpha = "straight" if channels == 4 else "none"
    Frame.from_pixels(values, alpha=alpha).write(tmp_path / "a.png")
    frame = read(tmp_path / "a.png")
    assert frame.pixels.dtype == dtype and frame.alpha == alpha and frame.tags == {}
    np.testing.assert_array_equal(frame.pixels, values)
    frame.write(tmp_path / "b.png")
    assert (tmp_path / "a.png").read_bytes() == (tmp_path / "b.png").read_bytes()


@pytest.mark.parametrize(("bits", "top"), [(8, 255), ("16", 65535)])
def test_floats_are_held_and_rounded_half_up(tmp_path: Path, bits: Any, top: int) -> None:
    values = np.array([[[-1, 0, 0.5], [1, 7, np.inf], [np.nan, -np.inf, 0.25]]], np.float32)
    Frame.from_pixels(values).write(tmp_path / "a.png", bits)
    expected = [[0, 0, top // 2 + 1], [top, top, top], [0, 0, np.floor(0.25 * top + 0.5)]]
    np.testing.assert_array_equal(read(tmp_path / "a.png").pixels[0], expected)


def test_premultiplied_color_is_stored_straight(tmp_path: Path) -> None:
    values = np.array([[[0.25, 0.125, 0.0, 0.5], [0.5, 0.25, 1.0, 0.0]]], np.float16)
    Frame.from_pixels(values).write(tmp_path / "a.png", 8)
    # Where alpha is 0 the color is a glow and stays as it stands.
    np.testing.assert_array_equal(
        read(tmp_path / "a.png").pixels[0], [[128, 64, 0, 128], [128, 64, 255, 0]]
    )


def test_the_display_window_is_what_is_written(tmp_path: Path) -> None:
    frame = picture(4, data_window=Window(-2, 1, 4, 4), display_window=Window(0, 0, 9, 3))
    frame.write(tmp_path / "a.png", 16)
    again = read(tmp_path / "a.png").pixels
    assert again.shape == (4, 10, 3)
    inside = frame.only_color().filling_display().pixels
    np.testing.assert_array_equal(inside[1:4, :5], frame.pixels[:3, 2:])
    assert not inside[0].any() and not inside[:, 5:].any()
    away = picture(4, data_window=Window(100, 100, 106, 103), display_window=Window(0, 0, 9, 3))
    assert not away.filling_display().pixels.any()


@pytest.mark.parametrize(
    ("identity", "chunk"),
    [
        ("g24_rec709_display", b"cICP\x01\x01\x00\x01"),
        ("pq_rec2020_display", b"cICP\x09\x10\x00\x01"),
        ("srgb_rec709_display", b"cICP\x01\x0d\x00\x01"),
    ],
)
def test_tags(tmp_path: Path, identity: str, chunk: bytes) -> None:
    frame = picture(attributes={"look": "harbour_night"})
    frame.write(tmp_path / "a.png", tags={"colorInteropID": identity})
    assert chunk in (tmp_path / "a.png").read_bytes()
    again = read(tmp_path / "a.png")
    assert again.tags == {"colorInteropID": identity}
    assert again.attributes["look"] == "harbour_night"


def test_unknown_space_claims_nothing(tmp_path: Path) -> None:
    picture(tags={"colorInteropID": "srgb_rec709_display"}).write(tmp_path / "a.png", tags={})
    data = (tmp_path / "a.png").read_bytes()
    assert not any(name in data for name in (b"sRGB", b"gAMA", b"cHRM", b"cICP", b"iCCP"))


def test_grey_and_layers_are_refused(tmp_path: Path) -> None:
    import OpenImageIO as oiio

    grey = oiio.ImageBuf(np.zeros((4, 4, 1), np.uint8))
    assert grey.write(str(tmp_path / "grey.png"))
    with pytest.raises(LayerError, match="its channels are Y"):
        read(tmp_path / "grey.png")
    picture().write(tmp_path / "a.png")
    with pytest.raises(LayerError, match="no layers"):
        read(tmp_path / "a.png", layer="key")
    with pytest.raises(MissingError):
        read(tmp_path / "absent.png")
    with pytest.raises(UnsupportedError, match="no choice of compression"):
        picture().write(tmp_path / "a.png", compression="zip")


def test_damage_is_a_typed_error(tmp_path: Path) -> None:
    Frame.from_pixels(codes(3, np.uint16)).write(tmp_path / "a.png")
    data = (tmp_path / "a.png").read_bytes()
    random = np.random.default_rng(5)
    file = tmp_path / "damaged.png"
    cuts = [data[: int(cut)] for cut in random.integers(0, len(data) - 100, 30)]
    for case in [b"", b"text", data[:8], data[:8] + random.bytes(300), *cuts]:
        file.write_bytes(case)
        with pytest.raises(ReadError, match=r"damaged\.png"):
            read(file)
    for _ in range(60):
        place = int(random.integers(0, len(data)))
        flipped = bytearray(data)
        flipped[place] ^= 1 << int(random.integers(0, 8))
        file.write_bytes(flipped)
        with suppress(ReadError, LayerError):
            read(file)


def test_a_photograph(tmp_path: Path) -> None:
    if not (PLATES / "Desk.exr").exists():
        pytest.skip("the plate Desk.exr is not here")
    frame = read(PLATES / "Desk.exr")
    frame.write(tmp_path / "a.png", 16, sync=False)
    again = read(tmp_path / "a.png")
    straight = frame.with_alpha("straight").pixels
    held = np.clip(straight.astype(np.float32), 0, 1)
    np.testing.assert_array_equal(
        again.pixels, np.floor(held * np.float32(65535) + np.float32(0.5)).astype(np.uint16)
    )


def test_damage_is_one_line_and_the_library_says_nothing(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    Frame.from_pixels(codes(3, np.uint16)).write(tmp_path / "a.png")
    data = (tmp_path / "a.png").read_bytes()
    file = tmp_path / "damaged.png"
    flipped = bytearray(data)
    flipped[len(data) - 60] ^= 1
    for case, message in ((data[: len(data) * 3 // 4], "cut short"), (flipped, "checksum")):
        file.write_bytes(case)
        with pytest.raises(ReadError, match=message) as caught:
            read(file)
        assert "\n" not in str(caught.value)
    assert capfd.readouterr() == ("", "")
