"""Loads a look file."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TypeVar

from grade.graph.file.config import check_spaces, config_of
from grade.graph.file.document import plain, validate
from grade.graph.file.knobs import add_knobs
from grade.graph.file.migrations.migrate import migrate
from grade.graph.file.nodes import GraphBuilder
from grade.graph.file.outputs import add_outputs
from grade.graph.file.reader import parse, read_text
from grade.graph.file.source_file import SourceFile
from grade.graph.model.graph import Graph
from grade.graph.model.plate_input import read_input

G = TypeVar("G", bound=Graph)


def load(path: str | os.PathLike[str], look_type: type[G]) -> G:
    """Load a look file; see ``Look.load``. ``look_type`` is the class of the result."""
    file_name = os.fspath(path)
    return from_text(read_text(Path(path), file_name), file_name, Path(path).parent, look_type)


def from_text(text: str, file_name: str, folder: Path, look_type: type[G]) -> G:
    """Load a look from the text of a look file.

    Parameters
    ----------
    text
        The text of a look file, of the newest version of the format or an older one.
    file_name
        The name of the file in messages.
    folder
        The folder that relative paths start from.
    look_type
        The class of the result: ``Look``, or ``Graph``.

    Raises
    ------
    LookFileError
        If the file is wrong; the message has file, line, node and parameter.
    """
    text, tree = migrate(text, parse(text, file_name), file_name)
    document = validate(tree, file_name)
    file = SourceFile(tree, document, file_name, folder)
    config, pinned = config_of(file)
    of_plates = "untagged" if document.untagged is not None else "input"
    with file.at(tree.line_of(of_plates if of_plates in tree.entries else "look")):
        graph = look_type(
            document.look,
            input=read_input("input", plain(document.input)),
            untagged=read_input("untagged", plain(document.untagged)),
            working=document.working,
            intent=document.intent,
            time=document.time,
            rate=document.rate,
            text=text,
            config=config,
            pinned=pinned,
        )
    check_spaces(graph, file)
    builder = GraphBuilder(graph, file)
    last = builder.make()
    add_outputs(graph, file, builder, last)
    add_knobs(graph, file)
    return graph
