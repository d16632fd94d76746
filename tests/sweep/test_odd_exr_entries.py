"""Sweep: entries of OpenEXR headers that are odd or damaged cost the entry, and not the frame.

The right picture is the one that lies in the file, bit by bit. The entry is there with the value
that the specification gives its bytes, or it is dropped, and `Frame.notes` says so by its name.
"""

import struct

import numpy as np
import pytest

from grade.io import read

from ..io import exr_bytes

E = exr_bytes.entry
ODD = {
    "framesPerSecond 0/0": E(b"framesPerSecond", b"rational", struct.pack("<iI", 0, 0)),
    "framesPerSecond 30/0": E(b"framesPerSecond", b"rational", struct.pack("<iI", 30, 0)),
    "captureRate -1/0": E(b"captureRate", b"rational", struct.pack("<iI", -1, 0)),
    "timeCode hours 3f": E(b"timeCode", b"timecode", struct.pack("<II", 0x3F000000, 0)),
    "timeCode seconds 7a": E(b"timeCode", b"timecode", struct.pack("<II", 0x01027A03, 0)),
    "timeCode all ones but one": E(b"timeCode", b"timecode", struct.pack("<II", 0xFFFFFFFE, 1)),
    "keyCode of all ones": E(b"keyCode", b"keycode", struct.pack("<7i", *[-1] * 7)),
    "keyCode 120 perforations": E(b"keyCode", b"keycode", struct.pack("<7i", *range(1, 7), 119)),
    "keyCode of zeros": E(b"keyCode", b"keycode", struct.pack("<7i", *[0] * 7)),
    "owner Latin-1": E(b"owner", b"string", b"M\xfcller & S\xf6hne"),
    "comments Shift JIS": E(b"comments", b"string", "照明".encode("shift_jis")),
    "list of texts": E(b"multiView", b"stringvector", struct.pack("<i", 3) + b"l\xe9f"),
    "name of an entry": E(b"cam\xe9ra", b"string", b"A"),
    "name of a type": E(b"camera", b"stri\xf1g", b"A"),
    "unknown type": E(b"lens", b"lensModel", b"\x01\x02\x03\xff"),
    "chromaticities are no numbers": E(
        b"chromaticities", b"chromaticities", struct.pack("<8f", *[float("nan")] * 8)
    ),
    "float is no number": E(b"isoSpeed", b"float", struct.pack("<f", float("nan"))),
    "envmap 9": E(b"envmap", b"envmap", b"\x09"),
    "empty text": E(b"owner", b"string", b""),
    "zero in a text": E(b"owner", b"string", b"a\0b"),
    "preview of no size": E(b"preview", b"preview", struct.pack("<II", 0, 0)),
    "time of day": E(b"timeCode", b"string", b"10:11:12:13"),
    "rate as a float": E(b"framesPerSecond", b"float", struct.pack("<f", 24)),
    "two of one name": E(b"owner", b"string", b"a") + E(b"owner", b"string", b"b"),
    "int of three bytes": E(b"frameIndex", b"int", b"\1\2\3"),
    "rational of four bytes": E(b"captureRate", b"rational", b"\1\2\3\4"),
    "dwaCompressionLevel as text": E(b"dwaCompressionLevel", b"string", b"45"),
    "deepImageState 77": E(b"deepImageState", b"deepImageState", b"\x4d"),
    "tiles in scanlines": E(b"tiles", b"tiledesc", struct.pack("<IIB", 0, 0, 9)),
    "timeCode of 12 bytes": E(b"timeCode", b"timecode", bytes(12)),
    "view Latin-1": E(b"view", b"string", b"l\xe4ft"),
    "bytes": E(b"blob", b"bytes", struct.pack("<I", 3) + b"abc\0" + bytes(9)),
}  # fmt: skip
OUTPUTS = {"o.exr": {}, "dwaa.exr": {"compression": "dwaa"}, "o.dpx": {}, "o.tif": {}, "o.png": {},
           "o.jpg": {}, "o.jp2": {}, "o.avif": {}}  # fmt: skip


@pytest.mark.parametrize("name", ODD)
def test_the_picture_is_read(name, tmp_path):
    path = tmp_path / "odd.exr"
    path.write_bytes(exr_bytes.make(ODD[name]))
    frame = read(path)
    for channel, plane in exr_bytes.picture().items():
        assert np.array_equal(frame.planes[channel], plane)


@pytest.mark.parametrize("name", ODD)
def test_it_is_written_in_every_format(name, tmp_path):
    path = tmp_path / "odd.exr"
    path.write_bytes(exr_bytes.make(ODD[name]))
    frame = read(path)
    for output, options in OUTPUTS.items():
        back = read(frame.write(tmp_path / output, sync=False, **options))
        assert back.planes["R"].shape == exr_bytes.SIZE, output
    again = read(tmp_path / "o.exr")
    assert all(np.array_equal(again.planes[c], frame.planes[c]) for c in "RGB")
