"""From a look file to a look."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from grade.graph.file.config import check_spaces, configure
from grade.graph.file.document import validate
from grade.graph.file.knobs import add_knobs
from grade.graph.file.migrations import migrated
from grade.graph.file.nodes import Graph
from grade.graph.file.outputs import add_outputs
from grade.graph.file.reader import parse, read_text
from grade.graph.file.source_text import Page

if TYPE_CHECKING:
    from grade.graph.look import Look


def load(path: str | os.PathLike[str]) -> Look:
    """Read a look file; see ``Look.load``."""
    shown = os.fspath(path)
    return from_text(read_text(Path(path), shown), shown, Path(path).parent)


def from_text(text: str, shown: str, folder: Path) -> Look:
    """The look that a text describes.

    Parameters
    ----------
    text
        The content of a look file, of this format version or an older one.
    shown
        What messages call it.
    folder
        What relative paths are relative to.

    Raises
    ------
    LookFileError
        With file, line, node and parameter.
    """
    from grade.graph.look import Look

    text, tree = migrated(text, parse(text, shown), shown)
    document = validate(tree, shown)
    page = Page(tree, document, shown, folder)
    with page.at(tree.line_of("look")):
        look = Look(
            document.look,
            input=document.input,
            working=document.working,
            intent=document.intent,
            time=document.time,
            rate=document.rate,
        )
    look.text = text
    configure(look, page)
    check_spaces(look, page)
    graph = Graph(look, page)
    last = graph.make()
    add_outputs(look, page, graph, last)
    add_knobs(look, page)
    return look
