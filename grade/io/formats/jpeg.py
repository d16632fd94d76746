"""JPEG of 8 bits through OpenImageIO, for review; the ICC profile and Exif entries are kept.

Untagged files stay untagged, where the library would call them sRGB.
"""

from __future__ import annotations

import errno
import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from grade.io import convert
from grade.io.errors import LayerError, ReadError, WriteError, read_failure
from grade.io.formats import resolution, size_limits, text_attributes
from grade.io.formats.layers import Channel, refuse_layer
from grade.io.formats.left_out import tell_left_out
from grade.io.formats.library_path import library_path
from grade.io.formats.pixel_layouts import integer_rule
from grade.io.formats.registry import Format, WriteOptions, register
from grade.io.frame import Frame

PROFILE = "ICCProfile"
_START, _END = b"\xff\xd8\xff", b"\xff\xd9"
_SCAN = 0xDA
_BARE = {0x01, *range(0xD0, 0xD9)}  # markers without a length
_QUALITY = 95
# Samples of one byte: a block of 64 samples of a component takes 8 bits at the very best.
_MOST_SAMPLES = 512
_MOST_TEXT = 60_000  # bytes of Exif entries; a segment has less than 65536
_SRGB = "srgb_rec709_display"
_FIELDS = ("Orientation", "Make", "Model", "Artist", "Copyright", "DateTime", "Software")
# Entries that the library derives, or that say what the writer decides.
_DERIVED = (
    "oiio:", "jpeg:", "ICCProfile", "JFIF", "ResolutionUnit", "XResolution", "YResolution",
    "PixelAspectRatio", "Exif:ColorSpace", "Exif:PixelXDimension", "Exif:PixelYDimension",
    "Exif:YCbCrPositioning", "CompressionQuality", "IPTC:", "Exif:MakerNote", "thumbnail",
)  # fmt: skip


def read_jpeg(path: Path, layer: str | None = None, threads: int = 0) -> Frame:
    """Read a JPEG file, for `grade.io.read`.

    Raises
    ------
    MissingError, LayerError
        No such file; the picture is grey, or a layer was asked for.
    ReadError
        Not a JPEG, cut short, or damaged in a way that the coding shows.
    """
    import OpenImageIO as oiio

    refuse_layer(path, layer, "JPEG")
    size = _check_end(path)
    with library_path(path) as name:
        source = oiio.ImageInput.open(name)
        if source is None:
            raise ReadError(f"{path}: damaged: {oiio.geterror().strip()}")
        spec = source.spec()
        size_limits.check_size(path, spec.width, spec.height)
        samples = spec.width * spec.height * spec.nchannels
        size_limits.check_bytes(path, samples, size, _MOST_SAMPLES)
        pixels = source.read_image("uint8")
        if pixels is None:
            raise ReadError(f"{path}: cut short or damaged: {source.geterror().strip()}")
        source.close()
    if isinstance(layer, Channel) and spec.nchannels == 1:
        pixels = np.repeat(pixels, 3, axis=-1)
    if pixels.shape != (spec.height, spec.width, 3):
        names = ", ".join(spec.channelnames)
        raise LayerError(f"{path}: no R, G, B to grade; its channels are {names}")
    listed: dict[str, Any] = {entry.name: entry.value for entry in spec.extra_attribs}
    attributes = {
        name: value
        for name, value in listed.items()
        if isinstance(value, str | int | float) and not name.startswith(_DERIVED)
    }
    described, tags, timecode = text_attributes.entries_of(
        str(attributes.pop(text_attributes.DESCRIPTION, ""))
    )
    aspect = resolution.aspect_of(listed)
    if (found := resolution.resolution_of(listed)) is not None:
        attributes |= found.entries(aspect)
    if PROFILE in listed:
        tags[PROFILE] = np.asarray(listed[PROFILE]).tobytes()
    elif listed.get("Exif:ColorSpace") == 1:
        tags.setdefault("colorInteropID", _SRGB)
    return Frame.from_pixels(
        pixels,
        attributes={**attributes, **described},
        tags=tags,
        timecode=timecode,
        pixel_aspect=aspect,
    )


