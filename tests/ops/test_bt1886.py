"""BT1886: the published value, both ways, and the corners of the formula."""

import numpy as np
import pytest

from grade.op import ParameterError
from grade.ops import BT1886


def test_the_published_value():
    assert BT1886(white=100, black=0.1).evaluate(0.5) * 100 == pytest.approx(21.604911, abs=5e-7)


@pytest.mark.parametrize(("white", "black"), [(100, 0), (100, 0.1), (300, 0.5)])
def test_the_ends_are_the_levels(white, black):
    op = BT1886(white=white, black=black)
    assert op.evaluate(1.0) * 100 == pytest.approx(white, rel=1e-12)
    assert op.evaluate(0.0) * 100 == pytest.approx(black, abs=1e-12)


def test_without_black_it_is_a_power():
    x = np.linspace(0, 1.5, 31).reshape(-1, 1).repeat(3, axis=1)
    assert np.allclose(BT1886().evaluate(x), x**2.4, rtol=1e-13)


def test_the_other_direction_is_the_inverse():
    there, back = BT1886(white=100, black=0.1), BT1886(white=100, black=0.1, direction="inverse")
    x = np.linspace(0, 1.2, 25).reshape(-1, 1).repeat(3, axis=1)
    assert np.allclose(back.evaluate(there.evaluate(x)), x, atol=1e-12)


def test_black_lies_below_white():
    with pytest.raises(ParameterError, match=r"bt1886\.black = 60: not below white, 50 cd/m2"):
        BT1886(white=50, black=60)
