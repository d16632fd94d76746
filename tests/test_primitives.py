"""The table of primitives: each row has the bits of its definition on every executor.

The operands are all tuples of special values: zeros of both signs, infinities, NaNs of both signs
and several payloads, denormals, what halves and integers saturate at, ties of every rounding.
"""

import itertools
import random
import shutil
from dataclasses import replace

import numpy as np
import pytest

from grade.ir.expression import argument, bits, const, make, select
from grade.ir.interpreter import Interpreter
from grade.ir.loop import Loop
from grade.ir.primitives import PRIMITIVES, IRTypeError, Reads
from grade.ir.program import Program, Stage, Uniform, verify
from grade.ir.storage import Layout
from grade.ir.table import Table
from grade.ir.types import BOOL, F32, I32, Type
from grade.run.cpu import CpuExecutor
from grade.run.cuda_emulator import TwinExecutor
from grade.run.host_kernels import prepare_kernel
from grade.run.uniform_block import fill_prologue

from .run.programs import (
    FLOATS,
    INTEGERS,
    MATHS,
    blank,
    expected,
    half_program,
    half_sweep,
    load,
    primitive_picture,
    primitive_programs,
    result,
    written,
)

LANES = [4, 8, 16]
ROWS = list(primitive_programs())
ARITIES = [1, 2, 3]

# Rows that have no special values of their own: what they do is in other tests, named beside them.
ELSEWHERE = {
    "const": "test_constants_reach_the_machine", "uniform": "test_the_prologue",
    "hoisted": "test_the_prologue", "load": "tests/run/test_cpu.py",
    "coordinate": "tests/run/test_cpu.py", "plane": "tests/passes/test_cut_stages.py",
    "at": "tests/passes/test_cut_stages.py", "ascending_sum": "tests/passes/test_cut_stages.py",
    "fetch": "test_a_table_index_is_clamped", "fetch3d": "tests/passes/test_expand.py",
    "tetrahedron": "tests/passes/test_expand.py", "component": "tests/passes/test_scalarize.py",
    "rgb": "tests/passes/test_scalarize.py", "matvec": "tests/passes/test_scalarize.py",
    "within": "tests/passes/test_expand.py",
    "argument": "tests/ir/test_loop.py", "iterate": "tests/ir/test_loop.py",
}  # fmt: skip


def joined(programs):
    """One program with the outputs of many: one kernel instead of one each."""
    first = programs[0]
    outputs = tuple(o for p in programs for o in p.stages[0].outputs)
    targets = tuple(t for p in programs for t in p.targets)
    return verify(replace(first, targets=targets, stages=(Stage(outputs),)), lowered=True)


OF_ARITY = {n: [(name, p) for name, arity, p in ROWS if arity == n] for n in ARITIES}


@pytest.fixture(scope="module")
def defined():
    """By arity: program, pictures, and the bits of every channel by the interpreter."""
    known = {}
    for arity, rows in OF_ARITY.items():
        program, sources = joined([p for _, p in rows]), primitive_picture(arity)
        known[arity] = program, sources, expected(program, sources)
    return known


def compared(rows, want, got):
    """Names of the rows that differ, each with its first wrong pixel."""
    names = [name for name, program in rows for _ in program.stages[0].outputs]
    wrong = {}
    for name, a, b in zip(names, want, got, strict=True):
        if not np.array_equal(a, b):
            at = tuple(np.argwhere(a != b)[0])
            wrong.setdefault(name, f"{b[at]:#010x} instead of {a[at]:#010x} at {at}")
    return wrong


@pytest.mark.parametrize("arity", ARITIES)
@pytest.mark.parametrize("lanes", LANES)
def test_cpu(lanes, arity, defined):
    program, sources, want = defined[arity]
    targets = [blank(layout, *sources[0].shape[:2]) for layout in program.targets]
    CpuExecutor(1, lanes).prepare(program)(sources, targets)
    assert not compared(OF_ARITY[arity], want, written(program, targets))


@pytest.mark.skipif(not shutil.which("g++"), reason="the twin needs g++")
def test_twin(defined):
    kernels = TwinExecutor().prepare_many([program for program, _, _ in defined.values()])
    for arity, kernel in zip(ARITIES, kernels, strict=True):
        program, sources, want = defined[arity]
        targets = [blank(layout, *sources[0].shape[:2]) for layout in program.targets]
        kernel(sources, targets)
        assert not compared(OF_ARITY[arity], want, written(program, targets))


