"""The HTML sheet that compares two pictures which should be equal."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from grade.graph.viewing.screen import to_codes
from grade.qc import delta_e_itp, detect_encoding
from grade.testing import html_page
from grade.testing.sheet_pictures import Codes, Pixels, draw_heat_map, find_brightest

if TYPE_CHECKING:
    from grade.io import Frame


def make_comparison_sheet(a: Frame, b: Frame, message: str) -> str:
    """Make the sheet: both pictures with numbers 0..1 shown as they are, and their dE ITP."""
    first, second = (_normalize(frame) for frame in (a, b))
    lights = [detect_encoding(frame.tags, _holds_integers(frame)) for frame in (a, b)]
    with np.errstate(all="ignore"):
        apart = delta_e_itp(first, second, lights[0], lights[1])
    same = ((first == second) | (np.isnan(first) & np.isnan(second))).all(axis=-1)
    apart = np.where(same, 0.0, np.where(np.isnan(apart), np.inf, apart))
    most = find_brightest(apart)
    figures = [
        html_page.figure("a; b under the pointer", _to_codes(a), _to_codes(b)),
        html_page.figure("b", _to_codes(b)),
        html_page.heat_figure("where they differ", draw_heat_map(apart, most), most),
    ]
    section = (
        f"<section>{html_page.listing([message])}<h3></h3>{html_page.pictures(figures)}</section>"
    )
    return html_page.page("two pictures", '<span class="bad">not equal</span>', [section])


def _holds_integers(frame: Frame) -> bool:
    return bool(frame.planes[frame.color[0]].dtype.kind == "u")


def _normalize(frame: Frame) -> Pixels:
    pixels = frame.pixels[..., :3]
    wide = pixels.astype(np.float64)
    return wide / np.iinfo(pixels.dtype).max if pixels.dtype.kind == "u" else wide


def _to_codes(frame: Frame) -> Codes:
    return to_codes([frame.planes[name] for name in frame.color[:3]], frame.pixel_aspect)
