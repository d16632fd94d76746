"""Sweep: TIFF of few bits, grey, palettes, YCbCr and old codings: read, or refused by what it is.

Right for what is read: code values over the whole range, so that a sample of b bits is
``v * 255 / (2**b - 1)`` in 8 bits (TIFF 6.0, section 4), palettes looked up, and white 0 turned
round (photometric 0). Right for the rest: an error of exit code 2 that names the kind. Never is a
sound file called damaged.
"""

import struct

import numpy as np
import OpenImageIO as oiio
import pytest

from grade.errors import GradeError, RequestError
from grade.io import read
from grade.io.formats.layers import Channel
from grade.io.formats.registry import read_file

SIZE = (5, 7)
SHORT, LONG = 3, 4


def tiff(samples, bits, photometric, extra=(), planar=1, data=None, order="<"):
    """An uncompressed TIFF of one strip, with its samples packed."""
    rows, columns, count = samples.shape
    if data is None:
        planes = [samples] if planar == 1 else [samples[..., c : c + 1] for c in range(count)]
        data = b"".join(pack(plane.reshape(rows, -1), bits, order) for plane in planes)
    tags = {
        256: (LONG, [columns]), 257: (LONG, [rows]), 258: (SHORT, [bits] * count),
        259: (SHORT, [1]), 262: (SHORT, [photometric]), 277: (SHORT, [count]), 278: (LONG, [rows]),
        284: (SHORT, [planar]), **dict(extra),
    }  # fmt: skip
    pieces = 1 if planar == 1 else count
    length = len(data) // pieces
    tags[279] = (LONG, [length] * pieces)
    tags[273] = (LONG, [8 + length * piece for piece in range(pieces)])
    place = 8 + len(data)
    place += place % 2
    behind = place + 2 + 12 * len(tags) + 4
    head, values = struct.pack(order + "H", len(tags)), b""
    for code, (kind, numbers) in sorted(tags.items()):
        form = {SHORT: "H", LONG: "I"}[kind]
        body = struct.pack(f"{order}{len(numbers)}{form}", *numbers)
        head += struct.pack(order + "HHI", code, kind, len(numbers))
        if len(body) <= 4:
            head += body.ljust(4, b"\0")
        else:
            head += struct.pack(order + "I", behind + len(values))
            values += body + b"\0" * (len(body) % 2)
    start = (b"II*\0" if order == "<" else b"MM\0*") + struct.pack(order + "I", place)
    return start + data + b"\0" * (len(data) % 2) + head + bytes(4) + values


def pack(rows, bits, order="<"):
    """Rows of samples, most significant bit first, each row from a new byte (TIFF 6.0)."""
    if bits in (16, 32):
        return rows.astype(f"{order}u{bits // 8}").tobytes()
    wide = ((rows[..., None] >> np.arange(bits - 1, -1, -1)) & 1).astype(np.uint8)
    return np.packbits(wide.reshape(len(rows), -1), axis=1).tobytes()


def codes(bits, channels=3, seed=1):
    values = np.random.default_rng(seed).integers(0, 1 << bits, (*SIZE, channels))
    values[0, 0], values[-1, -1] = 0, (1 << bits) - 1
    return values


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("planar", [1, 2])
@pytest.mark.parametrize("bits", [1, 2, 3, 4, 5, 6, 7, 8, 10, 12, 14, 16])
def test_rgb_of_few_bits_is_read(bits, planar, order, tmp_path):
    path = tmp_path / "a.tif"
    values = codes(bits)
    path.write_bytes(tiff(values, bits, 2, planar=planar, order=order))
    try:
        frame = read(path)
    except GradeError as error:
        assert isinstance(error, RequestError) and str(bits) in str(error)
        pytest.fail(str(error))
    top = 255 if bits <= 8 else 65535
    right = np.floor(values * top / ((1 << bits) - 1) + 0.5)
    assert np.array_equal(frame.pixels, right)


@pytest.mark.parametrize("bits", [1, 2, 4, 8, 16])
@pytest.mark.parametrize("photometric", [0, 1])
def test_grey_is_read_as_it_looks(bits, photometric, tmp_path):
    path = tmp_path / "a.tif"
    values = codes(bits, 1)
    path.write_bytes(tiff(values, bits, photometric))
    frame = read_file(path, layer=Channel(""))
    light = values if photometric else (1 << bits) - 1 - values
    top = 255 if bits <= 8 else 65535
    right = np.floor(light * top / ((1 << bits) - 1) + 0.5)
    assert np.array_equal(frame.planes["G"], right[..., 0])
    try:
        read(path)
    except GradeError as error:
        assert isinstance(error, RequestError)