def _check_end(path: Path) -> int:
    """Return the size of the file; raise if it has no end marker.

    The decoder would fill up a picture that is cut short, without an error.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise read_failure(path, error) from error
    if not data.startswith(_START):
        raise ReadError(f"{path}: {'is no JPEG file' if data else 'is empty'}")
    place = 2
    while place + 4 <= len(data) and data[place] == 0xFF and data[place + 1] != _SCAN:
        if data[place + 1] in _BARE or data[place + 1] == 0xFF:
            place += 2 if data[place + 1] != 0xFF else 1
        else:
            place += 2 + int.from_bytes(data[place + 2 : place + 4], "big")
    if data.find(_END, place) < 0:
        raise ReadError(f"{path}: cut short: its end is missing")
    return len(data)


def write_jpeg(frame: Frame, path: Path, options: WriteOptions) -> None:
    """Write a JPEG file of the display window, for `Frame.write`.

    Floats are clipped to 0..1 and rounded half up; chroma has full resolution (4:4:4). JPEG has no
    alpha: color is written premultiplied, that is over black.

    Raises
    ------
    UnsupportedError
        A quality outside of 1..100.
    WriteError, OSError
        The file could not be written.
    """
    import OpenImageIO as oiio

    quality = options.quality("jpeg", usual=_QUALITY)
    frame = frame.filling_display().with_alpha("premultiplied")
    planes = [convert.to_integer(frame.planes[name], np.uint8) for name in frame.color[:3]]
    pixels = np.ascontiguousarray(np.stack(planes, axis=-1))
    height, width, _ = pixels.shape
    spec = oiio.ImageSpec(width, height, 3, "uint8")
    spec.attribute("Compression", f"jpeg:{quality}")
    spec.attribute("jpeg:subsampling", "4:4:4")
    spec.attribute("oiio:ColorSpace", "unknown")
    described = {}
    frame = replace(frame, attributes=_fit_segment(frame.attributes))
    for name, value in sorted(frame.attributes.items()):
        if name in _FIELDS or (name.startswith("Exif:") and isinstance(value, str | int | float)):
            spec.attribute(name, value)
        elif name not in resolution.NAMES:
            described[name] = value
    text = text_attributes.text_of(frame, but=frozenset(frame.attributes) - frozenset(described))
    if text:
        spec.attribute(text_attributes.DESCRIPTION, text)
    if (profile := frame.tags.get(PROFILE)) is not None:
        blob = np.frombuffer(bytes(profile), np.uint8)
        spec.attribute(PROFILE, oiio.TypeDesc(f"uint8[{blob.size}]"), blob)
    elif frame.tags.get("colorInteropID") == _SRGB:
        spec.attribute("Exif:ColorSpace", 1)
    resolution.put_into(spec, frame)
    target: Any = oiio.ImageOutput.create("jpeg")
    with library_path(path, written=True) as name:
        opened = target.open(name, spec)
        done = opened and target.write_image(pixels)
        closed = target.close()
    fault = target.geterror().strip()
    if not (opened and done and closed) or fault:
        raise WriteError(fault or "the JPEG writer gives no reason")
    with path.open("rb") as file:
        if file.seek(0, 2) < 4 or file.seek(-2, 2) < 0 or file.read() != _END:
            raise OSError(errno.ENOSPC, "the file is cut short, the disk seems full")


def _fit_segment(attributes: Mapping[str, Any]) -> dict[str, Any]:
    """Return the entries that fit into one segment together; the longest are left out first.

    The library ends the process where they do not fit.
    """
    sizes = {n: len(json.dumps(v)) for n, v in attributes.items() if isinstance(v, str)}
    total = sum(sizes.values()) + 64 * len(attributes)
    kept = dict(attributes)
    for name in sorted(sizes, key=lambda name: (-sizes[name], name)):
        if total <= _MOST_TEXT:
            break
        total -= sizes[name]
        del kept[name]
        tell_left_out(name, f"JPEG holds {_MOST_TEXT} bytes of texts")
    return kept


register(
    Format(
        name="JPEG",
        extensions=(".jpg", ".jpeg"),
        bits=("8",),
        compressions=("jpeg",),
        read=read_jpeg,
        write=write_jpeg,
        choose_layout=integer_rule(("8",), default="8"),
        holds="display",
    )
)
