"""Arrays through the kernel of an endpoint, on the device where they lie."""

from __future__ import annotations

from typing import Any, cast

from grade.graph.errors import PixelsError
from grade.graph.running.endpoint import Endpoint
from grade.graph.running.input_arrays import InputArray, input_arrays
from grade.graph.running.kernels import PreparedKernel
from grade.graph.running.options import ApplyOptions, read_alpha
from grade.graph.running.storage import describe, storage_of, take_array
from grade.graph.tracing.geometry import Geometry
from grade.graph.tracing.uniforms import uniform_values
from grade.ir.storage import Layout
from grade.run.dlpack import Held, device_for, is_array
from grade.run.pictures import PictureError

TAKES = (
    "takes arrays (height, width, 3 or 4) or (pictures, height, width, 3 or 4) of NumPy, CuPy or"
    " any library with DLPack"
)


def apply_to_array(endpoint: Endpoint, picture: Any, options: ApplyOptions) -> Any:
    """Compute an endpoint for a picture, or for each picture of a batch.

    Returns
    -------
    array
        ``options.out``, or a new array of the library, shape and type of ``picture``.

    Raises
    ------
    PixelsError
        If the array, ``out`` or an input does not fit.
    """
    plate = take_array(picture, "array")
    pixels = plate.array
    if pixels.ndim not in (3, 4) or pixels.shape[-1] not in (3, 4):
        raise PixelsError(f"array {describe(pixels)}: apply {TAKES}")
    source = Layout(pixels.shape[-1], storage_of(pixels, "array"))
    try:
        device = device_for(options.device, plate.device)
    except PictureError as error:
        raise PixelsError(str(error)) from None
    with plate.working():
        target = _find_target(plate, options.out)
        others = input_arrays(endpoint.inputs, options.inputs, plate, target.array)
        prepared = endpoint.prepare(
            (source, Layout(target.array.shape[-1], storage_of(target.array, "out"))),
            read_alpha(options.alpha, "straight"),
            device,
            options.threads,
            {name: other.layout for name, other in others.items()},
        )
        _run(endpoint, prepared, plate, target.array, list(others.values()), options)
        if options.out is None:
            return plate.in_kind(target.array)
        for array in (plate, target, *(other.held for other in others.values())):
            array.settle()
    return target.given


def _find_target(plate: Held, out: Any) -> Held:
    """The array for the result: ``out``, or a new one like the plate."""
    if out is None:
        made = plate.library.empty_like(plate.array, order="C")
        return Held(made, plate.device, made)
    if not is_array(out):
        given = type(out).__name__
        raise PixelsError(f"out is {given}: it must be an array {describe(plate.array)}")
    target = take_array(out, "out")
    if target.array.shape != plate.array.shape:
        raise PixelsError(
            f"out is {describe(target.array)}: it must be an array {describe(plate.array)}"
        )
    if target.device != plate.device:
        raise PixelsError(
            f"out lies on {target.device} and the array on {plate.device}; give an out on the same"
            " device, or leave it out"
        )
    if not getattr(target.array.flags, "writeable", True):  # CuPy's have no such flag
        raise PixelsError("out is read-only")
    return target


def _run(
    endpoint: Endpoint,
    prepared: PreparedKernel,
    plate: Held,
    out: Any,
    others: list[InputArray],
    options: ApplyOptions,
) -> None:
    """Run a kernel over every picture of the plate, into ``out``."""
    program, pixels = prepared.program, plate.array
    # In place is safe where no pixel reads another one, which programs with coordinates may do.
    in_place = not program.uses_coordinates and plate.is_same(out)
    if options.out is not None and not in_place and plate.overlaps(out):
        pixels = pixels.copy()
    source = pixels if has_dense_rows(pixels) else plate.library.ascontiguousarray(pixels)
    result = out if has_dense_rows(out) else plate.library.empty(out.shape, out.dtype)
    size = (pixels.shape[-2], pixels.shape[-3])
    geometry = Geometry.of_array(size, options.region, options.full, options.pixel_aspect)
    uniforms = uniform_values(
        endpoint.graph, program, options.frame, geometry, options.first, options.timecode
    )
    separate = program.uses_coordinates or bool(others)
    for number, (picture, made) in enumerate(split_batch(source, result, separate)):
        if picture.size:
            sources = [picture, *(other.pictures[number] for other in others)]
            prepared.kernel(sources, [made], uniforms, geometry.origin)
    if result is not out:
        out[...] = result


def has_dense_rows(array: Any) -> bool:
    """Whether the pixels of each row follow one another in memory, and rows go forward."""
    size, count = array.itemsize, array.shape[-1]
    forward = all(step >= 0 for step in array.strides)
    aligned = getattr(array.flags, "aligned", True)  # CuPy's are
    return array.strides[-2:] == (count * size, size) and forward and bool(aligned)


def split_batch(source: Any, target: Any, separate: bool) -> list[tuple[Any, Any]]:
    """Each picture of a batch and its target; one tall picture unless they must be separate."""
    if source.ndim == 3:
        return [(source, target)]
    if not separate and source.flags.c_contiguous and target.flags.c_contiguous:
        tall = (source.shape[0] * source.shape[1], *source.shape[2:])
        return [(source.reshape(tall), target.reshape(tall))]
    return cast(list[tuple[Any, Any]], list(zip(source, target, strict=True)))
