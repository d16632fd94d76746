"""The knobs and versions of a look file, each tried: a wrong name is found now, not on the farm."""

from __future__ import annotations

from grade.graph.errors import GraphError
from grade.graph.file.source_text import SourceFile
from grade.graph.file.yaml_tree import Mapping
from grade.graph.model.change import check_value, replacements_for, setting_of
from grade.graph.model.graph import Graph


def add_knobs(graph: Graph, page: SourceFile) -> None:
    """Give the look its knobs and versions."""
    for name, target in page.document.knobs.items():
        with page.at(page.section("knobs").line_of(name), f"knobs.{name}"):
            if name in graph:
                raise GraphError(f"a node is called {name}; give the knob another name")
            node, _, field = target.partition(".")
            op = graph.op(node)
            if field:
                setting_of(op, node, field.partition(".")[0])
        graph.knobs[name] = target
    for version, values in page.document.versions.items():
        tree = page.section("versions").entries[version].value
        assert isinstance(tree, Mapping)
        for path, value in values.items():
            with page.at(tree.line_of(path), f"versions.{version}"):
                check_value(graph, path, value)
        with page.at(tree.line, f"versions.{version}"):
            # What is fine by itself may not be together. Of keyframes that is told frame by frame
            # when the version is asked for: it would take too long for a file of many.
            still = {path: v for path, v in values.items() if not _has_keyframes(graph, path)}
            replacements_for(graph, still)
        graph.versions[version] = values


def _has_keyframes(graph: Graph, path: str) -> bool:
    """Whether a value has to do with keyframes."""
    full = graph.knob_path(path)
    return "@" in full or bool(graph.op(full.partition(".")[0]).animated())
