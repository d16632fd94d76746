"""A file that is cut short is refused by its table of chunks, in one line and without noise."""

from pathlib import Path

import numpy as np
import OpenEXR
import pytest

from grade.io import Frame, ReadError, read
from grade.io.formats.exr.chunk_table import check_chunks


def write(path: Path, compression: str = "zip") -> bytes:
    random = np.random.default_rng(3)
    pixels = random.uniform(0, 1, (90, 64, 3)).astype(np.float16)
    Frame.from_pixels(pixels).write(path, compression=compression, sync=False)
    return path.read_bytes()


@pytest.mark.parametrize("compression", ["none", "zip", "zips", "piz", "dwaa"])
def test_a_cut_is_one_line_and_the_library_says_nothing(
    tmp_path: Path, compression: str, capfd: pytest.CaptureFixture[str]
) -> None:
    data = write(tmp_path / "a.exr", compression)
    cut = tmp_path / "cut.exr"
    for place in (len(data) // 2, len(data) - 1, len(data) * 3 // 4):
        cut.write_bytes(data[:place])
        with pytest.raises(ReadError, match=r"cut short or damaged|cannot hold") as caught:
            read(cut)
        assert "\n" not in str(caught.value)
    assert capfd.readouterr() == ("", "")


def test_tiles_and_parts_are_held_too(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    plane = np.random.default_rng(4).uniform(0, 1, (100, 80)).astype(np.float32)
    tiled = {
        "type": OpenEXR.tiledimage,
        "tiles": OpenEXR.TileDescription(),
        "compression": OpenEXR.ZIP_COMPRESSION,
    }
    lines = {"type": OpenEXR.scanlineimage, "compression": OpenEXR.ZIP_COMPRESSION}
    channels = {"R": plane, "G": plane, "B": plane}
    parts = [OpenEXR.Part(dict(lines), dict(channels), name) for name in ("beauty", "other")]
    OpenEXR.File(dict(tiled), dict(channels)).write(str(tmp_path / "tiled.exr"))
    OpenEXR.File(parts).write(str(tmp_path / "parts.exr"))
    for name, kinds in (("tiled", ["tiledimage"]), ("parts", ["scanlineimage"] * 2)):
        file = tmp_path / f"{name}.exr"
        data = file.read_bytes()
        check_chunks(file, kinds)
        read(file)
        file.write_bytes(data[:-20])
        with pytest.raises(ReadError, match="cut short"):
            read(file)
    assert capfd.readouterr() == ("", "")


def test_an_empty_table_is_left_to_the_library(tmp_path: Path) -> None:
    """Who writes into a pipe cannot fill it in; the library finds the chunks."""
    file = tmp_path / "a.exr"
    data = bytearray(write(file))
    chunks = -(-90 // 16)
    first = min(
        place for place in range(len(data) - 8)
        if int.from_bytes(data[place : place + 8], "little") == place + 8 * chunks
    )  # fmt: skip
    expected = read(file).pixels
    data[first : first + 8 * chunks] = bytes(8 * chunks)
    file.write_bytes(data)
    np.testing.assert_array_equal(read(file).pixels, expected)