@pytest.mark.parametrize("arity", ARITIES)
def test_the_prologue(arity):
    """The same table one lane wide, on uniforms."""
    uniforms = (*(Uniform(f"f{n}") for n in range(3)), *(Uniform(f"i{n}", I32) for n in range(3)))
    leaves = {load(0, n, MATHS): make("uniform", (), (F32, n)) for n in range(3)}
    # An i32 is put together from halves; those are what a program of the table begins with.
    halves = [result(_whole(n)).stages[0].outputs for n in range(3)]
    wholes = {_whole(n): make("uniform", (), (I32, 3 + n)) for n in range(3)}
    assert all(halves)
    prologue = []
    for _, program in OF_ARITY[arity]:
        prologue += [_replaced(o, leaves | wholes) for o in program.stages[0].outputs]
    out = tuple(make("hoisted", (), (node.type, k)) for k, node in enumerate(prologue))
    names = [name for name, program in OF_ARITY[arity] for _ in program.stages[0].outputs]
    layouts = tuple(Layout(1, "f32" if o.type == F32 else "u16") for o in out)
    program = verify(
        Program((Layout(1),), layouts, uniforms, (Stage(out),), tuple(prologue)), lowered=True
    )
    prepared, draw = prepare_kernel(program, 0), random.Random(arity)
    tuples = list(itertools.product(FLOATS.tolist(), repeat=arity))
    for floats in draw.sample(tuples, min(len(tuples), 400)):
        integers = [int(draw.choice(INTEGERS)) for _ in range(3)]
        values = [*floats, *[1.0] * (3 - arity), *integers]
        words = np.zeros(len(values) + len(prologue), np.uint32)
        words.view(np.float32)[:3], words.view(np.int32)[3:6] = values[:3], values[3:]
        fill_prologue(*prepared, words)
        got = words[len(values) :]
        with np.errstate(all="ignore"):
            want = Interpreter(program, np.float32)._block(program.prologue, [], values, [], [])
        for name, node, a, b in zip(names, prologue, want, got, strict=True):
            exact = np.asarray(a, np.float32 if node.type == F32 else np.int32).view(np.uint32)
            assert exact == b, f"{name} of {values}: {b:#010x} instead of {exact:#010x}"


def _whole(index):
    low, high = (load(1, 2 * index + half, Layout(6, "u16")) for half in (0, 1))
    return (high << 16) | low


def _replaced(node, known):
    if node not in known:
        args = tuple(_replaced(a, known) for a in node.args)
        known[node] = node if args == node.args else make(node.op, args, node.attr)
    return known[node]


# --- leaves and tables ----------------------------------------------------------------------------


def executors():
    yield from (CpuExecutor(1, lanes) for lanes in LANES)
    if shutil.which("g++"):
        yield TwinExecutor()


def test_constants_reach_the_machine():
    """With all their bits, as an operand and as a result; NaN with its one pattern."""
    x = load(0, 0, MATHS)
    floats = [bits(select(x < 0, const(float(v)), x)) for v in FLOATS]
    integers = [bits(x) ^ const(int(v), I32) for v in INTEGERS]
    truths = [select(x < 0, const(v, BOOL), x < 1) for v in (True, False)]
    program = joined([result(value) for value in (*floats, *integers, *truths)])
    sources = primitive_picture(1)
    want = expected(program, sources)
    for executor in executors():
        targets = [blank(layout, *sources[0].shape[:2]) for layout in program.targets]
        executor.prepare(program)(sources, targets)
        assert all(map(np.array_equal, want, written(program, targets))), executor.name


def test_a_table_index_is_clamped():
    special = Table([2.0, -0.0, np.inf, np.nan, 7.0])
    index = _whole(0)
    free = make("fetch", (index,), (special, False))
    known = make("fetch", (index & 3,), (special, True))
    single = make("fetch", (index,), (Table([5.0]), False))
    of_float = make("fetch", (make("to_int", (load(0, 0, MATHS),)),), (special, False))
    program = joined([result(value) for value in (free, known, single, of_float)])
    sources = primitive_picture(2)
    want = expected(program, sources)
    assert len(np.unique(want[0])) == 5 and set(want[2].ravel()) == {0x40A00000}
    nan = np.isnan(sources[0][..., 0])
    assert nan.any() and (want[3][nan] == 0x40000000).all(), "to_int makes NaN 0"
    for executor in executors():
        targets = [blank(layout, *sources[0].shape[:2]) for layout in program.targets]
        executor.prepare(program)(sources, targets)
        assert all(map(np.array_equal, want, written(program, targets))), executor.name


@pytest.mark.parametrize("lanes", LANES)
def test_every_half_and_its_neighbours(lanes):
    program, sources = half_program(), [half_sweep()]
    targets = [blank(layout, *sources[0].shape[:2]) for layout in program.targets]
    CpuExecutor(1, lanes).prepare(program)(sources, targets)
    assert all(map(np.array_equal, expected(program, sources), written(program, targets)))


