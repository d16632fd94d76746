"""Rewrite rules: exact ones keep every bit, relaxed ones stay within what they state, both end."""

import itertools
from fractions import Fraction

import numpy as np
import pytest

from grade.ir.expression import (
    channels,
    const,
    const_value,
    fma,
    is_const,
    make,
    matvec,
    rgb,
    select,
    to_int,
)
from grade.ir.interpreter import Interpreter
from grade.ir.program import Program, Stage, Uniform
from grade.ir.storage import Layout
from grade.ir.types import BOOL, F32, I32
from grade.passes.exact_rules import EXACT, fold, simplify
from grade.passes.relaxed_rules import RELAXED, relax
from grade.passes.rewrite import (
    Pattern,
    RewriteError,
    Rule,
    call,
    rewrite,
    variable,
    with_twins,
)

from .random_programs import random_program
from .run.programs import FLOATS, INTEGERS

# Fewer values than of a single primitive, because up to three variables meet.
SOME = {
    "f32": np.concatenate([FLOATS[:11:2], FLOATS[11:24], FLOATS[-4:]]),
    "i32": INTEGERS[:16],
    "bool": np.array([False, True]),
}
TYPES = {"f32": F32, "i32": I32, "bool": BOOL}
X, Y, Z = (make("load", (), (F32, 0, c)) for c in range(3))
COLOUR = rgb(X, Y, Z)
RULES = list(with_twins(EXACT))
DIVISORS = [
    *(2.0**k for k in range(-149, 128)), *(-(2.0**k) for k in range(-3, 4)), 0.0, -0.0, 3.0, 0.1,
    float("inf"), float("nan"), 1.5, 255.0, 3 * 2.0**-149,
]  # fmt: skip


def evaluated(node, values):
    """Bits of a node whose uniforms have these arrays of values; one pattern for NaN."""
    with np.errstate(all="ignore"):
        known = {}
        for below in _walk(node):
            if below.op == "uniform":
                known[below] = values[below.attr[1]]
            elif below.op == "const":
                known[below] = MACHINE.constant(below)
            else:
                known[below] = MACHINE.operation(below, [known[a] for a in below.args])
    result = np.asarray(known[node])
    if node.type.kind != "f32":
        return result
    return np.where(result == result, result.view(np.int32), 0x7FC00000)


MACHINE = Interpreter(Program((), (), (), ()), np.float32)


def _walk(node):
    from grade.ir.expression import walk

    return walk([node])


# --- every exact rule -----------------------------------------------------------------------------


def variables(pattern):
    if not isinstance(pattern, Pattern):
        return []
    if pattern.op.startswith("?"):
        return [pattern.op[1:]]
    return list(dict.fromkeys(v for o in pattern.operands for v in variables(o)))


def built(pattern, leaves, kind):
    """The pattern as nodes; numbers take the kind of the operation, booleans are bools."""
    if not isinstance(pattern, Pattern):
        is_truth = isinstance(pattern, bool)
        return const(pattern, BOOL if is_truth else TYPES[kind])
    if pattern.op.startswith("?"):
        return leaves[pattern.op[1:]]
    return make(pattern.op, tuple(built(o, leaves, kind) for o in pattern.operands))


def instances(rule):
    """Each way in which the pattern is well typed: its node, and the kinds of its variables."""
    names = variables(rule.pattern)
    for kinds in itertools.product(TYPES, repeat=len(names)):
        leaves = {
            name: make("uniform", (), (TYPES[kind], n))
            for n, (name, kind) in enumerate(zip(names, kinds, strict=True))
        }
        constants = [{}]
        if callable(rule.result):  # such a rule looks at constants
            constants = [{names[-1]: const(value)} for value in DIVISORS]
        for more in constants:
            try:
                yield built(rule.pattern, leaves | more, "f32"), kinds
            except TypeError:
                continue


def tuples(kinds):
    grid = np.meshgrid(*(np.arange(len(SOME[k])) for k in kinds))
    return [SOME[k][g.ravel()][:, None] for k, g in zip(kinds, grid, strict=True)]


@pytest.mark.parametrize("rule", RULES, ids=str)
def test_an_exact_rule_keeps_every_bit(rule):
    applied = 0
    for node, kinds in instances(rule):
        replacement = rule.apply(node)
        if replacement is None:
            continue
        applied += 1
        assert replacement is not node and replacement.type == node.type
        values = tuples(kinds)
        before, after = evaluated(node, values), evaluated(replacement, values)
        before, after = np.broadcast_arrays(before, after)
        wrong = np.argwhere(before != after)
        assert not wrong.size, (
            f"{rule} of {kinds}: {[v[wrong[0][0]] for v in values]} "
            f"{before[tuple(wrong[0])]:#x} -> {after[tuple(wrong[0])]:#x}"
        )
    assert applied, "the pattern matches nothing"


