"""``look.apply``: arrays and frames through a look."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple, cast

from grade.graph.errors import PixelsError
from grade.graph.model.graph import Graph
from grade.graph.running.inputs import InputFiles, input_arrays
from grade.graph.running.kernels import prepare_kernel
from grade.graph.running.layout import empty_picture, layout_of, size_of, with_color
from grade.graph.running.plate_space import resolve_input
from grade.graph.running.storage import refusal, storage_of
from grade.graph.tracing.geometry import Geometry
from grade.graph.tracing.pixels import Alpha
from grade.graph.tracing.spaces import output_space
from grade.graph.tracing.uniforms import uniform_values
from grade.io.frame import Frame
from grade.io.native import STORAGES
from grade.ir.storage import Layout
from grade.run.arrays import CPU, Held, device_for, dtype_name, hold, is_array
from grade.run.executor import PictureError

ALPHAS: dict[str, Alpha] = {
    "straight": "straight",
    "premultiplied": "premultiplied",
    "ignore": "none",
    "none": "none",
}
TAKES = (
    "takes arrays (height, width, 3 or 4) or (pictures, height, width, 3 or 4) of NumPy, CuPy or"
    " any library with DLPack"
)


class ApplyOptions(NamedTuple):
    """The options of one call; see ``Look.apply``."""

    output: str | None = None
    device: str | None = None
    threads: int | None = None
    out: Any = None
    alpha: str | None = None
    frame: float | None = None
    first: float | None = None
    inputs: Mapping[str, Any] | None = None
    region: tuple[int, int] | None = None
    full: tuple[int, int] | None = None
    pixel_aspect: float | None = None
    timecode: str | None = None


def apply(graph: Graph, picture: Any, options: ApplyOptions) -> Any:
    """Grade an array or a frame; see ``Look.apply``."""
    alpha = options.alpha
    if alpha is not None and alpha not in ALPHAS:
        raise PixelsError(f"alpha = {alpha!r}: takes straight, premultiplied or ignore")
    call = Application(graph, graph.output_name(options.output), options)
    if is_array(picture):
        return call.array(held(picture, "array"), ALPHAS[alpha or "straight"])
    if isinstance(picture, Frame):
        for name in ("out", "region", "full", "pixel_aspect"):
            if getattr(options, name) is not None:
                raise PixelsError(f"{name}= is for arrays; a frame has its own windows")
        return call.frame(picture, ALPHAS[alpha or picture.alpha])
    kind = type(picture)
    raise PixelsError(f"{kind.__module__}.{kind.__qualname__}: apply {TAKES}, and frames")


class Application:
    """One look applied to one array or frame."""

    def __init__(self, graph: Graph, output: str, options: ApplyOptions) -> None:
        self.graph, self.output, self.options = graph, output, options
        self.device, self.threads = options.device or CPU, options.threads

    def array(self, plate: Held, alpha: Alpha) -> Any:
        """A picture or a batch of pictures, on the device where it lies."""
        pixels = plate.array
        if pixels.ndim not in (3, 4) or pixels.shape[-1] not in (3, 4):
            raise PixelsError(f"array {shown(plate)}: apply {TAKES}")
        source = Layout(pixels.shape[-1], storage_of(pixels, "array"))
        try:
            self.device = device_for(self.options.device, plate.device)
        except PictureError as error:
            raise PixelsError(str(error)) from None
        with plate.working():
            target = self.target(plate)
            read = self.grade(plate, target, source, alpha)
            if self.options.out is None:
                return plate.in_kind(target.array)
            for one in (plate, target, *read):
                one.settle()
        return target.given

    def target(self, plate: Held) -> Held:
        """Where the result goes."""
        if self.options.out is None:
            made = plate.library.empty_like(plate.array, order="C")
            return Held(made, plate.device, made)
        if not is_array(self.options.out):
            kind = type(self.options.out).__name__
            raise PixelsError(f"out is {kind}: it must be an array {shown(plate)}")
        out = held(self.options.out, "out")
        if out.array.shape != plate.array.shape:
            raise PixelsError(f"out is {shown(out)}: it must be an array {shown(plate)}")
        if out.device != plate.device:
            raise PixelsError(
                f"out lies on {out.device} and the array on {plate.device}; give an out beside the"
                " array, or leave it out"
            )
        if not getattr(out.array.flags, "writeable", True):  # CuPy's have no such flag
            raise PixelsError("out is read-only")
        return out

    def grade(self, plate: Held, target: Held, source: Layout, alpha: Alpha) -> list[Held]:
        """Compute the target; gives the other arrays that are read."""
        options, pixels, out = self.options, plate.array, target.array
        others = input_arrays(self.graph.inputs(self.output), options.inputs, plate, out)
        layouts = {name: other.layout for name, other in others.items()}
        kernel, program = self.kernel(
            source, Layout(out.shape[-1], storage_of(out, "out")), alpha, layouts
        )
        apart = options.out is None or (not program.uses_coordinates and plate.is_same(out))
        if not apart and plate.overlaps(out):
            pixels = pixels.copy()
        given = rows_of_pixels(pixels, plate.library)
        result = out if side_by_side(out) else plate.library.empty(out.shape, out.dtype)
        size = (pixels.shape[-2], pixels.shape[-3])
        geometry = Geometry.of_array(size, options.region, options.full, options.pixel_aspect)
        uniforms = uniform_values(
            self.graph, program, options.frame, geometry, options.first, options.timecode
        )
        separate = program.uses_coordinates or bool(others)
        for number, (one, made) in enumerate(pictures(given, result, separate)):
            if one.size:
                sources = [one, *(other.pictures[number] for other in others.values())]
                kernel(sources, [made], uniforms, geometry.origin)
        if result is not out:
            out[...] = result
        return [other.held for other in others.values()]

    def frame(self, frame: Frame, alpha: Alpha) -> Frame:
        """A frame: its color replaced, its tags those of the output's space."""
        self.graph = resolve_input(self.graph, frame)
        divides = alpha == "premultiplied" and frame.has_alpha
        source, picture = layout_of(frame, divides)
        target = Layout(3, source.storage, planar=True) if source.planar else source
        options = self.options
        number = frame.frame if options.frame is None else options.frame
        inputs = self.graph.inputs(self.output)
        loaded = InputFiles(inputs, options.inputs).for_frame(frame, number)
        layouts = {name: layout for name, (layout, _) in loaded.items()}
        kernel, program = self.kernel(
            source, target, "premultiplied" if divides else "none", layouts
        )
        geometry = Geometry.of_frame(frame)
        uniforms = uniform_values(
            self.graph, program, number, geometry, options.first,
            options.timecode or frame.timecode,
        )  # fmt: skip
        made = empty_picture(target, size_of(source, picture))
        sources = [picture, *(others for _, others in loaded.values())]
        kernel(sources, [made], uniforms, geometry.origin)
        return self.tagged(with_color(frame, target, made))

    def tagged(self, frame: Frame) -> Frame:
        """The frame with the tags of the space it is in now, where that is known."""
        space = output_space(self.graph, self.output)
        return frame if space is None else frame.with_tags(self.graph.configuration.interop(space))

    def kernel(
        self, source: Layout, target: Layout, alpha: Alpha, inputs: Mapping[str, Layout]
    ) -> tuple[Any, Any]:
        """A kernel and its program."""
        layouts = (source, target)
        made = prepare_kernel(
            self.graph, self.output, layouts, alpha, self.device, self.threads, inputs
        )
        return made.kernel, made.program


