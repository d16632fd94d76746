"""The ZIP writer: two other readers find the same pixels, and OpenEXR's own header."""

import importlib.util
import zlib
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import OpenEXR
import OpenImageIO as oiio
import pytest

from grade.io import Frame, Window, read
from grade.io.formats.exr import zip_writer

from .pictures import PLATES, picture, pixels
from .test_exr import HEADER, assert_same_header, rich_file


def by_openexr(frame: Frame, path: Path, monkeypatch: Any, **how: Any) -> Path:
    with monkeypatch.context() as patch:
        patch.setattr(zip_writer, "can_write", lambda *_: False)
        return frame.write(path, **how)


def mixed(size: int = 40, **entries: Any) -> Frame:
    """Half color, float depth and numbers, an uneven count of lines."""
    values = pixels(size)
    planes = {name: np.ascontiguousarray(values[..., index]) for index, name in enumerate("RGB")}
    planes["depth.Z"] = pixels(size, dtype=np.float32, seed=3)[..., 0].copy()
    planes["id"] = np.arange(values[..., 0].size, dtype=np.uint32).reshape(values.shape[:2])
    return replace(Frame.from_pixels(values, **entries), planes=planes)


@pytest.mark.parametrize("compression", ["zip", "zips"])
@pytest.mark.parametrize("size", [1, 15, 16, 17, 53])
def test_two_readers_find_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, compression: str, size: int
) -> None:
    low = Window(-3, -7, size - 1, size - 8)
    frame = mixed(size, attributes=HEADER, data_window=low, display_window=Window.of_size(9, 9))
    ours = frame.write(tmp_path / "ours.exr", compression=compression)
    theirs = by_openexr(frame, tmp_path / "theirs.exr", monkeypatch, compression=compression)
    assert ours.read_bytes() != theirs.read_bytes() or size == 1  # else nothing was tested

    left, right = (
        OpenEXR.File(str(path), separate_channels=True).parts[0] for path in (ours, theirs)
    )
    assert_same_header(left.header, right.header, but={"channels"})
    assert [str(c) for c in left.header["channels"]] == [str(c) for c in right.header["channels"]]
    for name, plane in frame.planes.items():
        assert left.channels[name].pixels.tobytes() == plane.tobytes()

    for subimage_type, names in (("half", "RGB"), ("float", ["depth.Z"])):
        reader = oiio.ImageInput.open(str(ours))
        channels = list(reader.spec().channelnames)
        assert reader.spec().getattribute("compression") == compression
        for name in names:
            index = channels.index(name)
            got = reader.read_image(0, 0, index, index + 1, subimage_type)
            assert got is not None, reader.geterror()
            assert got[..., 0].tobytes() == frame.planes[name].tobytes()
        reader.close()


