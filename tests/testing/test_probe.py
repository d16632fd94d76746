"""The probe picture: the same bits everywhere, and what it promises to hold."""

import inspect
import warnings

import numpy as np
import pytest

from grade.testing import color_chart, probe_picture
from grade.testing.probe_picture import BRIEF, SAMPLES

from ..house.test_determinism import findings

# Not to be changed lightly: every golden file of every house stands on these bits.
DIGEST = "173262fc3007ac501d3838e8c4d3d7b4a3055638bf359a905e084239b2586755"


def test_its_bits_are_these():
    picture = probe_picture.draw_probe()
    assert picture.shape == (270, 480, 4) and picture.dtype == np.float32
    assert probe_picture.hash_pixels(picture) == DIGEST
    assert probe_picture.hash_pixels(picture[:, ::-1]) != DIGEST


@pytest.mark.parametrize("module", [color_chart, probe_picture])
def test_it_is_computed_the_same_on_every_host(module):
    assert not list(findings(inspect.getsource(module)))


def test_the_patches_are_those_of_iso_17321():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import colour

        spectra = colour.SDS_COLOURCHECKERS["ISO 17321-1"]
        light = colour.SDS_ILLUMINANTS["D60"]
        wanted = [colour.sd_to_aces_relative_exposure_values(s, light) for s in spectra.values()]
    assert np.abs(np.array([*color_chart.PATCHES.values()]) - np.array(wanted)).max() < 6e-6


def test_samples_are_where_they_say():
    picture = probe_picture.draw_probe()
    at = {name: picture[y, x] for name, (x, y) in SAMPLES.items()}
    assert len(at) == len(set(SAMPLES.values())) == 48 and set(BRIEF) < set(at)
    for name, patch in color_chart.PATCHES.items():
        assert (at[name][:3] == np.float32(patch)).all(), name
    for stop in (-8, -6, -4, -2, -1, 0, 1, 2, 4, 6):
        name = f"stop_{stop}".replace("-", "minus_")
        assert (at[name][:3] == np.float32(0.18 * 2.0**stop)).all(), name
    assert (at["grey_minus_1"][:3] == -1).all() and (at["grey_0"][:3] == 0).all()
    assert (at["peak_64"][:3] == 64).all()
    assert at["half_alpha"][3] == 0.5 and at["alpha_blue"][3] == 0.25
    assert at["glow"][3] == 0 and (at["glow"][:3] > 0).all()


def test_pure_hues_stand_in_a_circle():
    picture = probe_picture.draw_probe()
    for hue in ("red", "yellow", "green", "cyan", "blue", "magenta"):
        x, y = SAMPLES[f"pure_{hue}"]
        rgb = picture[y, x, :3]
        wanted = {"red": "100", "yellow": "110", "green": "010", "cyan": "011", "blue": "001",
                  "magenta": "101"}[hue]  # fmt: skip
        assert "".join("1" if value > 0.5 else "0" for value in rgb) == wanted
        assert rgb.min() < 0.05
    middle = picture[80, 320, :3]
    assert (middle == middle[0]).all() and middle[0] > 0.75


def test_it_has_everything_between_minus_1_and_64():
    picture = probe_picture.draw_probe()
    assert picture[..., :3].min() == -1 and picture[..., :3].max() == 64
    alpha = picture[..., 3]
    assert alpha.min() == 0 and alpha.max() == 1 and len(np.unique(alpha)) > 300
    grey = picture[190, :, 0]
    assert (np.diff(grey) >= 0).all() and 0 < grey[0] < 1e-4
    assert np.isfinite(picture).all()


def test_it_cannot_be_spoiled():
    with pytest.raises(ValueError):
        probe_picture.draw_color()[0, 0] = 0
    probe_picture.draw_probe()[:] = 0
    assert probe_picture.hash_pixels(probe_picture.draw_probe()) == DIGEST
