"""Constants to double precision, by exact decimal arithmetic; mpmath is the witness."""

import math

import mpmath
import numpy as np
import pytest

from grade.science import correctly_rounded_math as exact

NUMBERS = [float(x) for x in np.exp(np.random.default_rng(3).uniform(-40, 40, 200))]


@pytest.mark.parametrize("name", ["log", "log2", "log10"])
def test_logarithms_are_correctly_rounded(name):
    mpmath.mp.prec = 200
    base = {"log": mpmath.e, "log2": 2, "log10": 10}[name]
    for x in NUMBERS:
        assert getattr(exact, name)(x) == float(mpmath.log(x, base)), x


def test_powers_are_correctly_rounded():
    mpmath.mp.prec = 200
    for x, y in zip(NUMBERS, reversed(NUMBERS), strict=True):
        exponent = math.copysign(math.log(y) / 8, y - 1)
        assert exact.power(x, exponent) == float(mpmath.power(x, exponent))
        assert exact.exp(exponent) == float(mpmath.exp(exponent))
        assert exact.exp2(exponent) == float(mpmath.power(2, exponent))


def test_exact_cases():
    assert [exact.log2(2.0**n) for n in (-126, -1, 0, 1, 40)] == [-126, -1, 0, 1, 40]
    assert exact.log10(1000.0) == 3.0
    assert exact.power(0.0, 2.4) == 0.0
    assert exact.exp(0.0) == exact.power(7.0, 0.0) == 1.0


@pytest.mark.parametrize("x", [0.0, -1.0, math.inf, math.nan])
def test_there_is_no_logarithm(x):
    for function in (exact.log, exact.log2, exact.log10, lambda v: exact.power(v, -0.5)):
        with pytest.raises(ValueError, match="no logarithm"):
            function(x)
