"""One frame through the look: from the planes of the file to the planes of each output.

All outputs of a frame are computed by one kernel, which reads the plate once. Only R, G, B go
through it, in the file's own type; alpha and every other channel stay the arrays that were read.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal, NamedTuple

import numpy as np

from grade.graph.look import Look
from grade.graph.running.input_files import InputFiles
from grade.graph.running.layout import empty_picture, layout_of, size_of, with_color
from grade.graph.tracing.geometry import Geometry
from grade.io import Frame
from grade.ir.program import Program
from grade.ir.storage import Layout
from grade.passes.join import join
from grade.passes.relaxed import relax
from grade.render.frame import provenance
from grade.render.frame.destination import Destination
from grade.render.frame.layouts import Kind, target_of

AlphaPolicy = Literal["straight", "premultiplied", "ignore"]
Beside = Mapping[str, tuple[Layout, list[Any]]]
"""Layout and planes of other inputs, by name."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """The program of one output for one kind of frame.

    ``hash`` is that of the program after the relaxed rules, before anything a backend does to it:
    it stands in the header of each frame and in its resume key, and does not depend on which other
    outputs are computed beside.
    """

    program: Program
    hash: str

    @property
    def uniforms(self) -> list[str]:
        """The names of its uniforms."""
        return [uniform.name for uniform in self.program.uniforms]


class Graded(NamedTuple):
    """An output of one frame, marked and tagged, and what it was made by."""

    frame: Frame
    knobs: Mapping[str, float]
    kind: Kind
    program: str


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
        self.destinations = {destination.output: destination for destination in destinations}
        self._prepared: dict[tuple[Kind, str], Prepared] = {}
        self._kernels: dict[tuple[Any, ...], Any] = {}
        self._lock = threading.RLock()

    def beside(self, frame: Frame, number: int, outputs: Sequence[str]) -> Beside:
        """Read what some outputs take beside the plate, each input once."""
        found: dict[str, tuple[Layout, list[Any]]] = {}
        for output in outputs:
            inputs = self.look.inputs(output).items()
            unread = {name: op for name, op in inputs if name not in found}
            found |= InputFiles(unread).for_frame(frame, number)
        return found

    def kind(self, frame: Frame, output: str, beside: Beside) -> Kind:
        """What the program of an output depends on in this frame."""
        frame = self._settled(frame)
        divides = self._divides(frame)
        layout, _ = layout_of(frame, divides)
        names = self.look.inputs(output)
        return Kind(layout, divides, tuple((name, beside[name][0]) for name in names))

    def grade(
        self,
        frame: Frame,
        number: int,
        outputs: Sequence[str] | None = None,
        beside: Beside | None = None,
        known: Mapping[str, float] | None = None,
    ) -> dict[str, Graded]:
        """Some outputs of one frame, ready to be written.

        Parameters
        ----------
        frame
            As read.
        number
            At which animated knobs are evaluated; also the number that is written.
        outputs
            None: all.
        beside
            The other inputs; None reads them.
        known
            The uniforms by name; None evaluates the look.
        """
        wanted = tuple(self.destinations if outputs is None else outputs)
        beside = self.beside(frame, number, wanted) if beside is None else beside
        frame = self._settled(frame)
        kinds = {output: self.kind(frame, output, beside) for output in wanted}
        layout, source = layout_of(frame, self._divides(frame))
        kernel, program, names = self.kernel(kinds)
        geometry = Geometry.of_frame(frame)
        if known is None:
            known = self.values(program, number, geometry, frame.timecode)
        values = {uniform.name: known[uniform.name] for uniform in program.uniforms}
        size = size_of(layout, source)
        targets = [empty_picture(target, size) for target in program.targets]
        sources = [source, *(beside[name][1] for name in names)]
        kernel(sources, targets, list(values.values()), geometry.origin)
        knobs = {name: float(np.float32(value)) for name, value in values.items()}
        graded = {}
        for output, layout, target in zip(wanted, program.targets, targets, strict=True):
            prepared = self.prepared(kinds[output], output)
            own = {name: knobs[name] for name in prepared.uniforms}
            entries = provenance.entries(self.look.name, prepared.hash, number, own)
            colored = with_color(frame, layout, target)
            marked = colored.with_attributes(entries).with_tags(self.destinations[output].tags)
            made = replace(marked, frame=number)
            graded[output] = Graded(made, own, kinds[output], prepared.hash)
        return graded

    def prepared(self, kind: Kind, output: str) -> Prepared:
        """The program of one output for one kind of frame, traced and not compiled."""
        with self._lock:
            key = (kind, output)
            if key not in self._prepared:
                destination = self.destinations[output]
                program = self.look.program(
                    kind.source,
                    target_of(kind.source, destination, kind.divides),
                    output=output,
                    alpha=kind.alpha,
                    inputs=dict(kind.inputs),
                    dither=destination.dither,
                )
                self._prepared[key] = Prepared(program, relax(program).hash)
            return self._prepared[key]

    def kernel(self, kinds: Mapping[str, Kind]) -> tuple[Any, Program, list[str]]:
        """The kernel of some outputs of a frame, its program, and the inputs beside the plate."""
        with self._lock:
            key = tuple(kinds.items())
            if key not in self._kernels:
                programs = [self.prepared(kind, output).program for output, kind in kinds.items()]
                beside = [[name for name, _ in kind.inputs] for kind in kinds.values()]
                program = programs[0] if len(programs) == 1 else join(programs, beside)
                names = list(dict.fromkeys(name for given in beside for name in given))
                self._kernels[key] = self.executor.prepare(program), program, names
            found: tuple[Any, Program, list[str]] = self._kernels[key]
            return found

    def values(
        self, program: Program, number: int, geometry: Geometry | None, timecode: str | None
    ) -> dict[str, float]:
        """The number of every uniform of a program at a frame, by name."""
        names = [uniform.name for uniform in program.uniforms]
        values = self.look.uniform_values(program, number, geometry, self.first_frame, timecode)
        return dict(zip(names, values, strict=True))

    def _settled(self, frame: Frame) -> Frame:
        """The frame with alpha meaning what was asked for."""
        if self.alpha in ("straight", "premultiplied") and frame.has_alpha:
            return replace(frame, alpha=self.alpha)
        return frame

    def _divides(self, frame: Frame) -> bool:
        return frame.alpha == "premultiplied" and self.alpha != "ignore"
