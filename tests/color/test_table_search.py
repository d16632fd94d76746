"""The search in a rising table, and the addresses of half-float codes."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grade.color.formulas.half_float_codes import find_code, interpolate_codes
from grade.color.formulas.table_search import EvenBuckets, PatternBuckets, Search
from grade.ir.expression import to_float

# Without the depths where 1 / gap is no float32.
floats = st.floats(-1e4, 1e4, width=32).map(lambda v: 0.0 if abs(v) < 1e-30 else v)


def expected_position(values, wanted):
    """The last entry below, by NumPy."""
    return np.maximum(np.searchsorted(values, wanted, side="left") - 1, 0)


@settings(max_examples=150, deadline=None)
@given(st.lists(floats, min_size=2, max_size=60), st.lists(floats, min_size=1, max_size=20))
def test_any_table_any_value(entries, wanted):
    values = np.sort(np.float32(entries))
    if values[0] == values[-1]:
        values[-1] = 2 * abs(values[-1]) + 1
    held = np.clip(np.float32([*wanted, *entries]), values[0], values[-1])
    index, fraction = Search(values).position(np.float32([*wanted, *entries]))
    np.testing.assert_array_equal(index, expected_position(values, held))
    low, high = values[index].astype(float), values[index + 1].astype(float)
    span = float(values[-1]) - float(values[0])
    np.testing.assert_allclose(low + fraction * (high - low), held, rtol=1e-6, atol=1e-6 * span)
    assert (fraction >= 0).all() and (fraction <= 1).all()


TABLES = {
    "even": np.linspace(0, 1, 4096),
    "steep": np.exp(np.linspace(-12, 9, 4096)),
    "steep from below zero": np.exp(np.linspace(-12, 9, 4096)) - 0.01,
    "PQ-like": (np.arange(31744) / 31743) ** 0.16,
    "huge last": np.append(np.linspace(-0.05, 100, 4000), np.inf),
    "two": np.array([0.25, 0.75]),
    "stairs": np.repeat(np.arange(50), 80) / 50,
}


@pytest.mark.parametrize("name", TABLES)
def test_in_the_kernel(name, compiled):
    """Float32 all the way: the bucket's rounding may not lose an entry."""
    values = TABLES[name].astype(np.float32)
    search = Search(values)
    finite = values[np.isfinite(values)]
    beside = np.concatenate([finite, np.nextafter(finite, -np.inf), np.nextafter(finite, np.inf)])
    random = np.random.default_rng(1).uniform(finite[0] - 0.1, finite[-1] + 0.1, 30000)
    wanted = np.concatenate([beside, random]).astype(np.float32)
    held = np.clip(wanted, values[0], values[-1])
    pixels = np.repeat(wanted[:, None], 3, axis=1)
    found = compiled(lambda x: to_float(search.position(x)[0]), pixels)
    np.testing.assert_array_equal(found[:, 0].astype(int), expected_position(values, held))


def test_the_first_fetch_saves_steps():
    assert Search(TABLES["even"]).steps <= 2  # 12 without
    assert Search(TABLES["steep"]).steps <= 2
    assert Search(TABLES["PQ-like"]).steps < 15


def test_the_division_fits_the_table():
    even = Search(TABLES["even"])
    steep = Search(TABLES["steep"])
    assert isinstance(even._buckets, EvenBuckets)
    assert isinstance(steep._buckets, PatternBuckets)


def test_nan_stays_and_ends_hold():
    index, fraction = Search(np.float32([0.0, 0.5, 2.0])).position(
        np.float32([np.nan, -1.0, -0.0, 0.0, 9.0, np.inf])
    )
    assert np.isnan(fraction[0])
    np.testing.assert_array_equal(index[1:], [0, 0, 0, 1, 1])
    np.testing.assert_allclose(fraction[1:], [0, 0, 0, 1, 1], atol=1e-7)
    assert fraction[1:].max() <= 1


# --- half codes -----------------------------------------------------------------------------------


def finite_halves():
    codes = np.arange(65536, dtype=np.uint16)
    values = codes.view(np.float16).astype(np.float64)
    keep = np.isfinite(values)
    return codes[keep].astype(int), values[keep]


def test_every_half_is_its_own_code():
    codes, values = finite_halves()
    code, fraction = find_code(values)
    np.testing.assert_array_equal(code, codes)
    assert not np.any(fraction)


def test_between_halves():
    _, values = finite_halves()
    positive = np.unique(np.abs(values))
    middle = (positive[:-1] + positive[1:]) / 2
    for sign in (1, -1):
        code, fraction = find_code(sign * middle)
        np.testing.assert_array_equal(fraction, 0.5)
        np.testing.assert_array_equal(interpolate_codes(code, fraction), sign * middle)


def test_beyond_the_halves():
    code, fraction = find_code(np.array([65519.0, np.inf, -np.inf, -7e4, np.nan]))
    np.testing.assert_array_equal(code, [0x7BFF, 0x7BFF, 0xFBFF, 0xFBFF, 0x7BFF])
    assert not fraction.any()
