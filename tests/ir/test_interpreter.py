"""The living definition, where it does more than call a reference: memory, taps, promises."""

import numpy as np
import pytest

from grade.ir.expression import at, const, fetch, make, matvec, power, rgb, select, to_float
from grade.ir.interpreter import Interpreter
from grade.ir.primitives import exact_fma
from grade.ir.program import Program, Stage, Uniform, verify
from grade.ir.storage import Layout
from grade.ir.table import Table
from grade.ir.types import BOOL, F32, I32

X = make("load", (), (F32, 0, 0))
PICTURE = np.arange(12, dtype=np.float32).reshape(3, 4)


def of(*outputs, uniforms=(), source=Layout(1)):  # noqa: B008 - immutable
    return verify(Program((source,), (Layout(len(outputs)),), uniforms, (Stage(outputs),)))


def run(node, picture=PICTURE, uniforms=(), precision=np.float32, **options):
    declared = options.pop("declared", ())
    return Interpreter(of(node, uniforms=declared), precision).run(
        [[picture]], uniforms, **options
    )[0]


@pytest.mark.parametrize(("dx", "dy"), [(1, 0), (-2, 1), (0, -5), (100, 100), (-100, 0), (0, 0)])
def test_a_tap_reads_the_neighbour_or_the_edge(dx, dy):
    rows, columns = np.clip(np.arange(3) + dy, 0, 2), np.clip(np.arange(4) + dx, 0, 3)
    assert np.array_equal(run(at(X, dx, dy)), PICTURE[rows][:, columns])


def test_a_tap_of_what_is_the_same_everywhere():
    gain = make("uniform", (), (F32, 0))
    declared = (Uniform("gain"),)
    value = run(at(gain * 2, 3, 1), uniforms=[1.5], declared=declared)
    assert (value == 3.0).all() and value.shape == PICTURE.shape
    colour = at(rgb(gain, 2.0, 3.0), 1, 1)
    assert (run(make("component", (colour,), 2), uniforms=[1.5], declared=declared) == 3.0).all()


def test_an_ascending_sum_ascends():
    """0 + w0 first: another order, or a start that is not 0, has other bits."""
    weights = Table([1e8, 1.0, -1e8])
    total = make("ascending_sum", (X, const(3, I32)), ("x", 0, 0, weights, 3))
    ones = np.ones((1, 2), np.float32)
    assert run(total, ones).tolist() == [[0.0, 0.0]], "1e8 + 1 loses the 1"
    turned = Table([1e8, -1e8, 1.0])
    assert run(make("ascending_sum", total.args, ("x", 0, 0, turned, 3)), ones)[0, 0] == 1.0
    none = run(make("ascending_sum", (X, const(0, I32)), ("x", 0, 0, weights, 3)), -ones)
    assert (none == 0.0).all() and not np.signbit(none).any()


def test_a_sum_steps_is_fused_and_holds_its_count():
    weights = Table([0.1, 0.2, 0.3, 0.4])
    count = make("uniform", (), (I32, 0))
    declared = (Uniform("n", I32),)
    noise = np.random.default_rng(0).normal(size=(5, 6)).astype(np.float32)
    for given, used in [(-(2**31), 0), (-1, 0), (2, 2), (4, 4), (9, 4), (2**31 - 1, 4)]:
        want = np.zeros_like(noise)
        for k in range(used):
            rows = np.clip(np.arange(5) + 3 - 2 * k, 0, 4)
            want = exact_fma(weights.data[k], noise[rows], want)
        total = make("ascending_sum", (X, count), ("y", 3, -2, weights, 4))
        assert np.array_equal(run(total, noise, [given], declared=declared), want)


def test_coordinates_are_absolute():
    x, y = (make("coordinate", (), (I32, axis)) for axis in "xy")
    place = to_float(x) + to_float(y) * 100
    assert run(place)[2].tolist() == [200, 201, 202, 203]
    assert run(place, origin=(10, -3))[0].tolist() == [-290, -289, -288, -287]
    wrapped = run(to_float(x), origin=(2**31 - 2, 0))[0]
    assert wrapped.tolist() == [2147483648, 2147483648, -2147483648, -2147483648]


def test_uniforms_are_rounded_to_their_type():
    f, i, b = (make("uniform", (), (t, n)) for n, t in enumerate((F32, I32, BOOL)))
    declared = (Uniform("f"), Uniform("i", I32), Uniform("b", BOOL))
    value = select(b, f, to_float(i))
    for given, want in [((0.1, 3, 1), np.float32(0.1)), ((0.1, -7, 0), -7.0)]:
        assert (run(value, uniforms=given, declared=declared) == want).all()
    exact = run(f, uniforms=(0.1, 0, 0), declared=declared, precision=np.float64)
    assert (exact == np.float64(np.float32(0.1))).all(), "the oracle sees the same number"