@pytest.mark.parametrize("bits", [1, 2, 4, 8])
def test_a_palette_is_looked_up(bits, tmp_path):
    path = tmp_path / "a.tif"
    values = codes(bits, 1)
    table = np.random.default_rng(4).integers(0, 65536, (3, 1 << bits))
    path.write_bytes(tiff(values, bits, 3, {320: (SHORT, table.ravel().tolist())}))
    assert np.array_equal(read(path).pixels, table.T[values[..., 0]])


YCBCR = {530: (SHORT, [1, 1]), 531: (SHORT, [1])}
REFUSED = {
    "YCbCr": (tiff(codes(8), 8, 6, YCBCR), "YCBCR"),
    "YCbCr 2x1": (tiff(codes(8), 8, 6, {530: (SHORT, [2, 1])}, data=bytes(80)), "YCBCR"),
    "CIE Lab": (tiff(codes(8), 8, 8), "CIELAB"),
    "ICC Lab": (tiff(codes(8), 8, 9), "ICCLAB"),
    "CMYK": (tiff(codes(8, 4), 8, 5), "SEPARATED"),
    "LogLuv": (tiff(codes(16), 16, 32845, {339: (SHORT, [2, 2, 2])}), "LOGLUV"),
    "mask": (tiff(codes(1, 1), 1, 4), "MASK"),
    "signed": (tiff(codes(16), 16, 2, {339: (SHORT, [2, 2, 2])}), "int16"),
    "integers of 32 bits": (tiff(codes(31), 32, 2), "32"),
    "bits of three kinds": (tiff(codes(8), 8, 2, {258: (SHORT, [5, 6, 5])}), "bits"),
    "old JPEG": (tiff(codes(8), 8, 6, {**YCBCR, 259: (SHORT, [6])}, data=bytes(300)), "JPEG"),
    "JBIG": (tiff(codes(1, 1), 1, 1, {259: (SHORT, [34661])}, data=bytes(300)), "JBIG"),
    "fax": (tiff(codes(8), 8, 2, {259: (SHORT, [3])}, data=bytes(300)), "CCITT"),
    "SGI log": (tiff(codes(8), 8, 2, {259: (SHORT, [34676])}, data=bytes(300)), "SGILOG"),
    "no such coding": (tiff(codes(8), 8, 2, {259: (SHORT, [60123])}, data=bytes(300)), "60123"),
    "color filter array": (tiff(codes(16, 1), 16, 32803), "CFA"),
}


@pytest.mark.parametrize("kind", REFUSED)
def test_others_are_refused_by_what_they_are(kind, tmp_path):
    path = tmp_path / "a.tif"
    data, words = REFUSED[kind]
    path.write_bytes(data)
    with pytest.raises(GradeError) as found:
        read(path)
    assert isinstance(found.value, RequestError), found.value
    assert words.lower() in str(found.value).lower()
    assert "damaged" not in str(found.value)


@pytest.mark.parametrize("subsampling", ["444", "422", "420"])
@pytest.mark.parametrize("photometric", ["rgb", "ycbcr"])
def test_jpeg_in_tiff(photometric, subsampling, tmp_path):
    import tifffile

    y, x = np.mgrid[0:48, 0:64].astype(np.float64)
    smooth = np.stack([x * 4, y * 5, 255 - x * 4], axis=-1).astype(np.uint8)
    options = {"compression": "jpeg", "compressionargs": {"level": 98}}
    if photometric == "ycbcr":  # the picture is then taken for Y, Cb and Cr
        options["subsampling"] = {"444": (1, 1), "422": (2, 1), "420": (2, 2)}[subsampling]
    tifffile.imwrite(tmp_path / "a.tif", smooth, photometric=photometric, **options)
    right = oiio.ImageBuf(str(tmp_path / "a.tif")).get_pixels(oiio.UINT8)
    assert np.abs(read(tmp_path / "a.tif").pixels.astype(int) - right).max() <= 4
