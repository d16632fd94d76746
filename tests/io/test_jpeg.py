from pathlib import Path
from typing import Any

import numpy as np
import OpenImageIO as oiio
import pytest

from grade.io import Frame, LayerError, MissingError, ReadError, UnsupportedError, read

from .damage import assert_typed, copies


def smooth(channels: int = 3) -> Any:
    y, x = np.mgrid[0:48, 0:64].astype(np.float32)
    planes = [x / 63, y / 47, (x + y) / 110, np.full_like(x, 0.5)]
    return np.stack(planes[:channels], axis=-1)


def test_round_trip(tmp_path: Path) -> None:
    frame = Frame.from_pixels(smooth())
    path = frame.write(tmp_path / "a.jpg", compression="jpeg:100")
    again = read(path)
    assert again.pixels.dtype == np.uint8 and again.tags == {} and again.alpha == "none"
    expected = np.floor(smooth() * np.float32(255) + np.float32(0.5))
    assert np.abs(again.pixels - expected).max() <= 4
    frame.write(tmp_path / "b.jpg", compression="jpeg:100")
    assert path.read_bytes() == (tmp_path / "b.jpg").read_bytes()
    smaller = frame.write(tmp_path / "c.jpeg", compression="jpeg:40")
    assert smaller.stat().st_size < path.stat().st_size


def test_what_it_says_is_kept(tmp_path: Path) -> None:
    entries = {
        "grade:look": "night", "take": 3, "Artist": "somebody",
        "Exif:LensModel": "50 mm", "ImageDescription": "a street",
    }  # fmt: skip
    tags = {"ICCProfile": b"\0" * 128 + b"a profile"}
    frame = Frame.from_pixels(
        smooth(),
        attributes=entries | {"Orientation": 6},
        timecode="01:00:00:01",
        pixel_aspect=2.0,
        tags=tags,
    )
    again = read(frame.write(tmp_path / "a.jpg"))
    assert "Orientation" not in again.attributes  # what is written stands upright
    for name, value in entries.items():
        assert again.attributes[name] == value, name
    assert (again.timecode, again.pixel_aspect) == ("01:00:00:01", 2.0)
    untagged = read(again.write(tmp_path / "b.jpg", tags={}))
    assert untagged.tags == {}
    tagged = untagged.write(tmp_path / "c.jpg", tags={"colorInteropID": "srgb_rec709_display"})
    assert read(tagged).tags == {"colorInteropID": "srgb_rec709_display"}


def test_alpha_is_over_black(tmp_path: Path) -> None:
    frame = Frame.from_pixels(np.full((8, 8, 4), 0.5, np.float32), alpha="straight")
    again = read(frame.write(tmp_path / "a.jpg", compression="jpeg:100"))
    assert again.pixels.shape == (8, 8, 3) and np.abs(again.pixels - 64.0).max() <= 1


def test_refused_by_name(tmp_path: Path) -> None:
    grey = oiio.ImageBuf(np.zeros((4, 4, 1), np.uint8))
    assert grey.write(str(tmp_path / "grey.jpg"))
    with pytest.raises(LayerError, match="its channels are Y"):
        read(tmp_path / "grey.jpg")
    with pytest.raises(MissingError):
        read(tmp_path / "absent.jpg")
    with pytest.raises(UnsupportedError, match=r"quality of 1\.\.100"):
        Frame.from_pixels(smooth()).write(tmp_path / "a.jpg", compression="jpeg:200")
    with pytest.raises(UnsupportedError, match="JPEG has no bits 16; it has 8"):
        Frame.from_pixels(smooth()).write(tmp_path / "a.jpg", 16)


def test_damage_is_a_typed_error(tmp_path: Path) -> None:
    path = Frame.from_pixels(smooth()).write(tmp_path / "a.jpg")
    failed = assert_typed(path)
    assert {name for name, _ in copies(path.read_bytes()) if name.startswith("cut")} <= set(failed)
    (tmp_path / "cut.jpg").write_bytes(path.read_bytes()[:-2])
    with pytest.raises(ReadError, match="its end is missing"):
        read(tmp_path / "cut.jpg")
