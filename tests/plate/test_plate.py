"""The demo plate: its colors are the published ones, and its bits are the same on every host."""

import hashlib
import os
import subprocess
import sys

import numpy as np
import pytest

from grade.plate import Scene
from grade.plate.colors import chart, tubes
from grade.plate.exact_math import bell, halved, wave
from grade.plate.glow_and_grain import doubled, with_glow, with_grain

# Changes where the picture is meant to change; never with the host, NumPy, or the threads.
DIGEST = "ff3bdfec6018e826724fa0764237a33995ff662888aa5f918ee6e69361a6d941"
SHOW = """
import hashlib
from grade.plate import Scene
print(hashlib.sha256(Scene(160, 90, 1).frame(0.3, 1).astype("<f4").tobytes()).hexdigest())
"""


@pytest.mark.parametrize("threads", [1, 3])
def test_the_picture_has_the_bits_it_had(threads):
    picture = Scene(160, 90, threads).frame(0.3, 1)
    assert picture.shape == (90, 160, 3) and picture.dtype == np.float32
    assert hashlib.sha256(picture.astype("<f4").tobytes()).hexdigest() == DIGEST


def test_a_processor_without_wide_vectors_makes_the_same_bits():
    from numpy._core._multiarray_umath import __cpu_dispatch__, __cpu_features__

    wide = [name for name in __cpu_dispatch__ if __cpu_features__.get(name)]
    if not wide:
        pytest.skip("NumPy uses nothing here that could be turned off")
    environment = dict(os.environ, NPY_DISABLE_CPU_FEATURES=" ".join(wide))
    command = [sys.executable, "-c", SHOW]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == DIGEST


@pytest.mark.filterwarnings("ignore")
def test_the_chart_is_what_an_aces_camera_sees_of_the_measured_spectra():
    import colour

    light = colour.SDS_ILLUMINANTS["D60"]
    patches = colour.SDS_COLOURCHECKERS["ISO 17321-1"].values()
    values = [colour.sd_to_aces_relative_exposure_values(patch, light) for patch in patches]
    np.testing.assert_allclose(chart().reshape(24, 3), values, atol=1e-7)


@pytest.mark.filterwarnings("ignore")
def test_the_tubes_are_saturated_colors_of_bt2020():
    import colour

    linear = [
        (1.0, 0.045, 0.02), (1.0, 0.36, 0.03), (0.12, 1.0, 0.12),
        (0.03, 0.75, 0.85), (0.06, 0.12, 1.0), (0.85, 0.08, 0.75),
    ]  # fmt: skip
    values = colour.RGB_to_RGB(np.array(linear), "ITU-R BT.2020", "ACES2065-1")
    np.testing.assert_allclose(tubes(), values / values.max(-1, keepdims=True), atol=1e-7)


def test_curves_are_near_the_functions_they_stand_for():
    x = np.linspace(0, 8, 4001, dtype=np.float32)
    np.testing.assert_allclose(halved(x), np.exp2(-x), rtol=2e-5)
    np.testing.assert_allclose(wave(10 * x - 40), np.sin(10 * x - 40), atol=2e-3)
    np.testing.assert_allclose(bell(x), np.exp(-x), atol=0.01)


@pytest.mark.parametrize("height, width", [(48, 64), (49, 65), (51, 97)])
def test_the_glow_adds_no_light_to_an_even_picture(height, width):
    even = np.full((3, height, width), 0.5, np.float32)
    np.testing.assert_allclose(with_glow(even), even, rtol=1e-5)
    ramp = np.broadcast_to(np.arange(width // 2, dtype=np.float32), (3, height // 2, width // 2))
    large = doubled(ramp, height, width)
    np.testing.assert_allclose(np.diff(large[0, 0, 1 : width // 2 * 2 - 1]), 0.5)


def test_grain_goes_with_the_root_of_the_light():
    for level in (0.0, 0.18, 4.0):
        picture = np.full((3, 200, 301), level, np.float32)
        noise = (with_grain(picture, 7) - picture).astype(np.float64)
        assert noise.std() == pytest.approx(0.0007 + 0.0035 * level**0.5, rel=0.01)
        assert abs(noise.mean()) < 0.02 * noise.std()
