"""Reads knobs and versions of a look file, and tries each: errors show now, not on the farm."""

from __future__ import annotations

from grade.graph.errors import GraphError
from grade.graph.file.source_file import SourceFile
from grade.graph.file.yaml_tree import Mapping
from grade.graph.model.change import check_value, replacements_for, setting_of
from grade.graph.model.graph import Graph


def add_knobs(graph: Graph, file: SourceFile) -> None:
    """Add the knobs and versions of a file to its look."""
    for name, target in file.document.knobs.items():
        with file.at(file.section("knobs").line_of(name), f"knobs.{name}"):
            if name in graph:
                raise GraphError(f"a node is called {name}; give the knob another name")
            node, _, field = target.partition(".")
            op = graph.op(node)
            if field:
                setting_of(op, node, field.partition(".")[0])
        graph.knobs[name] = target
    for version, values in file.document.versions.items():
        tree = file.section("versions").entries[version].value
        assert isinstance(tree, Mapping)
        for path, value in values.items():
            with file.at(tree.line_of(path), f"versions.{version}"):
                check_value(graph, path, value)
        with file.at(tree.line, f"versions.{version}"):
            # Values that are valid alone may not be valid together. With keyframes that is checked
            # when the version is used, because a file may have too many frames to check now.
            still = {path: v for path, v in values.items() if not _has_keyframes(graph, path)}
            replacements_for(graph, still)
        graph.versions[version] = values


def _has_keyframes(graph: Graph, path: str) -> bool:
    """Whether a value is a key, or belongs to a node with keyframes."""
    full = graph.knob_path(path)
    return "@" in full or bool(graph.op(full.partition(".")[0]).animated())
