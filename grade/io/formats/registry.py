"""The formats, by file extension. A format is a file or a folder here that calls `register`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from grade.io.errors import UnsupportedError
from grade.io.formats.layouts import Choice, floats

if TYPE_CHECKING:
    from grade.io.frame import Frame


@dataclass(frozen=True, slots=True)
class Store:
    """How a frame shall be stored; None keeps what the frame has, or takes the format's default."""

    bits: str | None = None
    compression: str | None = None
    threads: int = 0

    def quality(self, name: str, usual: int) -> int:
        """The quality that a compression of this name carries, as in ``jpeg:90``, else the usual.

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
    """What a file format can do.

    Attributes
    ----------
    name
        As people say it.
    extensions
        Lower case, with the dot.
    bits, compressions
        Names that `Store` may hold; a compression may carry a level, as in ``dwaa:45``.
    read
        ``read(path, layer, threads)`` gives a frame or raises a typed error.
    write
        ``write(frame, path, store)`` fills the hidden, empty file at `path`, whose name has
        another suffix; `OSError` passes through and is named by `atomic_write`. None: the format
        is read only.
    instead
        What to write instead of a format that is read only.
    decoded
        ``decoded(frame, store)`` foresees the planes that a reader will get where nothing is lost;
        None, as function or as answer, where only reading the file tells.
    layout
        Which pixels a kernel shall make for the writer; see `grade.io.formats.layouts`.
    holds
        What the numbers may mean: anything, "scene"; 0..1 of a "log" encoding or a display; or of
        a "display" alone.
    """

    name: str
    extensions: tuple[str, ...]
    bits: tuple[str, ...]
    compressions: tuple[str, ...]
    read: Callable[[Path, str | None, int], Frame]
    write: Callable[[Frame, Path, Store], None] | None
    decoded: Callable[[Frame, Store], Mapping[str, Any] | None] | None = None
    layout: Choice = floats
    holds: Literal["scene", "log", "display"] = "scene"
    instead: str = ""

    def check(self, store: Store, path: Path) -> None:
        """Raise `UnsupportedError` if the format is read only, or lacks a setting of the store."""
        self.writer(path)
        if store.bits is not None and store.bits not in self.bits:
            raise UnsupportedError(
                f"{path}: {self.name} has no bits {store.bits}; it has {', '.join(self.bits)}"
            )
        name = None if store.compression is None else store.compression.partition(":")[0]
        if name is not None and name not in self.compressions:
            listed = ", ".join(self.compressions) or "no choice of compression"
            raise UnsupportedError(
                f"{path}: {self.name} has no compression {name}; it has {listed}"
            )

    def writer(self, path: Path) -> Callable[[Frame, Path, Store], None]:
        """Return `write`; raise `UnsupportedError` if the format is read only."""
        if self.write is None:
            raise UnsupportedError(
                f"{path}: {self.name} is read and not written; write {self.instead}"
            )
        return self.write


_by_extension: dict[str, Format] = {}


def register(format_: Format) -> Format:
    """Make a format known by its extensions; each extension has one format."""
    for extension in format_.extensions:
        other = _by_extension.setdefault(extension, format_)
        if other is not format_:
            raise ValueError(f"{extension} is registered by {other.name} and {format_.name}")
    return format_


def extensions(written: bool = False) -> list[str]:
    """All known file extensions, or those that can be written; sorted, with the dot."""
    return sorted(e for e, format_ in _by_extension.items() if format_.write or not written)


def format_for(path: Path, written: bool = False) -> Format:
    """Return the format of a path by its extension; raise `UnsupportedError` listing the known.

    `written` says that the file shall be written, and so lists no format that is read only.
    """
    found = _by_extension.get(path.suffix.lower())
    if found is None:
        what = f"unknown file type {path.suffix}" if path.suffix else "no file extension"
        raise UnsupportedError(f"{path}: {what}; known are {', '.join(extensions(written))}")
    return found