# --- the definition itself, where NumPy is not obviously right ------------------------------------

NAN_BITS = [0x7FC00000, 0xFFC00000, 0x7F800001, 0xFFBFFFFF, 0x7FFFFFFF]
STATED = {
    "bits": ([0.0, -0.0, 1.0, -1.0, np.inf], [0, -(2**31), 0x3F800000, -0x40800000, 0x7F800000]),
    "to_int": (
        [1.99, -1.99, 0.5, 2147483520, 2147483648, 3e38, np.inf, -2147483648, -2147483904, -np.inf],
        [1, -1, 0, 2147483520, 2**31 - 1, 2**31 - 1, 2**31 - 1, -(2**31), -(2**31), -(2**31)],
    ),
    "to_half": (
        [65504, 65519.996, 65520, np.inf, -65520, 2.0**-25, 2.0**-25 * 1.0000001, 2049, 2051, -0.0],
        [0x7BFF, 0x7BFF, 0x7C00, 0x7C00, 0xFC00, 0, 1, 0x6800, 0x6802, 0x8000],
    ),
    "floor": ([1.5, -1.5, -0.0, 0.7, -0.3, np.inf], [1.0, -2.0, -0.0, 0.0, -1.0, np.inf]),
    "sqrt": ([4.0, 2.0, -0.0, 2.0**-149], [2.0, 1.4142135, -0.0, 3.743392e-23]),
}  # fmt: skip
OF_NAN = {"bits": 0x7FC00000, "to_int": 0, "to_half": 0x7E00}


@pytest.mark.parametrize("name", STATED)
def test_stated_values(name):
    given, wanted = STATED[name]
    with np.errstate(all="ignore"):
        got = PRIMITIVES[name].reference(np.float32(given))
        nan = PRIMITIVES[name].reference(np.array(NAN_BITS, np.uint32).view(np.float32))
    wanted = np.asarray(wanted, np.float32 if got.dtype == np.float32 else np.int64)
    assert np.array_equal(got, wanted) and np.array_equal(np.signbit(got), np.signbit(wanted))
    assert (nan == OF_NAN[name]).all() if name in OF_NAN else np.isnan(nan).all()


def test_integers_wrap_and_shift():
    low, high, ones = np.int32([-(2**31)]), np.int32([2**31 - 1]), np.int32([-1])
    of = {name: row.reference for name, row in PRIMITIVES.items()}
    with np.errstate(all="ignore"):
        assert of["add"](high, np.int32([1])) == low and of["sub"](low, np.int32([1])) == high
        assert of["mul"](high, np.int32([2])) == -2 and of["neg"](low) == low
    assert of["shl"](ones, 31) == low and of["shr"](low, 31) == -1 and of["ushr"](low, 31) == 1
    assert of["shl"](ones, 0) == -1 and of["ushr"](ones, 0) == -1
    assert of["mulhi"](ones, ones) == -2 and of["mulhi"](low, np.int32([2])) == 1, "unsigned"
    assert of["to_float"](np.int32([16777217, 16777219, 2**31 - 1])).tolist() == [
        16777216, 16777220, 2147483648]  # fmt: skip
    assert of["from_half"](np.int32([0x7BFF, 1, 0x73C00])).tolist() == [65504, 2.0**-24, 1.0]


def test_comparisons_with_nan_are_false_and_zeros_are_equal():
    nan, zero = np.float32("nan"), np.float32(0)
    for name in ("lt", "le", "eq"):
        compare = PRIMITIVES[name].reference
        assert not any(compare(a, b) for a, b in [(nan, zero), (zero, nan), (nan, nan)])
    assert PRIMITIVES["eq"].reference(zero, -zero) and PRIMITIVES["le"].reference(zero, -zero)
    assert not PRIMITIVES["lt"].reference(-zero, zero)


# --- the table itself -----------------------------------------------------------------------------


def test_every_row_is_tested():
    here = {op for op in PRIMITIVES if any(name.startswith(f"{op}_") for name, _, _ in ROWS)}
    assert here | set(ELSEWHERE) == set(PRIMITIVES)
    assert not here & set(ELSEWHERE)


@pytest.mark.parametrize("name", PRIMITIVES)
def test_a_row_says_what_it_does(name):
    row = PRIMITIVES[name]
    assert row.name == name and row.doc.endswith(".") and len(row.doc) > 5
    assert row.nan, "what it does with NaN"
    assert (row.reference is not None) != (name in ELSEWHERE)


