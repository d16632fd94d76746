"""The passes by name and in order; ``lower`` runs them, verifies each, and so prepares emission."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

from grade.ir.floating_point_mode import exact_rounding
from grade.ir.program import Program, verify
from grade.passes.cut_stages import cut_stages
from grade.passes.exact_rules import simplify
from grade.passes.expand import expand
from grade.passes.hoist import hoist
from grade.passes.prove import check_proofs, drop_promises, prove
from grade.passes.relaxed_rules import relax
from grade.passes.scalarize import scalarize

Pass = Callable[[Program], Program]
Watch = Callable[[str, Program], None]

PASSES: dict[str, Pass] = {
    "relax": relax,
    "simplify": simplify,
    "scalarise": scalarize,
    "cut_stages": cut_stages,
    "hoist": hoist,
    "expand": expand,
    "prove": prove,
    "simplify_again": simplify,
    "prove_again": prove,
    "check_proofs": check_proofs,
    "drop_promises": drop_promises,
    "simplify_last": simplify,
    "hoist_last": hoist,
}


def lower(program: Program, watch: Watch | None = None) -> Program:
    """Run every pass in order.

    Parameters
    ----------
    program
        A traced program of one stage; a lowered one is returned as it is.
    watch
        Called with the name of each pass that changed the program, and the changed program.

    Returns
    -------
    Program
        Verified as lowered: scalars, primitives and planes only.
    """
    if program.lowered:
        return program
    if watch is None:
        return _lower_once(program)
    return _run(program, watch)


@lru_cache(maxsize=256)
def _lower_once(program: Program) -> Program:
    return _run(program, lambda name, changed: None)


@exact_rounding()
def _run(program: Program, watch: Watch) -> Program:
    verify(program)
    for name, step in PASSES.items():
        changed = step(program)
        if changed != program:
            watch(name, verify(changed))
        program = changed
    return verify(program, lowered=True)
