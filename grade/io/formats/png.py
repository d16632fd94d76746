"""PNG of 8 and 16 bits through OpenImageIO: full range, straight alpha, and no invented tags.

Untagged files stay untagged, where the library would call them sRGB. A file counts as written when
its last chunk is on disk: with a full disk `open`, `write_image`, `close` and `geterror` may all
report success.
"""

from __future__ import annotations

import errno
import zlib
from pathlib import Path
from typing import Any

import numpy as np

from grade.io import convert
from grade.io.errors import LayerError, ReadError, WriteError, read_failure
from grade.io.formats import color_code_points, resolution
from grade.io.formats.layers import Channel, refuse_layer
from grade.io.formats.library_path import library_path
from grade.io.formats.pixel_layouts import integer_rule
from grade.io.formats.registry import Format, WriteOptions, register
from grade.io.frame import Frame
from grade.io.window import Window

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_END = b"\x00\x00\x00\x00IEND\xaeB`\x82"
_COLOR_CHUNKS = {b"sRGB", b"gAMA", b"cHRM", b"cICP", b"iCCP"}
_TYPES: dict[str, Any] = {"8": np.uint8, "16": np.uint16}


def read_png(path: Path, layer: str | None = None, threads: int = 0) -> Frame:
    """Read a PNG file, for `grade.io.read`.

    Planes are uint8 or uint16; palettes and fewer bits are expanded to 8. Alpha is straight.

    Raises
    ------
    MissingError, LayerError
        No such file; the picture is grey, or a layer was asked for.
    ReadError
        Not a PNG, cut short, or damaged.
    """
    import OpenImageIO as oiio

    refuse_layer(path, layer, "PNG")
    chunks = _read_chunk_names(path)
    straight = oiio.ImageSpec()
    straight.attribute("oiio:UnassociatedAlpha", 1)  # else color is premultiplied, and rounded
    with library_path(path) as name:
        source = oiio.ImageInput.open(name, straight)
        if source is None:
            raise ReadError(f"{path}: damaged: {_first_line(oiio.geterror())}")
        spec = source.spec()
        pixels = source.read_image(spec.format)
        if pixels is None:
            raise ReadError(f"{path}: cut short or damaged: {_first_line(source.geterror())}")
        source.close()
    channels = tuple(spec.channelnames)
    if isinstance(layer, Channel) and len(channels) <= 2:  # a grey picture serves as a matte
        pixels, channels = np.repeat(pixels[..., :1], 3, axis=-1), ("R", "G", "B")
    if len(channels) not in (3, 4) or pixels.shape != (spec.height, spec.width, len(channels)):
        raise LayerError(f"{path}: no R, G, B to grade; its channels are {', '.join(channels)}")
    listed: dict[str, Any] = {entry.name: entry.value for entry in spec.extra_attribs}
    texts: dict[str, Any] = {
        name: value
        for name, value in listed.items()
        if isinstance(value, str) and not name.startswith("oiio:") and name not in resolution.NAMES
    }
    aspect = resolution.aspect_of(listed)
    if (found := resolution.resolution_of(listed)) is not None:
        texts |= found.entries(aspect)
    identity = texts.pop("colorInteropID", None)
    if identity is None and _COLOR_CHUNKS & set(chunks):
        identity = listed.get("oiio:ColorSpace")
    window = Window.of_size(spec.width, spec.height)
    return Frame.from_pixels(
        pixels,
        alpha="straight" if len(channels) == 4 else "none",
        data_window=window,
        display_window=window,
        attributes=texts,
        tags={} if identity is None else {"colorInteropID": identity},
        pixel_aspect=aspect,
    )


