"""Whole conversions of the studio config against OpenColorIO: every space, every plain view."""

import numpy as np
import pytest

from grade.color.config.config import DEFAULT, open_config
from grade.color.errors import UntranslatedTransform
from grade.color.transforms.ocio_processor import from_processor
from grade.color.transforms.ocio_translation import find_readers

from ..draw import some

REFERENCE = "ACES2065-1"
CONFIG = open_config(DEFAULT)
SPACES = [name for name in CONFIG.spaces if name != REFERENCE and not CONFIG.space(name).is_data]
PLAIN_VIEWS = ["Un-tone-mapped", "Video (colorimetric)", "Raw"]

# min(absolute, relative to the largest channel of the pixel + 1e-4), on code values -0.5..1.2 or
# light up to 200; and what OpenColorIO's own result changes by when its input moves by one float32
# step: a matrix that cancels before a power or a logarithm leaves no more than that.
TOLERANCE = 3e-6
STEPS = 2.0
# A matrix with offset, then a second one: OpenColorIO's alpha becomes inf * 0 = NaN and spoils the
# color. Ours has no alpha to spoil.
CLASSES_DIFFER = ("ADX10", "ADX16")


def pixels_for(space, samples):
    """Light as it is; code values where exponents of 200 would only overflow."""
    if CONFIG.space(space).is_linear:
        return samples
    return samples[np.abs(samples).max(axis=-1) <= 1.2]


def sensitivity(processor, pixels, oracle, difference):
    """The largest change among a few neighbours of each pixel."""
    random = np.random.default_rng(11)
    here = oracle(processor, pixels)
    most = np.zeros(pixels.shape)
    for _ in range(3):
        toward = np.where(random.random(pixels.shape) < 0.5, -np.inf, np.inf).astype(np.float32)
        there = oracle(processor, np.nextafter(pixels, toward))
        most = np.maximum(most, difference(there, here, whole_pixel=True))
    return most


@pytest.mark.parametrize("back", [False, True], ids=["decode", "encode"])
@pytest.mark.parametrize("name", some(SPACES, 14))
def test_space(name, back, samples, corners, oracle, compiled, difference, classes):
    source, target = (REFERENCE, name) if back else (name, REFERENCE)
    transform = CONFIG.convert(source, target)
    processor = CONFIG.raw.getProcessor(source, target)
    pixels = pixels_for(source, samples)
    expected, actual = oracle(processor, pixels), compiled(transform, pixels)
    assert (classes(expected) == classes(actual)).all()
    excess = difference(actual, expected, whole_pixel=True)
    excess -= STEPS * sensitivity(processor, pixels, oracle, difference)
    at = np.unravel_index(np.argmax(excess), excess.shape)
    assert excess[at] <= TOLERANCE, (pixels[at[0]], actual[at[0]], expected[at[0]])
    if name not in CLASSES_DIFFER:
        expected, actual = oracle(processor, corners), compiled(transform, corners)
        wrong = (classes(expected) != classes(actual)).any(axis=-1)
        assert not wrong.any(), (corners[wrong], expected[wrong], actual[wrong])


VIEWS = [
    (display, view)
    for display, views in CONFIG.displays.items()
    for view in views
    if view in PLAIN_VIEWS
]


@pytest.mark.parametrize("inverse", [False, True], ids=["forward", "inverse"])
@pytest.mark.parametrize(("display", "view"), some(VIEWS, 12))
def test_plain_view(display, view, inverse, samples, oracle, compiled, difference):
    import PyOpenColorIO as ocio

    transform = CONFIG.display(display, view, "ACEScg", inverse=inverse)
    way = ocio.TRANSFORM_DIR_INVERSE if inverse else ocio.TRANSFORM_DIR_FORWARD
    processor = CONFIG.raw.getProcessor("ACEScg", display, view, way)
    pixels = samples[np.abs(samples).max(axis=-1) <= 1.2] if inverse else samples
    excess = difference(compiled(transform, pixels), oracle(processor, pixels), whole_pixel=True)
    excess -= STEPS * sensitivity(processor, pixels, oracle, difference)
    assert excess.max() <= TOLERANCE


def every_request(config):
    """Both ways between every space and the reference, and through every view."""
    import PyOpenColorIO as ocio

    reference = "aces_interchange"
    for name in config.spaces:
        yield name, reference
        yield reference, name
    for display, views in config.displays.items():
        for view in views:
            yield reference, display, view, ocio.TRANSFORM_DIR_FORWARD
            yield reference, display, view, ocio.TRANSFORM_DIR_INVERSE
    for look in config.raw.getLookNames():
        for way in (ocio.TRANSFORM_DIR_FORWARD, ocio.TRANSFORM_DIR_INVERSE):
            yield ocio.LookTransform(reference, reference, look), way


def test_what_translates():
    """Every space and every plain view; the rest says by name what it lacks."""
    done, refused = [], {}
    for request in every_request(CONFIG):
        processor = CONFIG.raw.getProcessor(*request)
        try:
            from_processor(processor)
            done.append(request)
        except UntranslatedTransform as error:
            refused.setdefault(error.primitive, []).append(request)
            assert error.primitive in str(error)
            assert error.primitive not in find_readers()
    spaces = 2 * len(CONFIG.spaces)
    plain = 2 * len(VIEWS)
    assert (spaces, plain, sum(map(len, refused.values())) + len(done)) == (114, 54, 218)
    assert sum(len(request) == 2 and isinstance(request[0], str) for request in done) == spaces
    assert len(done) >= spaces + plain
    # ACES rendering and the ACES looks, nothing else.
    assert all(name.startswith(("FixedFunction ACES_", "GradingRGBCurve")) for name in refused)


@pytest.mark.full
def test_every_built_in_config_translates_but_for_named_primitives():
    from grade.color.config.built_in_configs import list_built_in_configs

    for name in list_built_in_configs():
        config = open_config(name)
        for request in every_request(config):
            processor = config.raw.getProcessor(*request)
            try:
                from_processor(processor)
            except UntranslatedTransform as error:
                assert error.primitive.startswith(("FixedFunction ACES_", "GradingRGBCurve"))


def test_equal_and_data_spaces_are_left_alone():
    assert CONFIG.convert("ACEScg", "lin_ap1").is_identity
    assert CONFIG.convert("Raw", "ACEScg").is_identity
    assert CONFIG.convert("ACEScg", "Raw").is_identity


def test_published_values():
    """S-2016-001: middle grey and one stop in ACEScct; ARRI: 18 % in LogC4 is 285 of 1023."""
    to_log = CONFIG.convert("ACEScg", "ACEScct")
    grey = np.full(3, 0.18)
    assert to_log(grey) == pytest.approx(0.4135884, abs=1e-6)
    assert to_log(2 * grey) - to_log(grey) == pytest.approx(1 / 17.52, abs=1e-6)
    logc4 = CONFIG.convert("Linear ARRI Wide Gamut 4", "ARRI LogC4")(grey)
    assert logc4 * 1023 == pytest.approx(285, abs=0.6)
