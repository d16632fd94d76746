"""The file formats, by file extension, and how to add one.

A still format is one module in this folder. It has a function that reads a file, a function that
writes one, and at its end the call that makes both known::

    def read_xyz(path: Path, layer: str | None, threads: int) -> Frame: ...
    def write_xyz(frame: Frame, path: Path, options: WriteOptions) -> None: ...

    register(
        Format(
            name="XYZ", extensions=(".xyz",), bits=("8", "16"), compressions=(),
            read=read_xyz, write=write_xyz,
            choose_layout=integer_rule(("8", "16"), default="16"), holds="display",
        )
    )

Every module of this folder is imported, so no list is edited; `grade.read`, `Frame.write`,
the render and the verbs find the format here. A format that needs several modules is a folder; its
``__init__`` imports the one that registers. Image libraries are imported inside the functions.

What formats share: `pixel_layouts` (the pixels that a kernel makes for the writer), `integer_codes`
(code values of 8 to 16 bits), `text_attributes` (header entries in a comment),
`grade.color.tags` (what color tags mean), `exif`, `grade.io.orientation`, `layers` (which channels
are the picture), `size_limits` (headers that claim too much), `uncompressed_rows`,
`captured_stdout` and `jit`. `png.py` is a good one to start from.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from grade.io.errors import UnsupportedError
from grade.io.formats.pixel_layouts import LayoutRule, choose_floats
from grade.io.header_text import repair_entries

if TYPE_CHECKING:
    from grade.io.frame import Frame


HEADER_ENTRIES = ("tags", "attributes", "display_window", "pixel_aspect")
"""What `Format.read_header` returns."""


@dataclass(frozen=True, slots=True)
class WriteOptions:
    """How a frame is stored; None keeps what the frame has, or takes the format's default."""

    bits: str | None = None
    compression: str | None = None
    threads: int = 0

    def quality(self, name: str, usual: int) -> int:
        """Return the quality in a compression of this name, as in ``jpeg:90``, else the usual one.

        Raises
        ------
        UnsupportedError
            Outside of 1..100.
        """
        given, _, level = (self.compression or "").partition(":")
        if not level or given != name:
            return usual
        if not level.isdecimal() or not 1 <= int(level) <= 100:
            raise UnsupportedError(
                f"compression {name}:{level}: write a quality of 1..100, as in {name}:{usual}"
            )
        return int(level)


@dataclass(frozen=True, slots=True)
class Format:
    """A file format and what it can do.

    Attributes
    ----------
    name
        Its usual name.
    extensions
        Lower case, with the dot.
    bits, compressions
        Values that `WriteOptions` may have; a compression may carry a level, as in ``dwaa:45``.
    read
        ``read(path, layer, threads)`` returns a frame or raises a typed error.
    write
        ``write(frame, path, options)`` fills the hidden, empty file at `path`, whose name has
        another suffix. An `OSError` is left to `atomic_write`, which names the file. None: the
        format is read only.
    read_numbered
        ``read_numbered(path, number, layer, threads)`` reads one frame of a file that holds many,
        and numbers it; None as number is the first. None: a file holds one picture.
    read_header
        ``read_header(path)`` returns the tags, attributes, display_window and pixel_aspect of the
        frame that `read` makes, without its pixels. None: only reading the file tells.
    predict_planes
        ``predict_planes(frame, options)`` returns the planes that a reader of the written file
        gets. None, as function or as answer, where only reading the file tells.
    choose_layout
        Which pixels a kernel makes for the writer; see `grade.io.formats.pixel_layouts`.
    holds
        Numbers that the format is for: any, "scene"; 0..1 of a "log" encoding or of a display; or
        those of a "display" alone.
    instead
        Format to write instead of one that is read only.
    """

    name: str
    extensions: tuple[str, ...]
    bits: tuple[str, ...]
    compressions: tuple[str, ...]
    read: Callable[[Path, str | None, int], Frame]
    write: Callable[[Frame, Path, WriteOptions], None] | None
    read_numbered: Callable[[Path, int | None, str | None, int], Frame] | None = None
    read_header: Callable[[Path], Mapping[str, Any]] | None = None
    predict_planes: Callable[[Frame, WriteOptions], Mapping[str, Any] | None] | None = None
    choose_layout: LayoutRule = choose_floats
    holds: Literal["scene", "log", "display"] = "scene"
    instead: str = ""

    def check(self, options: WriteOptions, path: Path) -> None:
        """Raise `UnsupportedError` if the format is read only, or lacks one of the options."""
        self.writer(path)
        if options.bits is not None and options.bits not in self.bits:
            raise UnsupportedError(
                f"{path}: {self.name} has no bits {options.bits}; it has {', '.join(self.bits)}"
            )
        name = None if options.compression is None else options.compression.partition(":")[0]
        if name is not None and name not in self.compressions:
            listed = ", ".join(self.compressions) or "no choice of compression"
            raise UnsupportedError(
                f"{path}: {self.name} has no compression {name}; it has {listed}"
            )

    def writer(self, path: Path) -> Callable[[Frame, Path, WriteOptions], None]:
        """Return `write`; raise `UnsupportedError` if the format is read only."""
        if self.write is None:
            raise UnsupportedError(
                f"{path}: {self.name} is read and not written; write {self.instead}"
            )
        return self.write


_by_extension: dict[str, Format] = {}


@cache
def _load_formats() -> None:
    """Import every module and folder of this package: they register here, and no list is edited.

    It is done when a format is first asked for, so that looks over arrays import none.
    """
    package = importlib.import_module("grade.io.formats")
    for module in pkgutil.iter_modules(package.__path__, f"{package.__name__}."):
        importlib.import_module(module.name)


def register(format_: Format) -> Format:
    """Make a format known by its extensions; an extension belongs to one format."""
    for extension in format_.extensions:
        other = _by_extension.setdefault(extension, format_)
        if other is not format_:
            raise ValueError(f"{extension} is registered by {other.name} and {format_.name}")
    return format_


def extensions(written: bool = False) -> list[str]:
    """Return all known extensions, or those that can be written; sorted, with the dot."""
    _load_formats()
    return sorted(e for e, format_ in _by_extension.items() if format_.write or not written)


def format_for(path: Path, written: bool = False) -> Format:
    """Return the format of a path by its extension.

    Parameters
    ----------
    path
        Need not exist.
    written
        Whether the file is to be written. A message then lists no format that is read only.

    Raises
    ------
    UnsupportedError
        The extension is not known; the message lists those that are.
    """
    _load_formats()
    found = _by_extension.get(path.suffix.lower())
    if found is None:
        what = f"unknown file type {path.suffix}" if path.suffix else "no file extension"
        raise UnsupportedError(f"{path}: {what}; known are {', '.join(extensions(written))}")
    return found


def read_file(
    path: Path, number: int | None = None, layer: str | None = None, threads: int = 0
) -> Frame:
    """Read a picture by the format of its file; see `grade.io.read`."""
    format_ = format_for(path)
    if format_.read_numbered is not None:
        return format_.read_numbered(path, number, layer, threads)
    frame = format_.read(path, layer, threads)
    attributes = repair_entries(frame.attributes)
    return replace(frame, frame=number, path=path, attributes=attributes)
