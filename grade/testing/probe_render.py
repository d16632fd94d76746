"""Rendering of a look on the probe picture: all outputs, at one or two moments, in one kernel."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from grade.graph import MatteFile
from grade.graph.look import Look
from grade.graph.model.picture import Matte
from grade.graph.model.plate_input import AUTO, InputView
from grade.graph.tracing.geometry import Geometry
from grade.graph.tracing.trace import trace, trace_matte
from grade.io.frame import Alpha
from grade.ir.program import Program
from grade.ir.storage import Layout
from grade.op import Op
from grade.passes.join_programs import join_programs
from grade.passes.relaxed_rules import relax
from grade.science import timecode
from grade.testing import probe_picture
from grade.testing.probe_picture import Pixels

if TYPE_CHECKING:
    from collections.abc import Sequence

    from grade.graph.model.inputs import Input

_PIXELS = Layout(4)
_ALPHA: Alpha = "premultiplied"
STILL = "still"
_DIGITS = 12  # of the digest of a program, which names a cause but decides nothing


class ProbeMoment(NamedTuple):
    """The time at which a look is checked: a frame as its keys count, a timecode, or neither."""

    frame: float | None = None
    timecode: str | None = None

    @property
    def label(self) -> str:
        """The name in a golden file.

        >>> ProbeMoment().label, ProbeMoment(1001.0).label
        ('still', '1001')
        >>> ProbeMoment(None, "01:00:00:00").label
        '01:00:00:00'
        """
        if self.frame is not None:
            return repr(float(self.frame)).removesuffix(".0")
        return self.timecode or STILL


def choose_moments(look: Look) -> list[ProbeMoment]:
    """Choose the moments: the first and the middle key; one moment for a still look."""
    frames: set[float] = set()
    coded: dict[float, str] = {}
    for op in look.names.ops.values():
        for value in (op.values[field] for field in op.animated()):
            if value.rate is None:
                frames |= {key.frame for key in value}
            else:
                coded |= {
                    k.frame: timecode.format_timecode(int(k.frame), value.rate) for k in value
                }
    plain, codes = sorted(frames), [coded[frame] for frame in sorted(coded)]
    first = ProbeMoment(plain[0] if plain else None, codes[0] if codes else None)
    middle = ProbeMoment(
        plain[len(plain) // 2] if plain else None, codes[len(codes) // 2] if codes else None
    )
    return list(dict.fromkeys([first, middle]))


@dataclass(frozen=True, eq=False)
class Probe:
    """The probe picture in the input space of a look.

    Attributes
    ----------
    look
        The look; if its input is ``auto``, its plates are what it says of untagged ones, or else in
        its working space.
    pixels
        (270, 480, 4) of float32.
    """

    look: Look
    pixels: Pixels

    @property
    def digest(self) -> str:
        """sha256 of the picture."""
        return probe_picture.hash_pixels(self.pixels)

    @property
    def space(self) -> str | None:
        """The space of the picture; None if it is not known."""
        plate = self.look.input or self.look.working
        if isinstance(plate, InputView):
            return str(self.look.configuration.view_space(plate.display, plate.view))
        return None if plate is None else str(plate)


def make_probe(look: Look) -> Probe:
    """Make the probe picture in the input space of a look.

    The numbers are not converted for a look of no space, or if its config has no role
    ``aces_interchange``, which names ACES2065-1.
    """
    if look.input == AUTO:
        look = look.with_input(look.assumed_input or look.working)
    plate = look.input or look.working
    hub = None if plate is None else _hub(look)
    if hub is None or (isinstance(plate, str) and look.configuration.space(plate).name == hub):
        return Probe(look, probe_picture.draw_probe())
    from grade.ops.convert import Convert
    from grade.ops.display import Display

    way = Look("probe", working=hub, config=look.configuration.path)
    made: Op = (
        Display(plate.display, view=plate.view)
        if isinstance(plate, InputView)
        else Convert(dst=plate)
    )
    way.outputs["plate"] = way.source >> made
    return Probe(look, probe_picture.cover(way.apply(probe_picture.draw_color(), device="cpu")))


def _hub(look: Look) -> str | None:
    config = look.configuration
    if not config.raw.hasRole("aces_interchange"):
        return None
    return str(config.space("aces_interchange").name)


# --- programs -------------------------------------------------------------------------------------


def trace_programs(look: Look) -> dict[str, Program]:
    """Trace the program of each output."""
    return {
        output: look.program(_PIXELS, _PIXELS, output=output, alpha=_ALPHA)
        for output in look.outputs
    }


def hash_outputs(traced: dict[str, Program]) -> dict[str, str]:
    """Compute a short digest of the program of each output, after the relaxed rules."""
    return {output: relax(program).hash[:_DIGITS] for output, program in traced.items()}


def hash_nodes(look: Look) -> dict[str, str]:
    """Compute for each node a short digest of the program that ends with it.

    The first digest along the graph that differs belongs to the node whose program has changed.
    """
    found = {}
    for wire, name in look.names.places.items():
        if wire.op is None and not isinstance(wire, Matte):
            continue
        if isinstance(wire, Matte):
            program = trace_matte(look, wire, _PIXELS, _PIXELS, _ALPHA).program
        else:
            program = trace(look.derive({name: wire}), name, _PIXELS, _PIXELS, _ALPHA).program
        found[name] = program.hash[:_DIGITS]
    return found


# --- pixels ---------------------------------------------------------------------------------------


class Trial:
    """Runs looks on one device.

    Parameters
    ----------
    device
        ``cpu``, ``cuda``, ``cuda:1``, ``auto``, or ``twin``, which runs the CUDA text through g++.
    threads
        CPU threads; None takes the number of the settings.
    """

    def __init__(self, device: str = "cpu", threads: int | None = None) -> None:
        self.device, self.threads = device, threads
        self.on_host = device in ("cpu", "twin")

    def run(
        self, probe: Probe, when: Sequence[ProbeMoment]
    ) -> dict[tuple[str, ProbeMoment], Pixels]:
        """Render every output at every moment, (270, 480, 4) of float32.

        Raises
        ------
        GradeError
            If the look cannot be traced, or the device is not available.
        """
        look, pixels = probe.look, probe.pixels
        if not self.on_host:
            return self._apply(look, pixels, when)
        from grade.run import executor

        names = list(look.outputs)
        traced = list(trace_programs(look).values())
        beside = [list(look.inputs(output)) for output in names]
        program = traced[0] if len(traced) == 1 else join_programs(traced, beside)
        kernel = executor(self.device, self.threads).prepare(program)
        inputs = {name: op for output in names for name, op in look.inputs(output).items()}
        sources = [pixels, *(_draw_planes(op) for op in inputs.values())]
        geometry = Geometry.of_array((probe_picture.WIDTH, probe_picture.HEIGHT), None, None, None)
        found: dict[tuple[str, ProbeMoment], Pixels] = {}
        for moment in when:
            targets = [np.empty_like(pixels) for _ in names]
            uniforms = look.uniform_values(program, moment.frame, geometry, 0, moment.timecode)
            kernel(sources, targets, uniforms)
            found |= {(name, moment): made for name, made in zip(names, targets, strict=True)}
        return found

    def _apply(
        self, look: Look, pixels: Pixels, when: Sequence[ProbeMoment]
    ) -> dict[tuple[str, ProbeMoment], Pixels]:
        """Render on a device, output by output."""
        return {
            (output, moment): look.apply(
                pixels,
                output=output,
                device=self.device,
                alpha=_ALPHA,
                frame=moment.frame,
                first=0,
                timecode=moment.timecode,
                inputs={name: _draw_input(op) for name, op in look.inputs(output).items()},
            )
            for output in look.outputs
            for moment in when
        }


def _draw_input(op: Input) -> Pixels:
    """Draw the stand-in for another input: a ramp for a matte, else the probe mirrored."""
    if isinstance(op, MatteFile):
        return probe_picture.draw_matte()
    return np.ascontiguousarray(probe_picture.draw_probe()[:, ::-1, :3])


def _draw_planes(op: Input) -> list[Pixels]:
    array = _draw_input(op)
    if array.ndim == 2:
        return [array]
    return [np.ascontiguousarray(array[..., channel]) for channel in range(3)]
