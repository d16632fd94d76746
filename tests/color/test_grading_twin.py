"""The grading transforms, read from OpenColorIO: the CPU and the g++ twin give the same bits."""

import shutil

import numpy as np
import pytest

from grade.color.transforms.ocio_processor import from_processor
from grade.run import executor

from ..draw import some
from . import test_grading_hue_curve as hue_curve
from . import test_grading_primary as primary
from . import test_grading_tone as tone
from .gradings import STYLES, pixels

pytestmark = pytest.mark.skipif(not shutil.which("g++"), reason="the twin needs g++")
CORNERS = np.array([np.nan, np.inf, -np.inf, 0, -0.0, 1e-42, 3e38, 65504], np.float32)


def transforms(style):
    draw = np.random.default_rng(11)
    for inverse in (False, True):
        yield primary.theirs(primary.drawn(draw, style), inverse)
        yield tone.theirs(tone.drawn(draw, style), inverse)
        yield hue_curve.theirs(hue_curve.drawn(draw, style, inverse))


@pytest.mark.parametrize("style", some(STYLES, 1))
def test_cpu_and_twin_agree(style, processor_of, as_program):
    draw = np.random.default_rng(12)
    x = np.concatenate([pixels(draw), draw.choice(CORNERS, (200, 3))])[None]
    programs = [as_program(from_processor(processor_of(t))) for t in transforms(style)]
    assert len(programs) == 6
    twins = executor("twin").prepare_many(programs)
    for program, twin in zip(programs, twins, strict=True):
        results = []
        for kernel in (executor("cpu").prepare(program), twin):
            y = np.empty_like(x)
            kernel([x], [y])
            results.append(y.view(np.int32) * (y == y))
        assert np.array_equal(*results)
