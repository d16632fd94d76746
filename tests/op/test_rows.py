"""RowsParam: lists or names in, one canonical form, uniforms by row and column."""

import numpy as np
import pytest

from grade.op import Animation, ParameterError
from grade.ops import FalseColor, ZoneWheels

DARK = ZoneWheels.params()["dark"]
BANDS = FalseColor.params()["bands"]


def test_a_row_by_names_is_the_row_as_a_list():
    by_name = [{"border": -2, "exposure": 0.5, "balance": (0.1, 0, 0)}, {"border": 1}]
    as_list = [[-2, 0.5, 1, (0.1, 0, 0)], [1]]
    canonical = ((-2.0, 0.5, 1.0, (0.1, 0.0, 0.0), 2.0), (1.0, 0.0, 1.0, (0.0, 0.0, 0.0), 2.0))
    for given in (by_name, as_list, canonical, np.array([[-2.0, 0.5], [1.0, 0.0]], object)[:0]):
        if len(given):
            assert DARK.check(given, "zones") == canonical
    assert DARK.check([], "zones") == () == DARK.default


def test_every_number_of_every_row_is_a_uniform():
    rows = DARK.check([[-2, 0.5], [1, 0, 1, 0.25]], "zones")
    names, numbers = DARK.names(rows), DARK.flatten(rows)
    assert names[:4] == [".0.border", ".0.exposure", ".0.saturation", ".0.balance.r"]
    assert len(names) == len(numbers) == 14 and names[-1] == ".1.falloff"
    first, second = DARK.assemble([np.float64(n) for n in numbers])
    assert first.border == -2 and first.exposure == 0.5
    assert second.balance.tolist() == [0.25, 0.25, 0.25]


def test_one_number_is_changed_by_its_name():
    rows = DARK.check([[-2, 0.5], [1]], "zones")
    assert DARK.with_number(rows, ".1.exposure", 3.0)[1][:2] == (1.0, 3.0)
    assert DARK.with_number(rows, ".0.balance.g", 0.5)[0][3] == (0.0, 0.5, 0.0)
    assert DARK.with_number(rows, ".1.falloff", 4.0)[1][4] == 4.0
    with pytest.raises(KeyError):
        DARK.with_number(rows, ".2.exposure", 1.0)


def test_a_word_becomes_numbers_when_one_of_them_is_set():
    rows = BANDS.check([[0, 1, "white"]], "bands")
    assert BANDS.flatten(rows) == [0.0, 1.0, 1.0, 1.0, 1.0]
    assert BANDS.with_number(rows, ".0.color.b", 0.5) == ((0.0, 1.0, (1.0, 1.0, 0.5)),)


def test_rows_are_animated_number_by_number():
    zones = ZoneWheels(dark=Animation.of({1: [[-2, 0]], 11: [[-1, 1]]}))
    assert zones.at(6).dark == ((-1.5, 0.5, 1.0, (0.0, 0.0, 0.0), 2.0),)
    bands = FalseColor(bands=Animation.of({1: [[0, 1, "red"]], 11: [[1, 2, "red"]]}))
    assert bands.at(6).bands == ((0.5, 1.5, "red"),)


def test_between_two_words_or_two_counts_there_is_nothing():
    with pytest.raises(ParameterError, match="between two words there is no value"):
        FalseColor(bands=Animation.of({1: [[0, 1, "red"]], 11: [[0, 1, "blue"]]}))
    with pytest.raises(ParameterError, match="the same number of parts"):
        ZoneWheels(dark=Animation.of({1: [[-2]], 11: [[-2], [1]]}))


def test_what_is_no_number_is_refused():
    for bad in (True, "dim", None, [1, 2]):
        with pytest.raises(ParameterError, match=r"zones\.dark\[0\]\.exposure"):
            DARK.check([[0, bad]] if bad is not None else [[0, "none"]], "zones")
    with pytest.raises(ParameterError, match="nan: outside"):
        DARK.check([[float("nan")]], "zones")
