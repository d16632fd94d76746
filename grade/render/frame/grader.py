"""Grades one frame: from the planes of the plate to the planes of each output.

One kernel computes all outputs of a frame, and reads the plate once. Only R, G, B go through it, in
the file's own type; alpha and every other channel stay the arrays that were read.
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
from grade.passes.join_programs import join_programs
from grade.passes.relaxed_rules import relax
from grade.render.frame import provenance
from grade.render.frame.destination import Destination
from grade.render.frame.layouts import FrameKind, target_layout
from grade.run import Executor, Kernel

AlphaPolicy = Literal["straight", "premultiplied", "ignore"]
OtherInputs = Mapping[str, tuple[Layout, list[Any]]]
"""Layout and planes of each input beside the plate, by name."""


@dataclass(frozen=True, slots=True)
class OutputProgram:
    """The program of one output for one kind of frame.

    Attributes
    ----------
    program
        As traced.
    hash
        The hash after the relaxed rules, before anything that depends on a backend. It stands in
        the header of each frame and in its resume key, and does not depend on the other outputs
        of the job.
    """

    program: Program
    hash: str

    @property
    def uniforms(self) -> list[str]:
        """The names of its uniforms."""
        return [uniform.name for uniform in self.program.uniforms]


class JointKernel(NamedTuple):
    """The kernel of some outputs, its program, and the inputs that it reads beside the plate."""

    kernel: Kernel
    program: Program
    inputs: list[str]


class GradedOutput(NamedTuple):
    """One output of a frame.

    Attributes
    ----------
    frame
        The pixels, with header entries and color tags.
    knobs
        The uniforms that computed it, rounded to float32.
    kind, program
        The kind of frame, and the hash of its program.
    """

    frame: Frame
    knobs: Mapping[str, float]
    kind: FrameKind
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
        The outputs to compute.
    alpha
        What alpha means, against what the file says; None believes the file.
    first
        The number of the shot's first frame, for looks whose keyframes count from there.
    """

    def __init__(
        self,
        look: Look,
        executor: Executor,
        destinations: Sequence[Destination],
        alpha: AlphaPolicy | None = None,
        first: int | None = None,
    ) -> None:
        self.look, self.executor, self.alpha = look, executor, alpha
        self.first_frame = first
        self.destinations = {destination.output: destination for destination in destinations}
        self._programs: dict[tuple[FrameKind, str], OutputProgram] = {}
        self._kernels: dict[tuple[tuple[str, FrameKind], ...], JointKernel] = {}
        self._lock = threading.RLock()

    def read_inputs(self, frame: Frame, number: int, outputs: Sequence[str]) -> OtherInputs:
        """Read the inputs of some outputs beside the plate, each input once."""
        found: dict[str, tuple[Layout, list[Any]]] = {}
        for output in outputs:
            inputs = self.look.inputs(output).items()
            unread = {name: op for name, op in inputs if name not in found}
            found |= InputFiles(unread).for_frame(frame, number)
        return found

    def frame_kind(self, frame: Frame, output: str, inputs: OtherInputs) -> FrameKind:
        """What the program of an output depends on in this frame."""
        frame = self._with_alpha_policy(frame)
        divides = self._divides(frame)
        layout, _ = layout_of(frame, divides)
        names = self.look.inputs(output)
        return FrameKind(layout, divides, tuple((name, inputs[name][0]) for name in names))

    def grade(
        self,
        frame: Frame,
        number: int,
        outputs: Sequence[str] | None = None,
        inputs: OtherInputs | None = None,
        known: Mapping[str, float] | None = None,
    ) -> dict[str, GradedOutput]:
        """Compute some outputs of one frame, ready to be written.

        Parameters
        ----------
        frame
            As read.
        number
            The number at which animated knobs are evaluated, and by which the frame is written.
        outputs
            The outputs to compute; None: all.
        inputs
            The inputs beside the plate; None reads them.
        known
            The uniforms by name; None evaluates the look.
        """
        wanted = tuple(self.destinations if outputs is None else outputs)
        inputs = self.read_inputs(frame, number, wanted) if inputs is None else inputs
        frame = self._with_alpha_policy(frame)
        kinds = {output: self.frame_kind(frame, output, inputs) for output in wanted}
        layout, source = layout_of(frame, self._divides(frame))
        joint = self.kernel_for(kinds)
        geometry = Geometry.of_frame(frame)
        if known is None:
            known = self.uniform_values(joint.program, number, geometry, frame.timecode)
        values = {uniform.name: known[uniform.name] for uniform in joint.program.uniforms}
        size = size_of(layout, source)
        targets = [empty_picture(target, size) for target in joint.program.targets]
        sources = [source, *(inputs[name][1] for name in joint.inputs)]
        joint.kernel(sources, targets, list(values.values()), geometry.origin)
        knobs = {name: float(np.float32(value)) for name, value in values.items()}
        graded = {}
        for output, layout, target in zip(wanted, joint.program.targets, targets, strict=True):
            made = self.program_for(kinds[output], output)
            own = {name: knobs[name] for name in made.uniforms}
            entries = provenance.header_entries(self.look.name, made.hash, number, own)
            colored = with_color(frame, layout, target)
            marked = colored.with_attributes(entries).with_tags(self.destinations[output].tags)
            numbered = replace(marked, frame=number)
            graded[output] = GradedOutput(numbered, own, kinds[output], made.hash)
        return graded

    def program_for(self, kind: FrameKind, output: str) -> OutputProgram:
        """The program of one output for one kind of frame, traced and not compiled."""
        with self._lock:
            key = (kind, output)
            if key not in self._programs:
                destination = self.destinations[output]
                program = self.look.program(
                    kind.source,
                    target_layout(kind.source, destination, kind.divides),
                    output=output,
                    alpha=kind.alpha,
                    inputs=dict(kind.inputs),
                    dither=destination.dither,
                )
                self._programs[key] = OutputProgram(program, relax(program).hash)
            return self._programs[key]

    def kernel_for(self, kinds: Mapping[str, FrameKind]) -> JointKernel:
        """The compiled kernel of some outputs, each with the kind of frame that it sees."""
        with self._lock:
            key = tuple(kinds.items())
            if key not in self._kernels:
                made = [self.program_for(kind, output) for output, kind in kinds.items()]
                programs = [each.program for each in made]
                inputs = [[name for name, _ in kind.inputs] for kind in kinds.values()]
                program = programs[0] if len(programs) == 1 else join_programs(programs, inputs)
                names = list(dict.fromkeys(name for own in inputs for name in own))
                self._kernels[key] = JointKernel(self.executor.prepare(program), program, names)
            return self._kernels[key]

    def uniform_values(
        self, program: Program, number: int, geometry: Geometry | None, timecode: str | None
    ) -> dict[str, float]:
        """The value of every uniform of a program at a frame, by name."""
        names = [uniform.name for uniform in program.uniforms]
        values = self.look.uniform_values(program, number, geometry, self.first_frame, timecode)
        return dict(zip(names, values, strict=True))

    def _with_alpha_policy(self, frame: Frame) -> Frame:
        """The frame with alpha meaning what the job says it means."""
        if self.alpha in ("straight", "premultiplied") and frame.has_alpha:
            return replace(frame, alpha=self.alpha)
        return frame

    def _divides(self, frame: Frame) -> bool:
        return frame.alpha == "premultiplied" and self.alpha != "ignore"
