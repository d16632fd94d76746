"""Functions of one float that range analysis trusts; mpmath is the witness."""

import math
import random

import mpmath
import numpy as np
import pytest

from grade.science import portable_float_math as portable

INF = float("inf")
TOP = 3.4028234663852886e38

REFERENCES = {
    "log2": lambda x: mpmath.log(x, 2), "log": mpmath.log, "log10": mpmath.log10,
    "cbrt": mpmath.cbrt,
}  # fmt: skip


@pytest.mark.parametrize("name", REFERENCES)
def test_portable_logarithms_and_roots(name):
    draw = random.Random(7)
    with mpmath.workprec(100):
        for _ in range(800):
            x = float(np.float32(2.0 ** draw.uniform(-149, 128)))
            exact = REFERENCES[name](mpmath.mpf(x))
            assert abs(getattr(portable, name)(x) - exact) <= 1e-12 * abs(exact)


def test_portable_exponentials_and_powers():
    draw = random.Random(8)
    with mpmath.workprec(100):
        for _ in range(800):
            z = draw.uniform(-160, 140)
            two, e = mpmath.mpf(2) ** mpmath.mpf(z), mpmath.exp(mpmath.mpf(z / 2))
            assert abs(portable.exp2(z) / two - 1) <= 1e-12
            assert abs(portable.exp(z / 2) / e - 1) <= 1e-12
            x = 2.0 ** draw.uniform(-100, 100)
            y = z / math.log2(x)
            assert abs(portable.power(x, y) / mpmath.mpf(x) ** mpmath.mpf(y) - 1) <= 1e-12


def test_portable_functions_at_their_ends():
    assert portable.log2(0.0) == -INF and portable.log2(INF) == INF and portable.log2(8.0) == 3.0
    assert portable.log(1.0) == 0.0 and portable.log10(0.0) == -INF
    assert portable.exp2(-INF) == 0.0 and portable.exp2(INF) == INF and portable.exp2(5.0) == 32.0
    assert portable.exp(-INF) == 0.0 and portable.exp(INF) == INF
    assert portable.cbrt(-INF) == -INF and portable.cbrt(-0.0) == 0.0
    for base in (0.0, 0.5, 1.0, 2.0, INF):
        for exponent in (-INF, -2.0, 0.0, 3.0, INF):
            with np.errstate(all="ignore"):
                want = float(np.power(np.float64(base), exponent))
            assert portable.power(base, exponent) == pytest.approx(want, rel=1e-12)
    assert portable.hypot(3.0, -4.0) == 5.0 and portable.hypot(INF, 0.0) == INF
    assert portable.hypot(TOP, TOP) < INF and portable.hypot(2.0**-149, 0.0) == 2.0**-149
