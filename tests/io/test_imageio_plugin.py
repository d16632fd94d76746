import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from grade.io import Frame, imageio_plugin, read

from .pictures import picture

iio = pytest.importorskip("imageio.v3", reason="imageio is not installed")
imageio_plugin.register()


def test_reading_is_right(tmp_path: Path) -> None:
    frame = picture(attributes={"owner": "somebody"}, tags={"colorInteropID": "lin_ap1_scene"})
    pixels = frame.pixels * np.float16(40)
    path = frame.with_pixels(pixels).write(tmp_path / "a.exr")
    got = iio.imread(path)
    assert got.dtype == np.float16 and got.max() > 1 and got.tobytes() == pixels.tobytes()
    assert iio.imread(path, index=...).shape == (1, *pixels.shape)
    assert [image.shape for image in iio.imiter(path)] == [pixels.shape]
    properties = iio.improps(path)
    assert (properties.shape, properties.dtype) == (pixels.shape, np.float16)
    entries = iio.immeta(path)
    assert entries["owner"] == "somebody" and entries["colorInteropID"] == "lin_ap1_scene"
    assert iio.imread(path.read_bytes(), extension=".exr").tobytes() == pixels.tobytes()


def test_dpx(tmp_path: Path) -> None:
    codes = np.random.default_rng(1).integers(0, 1 << 16, (9, 12, 3), np.uint16)
    path = Frame.from_pixels(codes).write(tmp_path / "a.dpx", 16)
    np.testing.assert_array_equal(iio.imread(path), codes)
    iio.imwrite(tmp_path / "b.dpx", codes, bits=16)
    np.testing.assert_array_equal(read(tmp_path / "b.dpx").pixels, codes)


def test_writing(tmp_path: Path) -> None:
    pixels = picture(dtype=np.float32).pixels
    iio.imwrite(tmp_path / "a.exr", pixels, compression="piz", metadata={"owner": "somebody"})
    frame = read(tmp_path / "a.exr")
    assert frame.pixels.tobytes() == pixels.tobytes()
    assert (frame.compression, frame.attributes["owner"]) == ("piz", "somebody")
    data = iio.imwrite("<bytes>", pixels, extension=".exr")
    (tmp_path / "b.exr").write_bytes(data)
    assert read(tmp_path / "b.exr").pixels.tobytes() == pixels.tobytes()


def test_errors_are_named(tmp_path: Path) -> None:
    (tmp_path / "a.exr").write_bytes(b"no picture")
    with pytest.raises(OSError, match="is no OpenEXR file"):
        iio.imread(tmp_path / "a.exr")
    path = picture().write(tmp_path / "b.exr")
    with pytest.raises(IndexError, match="one picture in the file"):
        iio.imread(path, index=3)


@pytest.mark.parametrize("first", ["imageio.v3", "grade.io"])
def test_when_it_is_registered(tmp_path: Path, first: str) -> None:
    path = picture().write(tmp_path / "a.exr")
    call = "" if first == "imageio.v3" else "assert 'imageio' not in sys.modules\n"
    call += "" if first == "imageio.v3" else "grade.io.imageio_plugin.register()\n"
    second = "grade.io" if first == "imageio.v3" else "imageio.v3"
    program = (
        f"import sys, {first}\n{call}import {second}\nprint(imageio.v3.imread({str(path)!r}).dtype)"
    )
    found = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert found.stdout == "float16\n", found.stderr
