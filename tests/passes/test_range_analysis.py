"""Range analysis: no value that float32 computes ever leaves what was proven of it."""

import math
import random

import numpy as np
import pytest

from grade.ir.expression import (
    absolute,
    at,
    build,
    const,
    equal,
    exp,
    exp2,
    fetch,
    floor,
    fma,
    from_bits,
    from_half,
    log2,
    make,
    maximum,
    minimum,
    power,
    select,
    sqrt,
    to_float,
    to_half,
    to_int,
    walk,
)
from grade.ir.functions import FUNCTIONS
from grade.ir.interpreter import Interpreter
from grade.ir.program import Program, Stage, Uniform
from grade.ir.storage import Layout
from grade.ir.table import Table
from grade.ir.types import BOOL, F32, I32
from grade.passes.elementary import EXPANSIONS
from grade.passes.function_ranges import function_range
from grade.passes.interval_arithmetic import ANY_FLOAT, ANY_INT, ONLY_NAN, Range
from grade.passes.pipeline import lower
from grade.passes.range_analysis import Ranges

from ..random_programs import FLOAT_RANGES, random_program, uniform_values
from ..run.programs import FLOATS, channels, picture

INF = float("inf")
TOP = 3.4028234663852886e38


# --- no sampled value leaves its range ------------------------------------------------------------


def values_of(program, sources, uniforms):
    """Every node of every block with its float32 value."""
    machine = Interpreter(program, np.float32)
    planes, hoisted = [], []
    with np.errstate(all="ignore"):
        for outputs in (program.prologue, *(s.outputs for s in program.stages)):
            values = {}
            for node in walk(outputs):
                values[node] = machine._evaluate(node, values, sources, uniforms, hoisted, planes)
                yield node, values[node]
            if outputs is program.prologue:
                hoisted = [values[o] for o in outputs]
            else:
                planes.append([values[o] for o in outputs])


def outside(known, value):
    """Whether some of the values are not in the range."""
    flat = np.ravel(np.asarray(value)).astype(np.float64)
    nan = np.isnan(flat)
    if nan.any() and not known.nan:
        return True
    held = flat[~nan]
    return bool(held.size and (held.min() < known.low or held.max() > known.high))


def check_ranges(program, seed, sizes=((4, 50),)):
    ranges = Ranges(program)
    for height, width in sizes:
        pictures = [picture(x, height, width, seed + i) for i, x in enumerate(program.sources)]
        raw = [channels(x, p) for x, p in zip(program.sources, pictures, strict=True)]
        for draw in range(3):
            for node, value in values_of(program, raw, uniform_values(program, 31 * seed + draw)):
                known = ranges(node)
                assert known.low == known.low and known.high == known.high, f"{node}: {known}"
                assert not outside(known, value), f"seed {seed}: {node!r} leaves {known}"


@pytest.mark.parametrize("seed", range(40))
def test_no_value_leaves_its_range(seed):
    """Traced, expanded with all promises, and lowered; check_proofs runs on the way."""
    states = {"traced": random_program(seed, 60)}
    states["lowered"] = lower(states["traced"], lambda name, p: states.setdefault(name, p))
    for name in ("traced", "expand", "lowered"):
        if name in states:
            check_ranges(states[name], seed)


@pytest.mark.full
@pytest.mark.parametrize("seed", range(2000, 2600))
def test_no_value_of_many_leaves_its_range(seed):
    test_no_value_leaves_its_range(seed)


# --- functions: their expansions stay where a call is said to be ----------------------------------


def drawn_interval(pick):
    low, high = pick.choice(FLOAT_RANGES)
    if pick.random() < 0.7:
        ends = sorted(
            float(np.float32(pick.choice([pick.uniform(-3, 3), 2.0 ** pick.uniform(-149, 127),
                                          -(2.0 ** pick.uniform(-149, 127)), 0.0, 1.0])))
            for _ in range(2)
        )  # fmt: skip
        low, high = ends
    return low, high


