"""TIFF of 8 and 16 bits, half and float, through tifffile; alpha by its tag, ICC profile kept.

Header entries are written in the fields that TIFF has for them; the description holds the others as
JSON. The profile is a color tag, so it is dropped when a look changes the space.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from grade.errors import GradeError
from grade.io import convert
from grade.io.errors import ReadError, WriteError, read_failure
from grade.io.formats import resolution, text_attributes
from grade.io.formats.pixel_layouts import STORAGE_OF_BITS
from grade.io.formats.registry import Format, WriteOptions, register
from grade.io.formats.tiff import pages
from grade.io.frame import Frame
from grade.io.plane import Plane
from grade.io.window import Window
from grade.ir.storage import Layout

PROFILE = "ICCProfile"
# Fields of TIFF that are texts, by their names in OpenImageIO and Exif.
_TEXTS = {
    "Software": 305, "DateTime": 306, "Artist": 315, "Copyright": 33432, "Make": 271, "Model": 272,
    "DocumentName": 269, "HostComputer": 316,
}  # fmt: skip
_ORIENTATION = 274
_FIELDS = frozenset({*_TEXTS, "Orientation", *resolution.NAMES, "xDensity"})
_UNITS = {"none": 1, "in": 2, "cm": 3}
_COMPRESSIONS = {"none": None, "zip": "adobe_deflate", "lzw": "lzw"}
_CONVERT: dict[str, Callable[[Plane], Plane]] = {
    "half": convert.to_half,
    "float": convert.to_float,
    "8": lambda plane: convert.to_integer(plane, np.uint8),
    "16": lambda plane: convert.to_integer(plane, np.uint16),
}
_BITS_OF = {"float16": "half", "float32": "float", "float64": "float", "uint8": "8", "uint16": "16"}

# What the library warns of becomes an error here; without a handler it would go to stderr too.
logging.getLogger("tifffile").addHandler(logging.NullHandler())


def choose_layout(source: Layout, bits: str | None, divides: bool) -> Layout:
    """Return planes of integers where the source has them, else float: few programs read half."""
    kept = {"u8": "8", "u16": "16", "u10": "16", "u12": "16"}.get(source.code, "float")
    return Layout(3, STORAGE_OF_BITS[bits or kept], planar=True)


def read_tiff(path: Path, layer: str | None = None, threads: int = 0) -> Frame:
    """Read a TIFF file, for `grade.io.read`.

    Parameters
    ----------
    path, threads
        As `grade.io.read` takes them.
    layer
        The name of a page, or its number from 1, where a file has several pictures.

    Raises
    ------
    MissingError, LayerError
        No such file; several pages and none is chosen; no red, green and blue.
    UnsupportedError
        CMYK, signed or packed samples, a compression without a decoder.
    ReadError
        Not a TIFF, cut short, or damaged.
    """
    import tifffile

    try:
        with tifffile.TiffFile(path) as file:
            page = pages.choose_page(path, file, layer)
            pixels, color, alpha = pages.read_pixels(path, page, layer, threads)
            return _make_frame(page, pixels, color, alpha)
    except GradeError:
        raise
    except OSError as error:
        raise read_failure(path, error) from error
    except tifffile.TiffFileError as error:
        reason = "is empty" if path.stat().st_size == 0 else f"is no TIFF file, or damaged: {error}"
        raise ReadError(f"{path}: {reason}") from error
    except MemoryError as error:
        raise ReadError(f"{path}: damaged: it asks for more memory than there is") from error
    except Exception as error:  # any of a dozen types: a field or a strip is wrong
        raise ReadError(f"{path}: cut short or damaged: {error}") from error


def _make_frame(page: Any, pixels: Plane, color: tuple[str, ...], alpha: Any) -> Frame:
    height, width = pixels.shape[:2]
    window = Window.of_size(width, height)
    description = page.tags.get(270)
    attributes, tags, timecode = text_attributes.entries_of(
        str(description.value) if description else ""
    )
    for name, code in _TEXTS.items():
        if (tag := page.tags.get(code)) is not None and isinstance(tag.value, str) and tag.value:
            attributes[name] = tag.value
    if (tag := page.tags.get(_ORIENTATION)) is not None and int(tag.value) != 1:
        attributes["Orientation"] = int(tag.value)
    stated: dict[str, Any] = dict(
        zip(resolution.NAMES, (_ratio(page.tags.get(code)) for code in (282, 283)), strict=False)
    )
    if (tag := page.tags.get(296)) is not None:
        stated["ResolutionUnit"] = int(tag.value)
    aspect = resolution.aspect_of(stated)
    if (found := resolution.resolution_of(stated)) is not None:
        attributes |= found.entries(aspect)
    if (tag := page.tags.get(34675)) is not None:
        tags[PROFILE] = bytes(tag.value)
    return Frame(
        planes={n: np.ascontiguousarray(pixels[..., i]) for i, n in enumerate(color)},
        color=color[:4] if alpha != "none" else color[:3],
        alpha=alpha,
        data_window=window,
        display_window=window,
        pixel_aspect=aspect,
        attributes=attributes,
        tags=tags,
        timecode=timecode,
        compression=pages.compression_of(page),
    )


def _ratio(tag: Any) -> float:
    """Return the value of a rational field, or 0 where there is none."""
    if tag is None or not isinstance(tag.value, tuple) or len(tag.value) != 2:
        return 0.0
    above, below = tag.value
    return float(above) / float(below) if below else 0.0


def write_tiff(frame: Frame, path: Path, options: WriteOptions) -> None:
    """Write a TIFF file of the display window, for `Frame.write`.

    Color is stored premultiplied or straight, as the frame has it, and the alpha tag says which.
    Other planes are not written. The same frame and options give the same bytes.

    Raises
    ------
    FrameError
        A text that TIFF cannot hold.
    WriteError, OSError
        The file could not be written.
    """
    import tifffile

    frame = frame.filling_display()
    kinds = {_BITS_OF.get(frame.planes[name].dtype.name, "float") for name in frame.color}
    bits = options.bits or (kinds.pop() if len(kinds) == 1 else "float")
    planes = [_CONVERT[bits](frame.planes[name]) for name in frame.color]
    pixels = np.stack(planes, axis=-1)
    wanted = options.compression or frame.compression
    packing = _COMPRESSIONS.get(wanted or "none")
    predicts = packing is not None
    found = resolution.resolution_of(frame.attributes)
    across = 1.0 if found is None else found.across
    extra = {"premultiplied": [1], "straight": [2], "none": None}[frame.alpha]
    profile = frame.tags.get(PROFILE)
    with path.open("wb") as stream, _naming_errors(), tifffile.TiffWriter(stream) as file:
        file.write(
            pixels,
            photometric="rgb",
            extrasamples=extra,
            planarconfig="contig",
            compression=packing,
            predictor=(3 if bits in ("half", "float") else 2) if predicts else None,
            rowsperstrip=_rows_per_strip(pixels),
            maxworkers=max(1, options.threads),
            resolution=(across, across * float(frame.pixel_aspect)),
            resolutionunit=_UNITS["none" if found is None else found.unit],
            description=text_attributes.text_of(frame, but=_FIELDS) or None,
            metadata=None,
            software=False,
            iccprofile=bytes(profile) if profile else None,
            extratags=[
                *_texts(frame),
                (_ORIENTATION, 3, 1, _orientation(frame), True),
            ],
        )


@contextmanager
def _naming_errors() -> Iterator[None]:
    try:
        yield
    except (OSError, GradeError):
        raise
    except Exception as error:
        raise WriteError(f"TIFF refuses this frame: {error}") from error


def _orientation(frame: Frame) -> int:
    value = frame.attributes.get("Orientation")
    return value if isinstance(value, int) and 1 <= value <= 8 else 1


def _texts(frame: Frame) -> list[tuple[Any, ...]]:
    found = []
    for name, code in _TEXTS.items():
        value = frame.attributes.get(name)
        if isinstance(value, str) and value:
            data = value.replace("\0", "").encode() + b"\0"  # a text ends at its first zero byte
            found.append((code, 2, len(data), data, True))
    return found


def _rows_per_strip(pixels: Plane) -> int:
    """Return the rows of a strip of about 256 KB; readers unpack strips in parallel."""
    return max(1, (1 << 18) // max(1, int(pixels[0].nbytes)))


register(
    Format(
        name="TIFF",
        extensions=(".tif", ".tiff"),
        bits=("8", "16", "half", "float"),
        compressions=tuple(_COMPRESSIONS),
        read=read_tiff,
        write=write_tiff,
        choose_layout=choose_layout,
    )
)
