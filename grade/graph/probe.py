"""One pixel through every node of a look: what each made of it, to the bit.

Every node is traced as if the look ended there, and run in float32 at the pixel's true place. The
numbers are those of the kernels, which all have the bits of that interpreter.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple, cast

import numpy as np

from grade.graph.apply import ALPHAS, held, storage_of
from grade.graph.errors import PixelsError
from grade.graph.geometry import Geometry
from grade.graph.input_pixels import InputFiles, given_arrays
from grade.graph.naming import SOURCE
from grade.graph.pixels import Alpha, Pixel
from grade.graph.plates import FrameLike, for_frame
from grade.graph.trace import Tracer
from grade.graph.wire import Matte, Wire, walk
from grade.ir.expression import Node, channels
from grade.ir.interpreter import Interpreter
from grade.ir.program import Program, Stage, verify
from grade.ir.storage import Layout, encode
from grade.passes.pipeline import lower
from grade.run.arrays import CPU, is_array

if TYPE_CHECKING:
    from grade.graph.look import Look

Triple = tuple[float, float, float]
READ, WORKING, STORED = "read", "working", "stored"


class Row(NamedTuple):
    """What a pixel is behind one node.

    Attributes
    ----------
    name, op
        The node and its kind. The source has two rows: as ``read``, and in the ``working`` space.
        The last row is the output as ``stored``.
    space
        The space that the numbers are in; None where it is not known, and for a matte.
    rgb
        Straight colour in float32; of the last row what is stored: integers where the picture is
        of integers, multiplied by alpha where it is. None for a matte.
    matte
        Of a matte its value, 0..1; of a picture that of the node's matte, None where it has none.
    change
        ``rgb`` less that of the node's first picture; None where the space is another one.
    """

    name: str
    op: str
    space: str | None
    rgb: Triple | None
    matte: float | None = None
    change: Triple | None = None


def probe(
    look: Look,
    picture: Any,
    x: int = 0,
    y: int = 0,
    *,
    output: str | None = None,
    frame: float | None = None,
    first: float | None = None,
    alpha: str | None = None,
    inputs: Mapping[str, Any] | None = None,
) -> list[Row]:
    """A pixel behind every node of an output; see ``Look.probe``."""
    if alpha is not None and alpha not in ALPHAS:
        raise PixelsError(f"alpha = {alpha!r}: takes straight, premultiplied or ignore")
    name = look.output_name(output)
    kind = None if alpha is None else ALPHAS[alpha]
    if isinstance(picture, FrameLike):
        look = for_frame(look, picture)
        number = picture.frame if frame is None else frame
        spot = _of_frame(look, name, picture, (x, y), kind, number, inputs)
    else:
        number = frame
        spot = _of_array(look, name, picture, (x, y), kind or "straight", inputs)
    return list(_Probe(look, name, spot, number, first).rows())


@dataclass(frozen=True)
class Spot:
    """A pixel in memory, and where it lies.

    Attributes
    ----------
    layout, alpha
        How the pixel is stored, and what its fourth channel means.
    raw
        Its channels as a program loads them, arrays of one row and column.
    inputs
        The same of what comes in beside it, by name.
    geometry
        That of the whole picture, its origin at the pixel.
    timecode
        The frame's, for keys at timecodes.
    """

    layout: Layout
    alpha: Alpha
    raw: list[Any]
    inputs: dict[str, tuple[Layout, list[Any]]]
    geometry: Geometry
    timecode: str | None = None


class _Probe:
    """The nodes of an output at one pixel."""

    def __init__(
        self, look: Look, output: str, spot: Spot, frame: float | None, first: float | None
    ) -> None:
        self.look, self.output, self.spot = look, output, spot
        self.frame, self.first = frame, first
        self.layouts = {name: layout for name, (layout, _) in spot.inputs.items()}

    def rows(self) -> Iterator[Row]:
        places, end = self.look.names.places, self.look.outputs[self.output]
        found: dict[Wire, Row] = {}
        for wire in walk([end]):
            if isinstance(wire, Matte):
                if wire in places:
                    op = wire.operator if wire.op is None else wire.op.kind
                    yield Row(places[wire], str(op), None, None, self.matte(wire))
                continue
            if wire.op is None:
                yield self.read()
            found[wire] = self.picture(wire, found)
            yield found[wire]
        yield self.stored(found[end])

    def read(self) -> Row:
        """The plate, in its own space."""
        look = self.look
        plate = look.input or look.working
        if plate is not None:
            plate = str(look.configuration.space(plate).name)
        colour = Pixel(self.spot.layout, self.spot.alpha).colour()
        return Row(SOURCE, READ, plate, self.colour(Tracer(look, self.layouts), colour))

    def picture(self, wire: Wire, found: Mapping[Wire, Row]) -> Row:
        """What a node gives, in the space that the next one is handed it in."""
        tracer = Tracer(self.look, self.layouts)
        colour = Pixel(self.spot.layout, self.spot.alpha).colour()
        if wire.op is None:
            name, kind = SOURCE, WORKING
        else:
            name, kind = self.look.names.places.get(wire, self.output), wire.op.kind
        end = tracer.output(wire, name, colour)
        rgb = self.colour(tracer, end.colour)
        matte = None if wire.matte is None else self.matte(wire.matte)
        change = None
        if wire.inputs:
            before = found[wire.inputs[0]]
            if before.space == end.space and before.rgb is not None:
                change = _less(rgb, before.rgb)
        return Row(name, kind, end.space, rgb, matte, change)

    def matte(self, wire: Matte) -> float:
        """The value of a matte."""
        tracer = Tracer(self.look, self.layouts)
        grey = tracer.matte_of(wire, Pixel(self.spot.layout, self.spot.alpha).colour())
        return self.floats(tracer, [grey])[0]

    def stored(self, last: Row) -> Row:
        """What is written of the output."""
        layout = self.spot.layout
        program = self.look.program(
            layout, layout, output=self.output, alpha=self.spot.alpha, inputs=self.layouts
        )
        raw = self.run(program, list(self.look.inputs(self.output)))[:3]
        if layout.storage == "f16":
            numbers = [float(v.astype(np.uint16).view(np.float16)) for v in raw]
        else:
            numbers = [v.item() for v in raw]
        return Row(self.output, STORED, last.space, _triple(numbers))

    def colour(self, tracer: Tracer, colour: Node) -> Triple:
        return _triple(self.floats(tracer, channels(colour)))

    def floats(self, tracer: Tracer, values: Any) -> list[float]:
        """The numbers of some expressions."""
        stage = Stage(tuple(encode("f32", value) for value in values))
        program = Program(
            (self.spot.layout, *tracer.layouts.values()),
            (Layout(len(stage.outputs), "f32", planar=True),),
            tuple(tracer.uniforms),
            (stage,),
        )
        return [value.item() for value in self.run(verify(program), list(tracer.layouts))]

    def run(self, program: Program, inputs: list[str]) -> list[Any]:
        """The raw numbers that a program stores at the pixel."""
        spot, frame = self.spot, self.frame
        uniforms = self.look.uniform_values(
            program, frame, spot.geometry, self.first, spot.timecode
        )
        sources = [self.spot.raw, *(self.spot.inputs[name][1] for name in inputs)]
        interpreter = Interpreter(lower(program), np.float32)
        made = interpreter.run(sources, uniforms, self.spot.geometry.origin)
        return [plane[0, 0] for plane in made]


# --- where the pixel comes from -------------------------------------------------------------------


def _of_frame(
    look: Look,
    output: str,
    frame: FrameLike,
    at: tuple[int, int],
    alpha: Alpha | None,
    number: float | None,
    inputs: Mapping[str, Any] | None,
) -> Spot:
    """A pixel of a frame, by its coordinates in the file."""
    window = frame.data_window
    column, row = at[0] - window.x_min, at[1] - window.y_min
    low, high = (window.x_min, window.y_min), (window.x_max, window.y_max)
    _lies(at, low, high)
    planes = [frame.planes[name] for name in frame.color]
    kinds = {plane.dtype for plane in planes}
    for name, plane in zip(frame.color, planes, strict=True):
        storage_of(plane, f"plane {name}")
    if len(kinds) > 1:
        planes = [plane.astype(np.float32) for plane in planes]
    layout = Layout(len(planes), storage_of(planes[0], "frame"), planar=True)
    files = InputFiles(look, output, inputs).for_frame(frame, number)
    beside = {
        name: (given, [_one(plane, column, row) for plane in others])
        for name, (given, others) in files.items()
    }
    whole = Geometry.of_frame(frame)
    raw = [_one(plane, column, row) for plane in planes]
    means = cast(Alpha, alpha or frame.alpha)
    return Spot(layout, means, raw, beside, _at(whole, at), frame.timecode)


def _of_array(
    look: Look,
    output: str,
    picture: Any,
    at: tuple[int, int],
    alpha: Alpha,
    inputs: Mapping[str, Any] | None,
) -> Spot:
    """A pixel of an array, by column and row; of three numbers they themselves."""
    if not is_array(picture):
        picture = _numbers(picture)
    plate = held(picture, "array")
    pixels = plate.array
    if plate.device != CPU:
        raise PixelsError(f"the array lies on {plate.device}; a pixel is probed on the host")
    if pixels.ndim != 3 or pixels.shape[-1] not in (3, 4):
        raise PixelsError(f"array {pixels.shape}: probe takes (height, width, 3 or 4)")
    height, width, count = pixels.shape
    column, row = at
    _lies(at, (0, 0), (width - 1, height - 1))
    beside = {}
    for name, other in given_arrays(look.inputs(output), inputs, plate, plate).items():
        one = other.pictures[0]
        planes = one if other.layout.planar else [one[..., c] for c in range(one.shape[-1])]
        beside[name] = (other.layout, [_one(plane, column, row) for plane in planes])
    layout = Layout(count, storage_of(pixels, "array"))
    raw = [_one(pixels[..., c], column, row) for c in range(count)]
    whole = Geometry.of_array((width, height), None, None)
    return Spot(layout, alpha, raw, beside, _at(whole, at))


def _numbers(given: Any) -> Any:
    """Three numbers as a picture of one pixel."""
    try:
        red, green, blue = (float(value) for value in given)
    except (TypeError, ValueError):
        kind = type(given).__name__
        raise PixelsError(f"{kind}: probe takes a frame, an array, or three numbers") from None
    return np.array([[[red, green, blue]]], np.float32)


def _lies(at: tuple[int, int], low: tuple[int, int], high: tuple[int, int]) -> None:
    """Refuse a pixel that is not there."""
    if not all(a <= p <= b for a, p, b in zip(low, at, high, strict=True)):
        raise PixelsError(
            f"pixel {at[0]},{at[1]}: the picture has x {low[0]}..{high[0]}, y {low[1]}..{high[1]}"
        )


def _one(plane: Any, column: int, row: int) -> Any:
    """A number of a plane as a program loads it."""
    one = np.ascontiguousarray(plane[row : row + 1, column : column + 1])
    return one.view(np.uint16) if one.dtype == np.float16 else one


def _at(whole: Geometry, origin: tuple[int, int]) -> Geometry:
    return Geometry(whole.left, whole.top, whole.width, whole.height, whole.pixel_aspect, origin)


def _triple(numbers: list[float]) -> Triple:
    red, green, blue = numbers
    return red, green, blue


def _less(after: Triple, before: Triple) -> Triple:
    return _triple([a - b for a, b in zip(after, before, strict=True)])
