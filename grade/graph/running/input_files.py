"""Other inputs of a frame: channels of files at the same frame, or what the caller gives."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from grade.graph.errors import PixelsError
from grade.graph.model.inputs import Input, MatteFile
from grade.graph.running.input_arrays import refuse_unknown, take_input
from grade.graph.running.storage import storage_of
from grade.io.frame import Frame
from grade.io.planes_at_window import read_planes_at_window
from grade.ir.storage import Layout
from grade.run.dlpack import CPU

Planes = list[Any]


class InputFiles:
    """Reads the other inputs of an output at a frame.

    Parameters
    ----------
    inputs
        What the output takes, by name.
    given
        Arrays by name that are taken instead of the files.

    Raises
    ------
    PixelsError
        If an array is given for an input that the output does not take.
    """

    def __init__(self, inputs: Mapping[str, Input], given: Mapping[str, Any] | None = None) -> None:
        self.inputs = inputs
        self.given = dict(given or {})
        refuse_unknown(self.given, self.inputs)

    def for_frame(self, frame: Frame, number: float | None) -> dict[str, tuple[Layout, Planes]]:
        """The planes of every input beside a frame, each of the size of the frame.

        Raises
        ------
        PixelsError, RequestError
            If a file, a layer or a channel is missing.
        """
        found = {}
        for name, op in self.inputs.items():
            planes = self._read_planes(name, op, frame, number)
            dtypes = {plane.dtype for plane in planes}
            if len(dtypes) > 1:
                planes = [plane.astype(np.float32) for plane in planes]
            layout = Layout(len(planes), storage_of(planes[0], f"inputs: {name}"), planar=True)
            found[name] = (layout, [np.ascontiguousarray(plane) for plane in planes])
        return found

    def _read_planes(self, name: str, op: Input, frame: Frame, number: float | None) -> Planes:
        given = self.given.get(name)
        if given is not None:
            return _planes_of(name, given, frame)
        channel = op.values["channel"] or "" if isinstance(op, MatteFile) else None
        files, literal = op.values["files"], op.values["literal"]
        return read_planes_at_window(frame, files, number, op.values.get("layer"), channel, literal)


def _planes_of(name: str, given: Any, frame: Frame) -> Planes:
    """The planes of an array that is given for an input of a frame."""
    held = take_input(name, given)
    if held.device != CPU:
        raise PixelsError(
            f"inputs: {name} lies on {held.device}; beside a frame it must lie on the host"
        )
    array = held.array[..., None] if held.array.ndim == 2 else held.array
    size = (frame.data_window.height, frame.data_window.width)
    planes = [array[..., c] for c in range(array.shape[-1])]
    for plane in planes:
        if plane.shape != size:
            raise PixelsError(f"inputs: {name} is {plane.shape}; the plate needs {size}")
    return planes
