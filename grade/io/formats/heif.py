"""AVIF of 8, 10 and 12 bits through imagecodecs; HEIC and HEIF, read only, through pillow-heif.

HEIC needs the extra: `pip install 'grade-toolkit[stills]'`. Header entries beyond the color are
written in a box of their own behind the picture, which other readers skip.
"""

from __future__ import annotations

import struct
from pathlib import Path
from typing import Any
from uuid import UUID

import numpy as np

from grade.io.errors import LayerError, ReadError, UnsupportedError, WriteError, read_failure
from grade.io.formats import color_code_points, integer_codes, size_limits, text_attributes
from grade.io.formats.layers import Channel, refuse_layer
from grade.io.formats.pixel_layouts import code_value_rule
from grade.io.formats.registry import Format, WriteOptions, register
from grade.io.frame import Alpha, Frame

PROFILE = "ICCProfile"
_BITS = ("8", "10", "12")
_QUALITY, _SPEED, _LOSSLESS = 90, 6, 100
_INSTALL = "pip install 'grade-toolkit[stills]'"
# The type of the box that holds header entries, as JSON.
_KIND = UUID("6f0e5d2c-4a59-5d0b-9a3c-67726164650a").bytes
_HOLDS_BOXES = {b"meta": 4, b"iprp": 0, b"ipco": 0}
_MOST_SAMPLES = 1 << 14
_UNSPECIFIED, _BT709, _IDENTITY = 2, 1, 0


def read_avif(path: Path, layer: str | None = None, threads: int = 0) -> Frame:
    """Read an AVIF file, for `grade.io.read`.

    Kernels take 10 and 12 bits as they are. Alpha is straight.

    Raises
    ------
    MissingError, LayerError
        No such file; the picture is grey, or a layer was asked for.
    ReadError
        Not an AVIF, cut short, or damaged.
    """
    import imagecodecs

    data, boxes = _read_checked(path, layer)
    try:
        pixels = np.asarray(imagecodecs.avif_decode(data, 0, numthreads=max(1, threads)))
    except Exception as error:  # the codec has an error type of its own
        raise ReadError(f"{path}: cut short or damaged: {error}") from error
    return _make_frame(path, pixels, boxes, layer)


def read_heif(path: Path, layer: str | None = None, threads: int = 0) -> Frame:
    """Read a HEIC or HEIF file, for `grade.io.read`.

    Raises
    ------
    MissingError, LayerError
        No such file; the picture is grey, or a layer was asked for.
    UnsupportedError
        pillow-heif is not installed; the message has the command that installs it.
    ReadError
        Not a HEIF, cut short, or damaged.
    """
    try:
        import pillow_heif
    except ImportError:
        raise UnsupportedError(f"{path}: HEIF is read with pillow-heif: {_INSTALL}") from None
    data, boxes = _read_checked(path, layer)
    try:
        whole = pillow_heif.open_heif(
            data, convert_hdr_to_8bit=False, bgr_mode=False, hdr_to_16bit=False
        )
        pixels = np.array(whole[whole.primary_index])
    except Exception as error:
        raise ReadError(f"{path}: cut short or damaged: {error}") from error
    return _make_frame(path, pixels, boxes, layer)


def _read_checked(path: Path, layer: str | None) -> tuple[bytes, dict[bytes, bytes]]:
    """Return the bytes of a file and its boxes, the last of each type.

    The size that it claims is checked before anything is decoded.
    """
    refuse_layer(path, layer, "HEIF")
    try:
        data = path.read_bytes()
    except OSError as error:
        raise read_failure(path, error) from error
    if data[4:8] != b"ftyp":
        raise ReadError(f"{path}: {'is no HEIF or AVIF file' if data else 'is empty'}")
    boxes: dict[bytes, bytes] = {}
    _collect_boxes(data, 0, len(data), boxes)
    if len(boxes.get(b"ispe", b"")) < 12:
        raise ReadError(f"{path}: cut short or damaged: its size is missing")
    width, height = struct.unpack_from(">II", boxes[b"ispe"], 4)
    size_limits.check_size(path, width, height)
    size_limits.check_bytes(path, width * height * 3, len(data), _MOST_SAMPLES, size_limits.FLAT)
    return data, boxes


def _collect_boxes(data: bytes, place: int, end: int, boxes: dict[bytes, bytes]) -> None:
    while place + 8 <= end:
        size, kind = struct.unpack_from(">I4s", data, place)
        body = place + 8
        if size == 1 and body + 8 <= end:
            (size,) = struct.unpack_from(">Q", data, body)
            body += 8
        stop = end if size == 0 else place + size
        if stop <= place + 7 or stop > end:
            return
        if kind in _HOLDS_BOXES:
            _collect_boxes(data, body + _HOLDS_BOXES[kind], stop, boxes)
        elif kind == b"colr":
            boxes[kind + data[body : body + 4]] = data[body + 4 : stop]
        elif kind == b"ispe":  # tiles have one too: the picture has the largest
            sides = data[body + 4 : body + 12]
            boxes[kind] = max(boxes.get(kind, b""), data[body:stop], key=_area) if sides else b""
        elif kind == b"uuid":
            boxes[kind + data[body : body + 16]] = data[body + 16 : stop]
        elif kind in (b"av1C", b"hvcC"):
            boxes[kind] = data[body:stop]
        place = stop


