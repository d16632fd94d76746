"""The HTML sheet that compares two pictures which should be equal."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from grade.graph.viewing.screen import to_codes
from grade.qc.picture_light import UNKNOWN, PictureLight, measure_distance
from grade.testing import html_page
from grade.testing.sheet_pictures import Codes, Pixels, draw_heat_map, find_brightest

if TYPE_CHECKING:
    from grade.io import Frame


def make_comparison_sheet(
    a: Frame, b: Frame, lights: tuple[PictureLight, PictureLight], message: str
) -> str:
    """Make the sheet: both pictures with numbers 0..1 shown as they are, and their differences."""
    first, second = (_normalize(frame) for frame in (a, b))
    if lights[0].kind != lights[1].kind:
        lights = (UNKNOWN, UNKNOWN)
    apart = measure_distance(first, second, *lights)
    most = find_brightest(apart)
    figures = [
        html_page.figure("a; b under the pointer", _to_codes(a), _to_codes(b)),
        html_page.figure("b", _to_codes(b)),
        html_page.heat_figure(
            "where they differ", draw_heat_map(apart, most), most, lights[0].unit
        ),
    ]
    section = (
        f"<section>{html_page.listing([message])}<h3></h3>{html_page.pictures(figures)}</section>"
    )
    return html_page.page("two pictures", '<span class="bad">not equal</span>', [section])


def _normalize(frame: Frame) -> Pixels:
    pixels = frame.pixels[..., :3]
    wide = pixels.astype(np.float64)
    return wide / np.iinfo(pixels.dtype).max if pixels.dtype.kind == "u" else wide


def _to_codes(frame: Frame) -> Codes:
    return to_codes([frame.planes[name] for name in frame.color[:3]], frame.pixel_aspect)
