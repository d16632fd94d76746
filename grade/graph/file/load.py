"""From a look file to a look."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TypeVar

from grade.graph.file.config import check_spaces, config_of
from grade.graph.file.document import validate
from grade.graph.file.knobs import add_knobs
from grade.graph.file.migrations import migrate
from grade.graph.file.nodes import GraphBuilder
from grade.graph.file.outputs import add_outputs
from grade.graph.file.reader import parse, read_text
from grade.graph.file.source_text import SourceFile
from grade.graph.model.graph import Graph

G = TypeVar("G", bound=Graph)


def load(path: str | os.PathLike[str], kind: type[G]) -> G:
    """Read a look file; see ``Look.load``. ``kind`` is what is made of it."""
    shown = os.fspath(path)
    return from_text(read_text(Path(path), shown), shown, Path(path).parent, kind)


def from_text(text: str, shown: str, folder: Path, kind: type[G]) -> G:
    """The look that a text describes.

    Parameters
    ----------
    text
        The content of a look file, of this format version or an older one.
    shown
        What messages call it.
    folder
        What relative paths are relative to.
    kind
        What is made of it: a ``Look``, or the bare graph.

    Raises
    ------
    LookFileError
        With file, line, node and parameter.
    """
    text, tree = migrate(text, parse(text, shown), shown)
    document = validate(tree, shown)
    page = SourceFile(tree, document, shown, folder)
    config, pinned = config_of(page)
    with page.at(tree.line_of("look")):
        graph = kind(
            document.look,
            input=document.input,
            working=document.working,
            intent=document.intent,
            time=document.time,
            rate=document.rate,
            text=text,
            config=config,
            pinned=pinned,
        )
    check_spaces(graph, page)
    builder = GraphBuilder(graph, page)
    last = builder.make()
    add_outputs(graph, page, builder, last)
    add_knobs(graph, page)
    return graph
