"""AVIF of 8, 10 and 12 bits through imagecodecs; HEIC and HEIF, read only, by pillow-heif.

HEIC needs the extra: `pip install 'grade-toolkit[stills]'`. What a file says of itself beyond its
color lies in a box of its own behind the picture, which every reader passes over.
"""

from __future__ import annotations

import struct
from pathlib import Path
from typing import Any
from uuid import UUID

import numpy as np

from grade.io.errors import LayerError, ReadError, UnsupportedError, WriteError, read_failure
from grade.io.formats import code_points, integer_codes, limits, text_attributes
from grade.io.formats.layers import Channel
from grade.io.formats.registry import Format, Store, register
from grade.io.frame import Alpha, Frame

PROFILE = "ICCProfile"
_BITS = ("8", "10", "12")
_QUALITY, _SPEED, _LOSSLESS = 90, 6, 100
_INSTALL = "pip install 'grade-toolkit[stills]'"
# A box of this kind is ours: JSON of the entries.
_KIND = UUID("6f0e5d2c-4a59-5d0b-9a3c-67726164650a").bytes
_HOLDS_BOXES = {b"meta": 4, b"iprp": 0, b"ipco": 0}
_MOST_SAMPLES = 1 << 14
_UNSPECIFIED, _BT709, _IDENTITY = 2, 1, 0


def read_avif(path: Path, layer: str | None = None, threads: int = 0) -> Frame:
    """Read an AVIF file; `grade.io.read` is the face of this.

    Ten and twelve bits go to a kernel as they are; alpha is straight.

    Raises
    ------
    MissingError, LayerError
        No such file; a grey picture, or a layer was asked for.
    ReadError
        Not an AVIF, cut short, or damaged.
    """
    import imagecodecs

    data, boxes = _checked(path, layer)
    try:
        pixels = np.asarray(imagecodecs.avif_decode(data, 0, numthreads=max(1, threads)))
    except Exception as error:  # the coder has an error type of its own
        raise ReadError(f"{path}: cut short or damaged: {error}") from error
    return _frame(path, pixels, boxes, layer)


def read_heif(path: Path, layer: str | None = None, threads: int = 0) -> Frame:
    """Read a HEIC or HEIF file; `grade.io.read` is the face of this.

    Raises
    ------
    MissingError, LayerError
        No such file; a grey picture, or a layer was asked for.
    UnsupportedError
        The library is not installed; the message has the line that installs it.
    ReadError
        Not a HEIF, cut short, or damaged.
    """
    try:
        import pillow_heif
    except ImportError:
        raise UnsupportedError(f"{path}: HEIF is read with pillow-heif: {_INSTALL}") from None
    data, boxes = _checked(path, layer)
    try:
        whole = pillow_heif.open_heif(
            data, convert_hdr_to_8bit=False, bgr_mode=False, hdr_to_16bit=False
        )
        pixels = np.array(whole[whole.primary_index])
    except Exception as error:
        raise ReadError(f"{path}: cut short or damaged: {error}") from error
    return _frame(path, pixels, boxes, layer)


def _checked(path: Path, layer: str | None) -> tuple[bytes, dict[bytes, bytes]]:
    """The file and its boxes, the last of each kind; its size is believed before it is decoded."""
    if layer is not None and not isinstance(layer, Channel):
        raise LayerError(f"{path}: there are no layers, {layer!r} was asked for")
    try:
        data = path.read_bytes()
    except OSError as error:
        raise read_failure(path, error) from error
    if data[4:8] != b"ftyp":
        raise ReadError(f"{path}: {'is no HEIF or AVIF file' if data else 'is empty'}")
    boxes: dict[bytes, bytes] = {}
    _collect(data, 0, len(data), boxes)
    if len(boxes.get(b"ispe", b"")) < 12:
        raise ReadError(f"{path}: cut short or damaged: it does not say its size")
    width, height = struct.unpack_from(">II", boxes[b"ispe"], 4)
    limits.check_size(path, width, height)
    limits.check_bytes(path, width * height * 3, len(data), _MOST_SAMPLES)
    return data, boxes


def _collect(data: bytes, place: int, end: int, boxes: dict[bytes, bytes]) -> None:
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
            _collect(data, body + _HOLDS_BOXES[kind], stop, boxes)
        elif kind == b"colr":
            boxes[kind + data[body : body + 4]] = data[body + 4 : stop]
        elif kind == b"ispe":  # tiles have theirs too: the picture is the largest
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


def _frame(path: Path, pixels: Any, boxes: dict[bytes, bytes], layer: str | None) -> Frame:
    if pixels.ndim == 2:
        pixels = pixels[..., None]
    if isinstance(layer, Channel) and pixels.shape[2] <= 2:
        pixels = np.repeat(pixels[..., :1], 3, axis=-1)
    if pixels.shape[2] not in (3, 4):
        raise LayerError(f"{path}: no R, G, B to grade; its channels are Y")
    bits = 8 if pixels.dtype == np.uint8 else _bits(boxes)
    if int(pixels.max(initial=0)) >> bits:
        raise ReadError(f"{path}: damaged: its samples are of more than {bits} bits")
    text = boxes.get(b"uuid" + _KIND, b"").decode("ascii", "replace")
    attributes, tags, timecode = text_attributes.entries_of(text)
    if len(points := boxes.get(b"colrnclx", b"")) >= 4 and "colorInteropID" not in tags:
        identity = code_points.identity_of(*struct.unpack_from(">HH", points))
        tags |= {} if identity is None else {"colorInteropID": identity}
    if profile := boxes.get(b"colrprof") or boxes.get(b"colrrICC"):
        tags[PROFILE] = profile
    alpha: Alpha = "straight" if pixels.shape[2] == 4 else "none"
    return integer_codes.frame_of(
        pixels, bits, alpha, attributes=attributes, tags=tags, timecode=timecode
    )


def _bits(boxes: dict[bytes, bytes]) -> int:
    if len(av1 := boxes.get(b"av1C", b"")) >= 3:
        high, twelve = av1[2] & 0x40, av1[2] & 0x20
        return (12 if twelve else 10) if high else 8
    if len(hevc := boxes.get(b"hvcC", b"")) >= 18:
        return 8 + (hevc[17] & 7)
    return 16


def write_avif(frame: Frame, path: Path, how: Store) -> None:
    """Write an AVIF file of the display window; `Frame.write` is the face of this.

    Floats are held to 0..1 and rounded half up; color is in full resolution (4:4:4), and coded as
    R, G, B without loss at quality 100; alpha is stored straight.

    Raises
    ------
    UnsupportedError
        A quality outside of 1..100.
    WriteError, OSError
        The file could not be written.
    """
    import imagecodecs

    quality = how.quality("avif", usual=_QUALITY)
    if frame.data_window != frame.display_window:
        frame = frame.filling_display()
    frame = frame.with_alpha("straight")
    bits = how.bits or integer_codes.bits_of(frame, _BITS, "10")
    pixels = integer_codes.interleaved(frame, bits)
    points = code_points.of_still(frame.tags.get("colorInteropID"))
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
            numthreads=max(1, how.threads),
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
        layout=integer_codes.layout_of(_BITS, default="10"),
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
        layout=integer_codes.layout_of(("8", "16"), default="16"),
        holds="display",
        instead=".avif, .png or .tif",
    )
)
