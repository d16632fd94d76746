"""``look.apply``: arrays and frames through a look."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar, cast

import numpy as np

from grade.graph.errors import PixelsError
from grade.graph.geometry import Geometry
from grade.graph.input_pixels import InputFiles, given_arrays
from grade.graph.kernels import ready
from grade.graph.pixels import Alpha
from grade.graph.plates import FrameLike, for_frame
from grade.ir.storage import Layout, Storage

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
TAKES = "takes NumPy arrays (height, width, 3 or 4) or (pictures, height, width, 3 or 4)"


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


def apply(look: Look, picture: Any, asked: Asked) -> Any:
    """Grade an array or a frame; see ``Look.apply``."""
    alpha = asked.alpha
    if alpha is not None and alpha not in ALPHAS:
        raise PixelsError(f"alpha = {alpha!r}: takes straight, premultiplied or ignore")
    work = Work(look, look.output_name(asked.output), asked)
    if isinstance(picture, np.ndarray):
        return work.array(picture, asked.out, ALPHAS[alpha or "straight"])
    if isinstance(picture, FrameLike):
        for name in ("out", "region", "full"):
            if getattr(asked, name) is not None:
                raise PixelsError(f"{name}= is for arrays; a frame has its own windows")
        return work.frame(picture, ALPHAS[alpha or picture.alpha])
    kind = type(picture)
    raise PixelsError(f"{kind.__module__}.{kind.__qualname__}: apply {TAKES}, and frames")


class Work:
    """One call of apply."""

    def __init__(self, look: Look, output: str, asked: Asked) -> None:
        self.look, self.output, self.asked = look, output, asked
        self.device, self.threads = asked.device or "cpu", asked.threads

    def array(self, pixels: Any, out: Any, alpha: Alpha) -> Any:
        """A picture or a batch of pictures."""
        if pixels.ndim not in (3, 4) or pixels.shape[-1] not in (3, 4):
            raise PixelsError(f"array {shown(pixels)}: apply {TAKES}")
        source = Layout(pixels.shape[-1], storage_of(pixels, "array"))
        if out is None:
            out = np.empty_like(pixels, order="C")
        elif not isinstance(out, np.ndarray) or out.shape != pixels.shape:
            raise PixelsError(f"out is {shown(out)}: it must be an array {shown(pixels)}")
        elif not out.flags.writeable:
            raise PixelsError("out is read-only")
        target = Layout(out.shape[-1], storage_of(out, "out"))
        others = self.others(pixels)
        layouts = {name: layout for name, (layout, _) in others.items()}
        kernel, program = self.kernel(source, target, alpha, layouts)
        if out is not pixels or program.uses_coordinates:
            pixels = apart(pixels, out)
        given = rows_of_pixels(pixels)
        result = out if rows_of_pixels(out) is out else np.empty(out.shape, out.dtype)
        asked = self.asked
        size = (pixels.shape[-2], pixels.shape[-3])
        geometry = Geometry.of_array(size, asked.region, asked.full)
        uniforms = self.look.uniform_values(program, asked.frame, geometry, asked.first)
        separate = program.uses_coordinates or bool(others)
        for number, (one, made) in enumerate(pictures(given, result, separate)):
            if one.size:
                sources = [one, *(planes[number] for _, planes in others.values())]
                kernel(sources, [made], uniforms, geometry.origin)
        if result is not out:
            out[...] = result
        return out

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
        uniforms = self.look.uniform_values(program, number, geometry, asked.first)
        source = [np.ascontiguousarray(plane) for plane in planes]
        sources = [source, *(others for _, others in loaded.values())]
        kernel(sources, [made], uniforms, geometry.origin)
        colors = dict(zip(frame.color[:3], made[:3], strict=True))  # alpha stays as it is
        return self.tagged(frame.with_planes(colors))

    def others(self, pixels: Any) -> dict[str, tuple[Layout, list[Any]]]:
        """The pixels of other inputs, a list of planes for each picture of a batch."""
        return given_arrays(self.look.inputs(self.output), self.asked.inputs, pixels)

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


def storage_of(array: Any, what: str) -> Storage:
    """The storage type of an array.

    Raises
    ------
    PixelsError
        Naming the type, and what to do.
    """
    name = array.dtype.name
    if name in STORAGE and array.dtype.isnative:
        return STORAGE[name]
    hint = "x.astype(np.float32)" if array.dtype.kind == "f" else "x.astype(np.uint16)"
    order = "" if array.dtype.isnative else " in foreign byte order"
    raise PixelsError(
        f"{what} of {name}{order}: takes {', '.join(STORAGE)}; convert it, as in {hint}"
    )


def shown(array: Any) -> str:
    """Shape and type, for a message."""
    if isinstance(array, np.ndarray):
        return f"{array.shape} of {array.dtype}"
    return type(array).__name__


def apart(pixels: Any, out: Any) -> Any:
    """The pixels, copied if writing ``out`` could change ones that are still to be read."""
    return pixels.copy() if np.may_share_memory(pixels, out) else pixels


def rows_of_pixels(array: Any) -> Any:
    """The array itself if the pixels of each row lie side by side, else a copy of it."""
    size, count = array.itemsize, array.shape[-1]
    side_by_side = array.strides[-2:] == (count * size, size)
    forward = all(step >= 0 for step in array.strides)
    return (
        array if side_by_side and forward and array.flags.aligned else np.ascontiguousarray(array)
    )


def pictures(source: Any, target: Any, separate: bool) -> list[tuple[Any, Any]]:
    """The pictures of a batch; one tall picture where pixels do not know where they are."""
    if source.ndim == 3:
        return [(source, target)]
    if not separate and source.flags.c_contiguous and target.flags.c_contiguous:
        tall = (source.shape[0] * source.shape[1], *source.shape[2:])
        return [(source.reshape(tall), target.reshape(tall))]
    return cast(list[tuple[Any, Any]], list(zip(source, target, strict=True)))
