"""Values of the OpenEXR binding in pickles, which it has not made for them.

A frame keeps entries and parts of its file as the binding gives them. Frames go to worker processes
and into caches, so these must be picklable. The value of an entry is stored as a file of one pixel
that has this entry: the one form that holds every type.
"""

from __future__ import annotations

import copyreg
import io
from functools import cache
from typing import Any

import numpy as np

_ENTRY = "value"
_OF_ENTRIES = (
    "Bytes", "IDManifest", "KeyCode", "OpaqueAttribute", "PreviewImage",
    "TileDescription", "TimeCode",
)  # fmt: skip


@cache
def register_pickles(library: Any) -> None:
    """Tell `pickle` and `copy` how values of the binding are stored."""
    for name in _OF_ENTRIES:
        if (kind := getattr(library, name, None)) is not None:  # not in every version
            copyreg.pickle(kind, _reduce_entry)
    copyreg.pickle(library.Rational, _reduce_rational)  # the binding writes none of other names
    copyreg.pickle(library.Channel, _reduce_channel)
    copyreg.pickle(library.Part, _reduce_part)


def _reduce_entry(value: Any) -> tuple[Any, ...]:
    import OpenEXR

    stream = io.BytesIO()
    pixel = {"Y": np.zeros((1, 1), np.float16)}
    header = {"compression": OpenEXR.NO_COMPRESSION, "type": OpenEXR.scanlineimage, _ENTRY: value}
    OpenEXR.File(header, pixel).write(stream)
    return _make_entry, (stream.getvalue(),)


def _make_entry(data: bytes) -> Any:
    import OpenEXR

    register_pickles(OpenEXR)
    return OpenEXR.File(io.BytesIO(data), header_only=True).parts[0].header[_ENTRY]


def _reduce_rational(value: Any) -> tuple[Any, ...]:
    return _make_rational, (value.n, value.d)


def _make_rational(over: int, under: int) -> Any:
    import OpenEXR

    return OpenEXR.Rational(over, under)


def _reduce_channel(channel: Any) -> tuple[Any, ...]:
    said = channel.pixels, channel.xSampling, channel.ySampling, channel.pLinear
    return _make_channel, said


def _make_channel(pixels: Any, across: int, down: int, linear: bool) -> Any:
    import OpenEXR

    return OpenEXR.Channel(pixels, across, down, linear)


def _reduce_part(part: Any) -> tuple[Any, ...]:
    header = {name: value for name, value in part.header.items() if name != "channels"}
    return _make_part, (header, dict(part.channels), part.name())


def _make_part(header: dict[str, Any], channels: dict[str, Any], name: str) -> Any:
    import OpenEXR

    return OpenEXR.Part(header, channels, name)
