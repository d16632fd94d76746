"""What a program depends on in a frame, and the layout in which each output is computed.

The layout of a plate is that of `grade.graph.running.layout`; the layout of an output is the one
that its format wants (`grade.io.formats.pixel_layouts`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal

from grade.io import format_for
from grade.ir.storage import Layout, Storage
from grade.render.frame.destination import Destination


@dataclass(frozen=True, slots=True)
class FrameKind:
    """What a program depends on in a frame; frames of one kind share their programs.

    Attributes
    ----------
    source
        The layout of the plate.
    divides
        Whether color is divided by alpha before the grade and multiplied by it after.
    inputs
        The layouts of the other inputs, by name.
    """

    source: Layout
    divides: bool
    inputs: tuple[tuple[str, Layout], ...] = ()

    @property
    def alpha(self) -> Literal["premultiplied", "none"]:
        """What `Look.program` is told about alpha."""
        return "premultiplied" if self.divides else "none"

    def data(self) -> dict[str, Any]:
        """The kind as plain data, for the journal."""
        return asdict(self)

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> FrameKind:
        """A kind from `data`; `KeyError`, `TypeError` or `ValueError` if it is of another form."""
        inputs = tuple((str(name), Layout(**layout)) for name, layout in data["inputs"])
        return cls(Layout(**data["source"]), bool(data["divides"]), inputs)


def target_layout(source: Layout, destination: Destination, divides: bool) -> Layout:
    """The layout in which an output is computed: its format's, or planes if it is scaled down."""
    wanted = format_for(destination.pattern.path(0)).choose_layout(
        source, destination.bits, divides
    )
    if destination.scale == 1 or wanted.planar:
        return wanted
    code: Storage = "u16" if wanted.code in ("u10", "u12") else wanted.code
    return Layout(3, code, planar=True)
