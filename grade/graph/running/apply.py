"""``look.apply``: arrays and frames through a look."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar, cast

import numpy as np

from grade.graph.errors import PixelsError
from grade.graph.running.inputs import InputFiles, given_arrays
from grade.graph.running.kernels import ready
from grade.graph.running.plate_space import FrameLike, for_frame
from grade.graph.tracing.geometry import Geometry
from grade.graph.tracing.pixels import Alpha
from grade.ir.storage import Layout, Storage
from grade.run.arrays import CPU, Held, device_for, dtype_name, hold, is_array
from grade.run.executor import PictureError

if TYPE_CHECKING:
    from grade.graph.look import Look

F = TypeVar("F", bound=FrameLike)
STORAGE: dict[str, Storage] = {"float32": "f32", "float16": "f16", "uint16": "u16", "uint8": "u8"}
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


class Asked(NamedTuple):
    """What is asked of one call; see ``Look.apply``."""

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


def apply(look: Look, picture: Any, asked: Asked) -> Any:
    """Grade an array or a frame; see ``Look.apply``."""
    alpha = asked.alpha
    if alpha is not None and alpha not in ALPHAS:
        raise PixelsError(f"alpha = {alpha!r}: takes straight, premultiplied or ignore")
    work = Work(look, look.output_name(asked.output), asked)
    if is_array(picture):
        return work.array(held(picture, "array"), ALPHAS[alpha or "straight"])
    if isinstance(picture, FrameLike):
        for name in ("out", "region", "full", "pixel_aspect"):
            if getattr(asked, name) is not None:
                raise PixelsError(f"{name}= is for arrays; a frame has its own windows")
        return work.frame(picture, ALPHAS[alpha or picture.alpha])
    kind = type(picture)
    raise PixelsError(f"{kind.__module__}.{kind.__qualname__}: apply {TAKES}, and frames")


class Work:
    """One call of apply."""

    def __init__(self, look: Look, output: str, asked: Asked) -> None:
        self.look, self.output, self.asked = look, output, asked
        self.device, self.threads = asked.device or CPU, asked.threads

    def array(self, plate: Held, alpha: Alpha) -> Any:
        """A picture or a batch of pictures, on the device where it lies."""
        pixels = plate.array
        if pixels.ndim not in (3, 4) or pixels.shape[-1] not in (3, 4):
            raise PixelsError(f"array {shown(plate)}: apply {TAKES}")
        source = Layout(pixels.shape[-1], storage_of(pixels, "array"))
        try:
            self.device = device_for(self.asked.device, plate.device)
        except PictureError as error:
            raise PixelsError(str(error)) from None
        with plate.working():
            target = self.target(plate)
            read = self.grade(plate, target, source, alpha)
            if self.asked.out is None:
                return plate.in_kind(target.array)
            for one in (plate, target, *read):
                one.settle()
        return target.given

    def target(self, plate: Held) -> Held:
        """Where the result goes."""
        if self.asked.out is None:
            made = plate.library.empty_like(plate.array, order="C")
            return Held(made, plate.device, made)
        if not is_array(self.asked.out):
            kind = type(self.asked.out).__name__
            raise PixelsError(f"out is {kind}: it must be an array {shown(plate)}")
        out = held(self.asked.out, "out")
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
        asked, pixels, out = self.asked, plate.array, target.array
        others = given_arrays(self.look.inputs(self.output), asked.inputs, plate, out)
        layouts = {name: other.layout for name, other in others.items()}
        kernel, program = self.kernel(
            source, Layout(out.shape[-1], storage_of(out, "out")), alpha, layouts
        )
        apart = asked.out is None or (not program.uses_coordinates and plate.is_same(out))
        if not apart and plate.overlaps(out):
            pixels = pixels.copy()
        given = rows_of_pixels(pixels, plate.library)
        result = out if side_by_side(out) else plate.library.empty(out.shape, out.dtype)
        size = (pixels.shape[-2], pixels.shape[-3])
        geometry = Geometry.of_array(size, asked.region, asked.full, asked.pixel_aspect)
        uniforms = self.look.uniform_values(
            program, asked.frame, geometry, asked.first, asked.timecode
        )
        separate = program.uses_coordinates or bool(others)
        for number, (one, made) in enumerate(pictures(given, result, separate)):
            if one.size:
                sources = [one, *(other.pictures[number] for other in others.values())]
                kernel(sources, [made], uniforms, geometry.origin)
        if result is not out:
            out[...] = result
        return [other.held for other in others.values()]

    def frame(self, frame: F, alpha: Alpha) -> F:
        """A frame: its color planes replaced, its tags those of the output's space."""
        self.look = for_frame(self.look, frame)
        planes = [frame.planes[name] for name in frame.color]
        kinds = {plane.dtype for plane in planes}
        for name, plane in zip(frame.color, planes, strict=True):
            storage_of(plane, f"plane {name}")
        if len(kinds) > 1:  # mixed types: the widest holds them all
            planes = [plane.astype(np.float32) for plane in planes]
        storage = storage_of(planes[0], "frame")
        made = [np.empty(plane.shape, plane.dtype) for plane in planes]
        layout = Layout(len(planes), storage, planar=True)
        number, asked = self.number_of(frame), self.asked
        loaded = InputFiles(self.look, self.output, asked.inputs).for_frame(frame, number)
        layouts = {name: layout for name, (layout, _) in loaded.items()}
        kernel, program = self.kernel(layout, layout, alpha, layouts)
        geometry = Geometry.of_frame(frame)
        uniforms = self.look.uniform_values(
            program, number, geometry, asked.first, asked.timecode or frame.timecode
        )
        source = [np.ascontiguousarray(plane) for plane in planes]
        sources = [source, *(others for _, others in loaded.values())]
        kernel(sources, [made], uniforms, geometry.origin)
        colors = dict(zip(frame.color[:3], made[:3], strict=True))  # alpha stays as it is
        return self.tagged(frame.with_planes(colors))

    def number_of(self, frame: FrameLike) -> float | None:
        """The frame number: the one asked for, else the frame's own."""
        return frame.frame if self.asked.frame is None else self.asked.frame

    def tagged(self, frame: F) -> F:
        """The frame with the tags of the space it is in now, where that is known."""
        space = self.look.output_space(self.output)
        return frame if space is None else frame.with_tags(self.look.configuration.interop(space))

    def kernel(
        self, source: Layout, target: Layout, alpha: Alpha, inputs: Mapping[str, Layout]
    ) -> tuple[Any, Any]:
        """A kernel and its program."""
        layouts = (source, target)
        made = ready(self.look, self.output, layouts, alpha, self.device, self.threads, inputs)
        return made.kernel, made.program