@pytest.mark.parametrize("rule", RULES, ids=str)
def test_an_exact_rule_keeps_the_width(rule):
    """Each variable once a colour; and numbers as colours, as `luma * rgb(1, 1, 1)` has them."""
    names = variables(rule.pattern)
    for node, kinds in instances(rule):
        for wide in itertools.product((False, True), repeat=len(names)):
            leaves = {
                name: _wide(kind, n) if w else make("uniform", (), (TYPES[kind], n))
                for n, (name, kind, w) in enumerate(zip(names, kinds, wide, strict=True))
            }
            if callable(rule.result):
                leaves[names[-1]] = next(a for a in node.args if is_const(a))
            for spread in (False, True):
                try:
                    whole = _spread(rule.pattern, leaves, spread)
                except TypeError:
                    continue
                replacement = rule.apply(whole)
                assert replacement is None or replacement.type == whole.type


def _wide(kind, n):
    return make("rgb", tuple(make("uniform", (), (TYPES[kind], n + 10 * c)) for c in range(3)))


def _spread(pattern, leaves, spread):
    if not isinstance(pattern, Pattern):
        number = const(pattern, BOOL if isinstance(pattern, bool) else F32)
        return make("rgb", (number,) * 3) if spread else number
    if pattern.op.startswith("?"):
        return leaves[pattern.op[1:]]
    return make(pattern.op, tuple(_spread(o, leaves, spread) for o in pattern.operands))


def of(*outputs, uniforms=()):
    layouts = tuple(Layout(1, "f32" if o.type == F32 else "u16") for o in outputs)
    return Program((Layout(3),), layouts, uniforms, (Stage(outputs),))


def simplified(node):
    if node.type.width == 3:
        return simplified(make("component", (node,), 0))
    return simplify(of(node)).stages[0].outputs[0]


def test_a_scalar_times_white_is_a_colour():
    """It stays one where rules take the white away."""
    program = relax(simplify(of(make("component", (X * rgb(1.0, 1.0, const(1.0)),), 2))))
    picture = np.float32([[3.0, -2.0]])
    assert np.array_equal(Interpreter(program, np.float32).run([[picture] * 3])[0], picture)


KEPT = {
    "x + 0": lambda: X + 0.0, "0 + x": lambda: 0.0 + X, "x * 0": lambda: X * 0.0,
    "x - x": lambda: X - X, "x / x": lambda: X / X, "x == x": lambda: make("eq", (X, X)),
    "x <= x": lambda: make("le", (X, X)), "0 - x": lambda: 0.0 - X, "x / 3": lambda: X / 3.0,
    "x / 2^-127": lambda: X / 2.0**-127, "x / 2^127": lambda: X / 2.0**127,
    "fma(x, y, 0)": lambda: fma(X, Y, 0.0), "x * y + z": lambda: X * Y + Z,
    "x / 0": lambda: X / 0.0, "x / inf": lambda: X / float("inf"),
}  # fmt: skip


@pytest.mark.parametrize("name", KEPT)
def test_what_would_change_a_bit_is_left_alone(name):
    """-0, infinities, NaN, denormals, a product rounded on its own: each forbids one of these."""
    assert simplified(KEPT[name]()) is KEPT[name]()


TURNED = {
    "x * 1": (lambda: X * 1.0, lambda: X),
    "1 * x": (lambda: 1.0 * X, lambda: X),
    "x / 4": (lambda: X / 4.0, lambda: X * 0.25),
    "x / -8": (lambda: X / -8.0, lambda: X * -0.125),
    "x - -y": (lambda: X - -Y, lambda: X + Y),
    "two steps": (lambda: (X * -1.0) * -1.0, lambda: X),
    "constants": (lambda: X + (const(2.0) * 3.0 - 1.0), lambda: X + 5.0),
    "select of a fold": (lambda: select(const(1.0) < 2.0, X, Y), lambda: X),
    "negated condition": (lambda: select(~(X < Y), X, Z), lambda: select(X < Y, Z, X)),
    "nested select": (
        lambda: select(X < Y, select(X < Y, X, Y), Z), lambda: select(X < Y, X, Z)),
    "bits and back": (lambda: make("from_bits", (make("bits", (X,)),)), lambda: X),
}  # fmt: skip


@pytest.mark.parametrize("name", TURNED)
def test_what_becomes_simpler(name):
    given, wanted = TURNED[name]
    assert simplified(given()) is wanted()


# --- constants ------------------------------------------------------------------------------------


