"""All built-in configs: every processor translates, agrees with OpenColorIO and with the twin.

A new OpenColorIO brings new configs, and with them what fails here.
"""

import random

import numpy as np
import PyOpenColorIO as ocio
import pytest

from grade.color.config.config import open_config
from grade.color.errors import UntranslatedTransform
from grade.color.transforms.ocio_processor import from_processor, optimize_losslessly
from grade.color.transforms.ocio_translation import find_readers, flatten, name_primitive
from grade.run import executor

from ..draw import SEED
from .builtin import WAYS, distinct
from .tolerances import TOLERANCES

SAMPLE = 10  # in every test run, half of them with tone curves
BATCH = 20
BATCHES = 24  # more than there are, see test_the_batches_hold_all
TWINS = 4

# What is not ours to match: the amount by which OpenColorIO's own result moves when the values
# between its primitives move by this many float32 steps; the most of all up, all
# down, and so many draws.
STEPS = 2.0
DRAWS = 3
LARGEST_JUDGED = 1e6  # powers of code values far beyond 1: no bits of the exponent are left

ACES_2 = "FixedFunction ACES_OUTPUT_TRANSFORM_20"
HEAVY = ("GradingRGBCurve", ACES_2)


@pytest.mark.parametrize("count", [80, pytest.param(None, marks=pytest.mark.full)])
def test_processors_translate(count):
    """All of them, or so many that are drawn."""
    assert len(distinct()) >= 299
    primitives, refused = set(), {}
    for request in random.Random(SEED).sample(distinct(), count) if count else distinct():
        try:
            primitives.update(from_processor(request.processor).operations)
        except UntranslatedTransform as error:
            refused.setdefault(str(error), str(request))
    assert not refused
    assert primitives <= set(find_readers())
    assert count or {"Lut1D", *HEAVY} <= primitives


def test_a_transform_that_is_new_to_us_is_refused_by_name():
    class BrandNewTransform:
        pass

    assert name_primitive(BrandNewTransform()) == "BrandNew"
    assert list(flatten(BrandNewTransform()))
    assert "BrandNew" not in find_readers()


def limit(request, operations):
    """The row of the table for a processor that is not ACES 2."""
    way = "inverse" if request.inverse else "forward"
    if "GradingRGBCurve" in operations:
        return TOLERANCES[f"ACES 1 {way}"]
    if "FixedFunction ACES_GAMUT_COMP_13" in operations:
        return TOLERANCES[f"ACES_GAMUT_COMP_13 {way}"]
    return TOLERANCES["simple"]


def chosen(heavy, count):
    """The first of the distinct processors that are heavy, or are not."""
    found = []
    for request in distinct():
        transform = from_processor(request.processor)
        if any(name in HEAVY for name in transform.operations) == heavy and transform.steps:
            found.append(request)
        if len(found) == count:
            break
    return found


def compare(requests, samples, oracle, compiled, processor_of, difference, classes):
    code = samples[np.abs(samples).max(axis=-1) <= 1.2]
    for request in requests:
        processor = request.processor
        transform = from_processor(processor)
        pixels = samples if request.light else code
        if ACES_2 in transform.operations:
            compare_aces2(request, pixels, oracle, compiled, processor_of, difference, classes)
            continue
        expected, actual = oracle(processor, pixels), compiled(transform, pixels)
        wrong = (classes(expected) != classes(actual)).any(axis=-1)
        assert not wrong.any(), (str(request), pixels[wrong], expected[wrong], actual[wrong])
        excess = difference(actual, expected, whole_pixel=True)
        excess[np.abs(expected) > LARGEST_JUDGED] = 0
        most = limit(request, transform.operations)
        doubtful = (excess > most).any(axis=-1)
        if doubtful.any():
            own = noise(processor, pixels[doubtful], oracle, processor_of, difference)
            excess[doubtful] -= STEPS * own
        at = np.unravel_index(np.argmax(excess), excess.shape)
        assert excess[at] <= most, (
            f"{request}: {excess[at]:.2e} at {pixels[at[0]]}: {actual[at[0]]}, not"
            f" {expected[at[0]]}; {transform.operations}"
        )


