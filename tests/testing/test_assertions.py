"""`assert_images_equal` and `assert_samples`: what passes, what fails, and what they say."""

import numpy as np
import pytest

import grade
from grade.errors import RequestError
from grade.graph import Look
from grade.io import Frame
from grade.qc import count_codes, delta_e_itp, find_encoding
from grade.testing import assert_images_equal, assert_samples

GREY = np.full((4, 6, 3), 0.18, np.float32)


def other(by=0.01):
    picture = GREY.copy()
    picture[2, 5, 1] += by
    return picture


def test_equal_pictures_of_any_kind(tmp_path):
    path = tmp_path / "grey.exr"
    Frame.from_pixels(GREY).write(path)
    assert_images_equal(GREY, GREY.copy())
    assert_images_equal(path, str(path))
    assert_images_equal(Frame.from_pixels(GREY), path)


def test_where_they_differ_is_said():
    with pytest.raises(AssertionError, match=r"differ: max 0.01 at 5,2 G \(0.18 against 0.19\)"):
        assert_images_equal(GREY, other())


def test_limits():
    display = {"colorInteropID": "srgb_rec709_display"}
    a, b = (Frame.from_pixels(pixels, tags=display) for pixels in (GREY, other()))
    de = float(delta_e_itp(GREY, other(), find_encoding("srgb_rec709_display")).max())
    assert_images_equal(GREY, other(), max_abs=0.0101)
    assert_images_equal(a, b, max_de=de * 1.001)
    with pytest.raises(AssertionError, match=r"dE ITP .* is past max_de"):
        assert_images_equal(a, b, max_de=de * 0.999)
    with pytest.raises(AssertionError, match=r"0.01 is past max_abs 0.009"):
        assert_images_equal(a, b, max_abs=0.009, max_de=100)


def test_a_scene_has_a_limit_of_its_own():
    codes = float(count_codes(GREY, other()).max())
    assert_images_equal(GREY, other(), max_codes=codes * 1.001, space="ACEScg")
    with pytest.raises(AssertionError, match=r"codes is past max_codes"):
        assert_images_equal(GREY, other(), max_codes=codes * 0.999, space="ACEScg")
    with pytest.raises(AssertionError, match=r"max_codes is the limit of a scene, not dE"):
        assert_images_equal(GREY, other(), max_de=1e9, space="ACEScg")
    with pytest.raises(AssertionError, match=r"max_de is the limit of a display, not codes"):
        assert_images_equal(GREY, other(), max_codes=1e9, space="sRGB - Display")
    with pytest.raises(RequestError, match=r"of no known space.*space="):
        assert_images_equal(GREY, other(), max_de=1e9, max_codes=1e9)


def test_nan_against_a_number_is_no_small_difference():
    broken = other(np.nan)
    assert_images_equal(broken, broken.copy())
    display, scene = "sRGB - Display", "ACEScg"
    for limits in (
        {}, {"max_de": 1e6, "space": display}, {"max_codes": 1e6, "space": scene}, {"max_abs": 1e6}
    ):  # fmt: skip
        with pytest.raises(AssertionError):
            assert_images_equal(GREY, broken, **limits)


def test_a_sheet_is_left(tmp_path):
    with pytest.raises(AssertionError, match=r"see .*pair\.html"):
        assert_images_equal(GREY, other(), sheet=tmp_path / "pair.html")
    page = (tmp_path / "pair.html").read_text()
    assert page.count("data:image/png") == 4 and "differ: max 0.01" in page


def test_other_sizes_are_refused():
    with pytest.raises(RequestError, match="only equal windows compare"):
        assert_images_equal(GREY, GREY[:2])


@pytest.fixture
def look():
    made = Look("double", working="ACES2065-1")
    made.outputs["master"] = made.source >> grade.CDL(slope=2.0, name="trim")
    made.outputs["half"] = made.source >> grade.CDL(slope=0.5, name="dim")
    return made


def test_samples_by_color_and_by_name(look, tmp_path):
    assert_samples(look, {(0.1, 0.2, 0.3): (0.2, 0.4, 0.6), "stop_0": (0.36, 0.36, 0.36)})
    assert_samples(look, {(0.1, 0.2, 0.3): (0.05, 0.1, 0.15)}, output="half")
    assert_samples(look.save(tmp_path / "x.grade.yaml"), {"light_skin": (0.8, 0.63834, 0.47468)})
    assert_samples(look, {})


def test_samples_that_are_off(look):
    samples = {"light_skin": (0.8, 0.63834, 0.48), (0.1, 0.1, 0.1): (0.2, 0.2, 0.2)}
    with pytest.raises(AssertionError) as caught:
        assert_samples(look, samples)
    lines = str(caught.value).splitlines()
    assert lines[0] == "double master: 1 of 2 samples: other than in five digits"
    assert lines[1].startswith("  light_skin 0.800 0.638 0.480 -> 0.800 0.638 0.475 codes ")
    assert len(lines) == 2
    assert_samples(look, samples, max_codes=3)
    with pytest.raises(AssertionError, match=r"past max_codes 0.01"):
        assert_samples(look, samples, max_codes=0.01)
    with pytest.raises(AssertionError, match=r"max_codes is the limit of a scene, not dE"):
        assert_samples(look, samples, max_de=1e9)


def test_a_sample_that_is_not_there(look):
    with pytest.raises(RequestError, match=r"no sample 'lightskin'. Did you mean light_skin"):
        assert_samples(look, {"lightskin": (1, 1, 1)})


def test_a_look_that_changes_in_time(look):
    look["trim"].offset.key(1001, 0.0).key(1011, 1.0)
    assert_samples(look, {(0.1, 0.1, 0.1): (0.7, 0.7, 0.7)}, frame=1006, max_codes=0.01)
