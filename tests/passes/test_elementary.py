"""The expansions: right at special values, near everywhere else, and one meaning in all forms."""

import math
from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grade.ir.expression import make, walk
from grade.ir.functions import FUNCTIONS
from grade.ir.interpreter import Interpreter
from grade.ir.program import Program, Stage
from grade.ir.storage import Layout
from grade.ir.types import F32
from grade.passes.elementary import EXPANSIONS, coefficients
from grade.passes.pipeline import lower

from ..draw import some

SEED = 1980
SINGLES = sorted(name for name, row in FUNCTIONS.items() if row.arity == 1)
PAIRS = sorted(name for name, row in FUNCTIONS.items() if row.arity == 2)
INF, NAN = math.inf, math.nan
LARGEST = float(np.finfo(np.float32).max)
NORMAL, DENORMAL = 2.0**-126, 2.0**-149
# Quiet and signalling, of both signs, with and without a payload.
NANS = np.array(
    [0x7FC00000, 0xFFC00000, 0x7FFFFFFF, 0xFFFFFFFF, 0x7F800001, 0xFF800001, 0x7FC12345],
    dtype=np.uint32,
).view(np.float32)
SIDES = [DENORMAL, 3 * DENORMAL, NORMAL - DENORMAL, NORMAL, 2.0**-100, 1e-10, 0.18, 0.5, 1.0]
SIDES += [
    1 + 2.0**-23,
    1 - 2.0**-24,
    2.0,
    2.4,
    3.0,
    100.0,
    65504.0,
    1e10,
    2.0**100,
    LARGEST,
    INF,
    0.0,
]
VALUES = np.concatenate([np.float32(SIDES), -np.float32(SIDES), NANS]).astype(np.float32)


@dataclass(frozen=True)
class Known:
    """A range as an expansion asks for it."""

    low: float
    high: float
    nan: bool = False


ANY = Known(-INF, INF, True)


def expanded(name, *known):
    """The expansion over loads that are known to lie in these ranges."""
    loads = [make("load", (), (F32, 0, channel)) for channel in range(len(known))]
    facts = dict(zip(loads, known, strict=True))
    return EXPANSIONS[name](*loads, facts.__getitem__)


def run(node, *operands):
    """The bits of an expansion."""
    source = Layout(len(operands), "f32", planar=True)
    program = Program((source,), (Layout(1, "f32"),), (), (Stage((node,)),))
    rows = [np.asarray(operand, np.float32).reshape(1, -1) for operand in operands]
    return Interpreter(program, np.float32).run([rows])[0][0]


def evaluate(name, *operands):
    """A function in its total form."""
    return run(expanded(name, *[ANY] * len(operands)), *operands)


def same_bits(a, b):
    """Equal patterns; a NaN equals a NaN."""
    return (a.view(np.int32) == b.view(np.int32)) | (np.isnan(a) & np.isnan(b))


def ulp_error(got, truth):
    """Distance from the truth in units of its last place; 0 for the right infinity and for NaN."""
    with np.errstate(all="ignore"):
        nearest = truth.astype(np.float32)
        unit = np.spacing(np.minimum(np.abs(nearest), np.float32(LARGEST))).astype(np.float64)
        error = np.abs(got.astype(np.float64) - truth) / unit
    error[(got == nearest) | (np.isnan(got) & np.isnan(truth))] = 0
    beyond = np.isinf(got) & (np.sign(got) == np.sign(truth)) & (np.abs(truth) > LARGEST)
    error[beyond] = 0
    error[np.isnan(error)] = INF
    return error


