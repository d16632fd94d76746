"""What a program must be, each rule refused by name when it is broken; and what its hash means."""

import numpy as np
import pytest

from grade.ir.expression import (
    at,
    const,
    equal,
    fetch,
    fetch3d,
    make,
    power,
    rgb,
    select,
    to_int,
)
from grade.ir.program import Program, ProgramError, Stage, Uniform, verify
from grade.ir.storage import Layout
from grade.ir.table import Table
from grade.ir.types import BOOL, F32, I32

ONE = Layout(1)
COLOUR = Layout(3)
CURVE = Table([0.0, 0.5, 1.0])
CUBE = Table(np.zeros((2, 2, 2, 3)))


def load(channel=0, source=0, type=F32):
    return make("load", (), (type, source, channel))


def uniform(index=0, type=F32):
    return make("uniform", (), (type, index))


def hoisted(index=0, type=F32):
    return make("hoisted", (), (type, index))


def plane(stage=0, output=0):
    return make("plane", (), (stage, output))


def program(*outputs, source=COLOUR, targets=None, uniforms=(), prologue=(), before=()):
    """A program of one stage, and of as many before it as ``before`` has tuples of outputs."""
    targets = (Layout(len(outputs)),) if targets is None else targets
    stages = (*(Stage(tuple(b)) for b in before), Stage(tuple(outputs)))
    return Program((source,), targets, uniforms, stages, prologue)


def window(value, count):
    return make("ascending_sum", (value, count), ("x", -1, 1, CURVE, 3))


BROKEN = {
    "no stage": (Program((ONE,), (), (), ()), "no stage"),
    "no such source": (program(load(source=1)), "no such channel"),
    "no such channel": (program(load(channel=3)), "no such channel"),
    "float of an integer source": (
        program(load(), source=Layout(1, "u8")), "the source holds i32"),
    "integer of a float source": (
        program(load(type=I32), targets=(Layout(1, "u8"),)), "the source holds f32"),
    "no such uniform": (program(uniform(1), uniforms=(Uniform("a"),)), "no such uniform"),
    "uniform of another type": (
        program(uniform(), uniforms=(Uniform("a", I32),)), "no such uniform"),
    "no such output of the prologue": (
        program(hoisted(1), uniforms=(Uniform("a"),), prologue=(uniform() * 2,)), "prologue"),
    "hoisted of another type": (
        program(hoisted(), uniforms=(Uniform("a", I32),), prologue=(uniform(0, I32) * 2,)),
        "prologue has no such output"),
    "pixel in the prologue": (
        program(hoisted(), prologue=(load() * 2,)), "not a function of uniforms alone"),
    "coordinate in the prologue": (
        program(load(), prologue=(make("coordinate", (), (I32, "x")),)), "uniforms alone"),
    "prologue of the prologue": (
        program(load(), prologue=(const(1.0), hoisted(0) + 1)), "uniforms alone"),
    "colour in the prologue": (
        program(load(), prologue=(rgb(1.0, 2.0, const(3.0)),)), "prologue.*not a scalar"),
    "plane of this stage": (program(at(plane(), 1, 0)), "no such output of an earlier stage"),
    "plane of a later stage": (
        program(load(), before=[(at(plane(1, 0), 1, 0),)]), "stage 0.*earlier stage"),
    "no such plane": (
        program(at(plane(0, 1), 1, 0), before=[(load(),)]), "no such output of an earlier stage"),
    "plane without a tap": (
        program(plane() + 1.0, before=[(load(),)]), "a plane is read only through a tap"),
    "bare plane": (program(plane(), before=[(load(),)]), "a plane is read only through a tap"),
    "integer plane": (
        program(at(plane(), 1, 0), before=[(to_int(load()),)]), "stage 0: a plane holds f32"),
    "colour plane": (
        program(at(plane(), 1, 0), before=[(rgb(load(), 0.0, 0.0),)]), "a plane holds f32"),
    "too few outputs": (program(load(), targets=(COLOUR,)), "the targets take f32, f32, f32"),
    "too many outputs": (program(load(0), load(1), targets=(ONE,)), "yields f32, f32"),
    "float for an integer target": (
        program(load(), targets=(Layout(1, "u16"),)), "yields f32; the targets take i32"),
    "bool for a target": (program(load() < 0), "yields bool"),
    "count from a pixel": (
        program(window(load(), to_int(load(1)))), "count is not a function of uniforms alone"),
    "count from a coordinate": (
        program(window(load(), make("coordinate", (), (I32, "x")))), "uniforms alone"),
}  # fmt: skip

