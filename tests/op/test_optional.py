"""OptionalParam: no uniform until it is given."""

import pytest

from grade.op import Animation, ParameterError
from grade.ops import Contrast

SOFT = Contrast.params()["high_soft"]


def test_whether_it_is_there_is_structure():
    assert SOFT.names(None) == () and SOFT.flatten(None) == [] and SOFT.assemble([]) is None
    assert list(SOFT.names(0.0)) == [""] and SOFT.flatten(0.0) == [0.0] and SOFT.assemble([7]) == 7
    assert SOFT.with_number(0.25, "", 0.5) == 0.5
    with pytest.raises(KeyError):
        SOFT.with_number(0.25, ".r", 0.5)


def test_it_is_animated_once_it_is_there():
    op = Contrast(1.5, high_soft=Animation.of({1: 0.0, 11: 1.0}))
    assert op.at(6).high_soft == 0.5
    with pytest.raises(ParameterError, match="the same number of parts"):
        Contrast(1.5, high_soft=Animation.of({1: None, 11: 1.0}))
