"""Checks the config of a look file, and the spaces, displays and views that the file names."""

from __future__ import annotations

import os
from typing import Any

from grade.graph.file.source_file import SourceFile
from grade.graph.file.yaml_tree import Mapping
from grade.graph.model.configuration import named_configuration
from grade.graph.model.graph import Graph
from grade.graph.model.plate_input import AUTO, InputView
from grade.op import AS_IS

SPACES = ("src", "dst", "gives", "space")


def config_of(file: SourceFile) -> tuple[str | None, str | None]:
    """The config that a file states, as the fields ``config`` and ``pinned`` of a look."""
    stated = file.document.config
    if stated is None:
        return None, None
    if stated.startswith(("ocio://", "sha256:")):
        return stated, stated
    return os.path.normpath(file.folder / stated), None


def check_spaces(graph: Graph, file: SourceFile) -> None:
    """Refuse a config that is not found, or that lacks a space of the look."""
    if graph.input is None and graph.working is None:
        return
    with file.at(file.tree.line_of("config"), "config" if file.document.config else ""):
        config = graph.configuration
    for field in ("input", "untagged", "working"):
        given = getattr(graph, field)
        if given is None or (field, given) == ("input", AUTO):
            continue
        with file.at(file.tree.line_of(field), field):
            if isinstance(given, InputView):
                config.check_view(given.display, given.view)
            else:
                config.space(given)


def check_names(
    graph: Graph, file: SourceFile, label: str, names: dict[str, Any], tree: Mapping
) -> None:
    """Refuse spaces, displays and views of an op or an output that its config lacks."""
    stated = [field for field in SPACES if names.get(field) not in (None, AS_IS)]
    if not stated and names.get("view") is None:
        return
    with file.at(tree.line_of("config"), f"{label}.config"):
        config = named_configuration(names, lambda: graph.configuration)
    for field in stated:
        with file.at(tree.line_of(field), f"{label}.{field}"):
            config.space(names[field])
    if names.get("view") is not None:
        with file.at(tree.line_of("view"), f"{label}.view"):
            config.check_view(names["display"], names["view"])
