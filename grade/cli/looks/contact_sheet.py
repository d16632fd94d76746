"""The contact sheet: one plate through many looks, labeled, as an sRGB screen shows it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from grade.cli.looks.stroke_font import draw_text
from grade.errors import RequestError

if TYPE_CHECKING:
    from grade.graph import Look
    from grade.io import Frame

Array = NDArray[Any]

SCREEN = "sRGB - Display"
SCREEN_ID = "srgb_rec709_display"
_WIDTH = 1600  # at most, to fit a page
_COLUMNS = 6
_GAP, _LABEL = 12, 26
_UNIT = 1.75
# Code values: a neutral surround as dark as a grading room, and labels that do not glare.
_SURROUND, _WORDS = 0.16, 0.62
_TIME = 0.15  # in the demo plate: its lamp does not cover the tubes


def contact_sheet(
    looks: Sequence[Look],
    plate: Frame | None = None,
    threads: int | None = None,
    device: str | None = None,
    tell: Callable[[str], None] = lambda name: None,
) -> Frame:
    """Draw `plate`, or the plate of the demo, through every look; 8-bit sRGB, tagged.

    Each tile is the look's output for a display, ``sdr`` if it has one, converted to sRGB for the
    same light. Tiles are graded at twice their size and averaged. The sheet is at most 1600 pixels
    wide and has the tiles in the order of `looks`.

    Raises
    ------
    RequestError
        A look has no output for a display.
    """
    from grade.io import Frame

    columns = min(_COLUMNS, len(looks))
    wide = (_WIDTH - _GAP * (_COLUMNS + 1)) // _COLUMNS
    high = int(wide * 9 / 16 + 0.5)
    if plate is not None:
        plate = plate.filling_display()
        rows, across = plate.pixels.shape[:2]
        high = max(1, int(wide * rows / (across * plate.pixel_aspect) + 0.5))
    still = _still(plate, 2 * wide, 2 * high, threads)
    rows = -(-len(looks) // columns)
    size = (rows * (high + _LABEL + _GAP) + _GAP, columns * (wide + _GAP) + _GAP, 3)
    sheet = np.full(size, _SURROUND, np.float32)
    for index, look in enumerate(looks):
        tell(look.name)
        top = _GAP + index // columns * (high + _LABEL + _GAP)
        left = _GAP + index % columns * (wide + _GAP)
        graded = on_screen(look, still, threads, device)
        sheet[top : top + high, left : left + wide] = _halved(graded)
        word = draw_text(look.name, _UNIT)[: _LABEL - 2, :wide, None]
        below = sheet[top + high + 4 :, left:][: word.shape[0], : word.shape[1]]
        below += word * (_WORDS - below)
    codes = (np.clip(sheet, 0, 1) * 255 + 0.5).astype(np.uint8)
    return Frame.from_pixels(codes, alpha="none", tags={"colorInteropID": SCREEN_ID})


def on_screen(
    look: Look, still: Frame, threads: int | None = None, device: str | None = None
) -> Array:
    """A picture through a look's output for a display, in code values of an sRGB screen."""
    from grade.graph import Look
    from grade.ops.convert import Convert

    output = display_output(look)
    graded = look.apply(still, output=output, threads=threads, device=device).pixels[..., :3]
    space = look.output_space(output)
    if space == SCREEN:
        return graded  # type: ignore[no-any-return]
    screen = Look("screen", working=space, config=look.pinned or look.config)
    screen.outputs["screen"] = screen.source >> Convert(dst=SCREEN)
    shown: Array = screen.apply(np.ascontiguousarray(graded), threads=threads, device=device)
    return shown


def display_output(look: Look) -> str:
    """The output for a display: ``sdr``, or the first one."""
    found = [output for output in look.outputs if look.output_is_display(output)]
    if not found:
        raise RequestError(f"the look {look.name} has no output for a display; add one with a view")
    return "sdr" if "sdr" in found else found[0]


def _still(plate: Frame | None, width: int, height: int, threads: int | None) -> Frame:
    """The plate in the given size, square pixels of float32."""
    from grade.io import Frame

    if plate is None:
        from grade.plate import Scene

        picture = Scene(width, height, threads or 1).frame(_TIME, seed=1)
        return Frame.from_pixels(
            picture.astype(np.float32), alpha="none", tags={"colorInteropID": "lin_ap0_scene"}
        )
    pixels = plate.pixels
    if pixels.dtype.kind == "u":
        pixels = pixels / np.float32(np.iinfo(pixels.dtype).max)
    # A mean takes no NaN: it would spread along the row.
    pixels = np.nan_to_num(pixels.astype(np.float32), posinf=65504.0, neginf=-65504.0)
    sized = _sized(_sized(pixels, height, 0), width, 1)
    return replace(
        Frame.from_pixels(sized, alpha=plate.alpha, tags=plate.tags),
        frame=plate.frame,
        path=plate.path,
    )


def _sized(pixels: Array, size: int, axis: int) -> Array:
    """The picture with another number of rows or columns, each the mean of what it covers."""
    lines = np.moveaxis(pixels, axis, 0).astype(np.float64)
    summed = np.concatenate([np.zeros_like(lines[:1]), np.cumsum(lines, axis=0)])
    place = np.arange(size + 1) * (len(lines) / size)
    low = np.minimum(place.astype(int), len(lines) - 1)
    share = (place - low).reshape(-1, *[1] * (lines.ndim - 1))
    at = summed[low] + share * lines[low]
    mean = (at[1:] - at[:-1]) * (size / len(lines))
    return np.ascontiguousarray(np.moveaxis(mean, 0, axis), np.float32)


def _halved(pixels: Array) -> Array:
    height, width, channels = pixels.shape
    mean: Array = pixels.reshape(height // 2, 2, width // 2, 2, channels).mean(axis=(1, 3))
    return mean