def test_constants_fold_to_the_bits_of_the_definition():
    a, b = const(1 / 3), const(-1e-40)
    wrap = const(2**31 - 1, I32) + const(1, I32)
    nan = const(0.0) / const(-0.0)
    folded = [fold(n) for n in (a * b, nan, wrap, to_int(fold(nan)), a < b, ~fold(a < b))]
    assert [const_value(n) for n in folded[2:]] == [-(2**31), 0, False, True]
    with np.errstate(all="ignore"):
        third, tiny = np.float32(1 / 3), np.float32(-1e-40)
        assert const_value(folded[0]) == third * tiny != 0, "a denormal is not flushed"
    assert folded[1].attr == (F32, 0x7FC00000)


def test_what_has_no_single_value_does_not_fold():
    table_free = make("coordinate", (), (I32, "x"))
    for node in (X, X + 1.0, rgb(1.0, 2.0, const(3.0)), table_free, make("uniform", (), (F32, 0))):
        assert fold(node) is None


# --- relaxed rules: against exact arithmetic ------------------------------------------------------


def ulp(value):
    return Fraction(float(np.spacing(np.float32(abs(float(value))))))


def run(program, values):
    planes = [np.float32(v)[None] for v in values]
    return [r[0] for r in Interpreter(program, np.float32).run([planes])]


def test_matrices_fold_within_their_bound():
    """8 ULP of the sizes of the terms together, 4 of them for the noise that is taken out."""
    random = np.random.default_rng(0)
    worst = Fraction(0)
    for _ in range(40):
        a, b = (random.normal(size=9).astype(np.float32).tolist() for _ in range(2))
        twice = matvec(a, matvec(b, COLOUR))
        program = of(*channels(twice))
        folded = relax(program)
        assert sum(n.op == "matvec" for n in folded.nodes) == 1
        colours = random.normal(size=(3, 20)).astype(np.float32)
        got = run(folded, colours)
        for pixel, row in itertools.product(range(20), range(3)):
            terms = [
                Fraction(a[3 * row + k])
                * Fraction(b[3 * k + j])
                * Fraction(float(colours[j, pixel]))
                for k, j in itertools.product(range(3), repeat=2)
            ]
            off = abs(Fraction(float(got[row][pixel])) - sum(terms))
            worst = max(worst, off / ulp(sum(map(abs, terms))))
    assert 0.3 < worst <= 4


def test_a_matrix_and_its_inverse_cancel():
    """Up to the noise of their rounding, which is taken out, so that nothing is computed at all."""
    to_xyz = [0.4124, 0.3576, 0.1805, 0.2126, 0.7152, 0.0722, 0.0193, 0.1192, 0.9505]
    inverse = np.linalg.inv(np.float32(to_xyz).reshape(3, 3).astype(np.float64)).ravel()
    back = matvec(inverse.tolist(), matvec(to_xyz, COLOUR))
    relaxed = relax(of(*channels(back)))
    assert not any(n.op == "matvec" for n in relaxed.nodes)
    assert relaxed.stages[0].outputs == tuple(make("component", (COLOUR,), c) for c in range(3))


def test_small_coefficients_are_not_noise():
    """Twice a division by ten thousand, as on the way from nits: dark, and not black."""
    scale = [1e-4, 0.0, 0.0, 0.0, 1e-4, 0.0, 0.0, 0.0, 1e-4]
    program = relax(of(*channels(matvec(scale, matvec(scale, COLOUR)))))
    assert np.allclose(run(program, [[100.0], [1.0], [5000.0]]), [[1e-6], [1e-8], [5e-5]], 1e-6)
    white, mixed = [1.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 1.0], [1.0, 1e-7, 0.0] * 3
    (red, *_) = run(relax(of(*channels(matvec(mixed, matvec(white, COLOUR))))), [[0.0], [1], [0]])
    assert np.allclose(red, 1e-7)


def test_matrices_of_uniforms_and_infinities_stay():
    cells = [make("uniform", (), (F32, n)) for n in range(9)]
    uniforms = tuple(Uniform(f"m{n}") for n in range(9))
    program = of(*channels(matvec(cells, matvec(range(9), COLOUR))), uniforms=uniforms)
    assert relax(program) == program
    infinite = matvec([float("inf")] + [0.0] * 8, matvec([1.0] * 9, COLOUR))
    assert any(n.op == "matvec" for n in relax(of(*channels(infinite))).nodes)


@pytest.mark.parametrize("op", ["mul", "add"])
def test_joined_constants_stay_within_their_bound(op):
    random = np.random.default_rng(1)
    values = (random.normal(size=300) * 10.0 ** random.integers(-6, 6, 300)).astype(np.float32)
    for c, d in random.normal(size=(40, 2)).astype(np.float32):
        program = of(make(op, (make(op, (X, const(c))), const(d))))
        joined = relax(program)
        assert sum(n.op == op for n in joined.nodes) == 1
        (got,) = run(joined, [values] * 3)
        for x, y in zip(values, got, strict=True):
            terms = [Fraction(float(v)) for v in (x, c, d)]
            exact = terms[0] * terms[1] * terms[2] if op == "mul" else sum(terms)
            largest = exact if op == "mul" else max(map(abs, (*terms, exact)))
            assert abs(Fraction(float(y)) - exact) <= Fraction(3, 2) * ulp(largest)