def stratified(count, seed=SEED):
    """Floats of both signs, the same number in each power of two, denormals included."""
    generator = np.random.default_rng(seed)
    fields = np.arange(count, dtype=np.uint32) % 510
    sign, exponent = (fields // 255) << np.uint32(31), (fields % 255) << np.uint32(23)
    fraction = generator.integers(0, 1 << 23, count, dtype=np.uint32)
    return generator.permutation(sign | exponent | fraction).view(np.float32)


def assert_near(name, got, operands, truth, bound):
    error = ulp_error(got, truth)
    k = int(error.argmax())
    at = ", ".join(float(operand[k]).hex() for operand in operands)
    assert error[k] <= bound, f"{name}({at}) = {got[k]!r}, not {truth[k]!r}: {error[k]:.3f} ulp"


# --- accuracy ---------------------------------------------------------------------------------


@pytest.mark.parametrize("name", some(SINGLES, 4))
def test_one_operand_is_within_its_ulp(name):
    x = stratified(1 << 20)
    if name in ("sin", "cos"):
        x = np.where(np.abs(x) <= 2.0**16, x, np.float32(np.fmod(x.view(np.int32), 65536)))
    dense = np.linspace(-8, 8, 1 << 16, dtype=np.float32)
    x = np.concatenate([x, dense, np.float32(1) + dense * np.float32(1e-4), VALUES])
    if name in ("sin", "cos"):
        x = x[(np.abs(x) <= 2.0**16) | ~np.isfinite(x)]
    truth = FUNCTIONS[name].reference(x)
    assert_near(name, evaluate(name, x), [x], truth, FUNCTIONS[name].ulp)


def test_pow_is_within_its_ulp():
    generator = np.random.default_rng(SEED)
    x = np.exp2(generator.uniform(-16, 16, 1 << 20)).astype(np.float32)
    y = generator.uniform(-3, 3, x.size).astype(np.float32)
    truth = FUNCTIONS["pow"].reference(x, y)
    assert_near("pow", evaluate("pow", x, y), [x, y], truth, FUNCTIONS["pow"].ulp)


def test_pow_over_all_bases_keeps_its_ulp_for_small_exponents():
    x = np.abs(stratified(1 << 18))
    y = np.random.default_rng(SEED).uniform(-1.2, 1.2, x.size).astype(np.float32)
    truth = FUNCTIONS["pow"].reference(x, y)
    assert_near("pow", evaluate("pow", x, y), [x, y], truth, FUNCTIONS["pow"].ulp)


@pytest.mark.parametrize("name", ["atan2", "hypot"])
def test_two_operands_are_within_their_ulp(name):
    generator = np.random.default_rng(SEED)
    a, b = stratified(1 << 19), stratified(1 << 19, SEED + 1)
    with np.errstate(over="ignore"):
        near = a * generator.uniform(-4, 4, a.size).astype(np.float32)
    plain = generator.uniform(-1, 1, (2, 1 << 18)).astype(np.float32)
    a, b = np.concatenate([a, a, plain[0]]), np.concatenate([b, near, plain[1]])
    if name == "atan2":
        # Of the smallest pairs the remainder of the quotient is not a float.
        everywhere = np.arctan2(np.float64(a), np.float64(b))
        assert_near(name, evaluate(name, a, b), [a, b], everywhere, 1.75)
        larger = np.fmax(np.abs(a), np.abs(b))
        stated = (larger >= 2.0**-100) & (larger <= 2.0**127)
        a, b = a[stated], b[stated]
    truth = FUNCTIONS[name].reference(a, b)
    assert_near(name, evaluate(name, a, b), [a, b], truth, FUNCTIONS[name].ulp)


# --- special values ---------------------------------------------------------------------------

# fmt: off
EXACT = {
    "exp2": [(0, 1), (-0.0, 1), (INF, INF), (-INF, 0), (128, INF), (-150, 0), (-151, 0),
        (LARGEST, INF), (-LARGEST, 0), (-149, DENORMAL), (-126, NORMAL), (127, 2.0**127),
        (DENORMAL, 1)],
    "exp": [(0, 1), (-0.0, 1), (INF, INF), (-INF, 0), (89, INF), (-104, 0), (LARGEST, INF),
        (-LARGEST, 0)],
    "log2": [(1, 0), (0, -INF), (-0.0, -INF), (INF, INF), (-INF, NAN), (-1, NAN),
        (-DENORMAL, NAN), (DENORMAL, -149), (NORMAL, -126), (2.0**127, 127), (-LARGEST, NAN)],
    "log": [(1, 0), (0, -INF), (-0.0, -INF), (INF, INF), (-INF, NAN), (-1, NAN),
        (-DENORMAL, NAN)],
    "log10": [(1, 0), (0, -INF), (-0.0, -INF), (INF, INF), (-INF, NAN), (-1, NAN),
        (-DENORMAL, NAN)],
    "sin": [(0, 0), (-0.0, -0.0), (INF, NAN), (-INF, NAN), (1e6, 0), (-1e6, -0.0), (LARGEST, 0)],
    "cos": [(0, 1), (-0.0, 1), (INF, NAN), (-INF, NAN), (1e6, 1), (-LARGEST, 1), (DENORMAL, 1)],
    "cbrt": [(0, 0), (-0.0, -0.0), (INF, INF), (-INF, -INF), (1, 1), (-1, -1), (8, 2), (27, 3),
        (-64, -4), (2.0**-147, 2.0**-49), (2.0**126, 2.0**42)],
}
EXACT_PAIRS = {
    "pow": [(0, 0.45, 0), (-0.0, 0.45, 0), (0, -2, INF), (-0.0, -3, INF), (0, 0, 1),
        (-0.0, -0.0, 1), (INF, 0.5, INF), (INF, -0.5, 0), (INF, 0, 1), (INF, DENORMAL, INF),
        (0, INF, 0), (0, -INF, INF), (0.5, INF, 0), (0.5, -INF, INF), (2, INF, INF), (2, -INF, 0),
        (1, INF, 1), (1, -INF, 1), (1 - 2.0**-24, INF, 0), (1 + 2.0**-23, INF, INF),
        (1 + 2.0**-23, -INF, 0), (INF, INF, INF), (INF, -INF, 0), (-1, 2, NAN), (-INF, 2, NAN),
        (-DENORMAL, 1, NAN), (-2, 0, NAN), (1, 1e30, 1), (2, 0.5, 2**0.5), (2, 127, 2.0**127),
        (2, 128, INF), (2, -149, DENORMAL), (2, -150, 0), (2, -126, NORMAL), (0.5, 149, DENORMAL),
        (4, 64, INF), (1e30, 3, INF), (0.5, 200, 0), (3, 0, 1), (DENORMAL, 1, DENORMAL),
        (DENORMAL, -1, INF), (2.0**-140, 0.5, 2.0**-70), (LARGEST, LARGEST, INF)],
    "atan2": [(0, 0, 0), (-0.0, 0, -0.0), (0, -0.0, math.pi), (-0.0, -0.0, -math.pi), (0, 1, 0),
        (-0.0, 1, -0.0), (0, -1, math.pi), (-0.0, -1, -math.pi), (1, 0, math.pi / 2),
        (-1, -0.0, -math.pi / 2), (INF, 1, math.pi / 2), (-INF, -1, -math.pi / 2), (1, INF, 0),
        (-1, INF, -0.0), (1, -INF, math.pi), (-1, -INF, -math.pi), (INF, INF, math.pi / 4),
        (-INF, INF, -math.pi / 4), (INF, -INF, 3 * math.pi / 4), (-INF, -INF, -3 * math.pi / 4),
        (1, 1, math.pi / 4), (DENORMAL, 1, DENORMAL), (DENORMAL, -DENORMAL, 3 * math.pi / 4),
        (0, INF, 0), (-0.0, -INF, -math.pi), (DENORMAL, LARGEST, 0)],
    "hypot": [(0, 0, 0), (-0.0, -0.0, 0), (INF, 1, INF), (1, -INF, INF), (INF, NAN, INF),
        (NAN, -INF, INF), (3, 4, 5), (-3, 4, 5), (LARGEST, 0, LARGEST), (LARGEST, LARGEST, INF),
        (DENORMAL, 0, DENORMAL), (0, -DENORMAL, DENORMAL),
        (3 * DENORMAL, 4 * DENORMAL, 5 * DENORMAL), (2.0**127, 0, 2.0**127)],
}
# fmt: on


@pytest.mark.parametrize("name", SINGLES)
def test_special_values_of_one_operand(name):
    x, wanted = (np.array(column, np.float32) for column in zip(*EXACT[name], strict=True))
    got = evaluate(name, x)
    wrong = ~same_bits(got, wanted)
    assert not wrong.any(), list(zip(x[wrong], got[wrong], wanted[wrong], strict=True))


@pytest.mark.parametrize("name", PAIRS)
def test_special_values_of_two_operands(name):
    a, b, wanted = (np.array(c, np.float32) for c in zip(*EXACT_PAIRS[name], strict=True))
    got = evaluate(name, a, b)
    wrong = ~same_bits(got, wanted)
    assert not wrong.any(), list(zip(a[wrong], b[wrong], got[wrong], wanted[wrong], strict=True))


@pytest.mark.parametrize("name", SINGLES)
def test_nan_of_any_pattern_stays_nan(name):
    assert np.isnan(evaluate(name, NANS)).all()


@pytest.mark.parametrize("name", PAIRS)
def test_every_pair_of_special_values_has_the_class_of_the_reference(name):
    a, b = (grid.ravel() for grid in np.meshgrid(VALUES, VALUES))
    got, truth = evaluate(name, a, b), FUNCTIONS[name].reference(a, b)
    np.testing.assert_array_equal(np.isnan(got), np.isnan(truth))
    with np.errstate(over="ignore"):
        nearest = truth.astype(np.float32)
    np.testing.assert_array_equal(np.isinf(got), np.isinf(nearest))
    np.testing.assert_array_equal(np.signbit(got)[got == got], np.signbit(nearest)[got == got])


def test_exp2_of_every_integer_is_exact():
    k = np.arange(-160, 140, dtype=np.float32)
    with np.errstate(over="ignore"):
        wanted = np.ldexp(1.0, k.astype(int)).astype(np.float32)
    assert same_bits(evaluate("exp2", k), wanted).all()


def test_log2_of_every_power_of_two_is_exact():
    k = np.arange(-149, 128)
    assert same_bits(evaluate("log2", np.ldexp(1.0, k)), k.astype(np.float32)).all()


def test_odd_functions_are_odd_in_bits():
    x = np.abs(stratified(1 << 14))
    for name in ("sin", "cbrt"):
        assert same_bits(evaluate(name, -x), -evaluate(name, x)).all(), name


def test_pow_of_one_and_to_one_and_to_zero():
    x = np.abs(stratified(1 << 16))
    one, zero = np.ones_like(x), np.zeros_like(x)
    assert (evaluate("pow", one, x) == 1).all()
    assert (evaluate("pow", x, zero) == 1).all()
    assert ulp_error(evaluate("pow", x, one), x.astype(np.float64)).max() <= 1


# --- the forms --------------------------------------------------------------------------------

INTERVALS = [
    Known(0.0, 1.0), Known(0.0, 1.0, True), Known(NORMAL, 1.0), Known(2.0**-16, 2.0**16),
    Known(0.001, 100.0), Known(-1.0, 1.0), Known(-1.0, INF), Known(0.0, LARGEST),
    Known(0.0, INF, True), Known(NORMAL, INF), Known(-INF, 0.0), Known(-INF, 100.0, True),
    Known(-100.0, 120.0), Known(-140.0, 90.0), Known(1e30, LARGEST), Known(-LARGEST, -1.0),
    Known(DENORMAL, NORMAL), Known(-8192.0, 8192.0, True), Known(1.0, 1.0), Known(2.4, 2.4),
    Known(-3.0, -3.0), Known(0.0, 0.0),
]  # fmt: skip


def within(known, count, seed):
    """Floats in a range: its ends, special values, small ones, and many between."""
    generator = np.random.default_rng(seed)
    low, high = (min(max(bound, -1e4), 1e4) for bound in (known.low, known.high))
    plain = np.float32(low + (high - low) * generator.random(count))
    ends = np.float32([known.low, known.high])
    x = np.concatenate([ends, VALUES, stratified(count, seed), plain])
    inside = (x >= known.low) & (x <= known.high)
    return x[inside | np.isnan(x)] if known.nan else x[inside]


@pytest.mark.parametrize("name", SINGLES)
def test_forms_of_one_operand_agree_in_bits(name):
    total = expanded(name, ANY)
    for known in INTERVALS:
        x = within(known, 4000, SEED)
        a, b = run(expanded(name, known), x), run(total, x)
        wrong = ~same_bits(a, b)
        assert not wrong.any(), (known, list(zip(x[wrong], a[wrong], b[wrong], strict=True))[:5])


@pytest.mark.parametrize("name", PAIRS)
def test_forms_of_two_operands_agree_in_bits(name):
    total = expanded(name, ANY, ANY)
    for first in INTERVALS:
        for second in INTERVALS:
            a, b = within(first, 300, SEED), within(second, 300, SEED + 1)
            count = max(a.size, b.size)
            a, b = np.resize(a, count), np.resize(np.roll(b, 7), count)
            x, y = run(expanded(name, first, second), a, b), run(total, a, b)
            wrong = ~same_bits(x, y)
            shown = list(zip(a[wrong], b[wrong], x[wrong], y[wrong], strict=True))[:5]
            assert not wrong.any(), (first, second, shown)


singles = st.floats(width=32, allow_nan=False)


@settings(derandomize=True, max_examples=150, deadline=None)
@given(
    st.sampled_from(PAIRS), st.tuples(singles, singles), st.tuples(singles, singles), st.booleans()
)
def test_forms_agree_in_bits_for_any_ranges(name, first, second, nan):
    a, b = (Known(*sorted(bounds), nan=nan) for bounds in (first, second))
    x, y = within(a, 200, 1), within(b, 200, 2)
    x, y = (np.resize(v, max(x.size, y.size)) for v in (x, y))
    assert same_bits(run(expanded(name, a, b), x, y), evaluate(name, x, y)).all()


def operations(node):
    """What a form costs: constants, loads, promises and free casts left out."""
    free = {"const", "load", "within", "from_bits", "bits", "neg"}
    return sum(n.op not in free for n in walk([node]))


@pytest.mark.parametrize(
    ("name", "known", "most"),
    [
        ("exp2", [Known(-10.0, 10.0)], 11),
        ("exp", [Known(-10.0, 10.0)], 12),
        ("log2", [Known(2.0**-16, 2.0**16)], 16),
        ("log", [Known(2.0**-16, 2.0**16)], 15),
        ("log10", [Known(2.0**-16, 2.0**16)], 17),
        ("pow", [Known(2.0**-16, 2.0**16), Known(0.3, 3.0)], 28),
        ("cbrt", [Known(0.001, 1.0)], 18),
        ("hypot", [Known(0.001, 1.0), Known(0.001, 1.0)], 3),
    ],
)
def test_a_proven_operand_leaves_only_the_core(name, known, most):
    node = expanded(name, *known)
    assert operations(node) <= most
    assert not any(n.op in ("select", "lt", "le", "eq", "div") for n in walk([node]))


@pytest.mark.parametrize(
    ("name", "known", "most", "selects"),
    [
        ("sin", [Known(-10.0, 10.0)], 25, 1),
        ("cos", [Known(-10.0, 10.0)], 25, 1),
        # The two sides of the quotient, the quarters, the sign and what is left of the circle.
        ("atan2", [Known(-1.0, 1.0), Known(0.001, 1.0)], 27, 3),
        ("atan2", [Known(0.0, 1.0), Known(-1.0, 1.0)], 31, 5),
    ],
)
def test_a_proven_angle_leaves_only_the_choice_of_the_quarter(name, known, most, selects):
    node = expanded(name, *known)
    assert operations(node) <= most
    assert sum(n.op == "select" for n in walk([node])) <= selects


def test_the_lost_part_of_an_angle_counts():
    """Just above a power of two, where the sine and the arc tangent are just below it."""
    x = np.float32(0.5) + np.arange(-(1 << 17), 1 << 17, dtype=np.float32) * np.float32(2.0**-24)
    turns = np.float32([0.0, 1e3, 6e4])[:, None]
    for name in ("sin", "cos"):
        angles = (x + turns).ravel()
        assert ulp_error(evaluate(name, angles), FUNCTIONS[name].reference(angles)).max() <= 1.25
    b = np.random.default_rng(SEED).uniform(1, 2, x.size).astype(np.float32)
    a = (b * (x - 0.25)).astype(np.float32)
    assert ulp_error(evaluate("atan2", a, b), np.arctan2(np.float64(a), b)).max() <= 1.0


def test_special_cases_of_pow_disappear_one_by_one():
    def cost(low, high, nan=False):
        return operations(expanded("pow", Known(low, high, nan), Known(0.1, 100.0)))

    costs = [cost(0.5, 1.0), cost(0.0, 1.0), cost(0.0, INF), cost(-INF, INF), cost(-INF, INF, True)]
    assert costs == sorted(set(costs))


@pytest.mark.parametrize("name", sorted(FUNCTIONS))
def test_no_pattern_is_taken_of_what_could_be_nan(name):
    arity = FUNCTIONS[name].arity
    call = make(name, tuple(make("load", (), (F32, 0, channel)) for channel in range(arity)))
    source, target = Layout(arity, "f32"), Layout(1, "f32")
    program = lower(Program((source,), (target,), (), (Stage((call,)),)))
    assert all(n.attr is True for n in program.nodes if n.op == "bits")


def test_every_function_has_an_expansion():
    assert set(EXPANSIONS) == set(FUNCTIONS)


def test_literals_are_floats_of_single_precision():
    for name, value in vars(coefficients).items():
        if name.isupper() or name.replace("_", "").replace("2", "").replace("10", "").isupper():
            found = value if isinstance(value, tuple) else (value,)
            assert all(float(np.float32(c)) == c for c in found), name
