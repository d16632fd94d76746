"""The config of a look file, and the spaces and views that it names."""

from __future__ import annotations

import os
from typing import Any

from grade.graph.file.source_text import SourceFile
from grade.graph.file.yaml_tree import Mapping
from grade.graph.model.graph import Graph


def config_of(page: SourceFile) -> tuple[str | None, str | None]:
    """The config that the file states, as the fields ``config`` and ``pinned`` of a look."""
    stated = page.document.config
    if stated is None:
        return None, None
    if stated.startswith(("ocio://", "sha256:")):
        return stated, stated
    return os.path.normpath(page.folder / stated), None


def check_spaces(graph: Graph, page: SourceFile) -> None:
    """The config is found, and has the spaces of the look."""
    if graph.input is None and graph.working is None:
        return
    with page.at(page.tree.line_of("config"), "config" if page.document.config else ""):
        config = graph.configuration
    for field in ("input", "working"):
        name = getattr(graph, field)
        if name is not None and (field, name) != ("input", "auto"):
            with page.at(page.tree.line_of(field), field):
                config.space(name)


def check_names(
    graph: Graph, page: SourceFile, label: str, names: dict[str, Any], tree: Mapping
) -> None:
    """Spaces, displays and views that an op or an output names are in the config."""
    for field in ("space", "src", "dst"):
        if names.get(field) is not None:
            with page.at(tree.line_of(field), f"{label}.{field}"):
                graph.configuration.space(names[field])
    if names.get("view") is not None:
        with page.at(tree.line_of("view"), f"{label}.view"):
            graph.configuration.view(names["display"], names["view"])
