"""Interlaced pictures: which field comes first, and encoders that hold two fields.

PyAV shows whether a picture is interlaced, and neither shows nor sets the order of its fields.
Filters of FFmpeg do both without touching the pixels.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path
from typing import Any

from grade.io.errors import UnsupportedError
from grade.io.field_order import FieldOrder
from grade.io.formats.movie.pyav import import_pyav

# "Displayed first, stored first": codes 1 and 6 of the box `fiel` (QuickTime File Format).
_CONTAINER = {"top_first": "tt", "bottom_first": "bb"}
_FILTER = {"top_first": "tff", "bottom_first": "bff"}
_FLAGS = {"prores": "+ildct", "h264": "+ildct+ilme", "ffv1": ""}  # of encoders that hold fields


def order_of(picture: Any) -> FieldOrder | None:
    """Return the order of the fields of a decoded picture; None if it is progressive."""
    if not picture.interlaced_frame:
        return None
    graph = _graph(picture, "select", "eq(interlace_type,TOPFIRST)")
    graph.push(picture)
    graph.push(None)
    errors = import_pyav("a movie").error
    try:
        graph.pull()
    except (errors.BlockingIOError, errors.EOFError):
        return "bottom_first"
    return "top_first"


def encoder_options(codec: str, order: FieldOrder, given: Mapping[str, str]) -> dict[str, str]:
    """Return the options of an encoder, with those for two fields."""
    flags = given.get("flags", "") + _FLAGS[codec]
    return {**given, **({"flags": flags} if flags else {}), "field_order": _CONTAINER[order]}


def check(path: Path, codec: str, rows_per_chroma: int) -> None:
    """Raise `UnsupportedError` for a codec that has no fields, or whose chroma would mix them."""
    remedy = "take ProRes, FFV1 or h264 of 4:2:2, or make the plate progressive first"
    if codec not in _FLAGS:
        raise UnsupportedError(f"{path}: the plate is interlaced, and {codec} is not; {remedy}")
    if rows_per_chroma == 2:
        raise UnsupportedError(
            f"{path}: the plate is interlaced, and 4:2:0 has one chroma for lines of both fields; "
            f"{remedy}"
        )


class FieldMarker:
    """Marks pictures that are to be encoded as interlaced.

    Parameters
    ----------
    order
        The order of their fields.
    """

    def __init__(self, order: FieldOrder) -> None:
        self._order = order
        self._graph: Any = None

    def mark(self, picture: Any) -> Any:
        """Return the picture with its mark; the pixels are the same memory."""
        if self._graph is None:
            self._graph = _graph(picture, "setfield", f"mode={_FILTER[self._order]}")
        self._graph.push(picture)
        return self._graph.pull()


def _graph(picture: Any, name: str, argument: str) -> Any:
    graph = import_pyav("a movie").filter.Graph()
    base = picture.time_base or Fraction(1, 1000)
    source = graph.add_buffer(
        width=picture.width, height=picture.height, format=picture.format, time_base=base
    )
    graph.link_nodes(source, graph.add(name, argument), graph.add("buffersink")).configure()
    return graph
