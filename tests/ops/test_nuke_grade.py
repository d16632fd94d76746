"""NukeGrade: knob values in, the plate back."""

import numpy as np

from grade.ops import NukeGrade

KNOBS = {
    "blackpoint": 0.02, "whitepoint": 0.95, "lift": 0.03, "gain": 1.1,
    "multiply": 1.05, "offset": -0.01, "gamma": 1.2,
}  # fmt: skip


def test_the_published_vector(run):
    """FIELD 3.2, in float32; without the gamma it is the power taken back."""
    assert np.allclose(run(NukeGrade(**KNOBS), [[0.5, 0.5, 0.5]]), 0.653203, atol=5e-7)
    assert np.isclose(NukeGrade(**KNOBS | {"gamma": 1.0}).evaluate(0.5), 0.653203**1.2, atol=1e-6)


def test_reverse_is_the_inverse(run):
    x = np.random.default_rng(6).uniform(-0.5, 2, (300, 3)).astype(np.float32)
    forth = run(NukeGrade(**KNOBS), x)
    assert np.abs(run(NukeGrade(**KNOBS, reverse=True), forth) - x).max() < 2e-6
    assert np.array_equal(
        run(NukeGrade(**KNOBS, reverse=True), forth), run(NukeGrade(**KNOBS), forth, inverse=True)
    )


def test_the_clamps_are_two_switches_and_off():
    x = np.array([-0.5, 0.5, 2.0])
    plain = NukeGrade(multiply=1.5).evaluate(x)
    assert plain[0] < 0 and plain[2] > 1
    assert np.array_equal(NukeGrade(multiply=1.5, clamp_black=True).evaluate(x) < 0, [0, 0, 0])
    assert np.array_equal(
        NukeGrade(multiply=1.5, clamp_white=True).evaluate(x), np.minimum(plain, 1)
    )
    assert np.isnan(NukeGrade(clamp_black=True, clamp_white=True).evaluate(np.nan))


def test_equal_points_are_flat_not_infinite():
    assert NukeGrade(blackpoint=0.5, whitepoint=0.5, lift=0.1).evaluate(0.7) == 0.1
