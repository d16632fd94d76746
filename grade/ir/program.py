"""A program: what a look is traced to, and what a backend compiles.

Stages run one after the other. The outputs of a stage before the last are f32 planes, which later
stages read through taps; the outputs of the last are the raw channels of the targets, in order.
The prologue holds the expressions of uniforms alone, computed once per frame.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property

from grade.ir.expression import Node, walk
from grade.ir.functions import FUNCTIONS
from grade.ir.loop import Loop
from grade.ir.primitives import Reads
from grade.ir.printer import format_program
from grade.ir.storage import Layout
from grade.ir.table import Table
from grade.ir.types import F32, F64, Type


class ProgramError(ValueError):
    """A program breaks a rule of the IR; the message names the stage and the node."""


@dataclass(frozen=True, slots=True)
class Uniform:
    """A value that is the same for every pixel: a parameter or the frame number.

    Range analysis relies on ``low`` and ``high``: a value beyond them is refused.
    """

    name: str
    type: Type = F32
    low: float = float("-inf")
    high: float = float("inf")


@dataclass(frozen=True, slots=True)
class Stage:
    """The outputs that one pass over the picture computes."""

    outputs: tuple[Node, ...]


@dataclass(frozen=True)
class Program:
    """Sources, targets, uniforms, prologue and stages; immutable.

    ``lowered`` says that the passes have run: a backend takes these nodes as they are, and lowers
    a traced program first. :func:`verify` sets it.
    """

    sources: tuple[Layout, ...]
    targets: tuple[Layout, ...]
    uniforms: tuple[Uniform, ...]
    stages: tuple[Stage, ...]
    prologue: tuple[Node, ...] = ()
    origins: tuple[tuple[int, str], ...] = ()
    lowered: bool = False

    def with_stages(self, *stages: Stage) -> Program:
        """The same program with other stages."""
        return replace(self, stages=tuple(stages))

    @cached_property
    def nodes(self) -> tuple[Node, ...]:
        """Every node, operands before users, prologue first."""
        roots = list(self.prologue)
        for stage in self.stages:
            roots.extend(stage.outputs)
        return tuple(walk(roots))

    @cached_property
    def tables(self) -> tuple[Table, ...]:
        """The constant tables, in the order of first use."""
        return tuple(dict.fromkeys(tables_of(self.nodes)))

    @cached_property
    def loops(self) -> tuple[Loop, ...]:
        """The loops, in the order of first use; a loop within a loop before it."""
        return tuple(dict.fromkeys(loops_of(self.nodes)))

    @cached_property
    def uses_coordinates(self) -> bool:
        """Whether the result of a pixel depends on where it lies."""
        return any(n.op == "coordinate" or n.reads is Reads.NEIGHBORS for n in self.nodes)

    @cached_property
    def hash(self) -> str:
        """sha256 of the meaning: the names of uniforms do not count, their ranges and tables do."""
        return hashlib.sha256(format_program(self, names=False).encode()).hexdigest()

    @property
    def bytes_per_pixel(self) -> int:
        """Bytes read and written per pixel, planes between stages included."""
        planes = sum(8 * len(stage.outputs) for stage in self.stages[:-1])
        return planes + sum(layout.bytes_per_pixel for layout in (*self.sources, *self.targets))


def tables_of(nodes: Iterable[Node]) -> Iterator[Table]:
    """The tables that nodes and their loops refer to, in order, with repeats."""
    for node in nodes:
        if isinstance(node.attr, Loop):
            yield from tables_of(walk(node.attr.results))
        parts = node.attr if isinstance(node.attr, tuple) else (node.attr,)
        yield from (part for part in parts if isinstance(part, Table))


def loops_of(nodes: Iterable[Node]) -> Iterator[Loop]:
    """The loops that nodes run, in order, with repeats; a loop within a loop before it."""
    for node in nodes:
        if isinstance(node.attr, Loop):
            yield from loops_of(walk(node.attr.results))
            yield node.attr


def verify(program: Program, *, lowered: bool = False) -> Program:
    """Check every rule of the IR and return the program.

    Parameters
    ----------
    lowered
        Also demand what a backend relies on: scalars only, named functions and cube lookups
        expanded, taps of planes only; and mark the program as lowered.

    Raises
    ------
    ProgramError
        Naming the stage and the node that break a rule.
    """
    if not program.stages:
        raise ProgramError("there is no stage")
    for loop in program.loops:
        _verify_loop(loop)
    _verify_prologue(program, lowered)
    for number, stage in enumerate(program.stages):
        where = f"stage {number}"
        for node in walk(stage.outputs):
            _verify_node(program, node, number, where)
            if lowered:
                _verify_lowered(node, where)
        for output in stage.outputs:
            if output.op == "plane":
                raise ProgramError(f"{where}: {output!r}: a plane is read only through a tap")
        if number < len(program.stages) - 1 and any(o.type != F32 for o in stage.outputs):
            raise ProgramError(f"{where}: a plane holds f32 scalars")
    expected = [layout.raw_type for layout in program.targets for _ in range(layout.raw_channels)]
    actual = [o.type for o in program.stages[-1].outputs]
    if expected != actual:
        raise ProgramError(
            f"the last stage yields {', '.join(map(str, actual))}; "
            f"the targets take {', '.join(map(str, expected))}"
        )
    return replace(program, lowered=True) if lowered and not program.lowered else program


def _verify_loop(loop: Loop) -> None:
    for node in walk(loop.results):
        if not node.args and node.op not in ("argument", "const"):
            raise ProgramError(f"loop: {node!r} is no function of the state and the operands")
        if node.reads is not Reads.NOTHING:
            raise ProgramError(f"loop: {node!r} reads the picture")
        _verify_lowered(node, "loop")  # no pass changes a loop


def _verify_prologue(program: Program, lowered: bool) -> None:
    for node in walk(program.prologue):
        if node.reads is not Reads.NOTHING or node.op == "hoisted":
            raise ProgramError(f"prologue: {node!r} is not a function of uniforms alone")
        _verify_node(program, node, 0, "prologue")
        if lowered:
            _verify_lowered(node, "prologue")
    for node in program.prologue:
        if node.type.width != 1:
            raise ProgramError(f"prologue: {node!r} is not a scalar")


def _verify_node(program: Program, node: Node, stage: int, where: str) -> None:
    def refuse(why: str) -> None:
        raise ProgramError(f"{where}: {node!r}: {why}")

    if node.type == F64 or node.op == "argument":
        refuse("belongs into the body of a loop")
    elif node.op == "load":
        type, source, channel = node.attr
        if source >= len(program.sources) or channel >= program.sources[source].raw_channels:
            refuse("there is no such channel")
        if type != program.sources[source].raw_type:
            refuse(f"the source holds {program.sources[source].raw_type}")
    elif node.op == "uniform":
        type, index = node.attr
        if index >= len(program.uniforms) or program.uniforms[index].type != type:
            refuse("there is no such uniform")
    elif node.op == "hoisted":
        type, index = node.attr
        if index >= len(program.prologue) or program.prologue[index].type != type:
            refuse("the prologue has no such output")
    elif node.op == "plane":
        earlier, output = node.attr
        if earlier >= stage or output >= len(program.stages[earlier].outputs):
            refuse("there is no such output of an earlier stage")
    elif node.reads is Reads.NEIGHBORS and any(
        below.reads is not Reads.NOTHING for below in walk(node.args[1:])
    ):
        refuse("the count is not a function of uniforms alone")
    if node.reads is not Reads.NEIGHBORS and any(a.op == "plane" for a in node.args):
        refuse("a plane is read only through a tap")


def _verify_lowered(node: Node, where: str) -> None:
    if node.op in FUNCTIONS or node.op == "fetch3d":
        raise ProgramError(f"{where}: {node.op} was not expanded")
    if node.op == "within":
        raise ProgramError(f"{where}: {node!r}: a backend knows no promises")
    if node.type.width != 1 and node.op not in ("tetrahedron", "iterate"):
        raise ProgramError(f"{where}: {node!r} is not a scalar")
    if node.reads is Reads.NEIGHBORS and node.args[0].op != "plane":
        raise ProgramError(f"{where}: {node!r} reads a value that no earlier stage has made")