NOT_LOWERED = {
    "colour": (program(make("component", (rgb(load(), 0.0, 1.0),), 0)), "is not a scalar"),
    "function": (program(power(load(), 2.0)), "pow was not expanded"),
    "function in the prologue": (
        program(hoisted(), uniforms=(Uniform("a"),), prologue=(power(uniform(), 2.0),)),
        "prologue: pow was not expanded"),
    "cube": (
        program(make("component", (fetch3d(CUBE, rgb(load(), 0.0, 1.0)),), 0)),
        "fetch3d was not expanded|is not a scalar"),
    "promise": (
        program(make("within", (load(),), (0.0, 1.0, True))), "a backend knows no promises"),
    "tap of a value": (program(at(load(), 1, 0)), "no earlier stage has made"),
    "sum of a value": (program(window(load(), const(1, I32))), "no earlier stage has made"),
}  # fmt: skip


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_rule_is_refused_by_name(name):
    broken, message = BROKEN[name]
    with pytest.raises(ProgramError, match=message):
        verify(broken)


@pytest.mark.parametrize("name", NOT_LOWERED)
def test_what_backends_rely_on(name):
    traced, message = NOT_LOWERED[name]
    assert verify(traced) is traced, "a traced program may have it"
    with pytest.raises(ProgramError, match=message):
        verify(traced, lowered=True)


def test_a_whole_program_is_right():
    uniforms = (Uniform("radius", I32), Uniform("on", BOOL))
    prologue = (uniform(0, I32) + 1, equal(uniform(0, I32), 3))
    value = window(plane(), hoisted(0, I32)) + fetch(CURVE, to_int(load()))
    output = select(hoisted(1, BOOL), value, at(plane(0, 0), 0, -7))
    whole = program(output, uniforms=uniforms, prologue=prologue, before=[(load(2) * 2.0,)])
    assert verify(whole) is whole
    lowered = verify(whole, lowered=True)
    assert lowered.lowered and not whole.lowered and lowered.stages == whole.stages
    assert verify(lowered, lowered=True) is lowered


def test_the_error_names_stage_and_node():
    with pytest.raises(ProgramError, match=r"stage 1: <uniform\(.*4.*no such uniform"):
        verify(program(uniform(4), before=[(load(),)]))


# --- the hash -------------------------------------------------------------------------------------


def gained(name="gain", low=0.0, high=2.0, table=CURVE, lift=0.5, storage="f32"):
    value = fetch(table, to_int(load() * uniform() + lift))
    return program(value, uniforms=(Uniform(name, F32, low, high),), source=Layout(3, storage))


def test_the_hash_is_the_meaning():
    assert gained().hash == gained().hash
    assert gained().hash == gained(name="another name, even of\ntwo lines").hash
    assert gained().hash == gained(low=0, high=2).hash, "2 and 2.0 are one promise"
    assert gained().hash == gained(table=Table([0.0, 0.5, 1.0])).hash
    others = [
        gained(low=-1.0), gained(high=3.0), gained(lift=0.25), gained(lift=-0.5),
        gained(table=Table([0.0, 0.5, 1.0000001])), gained(table=Table([0.0, 0.5])),
        gained(table=Table([-0.0, 0.5, 1.0])), verify(gained(), lowered=True),
        program(load(), source=COLOUR, targets=(Layout(1, "f32", planar=True),)),
        program(load(), source=Layout(4)), program(load(), source=Layout(3, planar=True)),
        program(load() + 0.0), program(load() + -0.0), program(load() - 0.0),
    ]  # fmt: skip
    assert len({p.hash for p in [gained(), *others]}) == len(others) + 1


def test_the_hash_does_not_depend_on_what_was_built_before():
    """Nodes are found by identity, so the order of their building must not show."""

    def build(reverse):
        left, right = load(0) * 3.25, load(1) / 3.25
        parts = (lambda: left - 7.5, lambda: right - 7.5)
        built = [part() for part in (parts[::-1] if reverse else parts)]
        a, b = built[::-1] if reverse else built
        return program(a * b, a + b)

    first = build(False).hash
    other = program(load(2) * 9.0).hash
    assert build(True).hash == first != other


def test_tables_come_in_order_of_use_and_once():
    other = Table([3.0])
    index = to_int(load())
    twice = program(fetch(other, index) + fetch(CURVE, index) * fetch(Table([3.0]), index))
    assert twice.tables == (other, CURVE)
    weighted = program(window(load(), const(1, I32)), at(load(), 0, 0))
    assert weighted.tables == (CURVE,)
    cube = program(make("component", (fetch3d(CUBE, rgb(load(), 0.0, 0.0)),), 1))
    assert cube.tables == (CUBE,)


def test_what_a_farm_may_ask():
    assert program(at(load(), 1, 0)).uses_coordinates
    assert not program(load()).uses_coordinates
    two = program(at(plane(), 1, 0), before=[(load(),)], source=Layout(4, "f16"))
    assert two.bytes_per_pixel == 8 + 8 + 4
