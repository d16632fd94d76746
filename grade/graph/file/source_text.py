"""A look file while it is read: its tree, its document, and errors that say where."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from grade.errors import RequestError
from grade.graph.errors import LookFileError
from grade.graph.file.document import Document, shorten
from grade.graph.file.yaml_tree import Mapping


@dataclass(frozen=True)
class SourceFile:
    """What is being read.

    Attributes
    ----------
    tree, document
        The text as values with their lines, and as checked entries.
    shown
        What messages call the file.
    folder
        What its relative paths are relative to.
    """

    tree: Mapping
    document: Document
    shown: str
    folder: Path

    @contextmanager
    def at(self, line: int, label: str = "") -> Iterator[None]:
        """Errors inside get the file, the line and the label."""
        try:
            yield
        except LookFileError:
            raise
        except RequestError as error:
            raise self.wrong(line, (f"{label}: " if label else "") + str(error)) from None

    def wrong(self, line: int, message: str) -> LookFileError:
        """An error at a line."""
        return LookFileError(f"{self.shown}:{line}: {shorten(message)}")

    def section(self, name: str) -> Mapping:
        """A section of the file; an empty one if it is not there."""
        entry = self.tree.entries.get(name)
        value = None if entry is None else entry.value
        return value if isinstance(value, Mapping) else Mapping(0, 0, self.tree.line)
