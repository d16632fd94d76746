"""Figures about differences, held against colour-science and against hand-made cases."""

import warnings

import numpy as np
import pytest

import grade
from grade.color.config.config import open_config
from grade.io import Frame
from grade.qc import Encoding, Limits, compare, delta_e_itp, find_encoding
from grade.qc.color_difference import PRIMARIES
from grade.qc.picture_difference import NotComparable
from grade.qc.picture_light import light_of_frame, light_of_space, measure_distance

RANDOM = np.random.default_rng(7)


@pytest.fixture(scope="module")
def colour():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import colour

        yield colour


def frame(pixels, **entries):
    return Frame.from_pixels(np.asarray(pixels, np.float32), **entries)


def test_delta_e_itp_is_that_of_bt2124(colour):
    a = RANDOM.uniform(0, 1.5, (200, 3))
    b = np.clip(a + RANDOM.normal(0, 0.05, a.shape), 0, None)
    ictcp = [colour.RGB_to_ICtCp(x * 100, method="ITU-R BT.2100-2 PQ") for x in (a, b)]
    wanted = colour.difference.delta_E_ITP(*ictcp)
    light = find_encoding("lin_rec2020_display")
    assert np.allclose(delta_e_itp(a, b, light), wanted, rtol=1e-9)


@pytest.mark.parametrize(
    ("gamut", "name"), [("rec709", "ITU-R BT.709"), ("p3d65", "P3-D65"), ("ap0", "ACES2065-1")]
)
def test_other_primaries_come_to_bt2020(colour, gamut, name):
    rgb = RANDOM.uniform(0, 1, (20, 3))
    wanted = colour.RGB_to_RGB(
        rgb, name, "ITU-R BT.2020", chromatic_adaptation_transform="Bradford"
    )
    ours = Encoding("lin", PRIMARIES[gamut], "").nits(rgb) / 100
    assert np.allclose(ours, wanted, atol=2e-4)  # published matrices are rounded


def test_what_the_numbers_are_is_said_by_the_file():
    assert find_encoding("g24_rec709_display").curve == "g24"
    assert find_encoding("never_heard_of") is None
    white = np.ones((1, 3))
    assert find_encoding("pq_rec2020_display").nits(white) == pytest.approx(np.full((1, 3), 10_000))


TAGS = [
    ({"colorInteropID": "g24_rec709_display"}, "display"),
    ({"colorInteropID": "hlg_rec2020_display"}, "display"),
    ({"colorInteropID": "lin_ap1_scene"}, "scene"),
    ({"colorInteropID": "ocio:acescct_ap1_scene"}, "scene"),
    ({"colorInteropID": "srgb_rec709_scene"}, "scene"),
    ({"chromaticities": PRIMARIES["ap1"]}, "scene"),
    ({"colorInteropID": "never_heard_of"}, None),
    ({"dpx:transfer": "logarithmic"}, None),
    ({}, None),
]


@pytest.mark.parametrize(("tags", "kind"), TAGS)
def test_the_kind_is_said_by_tags_and_never_guessed(tags, kind):
    assert light_of_frame(frame(np.ones((1, 1, 3)), tags=tags), open_config).kind == kind


def test_eight_bits_without_a_tag_are_of_a_display():
    for dtype, kind in ((np.uint8, "display"), (np.uint16, None)):
        untagged = Frame.from_pixels(np.ones((1, 1, 3), dtype), tags={})
        assert light_of_frame(untagged, open_config).kind == kind


@pytest.mark.parametrize("space", ["ACEScct", "ARRI LogC4", "Linear Rec.709 (sRGB)", "ACES2065-1"])
def test_codes_are_the_same_in_every_scene_space(space):
    """A stop of grey, encoded in the space, is 1023 / 17.52 codes."""
    config = open_config()
    way = grade.Look("way", working="ACEScg")
    way.outputs["coded"] = way.source >> grade.Convert(dst=space)
    grey = np.array([[[0.18] * 3], [[0.36] * 3]], np.float32)
    a, b = way.apply(grey, device="reference")
    light = light_of_space(config, space)
    assert light.kind == "scene"
    assert measure_distance(a, b, light, light) == pytest.approx(1023 / 17.52, rel=1e-4)


