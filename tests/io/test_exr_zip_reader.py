"""The ZIP reader finds what the binding finds, and leaves to it whatever is not whole and plain."""

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import OpenEXR
import pytest

from grade.errors import GradeError
from grade.io import Frame, Window, read
from grade.io.formats.exr import zip_reader
from grade.io.formats.exr.masked_file import MaskedFile

from .pictures import PLATES, picture, pixels
from .test_exr import HEADER, assert_same_header, damaged
from .test_exr_zip_writer import mixed


@pytest.fixture(autouse=True)
def small_ones_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(zip_reader, "_SMALLEST", 0)


def by_openexr(path: Path, monkeypatch: pytest.MonkeyPatch) -> Frame:
    with monkeypatch.context() as patch:
        patch.setattr(zip_reader, "read", lambda *_: None)
        return read(path)


def directly(path: Path) -> Any:
    header = OpenEXR.File(str(path), header_only=True).parts[0].header
    return zip_reader.read(MaskedFile(path), header, OpenEXR)


def assert_same(left: Frame, right: Frame) -> None:
    assert list(left.planes) == list(right.planes)
    for name, plane in right.planes.items():
        assert left.planes[name].dtype == plane.dtype
        assert left.planes[name].tobytes() == plane.tobytes()
    assert (left.color, left.alpha, left.carried) == (right.color, right.alpha, right.carried)
    assert (left.data_window, left.display_window) == (right.data_window, right.display_window)
    assert (left.timecode, left.compression) == (right.timecode, right.compression)
    assert_same_header(left.attributes, right.attributes)
    assert_same_header(left.tags, right.tags)


@pytest.mark.parametrize("compression", ["zip", "zips"])
@pytest.mark.parametrize("size", [1, 15, 16, 17, 53])
@pytest.mark.parametrize("ours", [True, False], ids=["ours", "openexr"])
def test_it_finds_what_the_binding_finds(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, compression: str, size: int, ours: bool
) -> None:
    low = Window(-3, -7, size - 1, size - 8)
    frame = mixed(size, attributes=HEADER, data_window=low, display_window=Window.of_size(9, 9))
    with monkeypatch.context() as patch:
        if not ours:
            patch.setattr("grade.io.formats.exr.zip_writer.can_write", lambda *_: False)
        path = frame.write(tmp_path / "a.exr", compression=compression)
    assert directly(path) is not None
    assert_same(read(path), by_openexr(path, monkeypatch))


def test_flat_and_noisy_chunks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    noise = np.random.default_rng(4).integers(0, 0x7C00, (64, 50, 3), np.uint16)
    noise[16:48] = 0x3C00
    frame = Frame.from_pixels(noise.view(np.float16))
    path = frame.write(tmp_path / "a.exr", compression="zip")
    assert directly(path) is not None
    assert read(path).pixels.tobytes() == noise.tobytes()


