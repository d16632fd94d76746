"""Sweep: DPX headers that contradict themselves or leave fields undefined.

Right is the picture: FFmpeg takes the offset of the file header (SMPTE ST 268, field 2), and looks
neither at the offset of the element nor at the count of elements. Where one offset alone lets the
pixels end with the file, that one is right. Undefined (all ones) is the usual value.
"""

import io
import struct

import numpy as np
import pytest

from grade.io import Frame, read

from ..io import dpx_files

U8, U16, U32 = 0xFF, 0xFFFF, 0xFFFFFFFF
ROWS, COLUMNS = 9, 48
# Of a file whose pixels begin at byte 2048: fields (offset, form, value).
ODD = {
    "element says 8192": [(808, "I", 8192)],
    "element undefined": [(808, "I", U32)],
    "element 0": [(808, "I", 0)],
    "element beyond the end": [(808, "I", 1 << 30)],
    "element within the header": [(808, "I", 100)],
    "file undefined": [(4, "I", U32)],
    "file 0": [(4, "I", 0)],
    "file beyond the end": [(4, "I", 1 << 30)],
    "file within the header": [(4, "I", 1664)],
    "file 4096": [(4, "I", 2060)],
    "count undefined": [(770, "H", U16)],
    "count 0": [(770, "H", 0)],
    "packing undefined": [(804, "H", U16)],
    "encoding undefined": [(806, "H", U16)],
    "padding undefined": [(812, "I", U32), (816, "I", U32)],
    "padding absurd": [(812, "I", 999_999)],
    "orientation undefined": [(768, "H", U16)],
    "sign undefined": [(780, "I", U32)],
    "sizes undefined": [(16, "I", U32), (24, "I", U32), (28, "I", U32), (32, "I", U32)],
    "file size wrong": [(16, "I", 12)],
    "version empty": [(8, "8s", bytes(8))],
    "version 1": [(8, "8s", b"V1.0\0\0\0\0")],
    "user size absurd": [(32, "I", 1 << 30)],
    "all of it": [(770, "H", U16), (808, "I", U32), (806, "H", U16), (768, "H", U16)],
}  # fmt: skip


def made(path, bits, method):
    values = dpx_files.codes(bits, 3, (ROWS, COLUMNS))
    dpx_files.write(path, values, bits, method)
    data = bytearray(path.read_bytes())
    (place,) = struct.unpack_from(">I", data, 4)
    data = data[:2048] + data[place:]
    for offset in (4, 808):
        struct.pack_into(">I", data, offset, 2048)
    struct.pack_into(">I", data, 16, len(data))
    path.write_bytes(data)
    return values


@pytest.mark.parametrize("tail", [0, 8192], ids=["", "tail"])
@pytest.mark.parametrize("bits", [8, 10, 16])
@pytest.mark.parametrize("name", ODD)
def test_the_picture_is_read(name, bits, tail, tmp_path):
    path = tmp_path / "a.dpx"
    values = made(path, bits, "filled A")
    data = bytearray(path.read_bytes()) + bytes(tail)
    for offset, form, value in ODD[name]:
        struct.pack_into(f">{form}", data, offset, value)
    path.write_bytes(data)
    if tail and name == "file 4096":
        pytest.skip("nothing tells which offset is right")
    assert np.array_equal(dpx_files.codes_of(read(path), bits), values)


@pytest.mark.parametrize("name", [n for n in ODD if n.startswith(("element ", "count"))])
def test_ffmpeg_reads_it_so(name, tmp_path):
    av = pytest.importorskip("av")
    path = tmp_path / "a.dpx"
    made(path, 10, "filled A")
    for offset, form, value in ODD[name]:
        dpx_files.poke(path, offset, form, value)
    with av.open(io.BytesIO(path.read_bytes()), format="dpx_pipe") as file:
        picture = next(file.decode(video=0)).to_ndarray(format="gbrp10le")
    ours = dpx_files.codes_of(read(path), 10)
    assert np.array_equal(picture, ours)


def test_our_own_files_are_as_before(tmp_path):
    pixels = np.random.default_rng(1).integers(0, 65535, (4, 6, 3)).astype(np.uint16)
    path = Frame.from_pixels(pixels).write(tmp_path / "a.dpx", bits=16)
    assert np.array_equal(read(path).pixels, pixels) and not read(path).notes
