"""A look on the probe picture: all outputs, at the moments that count, in one kernel."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from grade.graph import MatteFile
from grade.graph.look import Look
from grade.graph.model.picture import Matte
from grade.graph.tracing.geometry import Geometry
from grade.graph.tracing.pixels import Alpha
from grade.graph.tracing.trace import trace, trace_matte
from grade.ir.program import Program
from grade.ir.storage import Layout
from grade.passes.join import join
from grade.passes.relaxed import relax
from grade.science import timecode
from grade.testing import probe_picture
from grade.testing.probe_picture import Pixels

if TYPE_CHECKING:
    from collections.abc import Sequence

    from grade.graph.model.inputs import Input

_PIXELS = Layout(4)
_ALPHA: Alpha = "premultiplied"
STILL = "still"
_DIGITS = 12  # of a program's digest: it names a cause, it decides nothing


class Moment(NamedTuple):
    """When a look is tried: a frame as its keys count it, a timecode, or neither."""

    frame: float | None = None
    timecode: str | None = None

    @property
    def label(self) -> str:
        """As a golden file names it.

        >>> Moment().label, Moment(1001.0).label, Moment(None, "01:00:00:00").label
        ('still', '1001', '01:00:00:00')
        """
        if self.frame is not None:
            return repr(float(self.frame)).removesuffix(".0")
        return self.timecode or STILL


def moments(look: Look) -> list[Moment]:
    """Still looks have one; others the first key and the one in the middle of all."""
    frames: set[float] = set()
    coded: dict[float, str] = {}
    for op in look.names.ops.values():
        for value in (op.values[field] for field in op.animated()):
            if value.rate is None:
                frames |= {key.frame for key in value}
            else:
                coded |= {k.frame: timecode.shown(int(k.frame), value.rate) for k in value}
    plain, codes = sorted(frames), [coded[frame] for frame in sorted(coded)]
    first = Moment(plain[0] if plain else None, codes[0] if codes else None)
    middle = Moment(
        plain[len(plain) // 2] if plain else None, codes[len(codes) // 2] if codes else None
    )
    return list(dict.fromkeys([first, middle]))


@dataclass(frozen=True, eq=False)
class Plate:
    """The probe picture as a look takes it.

    Attributes
    ----------
    look
        The look, with ``auto`` settled: its plates are in its working space then.
    pixels
        (270, 480, 4) of float32.
    """

    look: Look
    pixels: Pixels

    @property
    def digest(self) -> str:
        """sha256 of the numbers."""
        return probe_picture.digest(self.pixels)


def plate(look: Look) -> Plate:
    """The probe picture in the space that a look takes.

    A look of no space takes the numbers as they are; so does one whose config has no
    ``aces_interchange``, which says what ACES2065-1 is there.
    """
    if look.input == "auto":
        look = look.with_input(look.working)
    space = look.input or look.working
    if space is None or (hub := _hub(look)) in (None, look.configuration.space(space).name):
        return Plate(look, probe_picture.probe())
    from grade.ops.convert import Convert

    way = Look("probe", working=hub, config=look.configuration.path)
    way.outputs["plate"] = way.source >> Convert(dst=space)
    return Plate(look, probe_picture.covered(way.apply(probe_picture.straight(), device="cpu")))


def _hub(look: Look) -> str | None:
    config = look.configuration
    if not config.raw.hasRole("aces_interchange"):
        return None
    return str(config.space("aces_interchange").name)


# --- programs -------------------------------------------------------------------------------------


def programs(look: Look) -> dict[str, Program]:
    """The traced program of every output."""
    return {
        output: look.program(_PIXELS, _PIXELS, output=output, alpha=_ALPHA)
        for output in look.outputs
    }


def output_digests(traced: dict[str, Program]) -> dict[str, str]:
    """A short digest of each output's program, after the relaxed rules."""
    return {output: relax(program).hash[:_DIGITS] for output, program in traced.items()}


def node_digests(look: Look) -> dict[str, str]:
    """A short digest for each node of the program that ends with it.

    The first that differs along the graph is the node whose program is another.
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
        ``cpu``, ``cuda``, ``cuda:1``, ``auto``, or ``twin``, which is the CUDA text through g++.
    threads
        On the CPU; None takes the settings'.
    """

    def __init__(self, device: str = "cpu", threads: int | None = None) -> None:
        self.device, self.threads = device, threads
        self.on_host = device in ("cpu", "twin")

    def run(self, plate: Plate, when: Sequence[Moment]) -> dict[tuple[str, Moment], Pixels]:
        """Every output at every moment, (270, 480, 4) of float32.

        Raises
        ------
        GradeError
            If the look cannot be traced, or the device is not there.
        """
        look, pixels = plate.look, plate.pixels
        if not self.on_host:
            return self._applied(look, pixels, when)
        from grade.run import executor

        names = list(look.outputs)
        traced = list(programs(look).values())
        beside = [list(look.inputs(output)) for output in names]
        program = traced[0] if len(traced) == 1 else join(traced, beside)
        kernel = executor(self.device, self.threads).prepare(program)
        inputs = {name: op for output in names for name, op in look.inputs(output).items()}
        sources = [pixels, *(_planes(op) for op in inputs.values())]
        geometry = Geometry.of_array((probe_picture.WIDTH, probe_picture.HEIGHT), None, None, None)
        found: dict[tuple[str, Moment], Pixels] = {}
        for moment in when:
            targets = [np.empty_like(pixels) for _ in names]
            uniforms = look.uniform_values(program, moment.frame, geometry, 0, moment.timecode)
            kernel(sources, targets, uniforms)
            found |= {(name, moment): made for name, made in zip(names, targets, strict=True)}
        return found

    def _applied(
        self, look: Look, pixels: Pixels, when: Sequence[Moment]
    ) -> dict[tuple[str, Moment], Pixels]:
        """The same on a device, output by output."""
        return {
            (output, moment): look.apply(
                pixels,
                output=output,
                device=self.device,
                alpha=_ALPHA,
                frame=moment.frame,
                first=0,
                timecode=moment.timecode,
                inputs={name: _array(op) for name, op in look.inputs(output).items()},
            )
            for output in look.outputs
            for moment in when
        }


def _array(op: Input) -> Pixels:
    """What stands for another input: a ramp for a matte, the probe from right to left else."""
    if isinstance(op, MatteFile):
        return probe_picture.matte()
    return np.ascontiguousarray(probe_picture.probe()[:, ::-1, :3])


def _planes(op: Input) -> list[Pixels]:
    array = _array(op)
    if array.ndim == 2:
        return [array]
    return [np.ascontiguousarray(array[..., channel]) for channel in range(3)]
