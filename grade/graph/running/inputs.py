"""The pixels of other inputs: from arrays that were given, or from files at the plate's frame."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np

from grade.graph.errors import PixelsError
from grade.graph.model.inputs import Input, MatteFile
from grade.graph.running.storage import storage_of
from grade.io.frame import Frame
from grade.ir.storage import Layout
from grade.op import suggestion
from grade.run.arrays import CPU, Held, hold, is_array
from grade.run.executor import PictureError

Planes = list[Any]


class InputArray(NamedTuple):
    """An input beside an array: how it lies in memory, what a kernel reads for each picture."""

    layout: Layout
    pictures: list[Any]
    held: Held


def input_arrays(
    inputs: Mapping[str, Input], given: Mapping[str, Any] | None, plate: Held, out: Any
) -> dict[str, InputArray]:
    """The pixels of every input of an array, for each picture of a batch.

    They are read where they lie, unless pixels of a row lie apart or ``out`` is written over them.

    Parameters
    ----------
    inputs
        What the look takes, by name.
    given
        Arrays by name: (height, width) for a matte, (height, width, 3) for a picture, with the
        batch in front where the pixels have one.
    plate
        A matte of one of its own channels, ``A``, is taken from it.
    out
        Where the result goes.

    Raises
    ------
    PixelsError
        If one is missing, unknown, of another size, or lies on another device than the plate.
    """
    if not inputs and not given:
        return {}
    given, pixels = dict(given or {}), plate.array
    found = {}
    for name, op in inputs.items():
        array = given.pop(name, None)
        if array is None and _is_alpha(op) and pixels.shape[-1] == 4:
            alpha = pixels[..., 3]
            found[name] = _check_input(name, op, Held(alpha, plate.device, alpha), plate, out)
            continue
        if array is None:
            raise PixelsError(
                f"the look takes {name} beside the plate; for arrays give it too, as in"
                f" look.apply(pixels, inputs={{'{name}': array}})"
            )
        found[name] = _check_input(name, op, _held(name, array), plate, out)
    _refuse_unknown(given, inputs)
    return found


def _is_alpha(op: Input) -> bool:
    return isinstance(op, MatteFile) and op.values["files"] is None and op.values["channel"] == "A"


def _refuse_unknown(given: Mapping[str, Any], inputs: Mapping[str, Input]) -> None:
    for name in given:
        known = suggestion(name, inputs) if inputs else " It takes the plate alone."
        raise PixelsError(f"inputs: the look takes no {name!r}.{known}")


def _held(name: str, given: Any) -> Held:
    """An input's array where it lies."""
    if not is_array(given):
        raise PixelsError(f"inputs: {name} is {type(given).__name__}: takes an array")
    if hasattr(given, "dtype"):
        storage_of(given, f"inputs: {name}")
    try:
        return hold(given, f"inputs: {name}")
    except PictureError as error:
        raise PixelsError(str(error)) from error


def _check_input(name: str, op: Input, held: Held, plate: Held, out: Any) -> InputArray:
    """An input beside the plate, checked."""
    if held.device != plate.device:
        raise PixelsError(
            f"inputs: {name} lies on {held.device} and the plate on {plate.device}; bring it there"
        )
    array, pixels = held.array, plate.array
    matte = isinstance(op, MatteFile)
    if matte and array.ndim == pixels.ndim and array.shape[-1] == 1:
        array = array[..., 0]
    wanted = pixels.shape[:-1] if matte else (*pixels.shape[:-1], 3)
    if array.shape != wanted:
        raise PixelsError(f"inputs: {name} is {array.shape}; the plate needs {wanted}")
    size = array.itemsize
    inner = (size,) if matte else (3 * size, size)
    if array.strides[-len(inner) :] != inner or min(array.strides) < 0:
        array = held.library.ascontiguousarray(array)
    elif held.overlaps(out):
        array = array.copy()
    layout = Layout(1 if matte else 3, storage_of(array, f"inputs: {name}"), planar=matte)
    batch = array if pixels.ndim == 4 else array[None]
    return InputArray(layout, [[one] for one in batch] if matte else list(batch), held)


class InputFiles:
    """Reads the other inputs of an output at a frame.

    Parameters
    ----------
    inputs
        What the output takes, by name.
    given
        Frames or arrays by name, taken instead of the files.
    """

    def __init__(self, inputs: Mapping[str, Input], given: Mapping[str, Any] | None = None) -> None:
        self.inputs = inputs
        self.given = dict(given or {})
        _refuse_unknown({n: v for n, v in self.given.items() if n not in self.inputs}, self.inputs)

    def for_frame(self, frame: Frame, number: float | None) -> dict[str, tuple[Layout, Planes]]:
        """The planes of every input beside a frame, each of the frame's size.

        Raises
        ------
        PixelsError, RequestError
            If a file, a layer or a channel is missing.
        """
        found = {}
        for name, op in self.inputs.items():
            planes = self._planes(name, op, frame, number)
            kinds = {plane.dtype for plane in planes}
            if len(kinds) > 1:
                planes = [plane.astype(np.float32) for plane in planes]
            layout = Layout(len(planes), storage_of(planes[0], f"inputs: {name}"), planar=True)
            found[name] = (layout, [np.ascontiguousarray(plane) for plane in planes])
        return found

    def _planes(self, name: str, op: Input, frame: Frame, number: float | None) -> Planes:
        size = (frame.data_window.height, frame.data_window.width)
        given = self.given.get(name)
        if given is not None:
            held = _held(name, given)
            if held.device != CPU:
                raise PixelsError(
                    f"inputs: {name} lies on {held.device}; beside a frame it lies on the host"
                )
            array = held.array
            array = array[..., None] if array.ndim == 2 else array
            return [_check_size(name, array[..., c], size) for c in range(array.shape[-1])]
        channel = op.values["channel"] or "" if isinstance(op, MatteFile) else None
        planes: Planes = frame.beside(op.values["files"], number, op.values.get("layer"), channel)
        return planes


def _check_size(name: str, plane: Any, size: tuple[int, int]) -> Any:
    if plane.shape != size:
        raise PixelsError(f"inputs: {name} is {plane.shape}; the plate needs {size}")
    return plane
