"""What a look depends on outside itself: configs, and the files that configs refer to."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from grade.errors import GradeError
from grade.graph.model.change import rebuild
from grade.graph.model.configuration import configuration_of
from grade.graph.model.graph import Graph
from grade.graph.tracing.trace import trace
from grade.ir.storage import Layout
from grade.op import AS_IS, Op


def names_spaces(graph: Graph, ops: Iterable[Op]) -> bool:
    """Whether the graph or an op names a space, so that the config counts."""
    if graph.input is not None or graph.working is not None:
        return True
    return any(op.changes_space or op.values["space"] not in (None, AS_IS) for op in ops)


def configs_of(graph: Graph, ops: Iterable[Op]) -> tuple[Any, ...]:
    """Every config that these ops of a look depend on, the config of the look first.

    A config whose file or LUT files were edited is opened as another object. So the configs are
    part of the key of a kernel.
    """
    ops = list(ops)
    found = [graph.configuration] if names_spaces(graph, ops) else []
    for op in ops:
        if op.values.get("config") is not None or op.values.get("context") is not None:
            found.append(configuration_of(op, lambda: graph.configuration))
    return tuple(found)


def config_name(name: Any) -> Any:
    """The resolved name of a config that an op names; the given name if there is no such config."""
    from grade.color.config.config import open_config

    try:
        return open_config(name).name
    except GradeError:
        return name


def names_by_variables(graph: Graph, ops: Iterable[Op]) -> list[list[str]]:
    """The names in configs of a look that context variables decide, and what they are now."""
    try:
        configs = configs_of(graph, ops)
    except GradeError:
        return []
    return sorted([*pair] for pair in {p for c in configs for p in c.chosen_names.items()})


def digests_of_files(graph: Graph, ops: Iterable[Op]) -> list[str]:
    """Digests of the LUT files that a look reads through configs on disk.

    The files of a look that cannot be traced are not known, and not needed. Where each plate says
    its own space (``input="auto"``), the files of the conversion from there do not count; those of
    the way from ``untagged`` do.
    """
    from grade.color.config.referenced_files import collect_files, hash_file

    try:
        if not any(config.on_disk for config in configs_of(graph, ops)):
            return []
        pixels = Layout(3)
        if graph.assumed_input is None and graph.input is not None:
            graph = rebuild(graph, {}, kept=False, input=graph.working)
        with collect_files() as read:
            for name in graph.outputs:
                trace(graph, name, pixels, pixels, "none")
    except GradeError:
        return []
    return sorted({hash_file(file) for file in read})
