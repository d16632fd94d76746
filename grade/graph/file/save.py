"""Saves a look to its file; only the lines change that mean something else."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

from grade.errors import TemporaryError
from grade.graph.errors import LookFileError
from grade.graph.file.edit_look import edit_text
from grade.graph.file.load import from_text
from grade.graph.file.new_text import new_text
from grade.graph.file.other_suffixes import explain_suffix
from grade.graph.identity.identity import hash_of
from grade.graph.model.graph import Graph


def save(graph: Graph, path: Path) -> Path:
    """Write a look file, whole or not at all; see ``Look.save``."""
    if wrong := explain_suffix(path):
        raise LookFileError(wrong)
    graph.output_name(None)  # raises: a look file needs an output
    text = text_of(graph, path.parent)
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with part.open("w", encoding="utf-8", newline="") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    except OSError as error:
        with suppress(OSError):
            part.unlink()
        raise TemporaryError(f"{path}: cannot be written: {error.strerror}") from None
    return path


def text_of(graph: Graph, folder: Path) -> str:
    """The text for a file: the text that the look came from, edited; else a new text."""
    if graph.text is not None:
        edited = edit_text(graph, graph.text, folder)
        try:
            if hash_of(from_text(edited, graph.name, folder, Graph)) == hash_of(graph):
                return edited
        except LookFileError:
            pass  # the edits do not know this layout, so the text is written anew
    return new_text(graph, folder)
