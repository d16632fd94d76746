"""Functions of float64 arrays, from which the tables of ACES 2 are built."""

import numpy as np

from grade.science.portable_array_math import arctangent, cosine_sine, exp2, log2, power


def test_elementary_functions():
    """Against NumPy's, which are right to a few units but not the same everywhere."""
    x = np.exp(np.random.default_rng(1).uniform(-30, 30, 5000))
    angle = np.linspace(0, 360, 3601)
    np.testing.assert_allclose(log2(x), np.log2(x), rtol=1e-14, atol=1e-15)
    np.testing.assert_allclose(exp2(np.log(x)), 2 ** np.log(x), rtol=2e-15)
    np.testing.assert_allclose(power(x, 0.42), x**0.42, rtol=2e-14)
    assert power(np.zeros(2), 0.42).tolist() == [0, 0]
    c, s = cosine_sine(angle)
    np.testing.assert_allclose(c, np.cos(np.radians(angle)), atol=1e-15)
    np.testing.assert_allclose(s, np.sin(np.radians(angle)), atol=1e-15)
    np.testing.assert_allclose(arctangent(s, c)[:-1], angle[:-1], atol=1e-12)
    assert arctangent(np.zeros(1), np.zeros(1)) == 0
