"""A look as workers know it: programs that were traced elsewhere, and numbers of their uniforms."""

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
from grade.render.errors import Unforeseen

UNFORESEEN = "no program was sent for this kind of frame"


class Wanted(NamedTuple):
    """A program by what it is traced for, as `Look.program` takes it."""

    source: Layout
    target: Layout
    how: tuple[tuple[str, Any], ...]

    @classmethod
    def of(cls, source: Layout, target: Layout, how: Mapping[str, Any]) -> Wanted:
        """From the arguments of a call."""
        plain = {
            name: tuple(value.items()) if isinstance(value, Mapping) else value
            for name, value in how.items()
        }
        return cls(source, target, tuple(sorted(plain.items())))

    def traced(self, look: Look) -> Program:
        """The program of a look."""
        how: dict[str, Any] = dict(self.how)
        how["inputs"] = dict(how.get("inputs") or ())
        return look.program(self.source, self.target, **how)


class Moment(NamedTuple):
    """When the uniforms of a frame are evaluated: timecodes count only where keys are at them."""

    number: float | None
    timecode: str | None = None


Numbers = Mapping[str, float]
Tables = Mapping[str, Any]
"""Tables by digest, as arrays."""


def has_timecodes(look: Look) -> bool:
    """Whether keys of a look are at timecodes, which only the frames themselves tell."""
    return any(
        isinstance(value, Animation) and value.rate is not None
        for op in look.names.ops.values()
        for value in op.values.values()
    )


def written(program: Program, tables: dict[str, Any]) -> str:
    """The text of a program; its tables are added to `tables`."""
    for table in program.tables:
        tables.setdefault(table.digest, table.data)
    return format_program(program)


class SentLook:
    """Stands in for a look where frames are graded, and traces nothing.

    Parameters
    ----------
    name
        Of the look.
    texts
        Programs as text.
    tables
        Their tables.
    inputs
        Output to the other inputs it takes, by name.
    timed
        Whether uniforms depend on the timecode.
    """

    def __init__(
        self,
        name: str,
        texts: Mapping[Wanted, str],
        tables: Tables,
        inputs: Mapping[str, Mapping[str, Any]],
        timed: bool,
    ) -> None:
        self.name, self.timed = name, timed
        self._texts, self._inputs = texts, inputs
        self._tables = [Table(data) for data in tables.values()]
        self._programs: dict[Wanted, Program] = {}
        self.numbers: dict[Moment, Numbers] = {}
        self.wanted: set[Wanted] = set()
        self.moments: set[Moment] = set()

    def inputs(self, output: str) -> Mapping[str, Any]:
        """As `Look.inputs`."""
        return self._inputs[output]

    def program(self, source: Layout, target: Layout, **how: Any) -> Program:
        """As `Look.program`, of those that were sent.

        Raises
        ------
        Unforeseen
            For another; it is noted in `wanted`.
        """
        key = Wanted.of(source, target, how)
        if key not in self._texts:
            self.wanted.add(key)
            raise Unforeseen(UNFORESEEN)
        if key not in self._programs:
            self._programs[key] = parse_program(self._texts[key], self._tables)
        return self._programs[key]

    def uniform_values(
        self,
        program: Program,
        frame: float | None = None,
        geometry: Geometry | None = None,
        first: float | None = None,
        timecode: str | None = None,
    ) -> list[float]:
        """As `Look.uniform_values`, from numbers that were sent; `first` is in them already.

        Raises
        ------
        Unforeseen
            If those of this moment were not; it is noted in `moments`.
        """
        moment = Moment(frame, timecode if self.timed else None)
        if moment not in self.numbers:
            self.moments.add(moment)
            raise Unforeseen(UNFORESEEN)
        known = dict(self.numbers[moment])
        if geometry is not None:
            known |= geometry.numbers()
        known[FRAME] = 0 if frame is None else floor(frame)
        return [known[uniform.name] for uniform in program.uniforms]