def compare_aces2(request, pixels, oracle, compiled, processor_of, difference, classes):
    """In linear light: forward without what encodes it for the display, backward from pictures.

    Code values that no light gives, above the peak say, have no inverse worth a comparison.
    """
    parts = list(flatten(optimize_losslessly(request.processor).createGroupTransform()))
    way = "inverse" if request.inverse else "forward"
    processor = request.processor
    random = np.random.default_rng(20).uniform(0, 1, (60000, 3)).astype(np.float32)
    if request.inverse:
        *view, _ = request.arguments
        there = open_config(request.config).raw.getProcessor(*view, WAYS[0])
        pixels = oracle(there, np.concatenate([20 * random**3, random]))
    else:
        (last,) = (i for i, part in enumerate(parts) if name_primitive(part) == ACES_2)
        processor = processor_of(ocio.GroupTransform(parts[: last + 1]))
        pixels = np.concatenate([pixels, random])
    expected, actual = oracle(processor, pixels), compiled(from_processor(processor), pixels)
    assert (classes(expected) == classes(actual)).all(), str(request)
    apart = difference(actual, expected, whole_pixel=True)
    at = np.unravel_index(np.argmax(apart), apart.shape)
    assert apart[at] <= TOLERANCES[f"ACES 2 {way}"], (
        f"{request}: {apart[at]:.2e} at {pixels[at[0]]}: {actual[at[0]]}, not {expected[at[0]]}"
    )
    # Forward of light up to 1, of which there is enough for a percentile; backward of all.
    usual = np.quantile(apart if request.inverse else apart[-len(random) :], 0.9999)
    assert usual <= TOLERANCES[f"ACES 2 {way} at 99.99 %"], f"{request}: {usual:.2e}"


def noise(processor, pixels, oracle, processor_of, difference):
    """How far OpenColorIO's own result moves when each value between primitives moves by a step.

    Its primitives are run one by one, and what goes into each is moved by one float32 step up or
    down at random: the rounding of any other order of operations.
    """
    parts = [
        processor_of(part)
        for part in flatten(optimize_losslessly(processor).createGroupTransform())
    ]
    random = np.random.default_rng(11)
    here = oracle(processor, pixels)
    most = np.zeros(pixels.shape)
    for up in (0.0, 1.0, *[0.5] * DRAWS):
        there = pixels
        for part in parts:
            toward = np.where(random.random(pixels.shape) < up, np.inf, -np.inf)
            there = oracle(part, np.nextafter(there, toward.astype(np.float32)))
        most = np.maximum(most, difference(there, here, whole_pixel=True))
    return most


@pytest.mark.parametrize("heavy", [False, True], ids=["plain", "rendering"])
def test_a_sample_agrees(heavy, samples, oracle, compiled, processor_of, difference, classes):
    requests = chosen(heavy, SAMPLE // 2)
    compare(requests, samples[::5].copy(), oracle, compiled, processor_of, difference, classes)


@pytest.mark.full
@pytest.mark.parametrize("batch", range(BATCHES))
def test_all_agree(batch, samples, oracle, compiled, processor_of, difference, classes):
    requests = distinct()[batch * BATCH : (batch + 1) * BATCH]
    compare(requests, samples, oracle, compiled, processor_of, difference, classes)


def test_the_batches_hold_all():
    assert len(distinct()) <= BATCH * BATCHES


def same_as_twin(requests, samples, corners, as_program):
    pixels = np.concatenate([samples[::7], corners])[None]
    programs = [as_program(from_processor(request.processor)) for request in requests]
    twins = executor("twin").prepare_many(programs)
    for request, program, twin in zip(requests, programs, twins, strict=True):
        ours, theirs = np.empty_like(pixels), np.empty_like(pixels)
        executor("cpu").prepare(program)([pixels], [ours])
        twin([pixels], [theirs])
        same = (ours.view(np.int32) == theirs.view(np.int32)) | (np.isnan(ours) & np.isnan(theirs))
        assert same.all(), (str(request), pixels[~same.all(axis=-1)])


def test_cpu_and_twin_agree_to_the_bit_on_a_sample(samples, corners, as_program):
    requests = chosen(False, TWINS // 2) + chosen(True, TWINS // 2)
    same_as_twin(requests, samples, corners, as_program)


@pytest.mark.full
@pytest.mark.parametrize("batch", range(BATCHES))
def test_cpu_and_twin_agree_to_the_bit(batch, samples, corners, as_program):
    requests = distinct()[batch * BATCH : (batch + 1) * BATCH]
    if requests:
        same_as_twin(requests, samples, corners, as_program)
