"""The cache of prepared kernels: looks of the same structure share one, and are traced once."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Mapping
from typing import Any, NamedTuple

from grade import run
from grade.fork import open_after_fork
from grade.graph.identity.identity import structure_of
from grade.graph.model.graph import Graph
from grade.graph.tracing.trace import program_of
from grade.io.frame import Alpha
from grade.ir.program import Program
from grade.ir.storage import Layout

MOST = 64


class PreparedKernel(NamedTuple):
    """A program, and the kernel that an executor compiled from it."""

    program: Program
    kernel: Any


_cache: OrderedDict[tuple[Any, ...], PreparedKernel] = OrderedDict()
_lock = open_after_fork(threading.Lock())


def prepare_kernel(
    graph: Graph,
    output: str,
    layouts: tuple[Layout, Layout],
    alpha: Alpha,
    device: str,
    threads: int | None,
    inputs: Mapping[str, Layout] | None = None,
) -> PreparedKernel:
    """The kernel of an output, from the cache or compiled now."""
    inputs = inputs or {}
    key = (
        structure_of(graph, output), output, layouts, alpha, device, threads, tuple(inputs.items()),
    )  # fmt: skip
    with _lock:
        found = _cache.get(key)
        if found is not None:
            _cache.move_to_end(key)
            return found
    program = program_of(graph, output, layouts, alpha, inputs)
    made = PreparedKernel(program, run.executor(device, threads).prepare(program))
    with _lock:
        _cache[key] = made
        while len(_cache) > MOST:
            _cache.popitem(last=False)
    return made


def forget() -> None:
    """Drop every cached kernel."""
    with _lock:
        _cache.clear()