def samples(low, high, count, draw):
    """Numbers of an interval: its ends and their neighbours, special values, some between."""
    ends = [low, high, np.nextafter(np.float32(low), np.float32(INF)), np.nextafter(
        np.float32(high), np.float32(-INF))]  # fmt: skip
    special = [v for v in FLOATS if low <= v <= high]
    held_low, held_high = max(low, -TOP), min(high, TOP)
    between = draw.uniform(held_low / 2, held_high / 2, count) * 2
    spread = 2.0 ** draw.uniform(-149, 128, count) * draw.choice([-1, 1], count)
    with np.errstate(over="ignore"):
        found = np.float32([*ends, *special, *between, *spread, 1.0, 0.0, *(1 + between * 1e-7)])
        found = np.clip(found, np.float32(low), np.float32(high))
    return draw.permutation(found)[: count + 40]


def expansion(name):
    leaves = [make("load", (), (F32, 0, n)) for n in range(FUNCTIONS[name].arity)]
    whole = EXPANSIONS[name](*leaves, lambda node: ANY_FLOAT)
    return Program((Layout(2),), (Layout(1),), (), (Stage((whole,)),))


@pytest.mark.parametrize("name", FUNCTIONS)
def test_an_expansion_stays_within_the_range_of_its_call(name):
    pick, draw = random.Random(name), np.random.default_rng(len(name))
    program, arity = expansion(name), FUNCTIONS[name].arity
    for _ in range(120):
        intervals = [drawn_interval(pick) for _ in range(arity)]
        operands = [samples(*interval, 200, draw) for interval in intervals]
        count = min(map(len, operands))
        planes = [o[:count][None] for o in operands] + [np.zeros((1, count), np.float32)]
        known = function_range(name, *(Range(*interval) for interval in intervals))
        result = Interpreter(program, np.float32).run([planes[:2]])[0]
        assert not outside(known, result), (
            f"{name} of {intervals}: {result.min()!r}..{result.max()!r} is not in {known}"
        )


def test_a_power_errs_more_where_it_is_far_from_one():
    """Single numbers, so that all room there is is that for the error."""
    draw, program = np.random.default_rng(3), expansion("pow")
    bases = np.float32(2.0 ** draw.uniform(-3, 3, 3000))
    exponents = np.float32(draw.uniform(-127, 127, 3000) / np.log2(np.float64(bases)))
    results = Interpreter(program, np.float32).run([[bases[None], exponents[None]]])[0][0]
    far = 0
    for base, exponent, result in zip(bases, exponents, results, strict=True):
        operands = Range(*[float(base)] * 2), Range(*[float(exponent)] * 2)
        known = function_range("pow", *operands)
        assert known.low <= result <= known.high
        with np.errstate(over="ignore"):
            exact = np.power(np.float64(base), np.float64(exponent))
        far = max(far, abs(float(result) / exact - 1))
    assert far > 2.0**-21, "the room of the other functions would have been enough"


@pytest.mark.parametrize("name", ["exp2", "exp", "pow"])
def test_denormal_results(name):
    """Their error is of the size of the smallest of them, not of their own."""
    powers = np.float32(np.linspace(-149.5, -126, 3000))
    given = {"exp2": [powers], "exp": [powers * np.float32(math.log(2))]}
    operands = given.get(name, [np.full(3000, 0.7, np.float32), powers / np.float32(-0.5145732)])
    planes = [np.float32(o)[None] for o in (*operands, powers)][:2]
    results = Interpreter(expansion(name), np.float32).run([planes])[0][0]
    assert (results > 0).any() and results.max() < 2.0**-120
    for *point, result in zip(*operands, results, strict=True):
        known = function_range(name, *(Range(float(p), float(p)) for p in point))
        assert known.low <= result <= known.high


@pytest.mark.parametrize("name", FUNCTIONS)
def test_nan_in_is_said_to_come_out(name):
    program, arity = expansion(name), FUNCTIONS[name].arity
    nans = np.array([0x7FC00000, 0xFFC00000, 0x7F800001, 0xFFBFFFFF], np.uint32).view(np.float32)
    for place in range(arity):
        planes = [np.full((1, 4), 0.5, np.float32) for _ in range(2)]
        planes[place] = nans[None]
        assert np.isnan(Interpreter(program, np.float32).run([planes])[0]).all(), "see FUNCTIONS"
        operands = [Range(0.5, 0.5, nan=n == place) for n in range(arity)]
        assert function_range(name, *operands).nan


