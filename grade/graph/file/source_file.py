"""A look file while it is read: its tree, its document, and errors with file and line."""

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
    """A look file that is being read.

    Attributes
    ----------
    tree, document
        The text as values with their lines, and as checked entries.
    name
        The name of the file in messages.
    folder
        The folder that relative paths start from.
    """

    tree: Mapping
    document: Document
    name: str
    folder: Path

    @contextmanager
    def at(self, line: int, label: str = "") -> Iterator[None]:
        """Add the file, the line and the label to errors that are raised inside."""
        try:
            yield
        except LookFileError:
            raise
        except RequestError as error:
            raise self.error(line, (f"{label}: " if label else "") + str(error)) from None

    def error(self, line: int, message: str) -> LookFileError:
        """The error for a line of the file."""
        return LookFileError(f"{self.name}:{line}: {shorten(message)}")

    def section(self, name: str) -> Mapping:
        """A section of the file; an empty one if the file does not have it."""
        entry = self.tree.entries.get(name)
        value = None if entry is None else entry.value
        return value if isinstance(value, Mapping) else Mapping(0, 0, self.tree.line)