@pytest.mark.parametrize("name", [n for n, row in PRIMITIVES.items() if row.arity > 1])
def test_the_operands_of_a_commutative_row_may_be_swapped(name):
    row, pairs = PRIMITIVES[name], list(itertools.permutations([3.0, -2.0, 5.0, 7.0], 2))
    if row.reference is None or name == "select":
        assert not row.commutative
        return
    kinds = {types[:2] for types in TAKES[name]}
    for kind in ("f32", "i32"):
        if (kind, kind) not in kinds:
            continue
        a, b = np.array(pairs, np.float32 if kind == "f32" else np.int32).T.copy()
        more = [a] * (row.arity - 2)
        same = row.reference(a, b, *more) == row.reference(b, a, *more)
        assert same.all() == row.commutative


def test_rows_say_what_they_read():
    read = {name: row.reads for name, row in PRIMITIVES.items() if row.reads is not Reads.NOTHING}
    assert read == {
        "load": Reads.PIXEL, "plane": Reads.PIXEL, "coordinate": Reads.PIXEL,
        "at": Reads.NEIGHBORS, "ascending_sum": Reads.NEIGHBORS,
    }  # fmt: skip
    assert make("load", (), (F32, 0, 0)).reads is Reads.PIXEL
    assert make("sin", (const(1.0),)).reads is Reads.NOTHING


def test_rows_of_integers_say_nothing_of_nan():
    integer = {"and", "or", "xor", "not", "shl", "shr", "ushr", "mulhi", "to_float", "coordinate"}
    assert {name for name, row in PRIMITIVES.items() if row.nan == "-"} == integer


F, I, B = "f32", "i32", "bool"  # noqa: E741
D = "f64"
NUMBERS = {(F, F), (I, I), (D, D)}
LOGIC = {(B, B), (I, I)}
FLOAT, INTEGER = {(F,)}, {(I,)}
TAKES = {
    **dict.fromkeys(("add", "sub", "mul", "lt", "le", "eq"), NUMBERS),
    "div": {(F, F), (D, D)}, "fma": {(F, F, F)}, "mulhi": {(I, I)},
    **dict.fromkeys(("and", "or", "xor"), LOGIC),
    **dict.fromkeys(("sqrt", "abs", "floor", "bits", "to_int", "to_half", "within", "at"), FLOAT),
    "widen": FLOAT,
    **dict.fromkeys(("shl", "shr", "ushr", "from_bits", "to_float", "from_half", "fetch"), INTEGER),
    "neg": {(F,), (I,)}, "narrow": {(D,)}, "iterate": {(I, F, F, F)}, "not": {(B,), (I,)},
    "select": {(B, F, F), (B, I, I), (B, B, B), (B, D, D)}, "rgb": {(F,) * 3, (I,) * 3, (B,) * 3},
    "ascending_sum": {(F, I)}, "component": set(), "fetch3d": set(),
    "matvec": set(), "tetrahedron": {(I, I, I, F, F, F, F)},
}  # fmt: skip
CUBE = Table(np.zeros((2, 2, 2, 3)))
ATTRS = {
    "shl": 1, "shr": 1, "ushr": 1, "within": (0.0, 1.0, True), "at": (1, 0),
    "fetch": (Table([1.0]), False), "ascending_sum": ("x", 0, 1, Table([1.0]), 1),
    "iterate": Loop((argument(0),), 1),
    "component": 0, "fetch3d": (CUBE, "trilinear"), "tetrahedron": CUBE,
}  # fmt: skip
OPERANDS = {kind: [make("uniform", (), (Type(kind), n)) for n in range(10)] for kind in (F, I, B)}
OPERANDS[D] = [make("widen", (operand,)) for operand in OPERANDS[F]]


@pytest.mark.parametrize("name", [n for n, row in PRIMITIVES.items() if row.arity])
def test_scalar_operands_of_any_other_kind_are_refused(name):
    arity, attr = PRIMITIVES[name].arity, ATTRS.get(name)
    kinds = set(itertools.product((F, I, B, D), repeat=min(arity, 3)))
    kinds = {k + (F,) * (arity - len(k)) for k in kinds} | TAKES[name]
    for given in kinds:
        operands = tuple(OPERANDS[kind][n] for n, kind in enumerate(given))
        if given in TAKES[name]:
            assert make(name, operands, attr).op == name
        else:
            with pytest.raises(IRTypeError, match=name):
                make(name, operands, attr)
    for wrong in {arity - 1, arity + 1} - {11}:
        with pytest.raises(IRTypeError, match=f"{name} takes {arity} operands"):
            make(name, tuple(OPERANDS[F][:wrong]), attr)