# --- what is proven -------------------------------------------------------------------------------

UNIFORMS = (
    Uniform("unit", F32, 0.0, 1.0), Uniform("sign", F32, -2.0, 3.0), Uniform("any"),
    Uniform("index", I32, 0, 9), Uniform("whole", I32), Uniform("on", BOOL),
    Uniform("far", F32, 1.0, INF), Uniform("third", F32, 0.0, 0.1),
)  # fmt: skip
UNIT, SIGN, ANY, INDEX, WHOLE, ON, FAR, THIRD = (
    make("uniform", (), (u.type, n)) for n, u in enumerate(UNIFORMS)
)
HALF = from_half(make("load", (), (I32, 0, 0)))
BYTE = make("load", (), (I32, 1, 0))
SOURCES = (Layout(1, "f16"), Layout(1, "u8"), Layout(1, "f32"))
NAN = const(math.nan)
F10 = float(np.float32(0.1))

PROVEN = {
    "a code": (BYTE, Range(0, 255)),
    "a half": (HALF, ANY_FLOAT),
    "an f32 source": (make("load", (), (F32, 2, 0)), ANY_FLOAT),
    "bounds are rounded as values are": (THIRD, Range(0.0, F10)),
    "an open uniform": (ANY, Range(-INF, INF)),
    "an open integer": (WHOLE, ANY_INT),
    "decoded": (to_float(BYTE) / 255.0, Range(0.0, 1.0)),
    "sum": (UNIT + SIGN, Range(-2.0, 4.0)),
    "difference": (UNIT - SIGN, Range(-3.0, 3.0)),
    "product": (SIGN * SIGN, Range(0.0, 9.0)),
    "product of two": (SIGN * (SIGN + 0.0), Range(-6.0, 9.0)),
    "product with what is infinite": (UNIT * FAR, Range(0.0, INF, True)),
    "quotient": (UNIT / FAR, Range(0.0, 1.0)),
    "quotient by zero": (FAR / UNIT, Range(-INF, INF)),
    "0 / 0": (UNIT / UNIT, Range(-INF, INF, True)),
    "infinities that cancel": (FAR - FAR, Range(-INF, INF, True)),
    "fused": (fma(UNIT, SIGN, 1.0), Range(-1.0, 4.0)),
    "overflow": (fma(FAR, 2.0, 1.0), Range(3.0, INF)),
    "root": (sqrt(UNIT + 3.0), Range(float(np.sqrt(np.float32(3))), 2.0)),
    "root below zero": (sqrt(SIGN), Range(0.0, float(np.sqrt(np.float32(3))), True)),
    "magnitude": (absolute(SIGN), Range(0.0, 3.0)),
    "magnitude of a negative": (absolute(SIGN - 4.0), Range(1.0, 6.0)),
    "floor": (floor(SIGN * 1.5), Range(-3.0, 4.0)),
    "clamp": (minimum(maximum(HALF, 0.0), 1.0), Range(0.0, 1.0)),
    "clamp from above first": (maximum(minimum(HALF, 1.0), 0.0), Range(0.0, 1.0)),
    "NaN kept out by a test": (select(equal(HALF, HALF), HALF, 0.0), Range(-INF, INF)),
    "negated test": (select(~(HALF < 0.0), 1.0, HALF), Range(-INF, 1.0)),
    "both of two tests": (
        select((HALF < 2.0) & (HALF > 1.0), HALF, 1.5), Range(1.0, 2.0)),
    "neither of two tests": (
        select((UNIT < 0.25) | (UNIT > 0.75), 0.5, UNIT), Range(0.25, 0.75)),
    "a test that failed by NaN": (select(SIGN < HALF, 0.0, SIGN), Range(-2.0, 3.0)),
    "decided": (select(UNIT <= 1.0, UNIT, HALF), Range(0.0, 1.0)),
    "NaN alone": (NAN + UNIT, ONLY_NAN),
    "NaN or not": (select(ON, NAN, UNIT), Range(0.0, 1.0, True)),
    "index": (INDEX + 3, Range(3, 12)),
    "sum that may wrap": (WHOLE + 1, ANY_INT),
    "product of integers": (INDEX * -2, Range(-18, 0)),
    "masked": (WHOLE & 15, Range(0, 15)),
    "or": (INDEX | 16, Range(0, 31)),
    "complement": (~INDEX, Range(-10, -1)),
    "shifts": ((INDEX << 2) >> 1, Range(0, 18)),
    "logical shift": (make("ushr", (WHOLE,), 28), Range(0, 15)),
    "cut": (to_int(SIGN * 2.5), Range(-5, 7)),
    "cut of infinity": (to_int(FAR), Range(1, 2**31 - 1)),
    "cut of NaN": (to_int(select(ON, NAN, FAR)), Range(0, 2**31 - 1)),
    "bits of a positive": (make("bits", (FAR,)), Range(0x3F800000, 0x7F800000)),
    "bits": (make("bits", (SIGN,)), ANY_INT),
    "bits of NaN": (make("bits", (select(ON, NAN, UNIT + 1.0),)), ANY_INT),
    "masked twice": (INDEX & 3, Range(0, 3)),
    "powers of what may be zero": (power(UNIT, UNIT - 0.5), Range(0.0, INF)),
    "bits back": (from_bits(make("bits", (UNIT + 1.0,)) + 1),
                  Range(float(np.float32(1 + 2.0**-23)), float(np.float32(2 + 2.0**-22)))),
    "half bits": (to_half(HALF), Range(0, 65535)),
    "a table": (fetch(Table([3.0, -1.0]), WHOLE), Range(-1.0, 3.0)),
    "a table with NaN": (fetch(Table([3.0, math.nan]), WHOLE), ANY_FLOAT),
    "a tap": (at(UNIT, 3, 1), Range(0.0, 1.0)),
    "a promise": (make("within", (HALF,), (0.25, 0.5, False)), Range(0.25, 0.5)),
    "a promise that knows less": (make("within", (UNIT,), (-5.0, 0.5, True)), Range(0.0, 0.5)),
    "comparison that holds": (UNIT <= FAR, Range(1, 1)),
    "comparison that fails": (SIGN < -2.0, Range(0, 0)),
    "comparison with NaN": (NAN < UNIT, Range(0, 0)),
    "comparison that NaN may spoil": (select(ON, NAN, UNIT) < 2.0, Range(0, 1)),
    "equal to itself": (equal(UNIT, UNIT), Range(1, 1)),
    "equal to itself but for NaN": (equal(HALF, HALF), Range(0, 1)),
}  # fmt: skip