def test_the_header_is_openexrs_to_the_byte(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    frame = read(rich_file(tmp_path / "in.exr"))
    ours = frame.write(tmp_path / "ours.exr", compression="zip").read_bytes()
    theirs = by_openexr(frame, tmp_path / "theirs.exr", monkeypatch, compression="zip")
    one_chunk = ours.index(b"screenWindowWidth")
    assert ours[:one_chunk] == theirs.read_bytes()[:one_chunk]
    # Behind the header stands where the first chunk lies, and that is right behind the table.
    end = len(exr_zip_header(ours))
    first = int.from_bytes(ours[end : end + 8], "little")
    assert first == end + 8 * len(range(0, frame.data_window.height, 16))


def exr_zip_header(data: bytes) -> bytes:
    place = 8
    while data[place]:
        kind = data.index(0, data.index(0, place) + 1)
        place = kind + 5 + int.from_bytes(data[kind + 1 : kind + 5], "little")
    return data[: place + 1]


def test_noise_is_stored_as_it_is(tmp_path: Path) -> None:
    noise = np.random.default_rng(4).integers(0, 0x7C00, (32, 50, 3), np.uint16).view(np.float16)
    frame = Frame.from_pixels(noise)
    path = frame.write(tmp_path / "a.exr", compression="zip")
    assert read(path).pixels.tobytes() == noise.tobytes()
    assert path.stat().st_size < noise.nbytes * 1.05


def test_threads_do_not_show(tmp_path: Path) -> None:
    frame = mixed(200)
    files = [frame.write(tmp_path / f"{n}.exr", compression="zip", threads=n) for n in (0, 1, 3)]
    assert len({path.read_bytes() for path in files}) == 1


def test_where_the_stack_lies_does_not_show() -> None:
    """ISA-L alone gives other bytes on other stacks for about one of 500 of these.

    The bytes from the third on come again. Whether ISA-L finds that depends on an address.
    """
    random = np.random.default_rng(5)
    chunks = random.integers(0, 256, (4000, 300), np.uint8)
    chunks[:, 200:220] = chunks[:, 2:22]

    def deflate() -> list[bytes]:
        return [zip_writer._deflate(chunk, 15) for chunk in chunks]

    here = deflate()
    for _ in range(3):
        with ThreadPoolExecutor(1) as pool:
            assert pool.submit(deflate).result() == here
    assert [zlib.decompress(data) for data in here] == [chunk.tobytes() for chunk in chunks]


def test_without_the_library_openexr_writes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    frame = picture(40)
    expected = by_openexr(frame, tmp_path / "a.exr", monkeypatch, compression="zip").read_bytes()
    found = importlib.util.find_spec
    monkeypatch.setattr(
        zip_writer.importlib.util, "find_spec", lambda name: None if name == "isal" else found(name)
    )
    assert frame.write(tmp_path / "b.exr", compression="zip").read_bytes() == expected


def test_bottom_up_files_are_left_to_openexr(tmp_path: Path) -> None:
    frame = picture(40, attributes={"lineOrder": OpenEXR.DECREASING_Y})
    again = read(frame.write(tmp_path / "a.exr", compression="zip"))
    assert again.attributes["lineOrder"] == OpenEXR.DECREASING_Y
    assert again.pixels.tobytes() == frame.pixels.tobytes()


def test_ffmpeg_reads_it(tmp_path: Path) -> None:
    av = pytest.importorskip("av", reason="PyAV is not installed")
    values = np.abs(pixels(64, dtype=np.float32))
    path = Frame.from_pixels(values).write(tmp_path / "a.exr", compression="zip")
    with av.open(str(path)) as container:
        picture_ = next(container.decode(video=0))
    assert (picture_.width, picture_.height) == (67, 64)
    green, blue, red = (
        np.frombuffer(plane, np.float32).reshape(64, -1)[:, :67] for plane in picture_.planes[:3]
    )
    for index, plane in enumerate((red, green, blue)):
        np.testing.assert_array_equal(plane, values[..., index])


def test_a_photograph(tmp_path: Path) -> None:
    if not (PLATES / "Desk.exr").exists():
        pytest.skip("the plate Desk.exr is not here")
    frame = read(PLATES / "Desk.exr")
    path = frame.write(tmp_path / "a.exr", compression="zip", sync=False)
    left = OpenEXR.File(str(path), separate_channels=True).parts[0].channels
    for name, plane in frame.planes.items():
        assert left[name].pixels.tobytes() == plane.tobytes()


@pytest.mark.parametrize("compression", ["zip", "zips"])
def test_noise_in_the_first_bytes_alone_is_stored(tmp_path: Path, compression: str) -> None:
    """Three readers find it, and the file is no larger than one stream would be."""
    random = np.random.default_rng(5)
    noise = (0x3800 + random.integers(0, 256, (64, 4096, 3))).astype(np.uint16)
    noise[48:] = 0x3800  # chunks of the other kind behind it
    frame = Frame.from_pixels(noise.view(np.float16))
    path = frame.write(tmp_path / "a.exr", compression=compression)
    half = noise[:48].size
    assert half < path.stat().st_size < half * 1.02
    assert read(path).pixels.tobytes() == noise.tobytes()
    found = OpenEXR.File(str(path), separate_channels=True).parts[0]
    image = oiio.ImageInput.open(str(path))
    for index, name in enumerate("RGB"):
        plane = np.ascontiguousarray(noise[..., index])
        assert found.channels[name].pixels.tobytes() == plane.tobytes()
        place = list(image.spec().channelnames).index(name)
        got = image.read_image(0, 0, place, place + 1, "half")
        assert got[..., 0].tobytes() == plane.tobytes()
    image.close()


def test_what_is_noise_is_told_by_a_sample() -> None:
    random = np.random.default_rng(6)
    noise = random.integers(0, 256, 200_000, np.uint8)
    assert zip_writer._is_noise(noise)
    assert not zip_writer._is_noise(noise & np.uint8(127))
    assert not zip_writer._is_noise(random.normal(128, 40, noise.size).astype(np.uint8))
    assert not zip_writer._is_noise(np.zeros_like(noise))
    assert not zip_writer._is_noise(noise[:1000])
