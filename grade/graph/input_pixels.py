"""The pixels of other inputs: from arrays that were given, or from files at the plate's frame."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from grade.graph.errors import PixelsError
from grade.graph.inputs import Input, MatteFile
from grade.ir.storage import Layout, Storage
from grade.op import suggestion

if TYPE_CHECKING:
    from grade.graph.look import Look

STORAGE: dict[str, Storage] = {"float32": "f32", "float16": "f16", "uint16": "u16", "uint8": "u8"}
Planes = list[Any]


def given_arrays(
    inputs: Mapping[str, Input], given: Mapping[str, Any] | None, pixels: Any
) -> dict[str, tuple[Layout, list[Planes]]]:
    """The planes of every input of an array, for each picture of a batch.

    Parameters
    ----------
    inputs
        What the look takes, by name.
    given
        Arrays by name: (height, width) for a matte, (height, width, 3) for a picture, with the
        batch in front where the pixels have one.
    pixels
        The plate. A matte of one of its own channels, ``A``, is taken from it.

    Raises
    ------
    PixelsError
        If one is missing, unknown, or of another size.
    """
    given = dict(given or {})
    found = {}
    for name, op in inputs.items():
        array = given.pop(name, None)
        if array is None and _is_alpha(op) and pixels.shape[-1] == 4:
            array = pixels[..., 3]
        if array is None:
            raise PixelsError(
                f"the look takes {name} beside the plate; for arrays give it too, as in"
                f" look.apply(pixels, inputs={{'{name}': array}})"
            )
        found[name] = _planes(name, op, np.asarray(array), pixels)
    _all_known(given, inputs)
    return found


def _is_alpha(op: Input) -> bool:
    return isinstance(op, MatteFile) and op.values["files"] is None and op.values["channel"] == "A"


def _all_known(given: Mapping[str, Any], inputs: Mapping[str, Input]) -> None:
    for name in given:
        known = suggestion(name, inputs) if inputs else " It takes the plate alone."
        raise PixelsError(f"inputs: the look takes no {name!r}.{known}")


def _planes(name: str, op: Input, array: Any, pixels: Any) -> tuple[Layout, list[Planes]]:
    channels = 1 if isinstance(op, MatteFile) else 3
    if channels == 1 and array.ndim == pixels.ndim and array.shape[-1] == 1:
        array = array[..., 0]
    wanted = pixels.shape[:-1] if channels == 1 else (*pixels.shape[:-1], 3)
    if array.shape != wanted:
        raise PixelsError(f"inputs: {name} is {array.shape}; the plate needs {wanted}")
    split = array[..., None] if channels == 1 else array
    batch = split if pixels.ndim == 4 else split[None]
    made = [[np.ascontiguousarray(one[..., c]) for c in range(channels)] for one in batch]
    return Layout(channels, storage(name, array), planar=True), made


def storage(name: str, array: Any) -> Storage:
    """How an input's pixels are stored.

    Raises
    ------
    PixelsError
        Naming the type.
    """
    if array.dtype.name in STORAGE and array.dtype.isnative:
        return STORAGE[array.dtype.name]
    raise PixelsError(f"inputs: {name} of {array.dtype}: takes {', '.join(STORAGE)}")


class InputFiles:
    """Reads the other inputs of an output at a frame.

    Parameters
    ----------
    look, output
        What takes them.
    given
        Frames or arrays by name, taken instead of the files.
    """

    def __init__(self, look: Look, output: str, given: Mapping[str, Any] | None = None) -> None:
        self.inputs = look.inputs(output)
        self.given = dict(given or {})
        _all_known({n: v for n, v in self.given.items() if n not in self.inputs}, self.inputs)

    def for_frame(self, frame: Any, number: float | None) -> dict[str, tuple[Layout, Planes]]:
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
            layout = Layout(len(planes), storage(name, planes[0]), planar=True)
            found[name] = (layout, [np.ascontiguousarray(plane) for plane in planes])
        return found

    def _planes(self, name: str, op: Input, frame: Any, number: float | None) -> Planes:
        size = (frame.data_window.height, frame.data_window.width)
        given = self.given.get(name)
        if given is not None:
            array = np.asarray(given)
            array = array[..., None] if array.ndim == 2 else array
            return [_sized(name, array[..., c], size) for c in range(array.shape[-1])]
        channel = op.values["channel"] or "" if isinstance(op, MatteFile) else None
        planes: Planes = frame.beside(op.values["files"], number, op.values.get("layer"), channel)
        return planes


def _sized(name: str, plane: Any, size: tuple[int, int]) -> Any:
    if plane.shape != size:
        raise PixelsError(f"inputs: {name} is {plane.shape}; the plate needs {size}")
    return plane