def held(array: Any, what: str) -> Held:
    """An array where it lies.

    Raises
    ------
    PixelsError
        Naming what it is, if its numbers are of a type that is not taken, or it cannot be had.
    """
    try:
        if hasattr(array, "dtype") and dtype_name(array) not in STORAGE:
            raise PixelsError(refusal(array, what))
        return hold(array, what)
    except PictureError as error:
        raise PixelsError(str(error)) from error


def storage_of(array: Any, what: str) -> Storage:
    """The storage type of an array.

    Raises
    ------
    PixelsError
        Naming the type, and what to do.
    """
    name = dtype_name(array)
    if name in STORAGE and array.dtype.isnative:
        return STORAGE[name]
    raise PixelsError(refusal(array, what))


def refusal(array: Any, what: str) -> str:
    """Why numbers of this type are not taken, and what to convert them to."""
    name = dtype_name(array)
    order = "" if getattr(array.dtype, "isnative", True) else " in foreign byte order"
    whole = name.startswith(("int", "uint", "bool"))
    hint = f"float32, float16{' or, for integers, uint16' if whole else ''}"
    if isinstance(array, np.ndarray):
        hint = "x.astype(np.uint16)" if whole else "x.astype(np.float32)"
    return f"{what} of {name}{order}: takes {', '.join(STORAGE)}; convert it, as in {hint}"


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