def _area(size: bytes) -> int:
    if len(size) < 12:
        return -1
    width, height = struct.unpack_from(">II", size, 4)
    return int(width) * int(height)


def _make_frame(path: Path, pixels: Any, boxes: dict[bytes, bytes], layer: str | None) -> Frame:
    if pixels.ndim == 2:
        pixels = pixels[..., None]
    if isinstance(layer, Channel) and pixels.shape[2] <= 2:
        pixels = np.repeat(pixels[..., :1], 3, axis=-1)
    if pixels.shape[2] not in (3, 4):
        raise LayerError(f"{path}: no R, G, B to grade; its channels are Y")
    bits = 8 if pixels.dtype == np.uint8 else _bits_of(boxes)
    if int(pixels.max(initial=0)) >> bits:
        raise ReadError(f"{path}: damaged: its samples are of more than {bits} bits")
    text = boxes.get(b"uuid" + _KIND, b"").decode("ascii", "replace")
    attributes, tags, timecode = text_attributes.entries_of(text)
    if len(points := boxes.get(b"colrnclx", b"")) >= 4 and "colorInteropID" not in tags:
        identity = color_code_points.identity_of(*struct.unpack_from(">HH", points))
        tags |= {} if identity is None else {"colorInteropID": identity}
    if profile := boxes.get(b"colrprof") or boxes.get(b"colrrICC"):
        tags[PROFILE] = profile
    alpha: Alpha = "straight" if pixels.shape[2] == 4 else "none"
    return integer_codes.make_frame(
        pixels, bits, alpha, attributes=attributes, tags=tags, timecode=timecode
    )


def _bits_of(boxes: dict[bytes, bytes]) -> int:
    """Return the bits of a sample, as the configuration of the decoder says."""
    if len(av1 := boxes.get(b"av1C", b"")) >= 3:
        high, twelve = av1[2] & 0x40, av1[2] & 0x20
        return (12 if twelve else 10) if high else 8
    if len(hevc := boxes.get(b"hvcC", b"")) >= 18:
        return 8 + (hevc[17] & 7)
    return 16


def write_avif(frame: Frame, path: Path, options: WriteOptions) -> None:
    """Write an AVIF file of the display window, for `Frame.write`.

    Floats are clipped to 0..1 and rounded half up; chroma has full resolution (4:4:4). Quality 100
    codes R, G, B without loss. Alpha is stored straight.

    Raises
    ------
    UnsupportedError
        A quality outside of 1..100.
    WriteError, OSError
        The file could not be written.
    """
    import imagecodecs

    quality = options.quality("avif", usual=_QUALITY)
    if frame.data_window != frame.display_window:
        frame = frame.filling_display()
    frame = frame.with_alpha("straight")
    bits = options.bits or integer_codes.bits_of(frame, _BITS, "10")
    pixels = integer_codes.interleave(frame, bits)
    points = color_code_points.code_points_of_still(frame.tags.get("colorInteropID"))
    primaries, transfer = points[:2] if points else (_UNSPECIFIED, _UNSPECIFIED)
    matrix = 9 if primaries == 9 else _BT709
    try:
        data = imagecodecs.avif_encode(
            pixels,
            quality,
            speed=_SPEED,
            bitspersample=int(bits),
            pixelformat=imagecodecs.AVIF.PIXEL_FORMAT.YUV444,
            primaries=primaries,
            transfer=transfer,
            matrix=_IDENTITY if quality == _LOSSLESS else matrix,
            numthreads=max(1, options.threads),
        )
    except Exception as error:
        raise WriteError(f"AVIF refuses this frame: {error}") from error
    text = text_attributes.text_of(frame).encode()
    box = struct.pack(">I4s", 24 + len(text), b"uuid") + _KIND + text if text else b""
    path.write_bytes(bytes(data) + box)


register(
    Format(
        name="AVIF",
        extensions=(".avif",),
        bits=_BITS,
        compressions=("avif",),
        read=read_avif,
        write=write_avif,
        choose_layout=code_value_rule(_BITS, default="10"),
        holds="display",
    )
)
register(
    Format(
        name="HEIF",
        extensions=(".heic", ".heif"),
        bits=(),
        compressions=(),
        read=read_heif,
        write=None,
        choose_layout=code_value_rule(("8", "16"), default="16"),
        holds="display",
        instead=".avif, .png or .tif",
    )
)
