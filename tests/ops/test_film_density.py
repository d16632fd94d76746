"""FilmDensity: what dyes do, in light."""

import numpy as np

from grade.op.working_space import ACES, acescct
from grade.ops import FilmDensity

BLACK = 0.0729055341958355  # the ACEScct code of no light
X = np.random.default_rng(28).uniform(BLACK, 1.4, (300, 3))


def test_greys_keep_their_bits(run):
    grey = np.repeat(np.linspace(-1, 2, 301, dtype=np.float32)[:, None], 3, axis=1)
    op = FilmDensity(1.7, (0.8, 1.2, 1.5), 0.15)
    assert np.array_equal(run(op, grey), grey)
    assert ACES.encode is acescct


def test_in_light_it_is_a_power_of_the_ratio_to_the_largest():
    light = np.array([0.8, 0.5, 0.2])
    code = FilmDensity(1.4).evaluate(acescct(light))
    assert np.allclose(code, acescct(0.8 * (light / 0.8) ** 1.4), atol=1e-9)


def test_dye_only_ever_takes_light_away():
    for more in (FilmDensity(1.5), FilmDensity(1.0, 1.3), FilmDensity(absorption=0.2)):
        assert (more.evaluate(X) <= X + 1e-12).all()
    assert (FilmDensity(0.5).evaluate(X) >= X - 1e-12).all()
    assert np.allclose(FilmDensity(0.0).evaluate(X), X.max(axis=1, keepdims=True))


def test_each_dye_is_of_its_channel():
    """More cyan dye takes red light, and with absorption some of the other two."""
    x = np.array([0.3, 0.5, 0.4])
    cyan = FilmDensity(dyes=(2, 1, 1)).evaluate(x)
    assert np.allclose(cyan, [0.1, 0.5, 0.4])
    wrongly = FilmDensity(dyes=(2, 1, 1), absorption=0.1).evaluate(x)
    assert np.allclose(wrongly, [0.5 - 0.4 - 0.1 * 0.1, 0.5 - 0.1 * 0.5, 0.5 - 0.1 - 0.1 * 0.4])
