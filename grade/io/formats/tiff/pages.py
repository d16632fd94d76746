"""The page of a TIFF that is its picture, and the samples of that page."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

import numpy as np

from grade.io.errors import LayerError, ReadError
from grade.io.formats import size_limits
from grade.io.formats.layers import Channel
from grade.io.formats.tiff import kinds
from grade.io.plane import Plane

_MOST_PAGES = 1000
_REDUCED = 1
# Most bytes that one byte can unpack to, by compression.
_MOST_UNPACKED = {1: 1, 5: 1400, 7: 1100}
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

    Palettes are looked up. Samples of 1 to 7 bits are scaled to 8 and those of 9 to 15 bits to 16,
    so that white stays white.
    """
    width, height, samples = page.imagewidth, page.imagelength, page.samplesperpixel
    size_limits.check_size(path, width, height)
    dtype = kinds.check_kind(path, page)
    if not 1 <= samples <= 64:
        raise ReadError(f"{path}: damaged: it claims {samples} samples per pixel")
    bits = int(page.bitspersample)
    most = _MOST_UNPACKED.get(int(page.compression), 1 << 14) * 8 // bits
    size_limits.check_bytes(path, width * height * samples, path.stat().st_size, max(1, most))
    values = np.asarray(page.asarray(maxworkers=max(1, threads)))
    if int(page.planarconfig) == 2 and samples > 1:
        values = np.moveaxis(values.reshape(samples, height, width), 0, -1)
    values = values.reshape(height, width, samples)
    if values.dtype != dtype:
        raise ReadError(f"{path}: damaged: samples came as {values.dtype}, not {dtype}")
    kind = int(page.photometric)
    if kind == kinds.PALETTE:
        return _look_up(path, page, values[..., 0].astype(np.intp)), ("R", "G", "B"), "none"
    values = kinds.scale(values, bits)
    if kind in kinds.GREY:
        if not isinstance(layer, Channel):
            raise LayerError(f"{path}: no R, G, B to grade; its channels are Y")
        grey = kinds.invert(values) if kind == kinds.WHITE_IS_ZERO else values
        return np.repeat(grey[..., :1], 3, axis=-1), ("R", "G", "B"), "none"
    if samples < 3:
        raise ReadError(f"{path}: damaged: RGB of {samples} samples")
    extra = [int(value) for value in page.extrasamples]
    if samples >= 4 and extra and extra[0] in _ALPHA:
        return values[..., :4], ("R", "G", "B", "A"), _ALPHA[extra[0]]
    return values[..., :3], ("R", "G", "B"), "none"


def _look_up(path: Path, page: Any, indices: Plane) -> Plane:
    table = np.asarray(page.colormap, np.uint16)  # (3, 2**bits)
    if table.ndim != 2 or table.shape[0] != 3 or int(indices.max(initial=0)) >= table.shape[1]:
        raise ReadError(f"{path}: damaged: its palette does not fit its samples")
    return np.moveaxis(table[:, indices], 0, -1)
