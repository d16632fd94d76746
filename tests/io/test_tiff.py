from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import OpenImageIO as oiio
import pytest
import tifffile

from grade.io import Frame, LayerError, MissingError, ReadError, UnsupportedError, Window, read
from grade.io.formats.tiff.file import PROFILE

from .damage import assert_typed
from .pictures import picture

TYPES = [np.uint8, np.uint16, np.float16, np.float32]


def values(dtype: Any, channels: int = 3, size: int = 20) -> Any:
    random = np.random.default_rng(3)
    if np.dtype(dtype).kind == "u":
        top = np.iinfo(dtype).max
        return random.integers(0, top, (size, 30, channels), dtype, endpoint=True)
    return random.normal(0.5, 1, (size, 30, channels)).astype(dtype)


@pytest.mark.parametrize("dtype", TYPES)
@pytest.mark.parametrize("compression", ["none", "zip", "lzw"])
@pytest.mark.parametrize("alpha", ["none", "straight", "premultiplied"])
def test_round_trip(tmp_path: Path, dtype: Any, compression: str, alpha: Any) -> None:
    pixels = values(dtype, 3 if alpha == "none" else 4)
    frame = Frame.from_pixels(pixels, alpha=alpha, attributes={"owner": "somebody"})
    path = frame.write(tmp_path / "a.tif", compression=compression)
    again = read(path)
    assert (again.alpha, again.compression, again.tags) == (alpha, compression, {})
    assert again.pixels.dtype == dtype and again.pixels.tobytes() == pixels.tobytes()
    assert again.attributes["owner"] == "somebody"
    again.write(tmp_path / "b.tif")
    assert (tmp_path / "b.tif").read_bytes() == path.read_bytes()


@pytest.mark.parametrize("compression", ["none", "zip", "lzw"])
@pytest.mark.parametrize("dtype", [np.uint8, np.uint16, np.float32])
def test_another_reader_finds_the_same(tmp_path: Path, dtype: Any, compression: str) -> None:
    pixels = values(dtype)
    Frame.from_pixels(pixels).write(tmp_path / "a.tif", compression=compression)
    reader = oiio.ImageInput.open(str(tmp_path / "a.tif"))
    found = reader.read_image(reader.spec().format)
    assert found.dtype == dtype
    np.testing.assert_array_equal(found, pixels)
    reader.close()


@pytest.mark.parametrize(("bits", "dtype"), [(8, "uint8"), (16, "uint16"), ("float", "float32")])
def test_bits(tmp_path: Path, bits: Any, dtype: str) -> None:
    frame = picture(dtype=np.float32)
    again = read(frame.write(tmp_path / "a.tif", bits)).pixels
    assert again.dtype.name == dtype
    if dtype != "float32":
        top = np.float32(np.iinfo(dtype).max)
        held = np.floor(np.clip(frame.pixels, 0, 1) * top + np.float32(0.5))
        np.testing.assert_array_equal(again, held.astype(dtype))


def test_what_it_says_is_kept(tmp_path: Path) -> None:
    entries = {
        "Artist": "Größe", "Software": "plate maker 3", "scene": "12a",
        "ImageDescription": "a street", "isoSpeed": 800.0, "framesPerSecond": Fraction(24),
    }  # fmt: skip
    frame = picture(
        attributes={**entries, "Orientation": 6},  # what is written stands upright
        timecode="01:02:03:04",
        pixel_aspect=2.0,
        tags={PROFILE: b"a profile", "colorInteropID": "g24_rec709_display"},
    )
    again = read(frame.write(tmp_path / "a.tif"))
    assert "Orientation" not in again.attributes
    for name in ("Artist", "Software", "scene", "ImageDescription", "isoSpeed"):
        assert again.attributes[name] == entries[name]
    assert (again.timecode, again.pixel_aspect) == ("01:02:03:04", 2.0)
    assert again.tags == {PROFILE: b"a profile", "colorInteropID": "g24_rec709_display"}
    other = read(again.write(tmp_path / "b.tif", tags={"colorInteropID": "srgb_p3d65_display"}))
    assert other.tags == {"colorInteropID": "srgb_p3d65_display"}  # the profile was of the old one


def test_a_profile_does_not_reach_exr(tmp_path: Path) -> None:
    frame = picture(tags={PROFILE: b"a profile"})
    assert PROFILE not in read(frame.write(tmp_path / "a.exr")).tags


def test_the_display_window_is_what_is_written(tmp_path: Path) -> None:
    frame = picture(4, data_window=Window(-2, 1, 4, 4), display_window=Window(0, 0, 9, 3))
    again = read(frame.write(tmp_path / "a.tif")).pixels
    np.testing.assert_array_equal(again, frame.filling_display().pixels)