def write_png(frame: Frame, path: Path, options: WriteOptions) -> None:
    """Write a PNG file of the display window, for `Frame.write`.

    Floats are clipped to 0..1 and rounded half up. Texts of the header are kept. Other planes and
    parts have no place in a PNG.

    Raises
    ------
    WriteError, OSError
        The file could not be written.
    """
    import OpenImageIO as oiio

    frame = frame.filling_display().with_alpha("straight")
    eight = all(frame.planes[name].dtype == np.uint8 for name in frame.color)
    dtype = _TYPES[options.bits or ("8" if eight else "16")]
    planes = [convert.to_integer(frame.planes[name], dtype) for name in frame.color]
    pixels = np.ascontiguousarray(np.stack(planes, axis=-1))
    height, width, channels = pixels.shape
    spec = oiio.ImageSpec(width, height, channels, pixels.dtype.name)
    spec.channelnames = ("R", "G", "B", "A")[:channels]
    if channels == 4:
        spec.alpha_channel = 3
        spec.attribute("oiio:UnassociatedAlpha", 1)
    for name, value in sorted(frame.attributes.items()):
        if isinstance(value, str) and name not in resolution.NAMES:
            spec.attribute(name, value)
    resolution.put_into(spec, frame)
    _put_color(spec, frame, oiio)
    target: Any = oiio.ImageOutput.create("png")
    with library_path(path, written=True) as name:
        opened = target.open(name, spec)
        done = opened and target.write_image(pixels)
        closed = target.close()
    fault = target.geterror().strip()
    if "could only write" in fault:
        raise OSError(errno.ENOSPC, f"{fault.splitlines()[0]}: the disk seems full")
    if not (opened and done and closed) or fault:
        raise WriteError(fault or "the PNG writer gives no reason")
    with path.open("rb") as file:
        if file.seek(0, 2) < len(_END) or not _ends_with_last_chunk(file):
            raise OSError(errno.ENOSPC, "the file is cut short, the disk seems full")


def _ends_with_last_chunk(file: Any) -> bool:
    file.seek(-len(_END), 2)
    return bool(file.read() == _END)


def _put_color(spec: Any, frame: Frame, oiio: Any) -> None:
    identity = frame.tags.get("colorInteropID")
    spec.attribute("oiio:ColorSpace", identity or "unknown")  # the default would be sRGB
    if identity:
        spec.attribute("colorInteropID", identity)
    points = color_code_points.code_points_of_still(identity)
    if points is not None:
        spec.attribute("CICP", oiio.TypeDesc("int[4]"), points)


def _first_line(text: str) -> str:
    return text.strip().partition("\n")[0] or "no reason given"


def _read_chunk_names(path: Path) -> list[bytes]:
    """Return the names of the chunks before the pixels: they tell the file's tags from defaults.

    The checksums of critical chunks are checked here, because the library reports damage on stderr,
    straight from C, in the middle of what other threads print.
    """
    try:
        with path.open("rb") as file:
            head = file.read(len(_SIGNATURE))
            if head != _SIGNATURE:
                raise ReadError(f"{path}: {'is no PNG file' if head else 'is empty'}")
            size = path.stat().st_size
            names: list[bytes] = []
            while not names or names[-1] != b"IEND":
                start = file.read(8)
                length = int.from_bytes(start[:4], "big")
                if len(start) < 8 or file.tell() + length + 4 > size:
                    raise ReadError(f"{path}: cut short or damaged: it ends after {size} bytes")
                names.append(start[4:])
                if not start[4:5].isupper():  # an ancillary chunk, which may be skipped
                    file.seek(length + 4, 1)
                elif zlib.crc32(file.read(length), zlib.crc32(start[4:])) != int.from_bytes(
                    file.read(4), "big"
                ):
                    raise ReadError(f"{path}: damaged: the checksum of a chunk is wrong")
            return names[: names.index(b"IDAT")] if b"IDAT" in names else names
    except OSError as error:
        raise read_failure(path, error) from error


register(
    Format(
        name="PNG",
        extensions=(".png",),
        bits=("8", "16"),
        compressions=(),
        read=read_png,
        write=write_png,
        choose_layout=integer_rule(("8", "16"), default="16"),
        holds="display",
    )
)
