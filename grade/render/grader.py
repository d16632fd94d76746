"""One frame through the look: from the planes of the file to the planes of each output.

Only R, G, B go through the kernel, in the file's own type; alpha and every other channel stay the
arrays that were read.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

import numpy as np

from grade.graph.geometry import Geometry
from grade.graph.input_pixels import InputFiles
from grade.graph.look import Look
from grade.io import Frame, UnsupportedError
from grade.ir.program import Program
from grade.ir.storage import Layout, Storage
from grade.passes.relaxed import relax
from grade.render import mark

AlphaPolicy = Literal["straight", "premultiplied", "ignore"]

_STORAGE: dict[str, Storage] = {
    "float16": "f16", "float32": "f32", "uint16": "u16", "uint8": "u8",
}  # fmt: skip
_DTYPE: dict[Storage, Any] = {
    "f16": np.float16, "f32": np.float32, "u16": np.uint16, "u8": np.uint8,
}  # fmt: skip
_OF_BITS: dict[str, Storage] = {"half": "f16", "float": "f32", "8": "u8", "16": "u16"}
INTEGER_ONLY = frozenset({".png"})


@dataclass(frozen=True, slots=True)
class Destination:
    """An output of the look and how its files are stored."""

    output: str
    suffix: str
    bits: str | None
    tags: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Prepared:
    """A program for one kind of frame and one output, compiled."""

    program: Program
    kernel: Any
    hash: str


class Grader:
    """Grades frames; programs are traced and compiled once per kind of frame.

    Parameters
    ----------
    look
        With every knob set.
    executor
        Where kernels run.
    destinations
        The outputs that are wanted.
    alpha
        What alpha means, against what the file says; None believes the file.
    first
        The number of the shot's first frame, for looks whose keys count from there.
    """

    def __init__(
        self,
        look: Look,
        executor: Any,
        destinations: Sequence[Destination],
        alpha: AlphaPolicy | None = None,
        first: int | None = None,
    ) -> None:
        self.look, self.executor, self.alpha = look, executor, alpha
        self.first_frame = first
        self.destinations = tuple(destinations)
        self._prepared: dict[tuple[Any, ...], Prepared] = {}
        self._lock = threading.Lock()

    def grade(self, frame: Frame, number: int) -> dict[str, Frame]:
        """The outputs of one frame, marked and tagged, ready to be written.

        Parameters
        ----------
        frame
            As read.
        number
            At which animated knobs are evaluated; also the number that is written.
        """
        if self.alpha in ("straight", "premultiplied") and frame.has_alpha:
            frame = replace(frame, alpha=self.alpha)
        planes = [_gradable(frame, name) for name in frame.color]
        kind = np.result_type(*planes[:3])
        divides = frame.alpha == "premultiplied" and self.alpha != "ignore"
        source = [plane.astype(kind, copy=False) for plane in planes[: 4 if divides else 3]]
        geometry = Geometry.of_frame(frame)
        graded = {}
        for destination in self.destinations:
            others = InputFiles(self.look, destination.output).for_frame(frame, number)
            layouts = {name: layout for name, (layout, _) in others.items()}
            prepared = self.prepared(kind, divides, frame.has_alpha, destination, layouts)
            target = [
                np.empty(source[0].shape, _DTYPE[prepared.program.targets[0].storage])
                for _ in range(3)
            ]
            uniforms = self.look.uniform_values(
                prepared.program, number, geometry, self.first_frame
            )
            sources = [source, *(planes for _, planes in others.values())]
            prepared.kernel(sources, [target], uniforms, geometry.origin)
            names = [uniform.name for uniform in prepared.program.uniforms]
            knobs = {n: float(np.float32(v)) for n, v in zip(names, uniforms, strict=True)}
            entries = mark.entries(self.look.name, prepared.hash, number, knobs)
            colored = frame.with_planes(dict(zip(frame.color[:3], target, strict=True)))
            marked = colored.with_attributes(entries).with_tags(destination.tags)
            graded[destination.output] = replace(marked, frame=number)
        return graded

    def prepared(
        self,
        kind: Any,
        divides: bool,
        has_alpha: bool,
        destination: Destination,
        inputs: Mapping[str, Layout],
    ) -> Prepared:
        """The compiled program of one output for one kind of frame."""
        storage = _STORAGE[np.dtype(kind).name]
        key = (storage, divides, has_alpha, destination.output, *inputs.items())
        with self._lock:
            if key not in self._prepared:
                program = self.look.program(
                    Layout(4 if divides else 3, storage, planar=True),
                    Layout(3, _target_storage(storage, destination, divides), planar=True),
                    output=destination.output,
                    alpha="premultiplied" if divides else "none",
                    inputs=inputs,
                )
                kernel = self.executor.prepare(program)
                self._prepared[key] = Prepared(program, kernel, relax(program).hash)
            return self._prepared[key]

    def first(self, frame: Frame, number: int) -> dict[str, Prepared]:
        """Trace and compile for a frame like this one, before any frame is graded."""
        if self.alpha in ("straight", "premultiplied") and frame.has_alpha:
            frame = replace(frame, alpha=self.alpha)
        kind = np.result_type(*(_gradable(frame, name) for name in frame.color[:3]))
        divides = frame.alpha == "premultiplied" and self.alpha != "ignore"
        made = {}
        for destination in self.destinations:
            others = InputFiles(self.look, destination.output).for_frame(frame, number)
            layouts = {name: layout for name, (layout, _) in others.items()}
            made[destination.output] = self.prepared(
                kind, divides, frame.has_alpha, destination, layouts
            )
        return made


def _target_storage(source: Storage, destination: Destination, divides: bool) -> Storage:
    """The type to compute into: what is asked for, else the source's, half for integers."""
    if destination.suffix in INTEGER_ONLY:
        if divides:
            return "f32"  # the writer divides by alpha once more, and rounds once
        return _OF_BITS[destination.bits or "16"]
    if destination.bits is not None:
        return _OF_BITS[destination.bits]
    return source if source in ("f16", "f32") else "f16"


def _gradable(frame: Frame, name: str) -> Any:
    plane = frame.planes[name]
    if plane.dtype.name not in _STORAGE:
        where = frame.path or Path("the frame")
        raise UnsupportedError(f"{where}: channel {name} is {plane.dtype}, which is no color")
    return plane