def test_the_prologue_and_planes():
    gain = make("uniform", (), (F32, 0))
    hoisted = make("hoisted", (), (F32, 0))
    shifted = at(make("plane", (), (0, 0)), 1, 0)
    program = verify(
        Program((Layout(1),), (Layout(1),), (Uniform("gain"),),
                (Stage((X * hoisted,)), Stage((shifted + hoisted,))), (gain * gain,)),
        lowered=True,
    )  # fmt: skip
    got = Interpreter(program, np.float32).run([[PICTURE]], [3.0])[0]
    assert np.array_equal(got, PICTURE[:, [1, 2, 3, 3]] * 9 + 9)


def test_a_promise_is_checked_in_float32():
    node = make("within", (X,), (0.0, 11.0, False))
    assert np.array_equal(run(node), PICTURE)
    with pytest.raises(AssertionError, match="breaks the promise"):
        run(node, PICTURE + 0.5)
    with pytest.raises(AssertionError, match="breaks the promise"):
        run(node, np.float32([[np.nan]]))
    assert np.isnan(run(make("within", (X,), (0.0, 1.0, True)), np.float32([[np.nan]]))).all()


def test_the_oracle_is_double_and_the_definition_single():
    node = power(X, 0.1) * 3
    single, double = run(node), run(node, precision=np.float64)
    assert single.dtype == np.float32 and double.dtype == np.float64
    assert not np.array_equal(single, double) and np.allclose(single, double, rtol=1e-6)
    picked = fetch(Table([0.1]), const(0, I32)) + X
    assert run(picked, precision=np.float64).dtype == np.float64


def test_a_matrix_is_fused_row_by_row():
    cells = [0.1, 0.2, 0.3] + [0.0] * 6
    colour = rgb(X, X + 0.5, X * 3)
    got = run(make("component", (matvec(cells, colour),), 0))
    a, b, c = (np.float32(v) for v in cells[:3])
    want = exact_fma(c, PICTURE * 3, exact_fma(b, PICTURE + np.float32(0.5), a * PICTURE))
    assert np.array_equal(got, want)


# --- fma with one rounding ------------------------------------------------------------------------


def test_fma_rounds_once():
    """Against exact fractions, where a product rounded first, or a sum rounded twice, differs."""
    from fractions import Fraction

    random = np.random.default_rng(5)
    a = random.normal(size=4000).astype(np.float32)
    b = random.normal(size=4000).astype(np.float32)
    c = (-a * b * (1 + random.integers(-2, 3, 4000) * 2.0**-23)).astype(np.float32)
    c[::3] = (random.normal(size=4000) * 2.0 ** random.integers(-60, 30, 4000))[::3]
    a[:500] *= np.float32(2.0**-100)  # denormal results
    b[:500] *= np.float32(2.0**-45)
    c[:500] = random.integers(-5, 6, 500) * np.float32(2.0**-149)
    # 97 * 172961 = 2**24 + 1, the middle of two floats; what is added decides, but a double has
    # no room for it.
    scale = 2.0 ** random.integers(-30, 30, 500)
    a[500:1000], b[500:1000] = 97 * scale, 172961
    c[500:1000] = scale * random.choice([-1, 1], 500) * 2.0**-60
    got = exact_fma(a, b, c)
    apart = 0
    for x, y, z, r in zip(a, b, c, got, strict=True):
        exact = Fraction(float(x)) * Fraction(float(y)) + Fraction(float(z))
        off = abs(Fraction(float(r)) - exact)
        for side in (np.inf, -np.inf):
            beside = np.nextafter(r, np.float32(side))
            other = abs(Fraction(float(beside)) - exact)
            assert off < other or (off == other and int(r.view(np.uint32)) % 2 == 0), (x, y, z, r)
        apart += float(np.float32(np.float64(x) * np.float64(y) + np.float64(z))) != float(r)
    assert apart > 200, "no case here would catch a sum that is rounded twice"


def test_fma_of_special_operands():
    inf, nan = np.float32(np.inf), np.float32(np.nan)
    one, zero, big = np.float32(1), np.float32(0), np.float32(3.4028235e38)
    with np.errstate(all="ignore"):
        assert np.isnan(exact_fma(inf, zero, one)) and np.isnan(exact_fma(inf, one, -inf))
        assert exact_fma(big, big, -inf) == -inf, "the product does not overflow on its own"
        assert exact_fma(big, one, big) == inf and exact_fma(big, np.float32(2), -big) == big
        assert np.isnan(exact_fma(nan, zero, zero))
    assert np.signbit(exact_fma(-zero, one, -zero)) and not np.signbit(exact_fma(zero, one, -zero))
