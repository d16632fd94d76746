"""The page of a TIFF that is its picture, and the samples of that page."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

import numpy as np

from grade.io.errors import LayerError, ReadError, UnsupportedError
from grade.io.formats import size_limits
from grade.io.formats.layers import Channel
from grade.io.plane import Plane

_MOST_PAGES = 1000
_RGB, _PALETTE, _YCBCR, _GREY = 2, 3, 6, (0, 1)
_REDUCED = 1
# Most samples that one byte can unpack to, by compression.
_MOST_SAMPLES = {1: 1, 5: 1400, 7: 1100}
_NAMES = {1: "none", 5: "lzw", 8: "zip", 32946: "zip"}
_ALPHA: dict[int, Literal["premultiplied", "straight"]] = {1: "premultiplied", 2: "straight"}


def compression_of(page: Any) -> str | None:
    """Return the name of the compression of a page; None for one that is not written here."""
    return _NAMES.get(int(page.compression))


def choose_page(path: Path, file: Any, layer: str | None) -> Any:
    """Return the only page of full size, or the one asked for by name or by number from 1.

    Raises
    ------
    LayerError
        There are several pages and none is asked for, or there is no such page.
    """
    pages = []
    for index, page in enumerate(file.pages):
        if index >= _MOST_PAGES:
            raise ReadError(f"{path}: damaged: it claims more than {_MOST_PAGES} pages")
        page = page.aspage()
        if not int(page.subfiletype) & _REDUCED:  # a thumbnail is not the picture
            pages.append(page)
    if not pages:
        raise ReadError(f"{path}: damaged: there is no page in it")
    if layer is None or isinstance(layer, Channel):
        if len(pages) == 1:
            return pages[0]
        raise LayerError(f"{path}: several pages; choose by layer=, there are {_listing(pages)}")
    for index, page in enumerate(pages):
        if layer in (_name(page), str(index + 1)):
            return page
    raise LayerError(f"{path}: no page {layer!r}; there are {_listing(pages)}")


def _name(page: Any) -> str:
    tag = page.tags.get(285)
    return "" if tag is None else str(tag.value).strip("\0 ")


def _listing(pages: list[Any]) -> str:
    return ", ".join(_name(page) or str(index + 1) for index, page in enumerate(pages))


def read_pixels(
    path: Path, page: Any, layer: str | None, threads: int
) -> tuple[Plane, tuple[str, ...], Literal["premultiplied", "straight", "none"]]:
    """Read the samples (height, width, 3 or 4), their names, and the kind of alpha.

    Palettes are looked up. Samples of 9 to 15 bits are scaled to 16, so that white stays white.
    """
    width, height, samples = page.imagewidth, page.imagelength, page.samplesperpixel
    size_limits.check_size(path, width, height)
    dtype = _check_dtype(path, page)
    if not 1 <= samples <= 64:
        raise ReadError(f"{path}: damaged: it claims {samples} samples per pixel")
    most = _MOST_SAMPLES.get(int(page.compression), 1 << 14)
    size_limits.check_bytes(path, width * height * samples, path.stat().st_size, most)
    values = np.asarray(page.asarray(maxworkers=max(1, threads)))
    if int(page.planarconfig) == 2 and samples > 1:
        values = np.moveaxis(values.reshape(samples, height, width), 0, -1)
    values = values.reshape(height, width, samples)
    if values.dtype != dtype:
        raise ReadError(f"{path}: damaged: samples came as {values.dtype}, not {dtype}")
    kind = int(page.photometric)
    if kind == _PALETTE:
        return _look_up(path, page, values[..., 0]), ("R", "G", "B"), "none"
    bits = int(page.bitspersample)
    if dtype == np.uint16 and bits < 16:
        top = np.float32((1 << bits) - 1)
        scaled = values.astype(np.float32) * np.float32(65535) / top
        values = np.floor(scaled + np.float32(0.5)).astype(np.uint16)
    if kind in _GREY:
        if not isinstance(layer, Channel):
            raise LayerError(f"{path}: no R, G, B to grade; its channels are Y")
        return np.repeat(values[..., :1], 3, axis=-1), ("R", "G", "B"), "none"
    if kind not in (_RGB, _YCBCR):
        name = getattr(page.photometric, "name", str(page.photometric))
        raise UnsupportedError(f"{path}: is {name}; convert it to RGB first")
    if samples < 3:
        raise ReadError(f"{path}: damaged: RGB of {samples} samples")
    extra = [int(value) for value in page.extrasamples]
    if samples >= 4 and extra and extra[0] in _ALPHA:
        return values[..., :4], ("R", "G", "B", "A"), _ALPHA[extra[0]]
    return values[..., :3], ("R", "G", "B"), "none"


def _check_dtype(path: Path, page: Any) -> Any:
    found = None if page.dtype is None else np.dtype(page.dtype).newbyteorder("=")
    if found is None or found.name not in ("uint8", "uint16", "float16", "float32"):
        raise UnsupportedError(
            f"{path}: samples are {found or 'of mixed or unknown type'} of {page.bitspersample} "
            "bits; 8 and 16 bits, half and float are read"
        )
    return found


def _look_up(path: Path, page: Any, indices: Plane) -> Plane:
    table = np.asarray(page.colormap, np.uint16)  # (3, 2**bits)
    if table.ndim != 2 or table.shape[0] != 3 or int(indices.max(initial=0)) >= table.shape[1]:
        raise ReadError(f"{path}: damaged: its palette does not fit its samples")
    return np.moveaxis(table[:, indices], 0, -1)