def held(array: Any, what: str) -> Held:
    """An array where it lies.

    Raises
    ------
    PixelsError
        Naming what it is, if its numbers are of a type that is not taken, or it cannot be had.
    """
    try:
        if hasattr(array, "dtype") and dtype_name(array) not in STORAGES:
            raise PixelsError(refusal(array, what))
        return hold(array, what)
    except PictureError as error:
        raise PixelsError(str(error)) from error


def shown(array: Held) -> str:
    """Shape and type, for a message."""
    return f"{tuple(array.array.shape)} of {array.array.dtype}"


def side_by_side(array: Any) -> bool:
    """Whether the pixels of each row follow one another, and the rows too."""
    size, count = array.itemsize, array.shape[-1]
    forward = all(step >= 0 for step in array.strides)
    aligned = getattr(array.flags, "aligned", True)  # CuPy's are
    return array.strides[-2:] == (count * size, size) and forward and bool(aligned)


def rows_of_pixels(array: Any, library: Any) -> Any:
    """The array itself if the pixels of each row lie side by side, else a copy of it."""
    return array if side_by_side(array) else library.ascontiguousarray(array)


def pictures(source: Any, target: Any, separate: bool) -> list[tuple[Any, Any]]:
    """The pictures of a batch; one tall picture where pixels do not know where they are."""
    if source.ndim == 3:
        return [(source, target)]
    if not separate and source.flags.c_contiguous and target.flags.c_contiguous:
        tall = (source.shape[0] * source.shape[1], *source.shape[2:])
        return [(source.reshape(tall), target.reshape(tall))]
    return cast(list[tuple[Any, Any]], list(zip(source, target, strict=True)))