@pytest.mark.parametrize(
    ("op", "c", "d"),
    [("mul", 1e30, 1e30), ("mul", 1e-30, 1e-30), ("mul", 1e-20, 1e-20), ("mul", 0.0, 2.0),
     ("mul", float("inf"), 2.0), ("mul", float("nan"), 2.0), ("add", 3e38, 3e38),
     ("add", 1.0, -1.0), ("add", float("inf"), 1.0)],
)  # fmt: skip
def test_constants_that_overflow_or_vanish_together_are_not_joined(op, c, d):
    """1e-38 * 1e30 * 1e30 is 1e22; times infinity it is infinite."""
    program = of(make(op, (make(op, (X, const(c))), const(d))))
    assert relax(program) == program


def test_integers_are_left_to_exact_rules():
    three = make("uniform", (), (I32, 0)) * 3
    program = of(three * 5, three + 1 + 2, uniforms=(Uniform("n", I32),))
    assert relax(program) == program


def test_rules_say_their_bound():
    for rule in RELAXED[:2]:
        assert "ULP" in rule.__doc__


# --- the driver -----------------------------------------------------------------------------------

x, y, c = variable("x"), variable("y"), variable("c")


def test_rules_that_undo_each_other_are_named():
    swap = [Rule(x + y, y - x), Rule(x - y, y + x)]
    with pytest.raises(RewriteError) as error:
        rewrite(of(X + Y), [*EXACT, *swap])
    assert "add(?x, ?y) -> sub(?y, ?x)" in str(error.value)
    assert "sub(?x, ?y) -> add(?y, ?x)" in str(error.value)
    assert "floor" not in str(error.value), "only those that were at it"


def test_a_rule_that_grows_for_ever_is_named():
    def wrap(node):
        return make("neg", (node,)) if node.op == "add" else None

    with pytest.raises(RewriteError, match=r"wrap|add\(\?x, \?y\)"):
        rewrite(of(X + Y), [Rule(x + y, (x + y) + y)])
    with pytest.raises(RewriteError, match="wrap"):
        rewrite(of(X + Y), [wrap])


def test_a_number_of_a_commutative_rule_is_found_on_either_side():
    rules = [Rule(x * 1.0, x), Rule(call("fma", 1.0, x, y), x)]
    assert [str(rule) for rule in with_twins(rules)] == [
        "mul(?x, 1.0) -> ?x", "mul(1.0, ?x) -> ?x",
        "fma(1.0, ?x, ?y) -> ?x", "fma(?x, 1.0, ?y) -> ?x",
    ]  # fmt: skip
    one_sided = [Rule(x - 0.0, x), Rule(x + y, x), Rule(x + -y, x - y), Rule(c & c, c)]
    assert list(with_twins(one_sided)) == one_sided


def test_a_rule_applies_to_what_another_made():
    chain = [Rule(x + y, x - y), Rule(x - y, x * y), Rule(x * y, x / y)]
    assert rewrite(of((X + Y) + Z), chain) == of((X / Y) / Z)


def test_a_variable_stands_for_one_node():
    same = [Rule(x - x, 0.0)]
    assert rewrite(of(X - X), same) == of(const(0.0))
    assert rewrite(of(X - Y), same) == of(X - Y)
    assert rewrite(of(make("component", (COLOUR - COLOUR,), 1)), same).stages[0].outputs == (
        make("component", (rgb(0.0, 0.0, const(0.0)),), 1),
    )


def test_numbers_match_by_their_bits():
    zero = [Rule(x + 0.0, x)]
    assert rewrite(of(X + 0.0), zero) == of(X) and rewrite(of(X + -0.0), zero) == of(X + -0.0)
    truth = [Rule(call("select", True, x, y), x)]
    assert rewrite(of(select(const(True, BOOL), X, Y)), truth) == of(X)


@pytest.mark.parametrize("seed", range(30))
def test_simplifying_twice_is_simplifying_once(seed):
    program = random_program(seed)
    for change in (simplify, relax):
        once = change(program)
        assert change(once) == once


def test_a_shared_node_is_rewritten_once():
    seen = []

    def count(node):
        seen.append(node)
        return None

    shared = (X + Y) * (X + Y)
    rewrite(of(shared, shared + X), [count])
    assert len(seen) == len(set(seen))
