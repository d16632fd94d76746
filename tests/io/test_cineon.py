"""Cineon: read as OpenImageIO reads it; never written."""

import struct

import numpy as np
import pytest

from grade.io import Frame, LayerError, ReadError, UnsupportedError, read
from grade.ir.storage import Layout

from . import dpx_files


def cineon(values, order=">", packing=5, **changed):
    """A Cineon file of code values, byte by byte after Kodak's draft."""
    height, width, channels = values.shape
    head = bytearray(2048)
    magic, size = 0x802A5FD7, 2048 + 4 * height * width
    struct.pack_into(f"{order}IIIIII", head, 0, magic, 2048, 1024, 1024, 0, size)
    head[24:28] = b"V4.5"
    head[32:41] = b"scan.cin\0"
    head[192:194] = bytes([0, channels])
    for channel in range(channels):
        place = 196 + 28 * channel
        head[place : place + 4] = bytes([0, channel + 1, 10, 0])
        struct.pack_into(f"{order}II", head, place + 4, width, height)
    head[680:684] = bytes([0, packing, 0, 0])
    head[844:852] = b"scanner\0"
    for offset, value in changed.items():
        head[int(offset[1:])] = value
    shift = 2 if packing == 5 else 0
    red, green, blue = (values[..., c].astype(np.uint32) for c in range(3))
    words = (red << (20 + shift)) | (green << (10 + shift)) | (blue << shift)
    return bytes(head) + words.astype(f"{order}u4").tobytes()


@pytest.mark.parametrize("order", [">", "<"])
def test_openimageio_agrees(tmp_path, order):
    values = dpx_files.codes(10, 3, (7, 13))
    path = tmp_path / "a.cin"
    path.write_bytes(cineon(values, order))
    frame = read(path)
    assert frame.native.layout == Layout.packed("10a_big" if order == ">" else "10a_little")
    assert np.array_equal(dpx_files.codes_of(frame, 10), values)
    assert np.array_equal(dpx_files.read(path, 10), values)
    assert frame.tags["dpx:transfer"] == "printing density"
    assert frame.attributes["dpx:input_device"] == "scanner"
    frame.write(tmp_path / "b.dpx")
    assert np.array_equal(dpx_files.read(tmp_path / "b.dpx", 10), values)
    assert read(tmp_path / "b.dpx").tags == frame.tags


def test_right_justified(tmp_path):
    values = dpx_files.codes(10, 3, (3, 4))
    (tmp_path / "a.cin").write_bytes(cineon(values, packing=6))
    assert np.array_equal(dpx_files.codes_of(read(tmp_path / "a.cin"), 10), values)


@pytest.mark.parametrize(
    ("changed", "error", "words"),
    [
        ({"b193": 1}, LayerError, "1 channels"),
        ({"b197": 3}, LayerError, "no R, G, B"),
        ({"b198": 8}, UnsupportedError, "8 bits"),
        ({"b681": 0}, UnsupportedError, "packing 0"),
        ({"b680": 2}, UnsupportedError, "pixel by pixel"),
        ({"b192": 1}, UnsupportedError, "upright"),
        ({"b200": 255}, ReadError, "pixels"),
        ({"b4": 1}, ReadError, "pixels at"),
        ({"b0": 0}, ReadError, "is no Cineon"),
    ],
)
def test_what_is_not_read_is_refused_by_name(tmp_path, changed, error, words):
    (tmp_path / "a.cin").write_bytes(cineon(dpx_files.codes(10, 3, (3, 4)), **changed))
    with pytest.raises(error, match=words):
        read(tmp_path / "a.cin")


def test_short_files_and_layers(tmp_path):
    path, data = tmp_path / "a.cin", cineon(dpx_files.codes(10, 3, (3, 4)))
    for size, words in [(0, "is empty"), (99, "its header"), (len(data) - 1, "47 bytes")]:
        path.write_bytes(data[:size])
        with pytest.raises(ReadError, match=words):
            read(path)
    path.write_bytes(data)
    with pytest.raises(LayerError, match="no layers"):
        read(path, layer="left")


def test_it_is_not_written(tmp_path):
    frame = Frame.from_pixels(np.zeros((2, 2, 3), np.float32))
    with pytest.raises(UnsupportedError, match="write DPX"):
        frame.write(tmp_path / "a.cin")
    assert not list(tmp_path.iterdir())
