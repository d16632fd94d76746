"""The workloads of the bench: each a look, a peer that computes the same, and a budget.

The looks are files, `benchmarks/workloads/*.grade.yaml`, which travel with the package.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from grade import assets
from grade.cli.bench import opencolorio_peers
from grade.cli.bench.matte_rival import Desk
from grade.cli.bench.rivals import Peer, processor
from grade.ir.storage import Storage

if TYPE_CHECKING:
    from grade.graph import Look

EDGES = {"lut": 33, "aces1": 65}


@dataclass(frozen=True, eq=False)
class Workload:
    """One row of the bench.

    Attributes
    ----------
    name, storage
        The look, and the type of its pixels.
    peer
        ``peer(look, setting)`` makes the rival that does the same work with the values of the look:
        a processor of OpenColorIO, or several with NumPy between them.
    budget
        The promised ratio, on one thread.
    tolerance
        The largest difference, in code values, between the two results, when OpenColorIO runs
        lossless.
    equal_if
        Values with which both compute the same formula; {} if they always do. Only the comparison
        uses them.
    remark
        What differs without them.
    rival
        What the peer is made of.
    """

    name: str
    storage: Storage
    peer: Peer
    budget: float
    tolerance: float
    equal_if: Mapping[str, Any] = field(default_factory=dict)
    remark: str = ""
    rival: str = "OpenColorIO"

    def look(self) -> Look:
        """The look, with its table filled in if it has one."""
        from grade.graph import Look

        look = Look.load(assets.workload(f"{self.name}.grade.yaml"))
        edge = EDGES.get(self.name)
        return look if edge is None else look.set({"cube.table": cube(edge)})


def cube(edge: int = EDGES["lut"]) -> Any:
    """A cube that bends every axis and mixes the channels a little: no cell is flat."""
    import numpy as np

    axis = np.arange(edge) / (edge - 1)
    red, green, blue = np.meshgrid(axis, axis, axis, indexing="ij")
    shaped = [red**0.8, 0.9 * green**0.9 + 0.05 * red, 0.8 * blue**1.1 + 0.1 * green]
    return np.stack(shaped, axis=-1).astype(np.float32)


def _straight(channels: str) -> dict[str, Any]:
    """Curves drawn as straight lines, which every spline draws alike; still curves to compute."""
    lines = {"red": 0.96, "blue": 1.03, "master": 0.9}
    shape = {"red": (0, 0.4, 0.8, 1), "blue": (0, 0.4, 0.8, 1), "master": (0, 0.25, 0.4136, 0.6, 1)}
    return {
        f"curves.{name}": [[x, 0.02 + lines[name] * x] for x in shape[name]]
        for name in channels.split()
    }


WORKLOADS = [
    Workload("cdl", "f32", processor(opencolorio_peers.cdl), budget=3.0, tolerance=2e-6),
    Workload("cdl", "f16", processor(opencolorio_peers.cdl), budget=4.0, tolerance=1e-3),
    Workload(
        "primary",
        "f32",
        processor(opencolorio_peers.primary),
        budget=5.0,
        tolerance=3e-4,
        equal_if=_straight("red blue master"),
        remark="its GradingPrimary approximates powers even then; curves are monotone cubics here,"
        " quadratic B-splines there, and were drawn straight for this comparison",
    ),
    Workload("lut", "f32", processor(opencolorio_peers.lut), budget=1.0, tolerance=5e-7),
    Workload("aces1", "f32", processor(opencolorio_peers.aces1), budget=4.0, tolerance=1e-5),
    Workload(
        "aces2",
        "f32",
        processor(opencolorio_peers.primary),
        budget=8.0,
        tolerance=3e-4,
        equal_if=_straight("red blue master"),
        remark="as for primary",
    ),
    Workload(
        "desk",
        "f32",
        Desk,
        budget=4.0,
        tolerance=3e-4,
        remark="its GradingPrimary approximates powers even then",
        rival="OpenColorIO and NumPy",
    ),
]
