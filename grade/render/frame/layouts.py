"""What the program of an output depends on in a frame, and the pixels that it makes for a file.

A format says which pixels it wants (`grade.io.formats.layouts`); how the plate is read is said by
`grade.graph.running.layout`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal

from grade.io import format_for
from grade.ir.storage import Layout, Storage
from grade.render.frame.destination import Destination


@dataclass(frozen=True, slots=True)
class Kind:
    """All that a program depends on in a frame: frames of one kind share their kernels.

    Attributes
    ----------
    source
        How the plate lies in memory.
    divides
        Whether color is divided by alpha around the grade.
    inputs
        How the other inputs lie in memory, by name.
    """

    source: Layout
    divides: bool
    inputs: tuple[tuple[str, Layout], ...] = ()

    @property
    def alpha(self) -> Literal["premultiplied", "none"]:
        """What the tracer is told of alpha."""
        return "premultiplied" if self.divides else "none"

    def data(self) -> dict[str, Any]:
        """As plain data."""
        return asdict(self)

    @classmethod
    def of_data(cls, data: Mapping[str, Any]) -> Kind:
        """From plain data; `KeyError`, `TypeError` or `ValueError` if it is none."""
        inputs = tuple((str(name), Layout(**layout)) for name, layout in data["inputs"])
        return cls(Layout(**data["source"]), bool(data["divides"]), inputs)


def target_of(source: Layout, destination: Destination, divides: bool) -> Layout:
    """How an output is computed: as its format wants it; as planes where it is shrunk."""
    wanted = format_for(destination.pattern.path(0)).layout(source, destination.bits, divides)
    if destination.scale == 1 or wanted.planar:
        return wanted
    code: Storage = "u16" if wanted.code in ("u10", "u12") else wanted.code
    return Layout(3, code, planar=True)
