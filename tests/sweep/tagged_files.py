"""Small pictures with color tags and orientations, made byte by byte or by other libraries."""

import io
import struct
import zlib

import numpy as np

S_RGB, GAMMA_22, GAMMA_18 = "srgb", 2.19921875, 1.8
# Colorants under D50 (ICC.1 appendix F, the profiles that Apple, Adobe and Kodak publish).
D50 = (0.96420288, 1.0, 0.82490540)
COLORANTS = {
    "rec709": ((0.436066, 0.222488, 0.013916), (0.385147, 0.716873, 0.097076),
               (0.143066, 0.060608, 0.714096)),
    "p3": ((0.515121, 0.241196, -0.001053), (0.291977, 0.692245, 0.041885),
           (0.157104, 0.066574, 0.784073)),
    "adobe": ((0.609741, 0.311111, 0.019470), (0.205276, 0.625671, 0.060867),
              (0.149185, 0.063217, 0.744568)),
    "prophoto": ((0.7977, 0.2880, 0.0), (0.1352, 0.7119, 0.0), (0.0313, 0.0001, 0.8249)),
}  # fmt: skip


def fixed(value):
    return struct.pack(">i", round(value * 65536))


def curve(kind):
    """A parametric curve, a gamma, or a table of samples."""
    if kind == S_RGB:
        numbers = (2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045)
        return b"para\0\0\0\0" + struct.pack(">HH", 3, 0) + b"".join(map(fixed, numbers))
    if isinstance(kind, float):
        return b"para\0\0\0\0" + struct.pack(">HH", 0, 0) + fixed(kind)
    samples = np.round(np.asarray(kind) * 65535).astype(">u2").tobytes()
    return b"curv\0\0\0\0" + struct.pack(">I", len(kind)) + samples


def text(words):
    data = words.encode("utf-16-be")
    return (
        b"mluc\0\0\0\0"
        + struct.pack(">II", 1, 12)
        + b"enUS"
        + struct.pack(">II", len(data), 28)
        + data
    )


def profile(gamut="p3", kind=S_RGB, name="a profile", space=b"RGB ", more=None, without=()):
    """An ICC profile of matrix and curves."""
    xyz = lambda numbers: b"XYZ \0\0\0\0" + b"".join(map(fixed, numbers))  # noqa: E731
    red, green, blue = COLORANTS[gamut]
    tags = {
        b"desc": text(name), b"cprt": text("CC0"), b"wtpt": xyz(D50),
        b"rXYZ": xyz(red), b"gXYZ": xyz(green), b"bXYZ": xyz(blue),
        b"rTRC": curve(kind), b"gTRC": curve(kind), b"bTRC": curve(kind), **(more or {}),
    }  # fmt: skip
    body, table = b"", b""
    kept = {key: value for key, value in tags.items() if key not in without}
    start = 128 + 4 + 12 * len(kept)
    for key, value in kept.items():
        value += b"\0" * (-len(value) % 4)
        table += key + struct.pack(">II", start + len(body), len(value))
        body += value
    data = struct.pack(">I", len(kept)) + table + body
    head = struct.pack(
        ">I4sI4s4s4s", 128 + len(data), b"\0" * 4, 0x04300000, b"mntr", space, b"XYZ "
    )
    head += (
        struct.pack(">6H", 2024, 1, 1, 0, 0, 0) + b"acsp" + b"\0" * 28 + b"".join(map(fixed, D50))
    )
    return head.ljust(128, b"\0") + data


def chunk(name, data):
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def png(pixels, *chunks, after=()):
    """A PNG of (height, width, 3 or 1) uint8 or uint16, with other chunks before its pixels."""
    height, width, channels = pixels.shape
    bits = 8 * pixels.dtype.itemsize
    rows = pixels.astype(pixels.dtype.newbyteorder(">"))
    packed = zlib.compress(b"".join(b"\0" + rows[y].tobytes() for y in range(height)))
    head = struct.pack(">IIBBBBB", width, height, bits, {1: 0, 2: 4, 3: 2, 4: 6}[channels], 0, 0, 0)
    return b"".join(
        (b"\x89PNG\r\n\x1a\n", chunk(b"IHDR", head), *chunks, chunk(b"IDAT", packed), *after,
         chunk(b"IEND", b""))
    )  # fmt: skip