def test_linear_channels_stay_linear(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    channels = {
        name: OpenEXR.Channel(np.ones((40, 40), np.float16), 1, 1, name == "A") for name in "RGBA"
    }
    header = {"compression": OpenEXR.ZIP_COMPRESSION, "type": OpenEXR.scanlineimage}
    OpenEXR.File(header, channels).write(str(tmp_path / "a.exr"))
    frame = read(tmp_path / "a.exr")
    assert frame.carried.linear == {"A"}
    assert_same(frame, by_openexr(tmp_path / "a.exr", monkeypatch))


def test_long_names(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    frame = picture(20)
    name = "a" * 60
    frame = replace(frame, planes={**frame.planes, name: frame.planes["R"]})
    path = frame.write(tmp_path / "a.exr", compression="zip")
    assert directly(path) is not None
    assert_same(read(path), by_openexr(path, monkeypatch))


@pytest.mark.parametrize("compression", ["none", "rle", "piz", "pxr24", "dwaa"])
def test_other_packings_are_left_to_openexr(tmp_path: Path, compression: str) -> None:
    assert directly(picture(40).write(tmp_path / "a.exr", compression=compression)) is None


def test_other_orders_and_shapes_are_left_to_openexr(tmp_path: Path) -> None:
    tiles = OpenEXR.TileDescription()
    tiles.xSize = tiles.ySize = 16
    for entries in ({"lineOrder": OpenEXR.DECREASING_Y}, {"tiles": tiles}):
        frame = picture(40, attributes=entries)
        path = frame.write(tmp_path / "a.exr", compression="zip")
        assert directly(path) is None
        assert read(path).pixels.tobytes() == frame.pixels.tobytes()


def test_small_pictures_are_left_to_openexr(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = picture(40).write(tmp_path / "a.exr", compression="zip")
    assert directly(path) is not None
    monkeypatch.setattr(zip_reader, "_SMALLEST", 1 << 20)
    assert directly(path) is None


def test_many_threads_are_left_to_openexr(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = picture(40).write(tmp_path / "a.exr", compression="zip")
    calls: list[Path] = []
    monkeypatch.setattr(zip_reader, "read", lambda path, *_: calls.append(path))
    read(path, threads=1)
    read(path, threads=2)
    assert [source.path for source in calls] == [path]


@pytest.mark.parametrize("compression", ["zip", "zips"])
def test_damage_is_what_the_binding_takes_for_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, compression: str
) -> None:
    """Nothing that the binding refuses is read here, and what it reads is read alike."""
    mixed(40, attributes=HEADER).write(tmp_path / "a.exr", compression=compression)
    file = tmp_path / "damaged.exr"
    whole = (tmp_path / "a.exr").read_bytes()
    refused = named = 0
    random = np.random.default_rng(3)
    cases = [data for _, data, _ in damaged(whole)]
    for _ in range(200):  # in the table and the heads of chunks, where the header has ended
        place = int(random.integers(len(whole) // 8, len(whole)))
        cases.append(whole[:place] + random.bytes(4) + whole[place + 4 :])
    for data in cases:
        file.write_bytes(data)
        try:
            expected: Frame | str = by_openexr(file, monkeypatch)
        except GradeError as error:
            expected = f"{type(error).__name__} {error}"
        try:
            found: Frame | str = read(file)
        except GradeError as error:
            found = f"{type(error).__name__} {error}"
        if isinstance(expected, Frame):
            assert isinstance(found, Frame)
            assert_same(found, expected)
        else:
            refused += 1
            if found != expected:  # a chunk that cannot be unpacked is named here
                named += 1
                said = rf"ReadError {re.escape(str(file))}: damaged: lines \d+ to \d+ cannot be .*"
                assert re.fullmatch(said, str(found))
    assert refused > 100
    assert named > 30


def test_chunks_that_lie_elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A table out of order, and one whose chunks are of other lines."""
    path = mixed(40).write(tmp_path / "a.exr", compression="zip")
    whole = path.read_bytes()
    header = OpenEXR.File(str(path), header_only=True).parts[0].header
    _, start = zip_reader._read_channels(whole, header) or ([], 0)
    table = np.frombuffer(whole[start : start + 24], "<i8")
    moved = tmp_path / "moved.exr"
    for order in ([2, 1, 0], [0, 2, 1], [0, 0, 2], [1, 2, 2]):
        moved.write_bytes(whole[:start] + table[order].tobytes() + whole[start + 24 :])
        assert zip_reader.read(MaskedFile(moved), header, OpenEXR) is None
    for value in (0, -1, 1 << 62, len(whole) - 4, len(whole)):
        for index in range(3):
            other = table.copy()
            other[index] = value
            moved.write_bytes(whole[:start] + other.tobytes() + whole[start + 24 :])
            assert zip_reader.read(MaskedFile(moved), header, OpenEXR) is None


def test_a_file_that_is_gone_is_left_to_the_binding(tmp_path: Path) -> None:
    path = picture(40).write(tmp_path / "a.exr", compression="zip")
    header = OpenEXR.File(str(path), header_only=True).parts[0].header
    source = MaskedFile(path)
    path.unlink()
    assert zip_reader.read(source, header, OpenEXR) is None


@pytest.mark.parametrize("name", ["Desk.exr", "Carrots.exr", "Cannon.exr", "GoldenGate.exr"])
def test_photographs(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    if not (PLATES / name).exists():
        pytest.skip(f"the plate {name} is not here")
    assert_same(read(PLATES / name), by_openexr(PLATES / name, monkeypatch))


def test_half_pixels_of_every_value(tmp_path: Path) -> None:
    """All 65536 halves, NaN with their payload too."""
    every = np.arange(1 << 16, dtype=np.uint16).reshape(256, 256)
    frame = Frame.from_pixels(np.stack([every, every.T, every[::-1]], axis=-1).view(np.float16))
    path = frame.write(tmp_path / "a.exr", compression="zip")
    planes, _ = directly(path)
    assert planes["R"].tobytes() == every.tobytes()
    assert planes["B"].tobytes() == every[::-1].tobytes()
    assert pixels(4).dtype == planes["G"].dtype
