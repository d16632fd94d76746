"""Frames and sequences: reading, writing, numbering. Image libraries load where they are used."""

from __future__ import annotations

import importlib
import pkgutil

from grade.io import formats
from grade.io.atomic import atomic_write
from grade.io.errors import (
    FrameError,
    LayerError,
    MissingError,
    PatternError,
    RangeError,
    ReadError,
    TemporaryReadError,
    TemporaryWriteError,
    UnsupportedError,
    WriteError,
)
from grade.io.formats.registry import Format, Store, extensions, format_for, register
from grade.io.frame import COLOR_TAGS, Frame, read
from grade.io.sequence.ranges import chunk, format_ranges, parse_chunk, parse_ranges
from grade.io.sequence.sequence import Pattern, Sequence, sequences_in
from grade.io.window import Window

__all__ = [
    "COLOR_TAGS",
    "Format",
    "Frame",
    "FrameError",
    "LayerError",
    "MissingError",
    "Pattern",
    "PatternError",
    "RangeError",
    "ReadError",
    "Sequence",
    "Store",
    "TemporaryReadError",
    "TemporaryWriteError",
    "UnsupportedError",
    "Window",
    "WriteError",
    "atomic_write",
    "chunk",
    "extensions",
    "format_for",
    "format_ranges",
    "parse_chunk",
    "parse_ranges",
    "read",
    "register",
    "sequences_in",
]

# A format is a file or folder of ``formats`` that registers itself: adding one edits no list.
for _module in pkgutil.iter_modules(formats.__path__, f"{formats.__name__}."):
    importlib.import_module(_module.name)