def iccp(data):
    return chunk(b"iCCP", b"icc\0\0" + zlib.compress(data))


def chrm(numbers):
    """Primaries in the order red, green, blue, white; the chunk begins with white."""
    ordered = (*numbers[6:], *numbers[:6])
    return chunk(b"cHRM", struct.pack(">8I", *[round(v * 100000) for v in ordered]))


def gama(value):
    return chunk(b"gAMA", struct.pack(">I", round(value * 100000)))


def cicp(*points):
    return chunk(b"cICP", bytes(points))


def exif(entries, more=None):
    """A TIFF header with short entries in IFD 0, and others in the Exif IFD and its Interop IFD."""

    def directory(items, at):
        made = struct.pack("<H", len(items))
        for code, (kind, count, value) in sorted(items.items()):
            made += struct.pack("<HHI", code, kind, count) + value.ljust(4, b"\0")
        return made + b"\0\0\0\0"

    main = {code: (3, 1, struct.pack("<H", value)) for code, value in entries.items()}
    if more is None:
        return b"II*\0" + struct.pack("<I", 8) + directory(main, 8)
    second = 8 + 2 + 12 * (len(main) + 1) + 4
    main[34665] = (4, 1, struct.pack("<I", second))
    inner = {code: (3, 1, struct.pack("<H", value)) for code, value in more.items() if code != 1}
    if 1 in more:
        third = second + 2 + 12 * (len(inner) + 1) + 4
        inner[40965] = (4, 1, struct.pack("<I", third))
        tail = directory({1: (2, 4, more[1])}, third)
    else:
        tail = b""
    return b"II*\0" + struct.pack("<I", 8) + directory(main, 8) + directory(inner, second) + tail


def jpeg(pixels, **entries):
    """A JPEG of the best quality, by Pillow."""
    from PIL import Image

    made = io.BytesIO()
    Image.fromarray(pixels).save(made, "JPEG", quality=100, subsampling=0, **entries)
    return made.getvalue()


def with_app1(data, exif_bytes):
    body = b"Exif\0\0" + exif_bytes
    return data[:2] + b"\xff\xe1" + struct.pack(">H", len(body) + 2) + body + data[2:]


def tiff(pixels, **entries):
    import tifffile

    made = io.BytesIO()
    grey = pixels.ndim == 2 or pixels.shape[2] == 1
    tifffile.imwrite(
        made, pixels, photometric="minisblack" if grey else "rgb", metadata=None, **entries
    )
    return made.getvalue()


def avif(pixels, **entries):
    """An AVIF without loss, by Pillow."""
    from PIL import Image

    made = io.BytesIO()
    Image.fromarray(pixels).save(made, "AVIF", quality=100, subsampling="4:4:4", **entries)
    return made.getvalue()


def heic(pixels, **entries):
    import pillow_heif

    made = io.BytesIO()
    image = pillow_heif.from_bytes("RGB", pixels.shape[1::-1], pixels.tobytes())
    image.save(made, quality=-1, chroma=444, **entries)
    return made.getvalue()


def box(kind, body):
    return struct.pack(">I4s", 8 + len(body), kind) + body


def jp2(pixels, color=None):
    """A JP2 whose color box has another body; None keeps the sRGB that the encoder wrote."""
    import imagecodecs

    data = bytes(imagecodecs.jpeg2k_encode(pixels, 0, codecformat="jp2", reversible=True))
    if color is None:
        return data
    at = data.index(b"jp2h") - 4
    size = int.from_bytes(data[at : at + 4], "big")
    inside, place, kept = data[at + 8 : at + size], 0, b""
    while place < len(inside):
        length = int.from_bytes(inside[place : place + 4], "big")
        if inside[place + 4 : place + 8] != b"colr":
            kept += inside[place : place + length]
        place += length
    return data[:at] + box(b"jp2h", kept + box(b"colr", color)) + data[at + size :]
