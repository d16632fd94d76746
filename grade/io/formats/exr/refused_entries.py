"""Header entries that the OpenEXR binding refuses to write: found one by one, and left out."""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import Any

import numpy as np

from grade.io.formats.left_out import tell_left_out

_STRUCTURE = {"type", "compression", "dataWindow", "displayWindow", "pixelAspectRatio", "tiles"}


def without_refused(header: Mapping[str, Any], library: Any) -> dict[str, Any]:
    """Return the entries that can be written, and log each of the others once.

    Parameters
    ----------
    header
        As for the binding, without the channels.
    library
        The OpenEXR binding.
    """
    kept = {}
    for name, value in header.items():
        if name in _STRUCTURE or _is_written(name, value, library):
            kept[name] = value
        else:
            tell_left_out(name, f"OpenEXR cannot hold a value of type {type(value).__name__}")
    return kept


def _is_written(name: str, value: Any, library: Any) -> bool:
    """Whether a file of one pixel can be written with this entry, and read back."""
    header = {name: value, "type": library.scanlineimage, "compression": library.NO_COMPRESSION}
    channel = library.Channel(np.zeros((1, 1), np.float16), 1, 1, False)
    stream = io.BytesIO()
    try:
        library.File([library.Part(header, {"R": channel}, "")]).write(stream)
        stream.seek(0)
        return name in library.File(stream, header_only=True).parts[0].header
    except Exception:  # of any type: it is what the binding meets when it converts the value
        return False
