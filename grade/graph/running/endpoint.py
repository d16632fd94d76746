"""The endpoint of a graph that is computed for a picture: an output."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Self

from grade.graph.model.graph import Graph
from grade.graph.model.inputs import Input
from grade.graph.running.kernels import PreparedKernel, prepare_kernel
from grade.graph.running.plate_space import resolve_input
from grade.graph.tracing.spaces import output_space, output_tags
from grade.io.frame import Alpha, Frame
from grade.ir.storage import Layout


@dataclass(frozen=True)
class Endpoint:
    """An output of a graph, to be computed."""

    graph: Graph
    output: str

    @property
    def inputs(self) -> dict[str, Input]:
        """What the output takes beside the plate, by name."""
        return self.graph.inputs(self.output)

    def resolve_input(self, frame: Frame) -> Self:
        """The same endpoint for plates in the space of this frame."""
        return replace(self, graph=resolve_input(self.graph, frame))

    def prepare(
        self,
        layouts: tuple[Layout, Layout],
        alpha: Alpha,
        device: str,
        threads: int | None,
        inputs: Mapping[str, Layout],
    ) -> PreparedKernel:
        """The kernel for pixels that lie so in memory."""
        return prepare_kernel(self.graph, self.output, layouts, alpha, device, threads, inputs)

    def tag(self, frame: Frame) -> Frame:
        """The graded frame with the tags of its new space, where that is known."""
        known = output_space(self.graph, self.output) is not None
        return frame.with_tags(output_tags(self.graph, self.output)) if known else frame
