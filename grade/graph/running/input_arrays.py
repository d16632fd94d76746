"""Other inputs of an array: arrays that the caller gives, or the alpha of the plate."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from grade.graph.errors import PixelsError
from grade.graph.model.inputs import Input, MatteFile
from grade.graph.running.storage import storage_of, take_array
from grade.ir.storage import Layout
from grade.run.dlpack import Held, is_array
from grade.suggestion import suggest


class InputArray(NamedTuple):
    """An input: how it lies in memory, and what a kernel reads for each picture of a batch."""

    layout: Layout
    pictures: list[Any]
    held: Held


def input_arrays(
    inputs: Mapping[str, Input], given: Mapping[str, Any] | None, plate: Held, out: Any
) -> dict[str, InputArray]:
    """Every input of an array, checked, for each picture of a batch.

    An input is read where it lies, unless the pixels of its rows lie apart or ``out`` overlaps it.

    Parameters
    ----------
    inputs
        What the look takes, by name.
    given
        Arrays by name: (height, width) for a matte, (height, width, 3) for a picture, with the
        batch in front where the plate has one.
    plate
        The array that is graded. A matte of its own channel ``A`` is taken from it.
    out
        The array for the result.

    Raises
    ------
    PixelsError
        If an input is missing, unknown, of another size, or lies on another device than the plate.
    """
    if not inputs and not given:
        return {}
    given, pixels = dict(given or {}), plate.array
    found = {}
    for name, op in inputs.items():
        array = given.pop(name, None)
        if array is not None:
            held = take_input(name, array)
        elif _is_alpha(op) and pixels.shape[-1] == 4:
            alpha = pixels[..., 3]
            held = Held(alpha, plate.device, alpha)
        else:
            raise PixelsError(
                f"the look takes {name} beside the plate; give an array for it, as in"
                f" look.apply(pixels, inputs={{'{name}': array}})"
            )
        found[name] = _check_input(name, op, held, plate, out)
    refuse_unknown(given, inputs)
    return found


def take_input(name: str, given: Any) -> Held:
    """The array of an input, in the memory where it lies.

    Raises
    ------
    PixelsError
        If it is not an array, or of a type that looks do not take.
    """
    if not is_array(given):
        raise PixelsError(f"inputs: {name} is {type(given).__name__}: takes an array")
    return take_array(given, f"inputs: {name}")


def refuse_unknown(given: Iterable[str], inputs: Mapping[str, Input]) -> None:
    """Refuse names that are not inputs of the look; the message has the nearest.

    Raises
    ------
    PixelsError
        If there is such a name.
    """
    for name in given:
        if name not in inputs:
            known = suggest(name, inputs) if inputs else " It takes the plate alone."
            raise PixelsError(f"inputs: the look takes no {name!r}.{known}")


def _is_alpha(op: Input) -> bool:
    return isinstance(op, MatteFile) and op.values["files"] is None and op.values["channel"] == "A"


def _check_input(name: str, op: Input, held: Held, plate: Held, out: Any) -> InputArray:
    """An input with the device and size of the plate, its rows dense."""
    if held.device != plate.device:
        raise PixelsError(
            f"inputs: {name} lies on {held.device} and the plate on {plate.device}; move it to"
            f" {plate.device}"
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