@pytest.mark.parametrize("name", PROVEN)
def test_proven(name):
    node, wanted = PROVEN[name]
    program = Program(SOURCES, (), UNIFORMS, (Stage(()),))
    assert Ranges(program)(node) == wanted


def test_functions_are_bounded_tightly_and_outwards():
    program = Program(SOURCES, (), UNIFORMS, (Stage(()),))
    for node, low, high in [
        (exp2(SIGN), 0.25, 8.0), (log2(UNIT + 1.0), 0.0, 1.0), (power(UNIT + 1.0, 2.0), 1.0, 4.0),
        (power(UNIT, SIGN), 0.0, INF), (exp(ANY), 0.0, INF), (build("cbrt", SIGN * 4.0), -2.0,
                                                            12 ** (1 / 3)),
        (build("hypot", UNIT * 3.0, UNIT * 4.0), 0.0, 5.0),
    ]:  # fmt: skip
        known = Ranges(program)(node)
        assert known.low <= low and high <= known.high
        assert low - known.low <= 2e-6 * abs(low) and not known.nan
        assert high == INF or known.high - high <= 2e-6 * abs(high)


def test_planes_and_hoisted_values_carry_their_ranges():
    plane, hoisted = make("plane", (), (0, 0)), make("hoisted", (), (F32, 0))
    stages = (Stage((UNIT * 2.0,)), Stage((at(plane, 1, 0) + hoisted,)))
    program = Program((Layout(1),), (Layout(1),), UNIFORMS, stages, (SIGN + 1.0,))
    assert Ranges(program)(program.stages[1].outputs[0]) == Range(-1.0, 6.0)
