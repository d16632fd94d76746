"""Frames and sequences: read, written, numbered. Image libraries load when they are used."""

from __future__ import annotations

from grade.io import imageio_plugin as imageio_plugin
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
from grade.io.files import read
from grade.io.formats.registry import Format, WriteOptions, extensions, format_for, register
from grade.io.frame import COLOR_TAGS, Frame
from grade.io.sequence.pattern import Pattern
from grade.io.sequence.ranges import chunk, format_ranges, parse_chunk, parse_ranges
from grade.io.sequence.sequence import Sequence, sequences_in
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
    "TemporaryReadError",
    "TemporaryWriteError",
    "UnsupportedError",
    "Window",
    "WriteError",
    "WriteOptions",
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
