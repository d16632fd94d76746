"""KelvinBalance: what white_balance of format 1 did, where it differs from that of today."""

import numpy as np
import pytest

from grade.op import ParameterError
from grade.ops import KelvinBalance, WhiteBalance


@pytest.mark.parametrize("locus", ["blackbody", "daylight"])
@pytest.mark.parametrize("kelvin", [4300, 6600, 12000])
def test_with_a_temperature_it_is_white_balance_to_the_bit(locus, kelvin, run):
    x = np.random.default_rng(3).uniform(0, 2, (50, 3)).astype(np.float32)
    old = run(KelvinBalance(kelvin, 0.003, locus=locus), x)
    assert np.array_equal(old, run(WhiteBalance(kelvin, 0.003, locus=locus), x))


def test_without_one_green_has_the_direction_of_6000_kelvin():
    old, new = KelvinBalance(tint=0.01), WhiteBalance(tint=0.01)
    grey = [0.18] * 3
    assert not np.allclose(old.evaluate(grey), new.evaluate(grey), rtol=1e-5)
    assert np.allclose(old.evaluate(grey), new.evaluate(grey), rtol=5e-3)


def test_keys_blend_in_kelvin():
    keyed = KelvinBalance({1: 3000, 11: 6000})
    assert keyed.at(6).temperature == 4500
    assert WhiteBalance({1: 3000, 11: 6000}).at(6).temperature == 4000


def test_a_locus_has_ends():
    with pytest.raises(ParameterError, match=r"temperature = 3200: .*4000\.\.25000 K.*blackbody"):
        KelvinBalance(3200, locus="daylight")