class TestPages:
    def file(self, path: Path, *names: str, thumbnail: bool = False) -> Path:
        with tifffile.TiffWriter(path) as file:
            for index, name in enumerate(names):
                file.write(
                    np.full((6, 7, 3), index, np.uint8),
                    photometric="rgb",
                    metadata=None,
                    extratags=[(285, "s", 0, name, True)] if name else [],
                )
            if thumbnail:
                file.write(
                    np.zeros((2, 2, 3), np.uint8), photometric="rgb", metadata=None, subfiletype=1
                )
        return path

    def test_several_are_a_question(self, tmp_path: Path) -> None:
        path = self.file(tmp_path / "a.tif", "beauty", "")
        with pytest.raises(LayerError, match=r"several pages.*there are beauty, 2"):
            read(path)
        assert (read(path, layer="2").pixels == 1).all()
        assert (read(path, layer="beauty").pixels == 0).all()
        with pytest.raises(LayerError, match="no page 'depth'"):
            read(path, layer="depth")

    def test_a_thumbnail_is_no_page(self, tmp_path: Path) -> None:
        assert read(self.file(tmp_path / "a.tif", "beauty", thumbnail=True)).pixels.shape[0] == 6


def written(path: Path, pixels: Any, **how: Any) -> Path:
    tifffile.imwrite(path, pixels, metadata=None, **how)
    return path


@pytest.mark.parametrize("how", [{"byteorder": ">"}, {"bigtiff": True}, {"tile": (16, 16)}])
def test_other_arrangements(tmp_path: Path, how: Any) -> None:
    pixels = values(np.uint16)
    path = written(tmp_path / "a.tif", pixels, photometric="rgb", **how)
    np.testing.assert_array_equal(read(path).pixels, pixels)


def test_planes_apart(tmp_path: Path) -> None:
    pixels = values(np.uint16)
    path = written(
        tmp_path / "a.tif", np.moveaxis(pixels, -1, 0), photometric="rgb", planarconfig="separate"
    )
    np.testing.assert_array_equal(read(path).pixels, pixels)


def test_palettes_are_looked_up(tmp_path: Path) -> None:
    table = np.random.default_rng(1).integers(0, 65536, (3, 256), np.uint16)
    indices = values(np.uint8)[..., 0]
    path = written(tmp_path / "a.tif", indices, photometric="palette", colormap=table)
    np.testing.assert_array_equal(read(path).pixels, np.moveaxis(table[:, indices], 0, -1))


def test_refused_by_name(tmp_path: Path) -> None:
    grey = written(tmp_path / "grey.tif", values(np.uint8)[..., 0], photometric="minisblack")
    with pytest.raises(LayerError, match="its channels are Y"):
        read(grey)
    signed = written(tmp_path / "signed.tif", values(np.uint16).view(np.int16), photometric="rgb")
    with pytest.raises(UnsupportedError, match="samples are int16"):
        read(signed)
    cmyk = written(tmp_path / "cmyk.tif", values(np.uint8, 4), photometric="separated")
    with pytest.raises(UnsupportedError, match="SEPARATED; convert it to RGB"):
        read(cmyk)
    with pytest.raises(MissingError):
        read(tmp_path / "absent.tif")
    with pytest.raises(UnsupportedError, match="no compression piz; it has none, zip, lzw"):
        picture().write(tmp_path / "a.tif", compression="piz")


@pytest.mark.parametrize("compression", ["none", "zip", "lzw"])
def test_damage_is_a_typed_error(tmp_path: Path, compression: str) -> None:
    frame = Frame.from_pixels(values(np.uint16))
    assert_typed(frame.write(tmp_path / "a.tif", compression=compression))


def test_a_claim_of_size_is_not_believed(tmp_path: Path) -> None:
    path = Frame.from_pixels(values(np.uint16)).write(tmp_path / "a.tif", compression="zip")
    data = bytearray(path.read_bytes())
    place = data.index(b"\x01\x01\x04\x00\x01\x00\x00\x00")  # ImageLength, a long
    data[place + 8 : place + 12] = (100_000).to_bytes(4, "little")
    place = data.index(b"\x00\x01\x04\x00\x01\x00\x00\x00")  # ImageWidth
    data[place + 8 : place + 12] = (10_000).to_bytes(4, "little")
    path.write_bytes(data)
    with pytest.raises(ReadError, match="samples cannot lie in"):
        read(path)
