"""The look of a job as workers have it: programs traced elsewhere, and numbers for their uniforms.

A worker grades by `TracedLook`, which answers the calls that grading makes to a `Look`. If it lacks
a program or the numbers of a frame, it notes what was asked for and raises `ProgramNotSent`.
"""

from __future__ import annotations

from collections.abc import Mapping
from math import floor
from typing import Any, NamedTuple

from grade.graph.look import Look
from grade.graph.tracing.geometry import FRAME, Geometry
from grade.ir.parser import parse_program
from grade.ir.printer import format_program
from grade.ir.program import Program
from grade.ir.storage import Layout
from grade.ir.table import Table
from grade.op import Animation
from grade.render.errors import ProgramNotSent

NOT_SENT = "no program was sent for this kind of frame"


class TraceArguments(NamedTuple):
    """The arguments of `Look.program` as a value that can be a key and travel: it names a program.

    Attributes
    ----------
    source, target
        The layouts of the plate and of the output.
    options
        The keyword arguments, by name.
    """

    source: Layout
    target: Layout
    options: tuple[tuple[str, Any], ...]

    @classmethod
    def of(cls, source: Layout, target: Layout, options: Mapping[str, Any]) -> TraceArguments:
        """The arguments of one call."""
        plain = {
            name: tuple(value.items()) if isinstance(value, Mapping) else value
            for name, value in options.items()
        }
        return cls(source, target, tuple(sorted(plain.items())))

    def trace(self, look: Look) -> Program:
        """Call `Look.program` with these arguments."""
        options: dict[str, Any] = dict(self.options)
        options["inputs"] = dict(options.get("inputs") or ())
        return look.program(self.source, self.target, **options)


class FrameTime(NamedTuple):
    """The time at which a frame's uniforms are evaluated.

    Attributes
    ----------
    number
        The number of the frame.
    timecode
        Its timecode, if keyframes of the look are at timecodes; else None.
    """

    number: float | None
    timecode: str | None = None


Numbers = Mapping[str, float]
"""The value of each uniform, by name."""
Tables = Mapping[str, Any]
"""Tables as arrays, by digest."""


def has_timecode_keys(look: Look) -> bool:
    """Whether keyframes of a look are at timecodes, which only the frames themselves tell."""
    return any(
        isinstance(value, Animation) and value.rate is not None
        for op in look.names.ops.values()
        for value in op.values.values()
    )


def program_text(program: Program, tables: dict[str, Any]) -> str:
    """The text of a program; its tables are added to `tables`."""
    for table in program.tables:
        tables.setdefault(table.digest, table.data)
    return format_program(program)


class TracedLook:
    """Stands in for a look where frames are graded, and traces nothing.

    Parameters
    ----------
    name
        The name of the look.
    texts
        The programs, as text.
    tables
        The tables of the programs.
    inputs
        The other inputs of each output, by name.
    uses_timecodes
        Whether uniforms depend on the timecode.

    Attributes
    ----------
    numbers
        The uniforms at each time that was sent.
    missing_programs, missing_times
        What was asked for and was not sent.
    """

    def __init__(
        self,
        name: str,
        texts: Mapping[TraceArguments, str],
        tables: Tables,
        inputs: Mapping[str, Mapping[str, Any]],
        uses_timecodes: bool,
    ) -> None:
        self.name, self.uses_timecodes = name, uses_timecodes
        self._texts, self._inputs = texts, inputs
        self._tables = [Table(data) for data in tables.values()]
        self._programs: dict[TraceArguments, Program] = {}
        self.numbers: dict[FrameTime, Numbers] = {}
        self.missing_programs: set[TraceArguments] = set()
        self.missing_times: set[FrameTime] = set()

    def inputs(self, output: str) -> Mapping[str, Any]:
        """The same as `Look.inputs`."""
        return self._inputs[output]

    def program(self, source: Layout, target: Layout, **options: Any) -> Program:
        """The same as `Look.program`, for programs that were sent.

        Raises
        ------
        ProgramNotSent
            If this one was not; it is noted in `missing_programs`.
        """
        arguments = TraceArguments.of(source, target, options)
        if arguments not in self._texts:
            self.missing_programs.add(arguments)
            raise ProgramNotSent(NOT_SENT)
        if arguments not in self._programs:
            self._programs[arguments] = parse_program(self._texts[arguments], self._tables)
        return self._programs[arguments]

    def uniform_values(
        self,
        program: Program,
        frame: float | None = None,
        geometry: Geometry | None = None,
        first: float | None = None,
        timecode: str | None = None,
    ) -> list[float]:
        """The same as `Look.uniform_values`, from numbers that were sent; they include `first`.

        Raises
        ------
        ProgramNotSent
            If those of this time were not; it is noted in `missing_times`.
        """
        time = FrameTime(frame, timecode if self.uses_timecodes else None)
        if time not in self.numbers:
            self.missing_times.add(time)
            raise ProgramNotSent(NOT_SENT)
        known = dict(self.numbers[time])
        if geometry is not None:
            known |= geometry.numbers()
        known[FRAME] = 0 if frame is None else floor(frame)
        return [known[uniform.name] for uniform in program.uniforms]
