"""Joins programs over the same pixels to one, which reads sources and computes shared nodes once.

Equal expressions are one object. So what two outputs of a look have in common is one node as soon
as both load the same channels and use the same uniforms.
"""

from __future__ import annotations

from collections.abc import Sequence

from grade.ir.expression import Node, make
from grade.ir.program import Program, ProgramError, Stage, Uniform, verify
from grade.ir.storage import Layout


def join_programs(
    programs: Sequence[Program], inputs: Sequence[Sequence[str]] | None = None
) -> Program:
    """One program that computes the targets of all, one after the other.

    Parameters
    ----------
    programs
        Traced programs of one stage each. Uniforms of one name are one uniform.
    inputs
        For each program the names of its sources after the first; sources of one name are one.
        The first sources are the plate and must have one layout.

    Raises
    ------
    ProgramError
        If one name has two layouts, or a program is lowered.
    """
    names = inputs if inputs is not None else [()] * len(programs)
    sources: dict[str, Layout] = {}
    uniforms: dict[str, Uniform] = {}
    outputs: list[Node] = []
    targets: list[Layout] = []
    for program, beside in zip(programs, names, strict=True):
        if program.lowered or program.prologue or len(program.stages) != 1:
            raise ProgramError("only traced programs can be joined: one stage, no prologue")
        for name, layout in zip(("", *beside), program.sources, strict=True):
            if sources.setdefault(name, layout) != layout:
                raise ProgramError(f"the source {name or 'plate'} has two layouts")
        for uniform in program.uniforms:
            uniforms[uniform.name] = _union(uniform, uniforms.get(uniform.name, uniform))
        places = [[*sources].index(name) for name in ("", *beside)]
        numbers = [[*uniforms].index(uniform.name) for uniform in program.uniforms]
        outputs += _renumber(program, places, numbers)
        targets += program.targets
    stage = Stage(tuple(outputs))
    joined = Program(tuple(sources.values()), tuple(targets), tuple(uniforms.values()), (stage,))
    return verify(joined)


def _union(one: Uniform, other: Uniform) -> Uniform:
    low, high = min(one.low, other.low), max(one.high, other.high)
    return Uniform(one.name, one.type, low, high)


def _renumber(program: Program, sources: list[int], uniforms: list[int]) -> list[Node]:
    """The outputs of a program with other numbers for its sources and uniforms."""
    done: dict[Node, Node] = {}
    for node in program.nodes:  # operands before users
        attr = node.attr
        if node.op == "load":
            attr = (attr[0], sources[attr[1]], attr[2])
        elif node.op == "uniform":
            attr = (attr[0], uniforms[attr[1]])
        args = tuple(done[given] for given in node.args)
        same = attr is node.attr and args == node.args
        done[node] = node if same else make(node.op, args, attr)
    return [done[output] for output in program.stages[0].outputs]
