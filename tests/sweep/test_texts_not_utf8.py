"""Sweep: bytes that are not UTF-8 in header texts and file names, in every format.

Right: the picture is that of the file without the text, and the text is read as Windows-1252, the
superset of Latin-1 that cameras and programs of Windows write, or it is dropped with a word in
`Frame.notes`. The picture is then written in every format.
"""

import os
import struct
import zlib

import numpy as np
import pytest

from grade.io import Frame, read

from ..io import exr_bytes, test_cineon

WORDS = {
    "latin-1": b"M\xfcller & S\xf6hne",
    "shift jis": "照明".encode("shift_jis"),
    "gbk": "调色".encode("gbk"),
    "cp1252": "“Ø” – €".encode("cp1252"),
    "cut in a character": "Grüße é".encode()[:-1],
    "utf-16": "camera".encode("utf-16"),
    "noise": bytes([0x80, 0xFF, 0xFE, 0xC0, 0xAF, 0xED, 0xA0, 0x80, 0x1B, 0x7F]),
    "surrogate": b"a\xed\xb2\x80b",
    "overlong": b"\xc0\x80\xe0\x80\x80",
    "lone continuation": b"caf\x80",
    "no unicode": b"\xf4\x90\x80\x80",
    "mac roman": "Kamera für Übung".encode("mac_roman"),
}
OUTPUTS = ("o.exr", "o.dpx", "o.tif", "o.png", "o.jpg", "o.jp2", "o.avif")


def rgb():
    return np.random.default_rng(2).integers(0, 65535, (4, 6, 3)).astype(np.uint16)


def exr(folder, word):
    data = exr_bytes.make(exr_bytes.entry(b"owner", b"string", word))
    (folder / "in.exr").write_bytes(data)


def exr_channel(folder, word):
    planes = exr_bytes.picture() | {word.replace(b"\0", b""): exr_bytes.picture()["R"]}
    (folder / "in.exr").write_bytes(exr_bytes.make(planes=planes))


def exr_view(folder, word):
    extra = exr_bytes.entry(b"view", b"string", word)
    extra += exr_bytes.entry(b"multiView", b"stringvector", struct.pack("<i", len(word)) + word)
    (folder / "in.exr").write_bytes(exr_bytes.make(extra))


def exr_name(folder, word):
    extra = exr_bytes.entry(word.replace(b"\0", b""), b"string", b"x")
    (folder / "in.exr").write_bytes(exr_bytes.make(extra))


def dpx(folder, word):
    path = Frame.from_pixels(rgb()).write(folder / "in.dpx")
    data = bytearray(path.read_bytes())
    for place in (36, 160, 260, 460, 1432, 1680, 1732, 1764):
        data[place : place + len(word)] = word
    path.write_bytes(data)


def dpx_attribute(folder, word):
    path = Frame.from_pixels(rgb(), attributes={"owner": "A" * len(word)}).write(folder / "in.dpx")
    data = path.read_bytes().replace(b"A" * len(word), word).replace(b"owner", b"own\xe9r")
    path.write_bytes(data)


def cineon(folder, word):
    data = bytearray(test_cineon.cineon(rgb() >> 6))
    data[32 : 32 + len(word)] = word
    (folder / "in.cin").write_bytes(data)


def tiff(folder, word):
    path = folder / "in.tif"
    import tifffile

    tags = [(code, 2, len(word) + 1, word + b"\0", True) for code in (270, 305, 315, 285, 33432)]
    tifffile.imwrite(path, rgb(), photometric="rgb", metadata=None, software=False, extratags=tags)


def png(folder, word):
    path = Frame.from_pixels(rgb()).write(folder / "in.png")
    data = path.read_bytes()
    added = b""
    for kind, body in (
        (b"tEXt", b"Author\0" + word),
        (b"tEXt", word.replace(b"\0", b"")[:79] + b"\0x"),
        (b"zTXt", b"Comment\0\0" + zlib.compress(word)),
        (b"iTXt", b"Title\0\0\0\0\0" + word),
    ):
        added += struct.pack(">I", len(body)) + kind + body
        added += struct.pack(">I", zlib.crc32(kind + body))
    path.write_bytes(data[:33] + added + data[33:])


def jpeg(folder, word):
    path = Frame.from_pixels(rgb()).write(folder / "in.jpg")
    data = path.read_bytes()
    path.write_bytes(data[:2] + b"\xff\xfe" + struct.pack(">H", len(word) + 2) + word + data[2:])


def jpeg_exif(folder, word):
    path = Frame.from_pixels(rgb()).write(folder / "in.jpg")
    data = path.read_bytes()
    size = len(word) + 1
    tiff = b"MM\0*" + struct.pack(">IHHHIII", 8, 1, 0x010F, 2, size, 26, 0) + word + b"\0"
    body = b"Exif\0\0" + tiff
    path.write_bytes(data[:2] + b"\xff\xe1" + struct.pack(">H", len(body) + 2) + body + data[2:])


def jp2(folder, word):
    path = Frame.from_pixels(rgb()).write(folder / "in.jp2", bits=16)
    from grade.io.formats.jpeg2000 import codestream

    path.write_bytes(codestream.add_comment(path.read_bytes(), word.decode("latin-1")))


def avif(folder, word):
    from grade.io.formats.heif import file as heif

    path = Frame.from_pixels(rgb()).write(folder / "in.avif")
    box = struct.pack(">I4s", 24 + len(word), b"uuid") + heif._KIND + word
    path.write_bytes(path.read_bytes() + box)


MAKERS = (exr, exr_channel, exr_view, exr_name, dpx, dpx_attribute, cineon, tiff, png, jpeg,
          jpeg_exif, jp2, avif)  # fmt: skip


@pytest.mark.parametrize("word", WORDS)
@pytest.mark.parametrize("make", MAKERS, ids=lambda make: make.__name__)
def test_the_picture_is_read_and_written(make, word, tmp_path):
    make(tmp_path, WORDS[word])
    (path,) = tmp_path.iterdir()
    frame = read(path)
    if path.suffix == ".exr":
        right = exr_bytes.picture()
        assert all(np.array_equal(frame.planes[name], right[name]) for name in "RGB")
    elif path.suffix in (".png", ".tif", ".jp2"):
        assert np.array_equal(frame.pixels, rgb())
    for output in OUTPUTS:
        again = read(frame.write(tmp_path / output, sync=False))
        assert again.planes["R"].shape == frame.planes[frame.color[0]].shape
        if (path.suffix, output) == (".exr", "o.exr"):
            assert set(again.planes) == set(frame.planes)


@pytest.mark.parametrize(
    ("make", "name"), [(exr, "owner"), (dpx, "dpx:project"), (tiff, "Artist"), (jpeg_exif, "Make")]
)
@pytest.mark.parametrize("word", ["latin-1", "cp1252", "lone continuation", "mac roman"])
def test_a_text_is_read_as_windows_1252(make, name, word, tmp_path):
    make(tmp_path, WORDS[word])
    (path,) = tmp_path.iterdir()
    assert read(path).attributes[name] == WORDS[word].decode("cp1252")


@pytest.mark.parametrize("output", OUTPUTS)
def test_a_file_name(output, tmp_path):
    folder = os.fsencode(tmp_path) + b"/f\xfcr \xe9\xff"
    os.mkdir(folder)
    path = os.fsdecode(folder + b"/K\xf6ln_\x80." + output.partition(".")[2].encode())
    frame = Frame.from_pixels(rgb(), attributes={"source": path})
    back = read(frame.write(path, sync=False))
    assert back.planes["R"].shape == (4, 6)
    assert back.write(path, sync=False).exists()
