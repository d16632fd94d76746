"""Subnormal numbers of both signs through every primitive and built-in transform of OpenColorIO.

Where OpenColorIO's lossless float32 gives a number, and where the formula does in float64 and
float32 can hold it, the result is a number. So it is with the subnormals of halves.
"""

import itertools

import numpy as np
import PyOpenColorIO as ocio
import pytest

from grade.color.transforms.ocio_processor import from_processor
from grade.ir.interpreter import Interpreter
from grade.passes.pipeline import lower

from ..draw import some
from .test_fixed_functions import CASES as FIXED
from .test_primitives import CASES as PRIMITIVES

VALUES = np.array(
    [0.0, -0.0, 1e-45, -1e-45, 3e-40, -3e-40, 2.9e-39, 1.1e-38, 2.0**-24, -(2.0**-24), 0.18, -0.18],
    np.float32,
)
PIXELS = np.array(list(itertools.product(VALUES, VALUES, VALUES)), np.float32)
WAYS = (ocio.TRANSFORM_DIR_FORWARD, ocio.TRANSFORM_DIR_INVERSE)
LARGEST = float(np.finfo(np.float32).max)
# u' and v' are a color over a lightness; from 1e-45 they are beyond float32, there as here.
BEYOND = {("XYZ_TO_LUV", WAYS[1])}
BUILT_IN = list(ocio.BuiltinTransformRegistry())


def described(case):
    """A transform of the primitives' tests, which name some of theirs."""
    return case[1] if isinstance(case, tuple) else case


def lost(transform, way, processor_of, oracle, as_program):
    """The first pixel that is a number for an oracle and none here; and the float64 oracle's."""
    processor = processor_of(transform, way)
    program = as_program(from_processor(processor))
    raw = [[PIXELS[:, c] for c in range(3)]]
    with np.errstate(all="ignore"):
        got = np.stack(Interpreter(lower(program), np.float32).run(raw), axis=-1)
        wide = np.stack(Interpreter(program, np.float64).run(raw), axis=-1)
    theirs = np.isfinite(oracle(processor, PIXELS))
    return [
        (PIXELS[known], got[known])
        for known in (
            (theirs & ~np.isfinite(got)).any(axis=-1),
            ((np.abs(wide) <= LARGEST) & ~np.isfinite(got)).any(axis=-1),
        )
    ]


@pytest.mark.parametrize("way", WAYS, ids=["forward", "inverse"])
@pytest.mark.parametrize("name", [*FIXED, *PRIMITIVES])
def test_a_primitive_gives_numbers(name, way, processor_of, oracle, as_program):
    transform = described({**FIXED, **PRIMITIVES}[name])
    theirs, wide = lost(transform, way, processor_of, oracle, as_program)
    assert not len(theirs[0]), (theirs[0][:3], theirs[1][:3])
    assert not len(wide[0]) or (name, way) in BEYOND, (wide[0][:3], wide[1][:3])


@pytest.mark.parametrize(("style", "way"), some(list(itertools.product(BUILT_IN, WAYS)), 8))
def test_a_built_in_transform_gives_numbers(style, way, processor_of, oracle, as_program):
    transform = ocio.BuiltinTransform(style)
    theirs, _ = lost(transform, way, processor_of, oracle, as_program)
    assert not len(theirs[0]), (theirs[0][:3], theirs[1][:3])


def test_half_codes_near_zero_are_read_as_there(processor_of, oracle, compiled):
    """Every subnormal half, both zeros, and places between codes, of a table without any order."""
    draw = np.random.default_rng(8)
    table = ocio.Lut1DTransform(length=65536, inputHalfDomain=True)
    table.setData(draw.uniform(0.5, 1, 3 * 65536).astype(np.float32))
    halves = np.arange(1025, dtype=np.uint16)
    values = np.concatenate([halves, halves + 0x8000]).astype(np.uint16).view(np.float16)
    between = (draw.uniform(-1, 1, 2000) * 2.0**-14).astype(np.float32)
    tiny = np.array([1e-45, -1e-45, 1e-40, -1e-40, 1e-38, -1e-38], np.float32)
    line = np.concatenate([values.astype(np.float32), between, tiny])
    pixels = np.repeat(line[:, None], 3, axis=1)
    processor = processor_of(table)
    ours = compiled(from_processor(processor), pixels)
    np.testing.assert_allclose(ours, oracle(processor, pixels), rtol=1e-6)