def test_a_display_whose_curve_no_tag_names_is_decoded_by_its_config():
    """HLG of 0.75 is 203 cd/m2 on a display of 1000 (BT.2408): as far from black as PQ's 203."""
    config = open_config()
    hlg, pq = (light_of_space(config, f"Rec.2100-{name} - Display") for name in ("HLG", "PQ"))
    white = np.full((1, 3), 0.75)
    assert hlg.kind == "display"
    assert hlg.decode(white) == pytest.approx(np.full((1, 3), 203.0), rel=2e-3)
    assert pq.decode(np.full((1, 3), 0.5806889)) == pytest.approx(np.full((1, 3), 203), rel=1e-4)


def test_the_worst_pixel_is_named():
    a = RANDOM.uniform(0, 1, (300, 40, 3)).astype(np.float32)
    b = a.copy()
    b[257, 31, 2] += 0.5
    b[3, 2, 0] += 0.25
    tags = {"colorInteropID": "srgb_rec709_display"}
    found = compare(frame(a, tags=tags), frame(b, tags=tags))
    assert (found.x, found.y, found.channel) == (31, 257, "B")
    assert found.maximum == pytest.approx(0.5, abs=1e-6)
    assert found.mean == pytest.approx(0.75 / a.size, rel=1e-5)
    assert found.p99 == 0 and not found.identical
    assert (found.a, found.b) == (a[257, 31, 2], b[257, 31, 2])
    assert found.itp_maximum > 10 and found.itp_p99 == 0


def test_equal_pictures_are_identical_nan_and_infinity_too():
    a = RANDOM.uniform(0, 1, (9, 9, 3)).astype(np.float32)
    a[1, 1], a[2, 2] = np.nan, np.inf
    found = compare(frame(a), frame(a.copy()))
    assert found.identical and found.relative == 0 and found.mean == 0


@pytest.mark.parametrize("odd", [np.nan, np.inf])
def test_a_nan_is_never_averaged_away(odd):
    a = np.zeros((9, 9, 3), np.float32)
    b = a.copy()
    b[4, 5, 1] = odd
    found = compare(frame(a), frame(b))
    assert found.maximum == np.inf and (found.x, found.y, found.channel) == (5, 4, "G")
    assert found.data()["maximum"] == "inf"


def test_integers_are_normalized():
    a = Frame.from_pixels(np.full((4, 4, 3), 255, np.uint8))
    b = Frame.from_pixels(np.full((4, 4, 3), 65535, np.uint16))
    assert compare(a, b).identical


def test_the_ninety_ninth_percentile_is_a_value_that_occurs():
    a = np.zeros((10, 10, 3), np.float32)
    b = a.copy()
    b.reshape(-1)[:4] = (1, 2, 3, 4)
    assert compare(frame(a), frame(b)).p99 == 1.0
    assert compare(frame(a), frame(b), as_light=False).itp_maximum is None


@pytest.mark.parametrize(("by", "passes"), [(0.5, False), (0.0005, True)])
def test_no_limit_of_light_passes_another_alpha(by, passes):
    pixels = np.full((3, 4, 4), 0.5, np.float32)
    other = pixels.copy()
    other[1, 2, 3] += by
    tags = {"colorInteropID": "lin_ap1_scene"}
    found = compare(frame(pixels, tags=tags), frame(other, tags=tags))
    assert found.alpha_maximum == pytest.approx(by, rel=1e-3)
    assert (found.judge(Limits(1e9, 1e9)) == "") is passes


def test_sizes_must_be_equal():
    with pytest.raises(NotComparable, match=r"4x4.*5x4"):
        compare(frame(np.zeros((4, 4, 3))), frame(np.zeros((4, 5, 3))))
