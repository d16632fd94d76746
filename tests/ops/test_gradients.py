"""Gradients through the tonal ops: a brighter grey stays brighter, at every end of every slider.

What cannot be is in the docs of the op, and its exact bound is held here: saturation of channels
that were parted (zones, grading_primary), a video white below its black (grading_primary).
"""

import itertools
import random

import numpy as np
import pytest

from grade.op import OPS, Param, ParameterError, PointsParam, Record, RgbParam
from grade.run import executor

from ..draw import SEED, some
from .conftest import traced

STOPS = np.linspace(-16, 12, 950_000)
LIGHT = np.concatenate([-0.18 * 2.0 ** np.linspace(8, -12, 50_000), 0.18 * 2.0**STOPS])
CODES = np.linspace(-0.6, 1.6, 1_000_000)
STEEP = [[0, 0], [0.2, 0.6], [0.25, 0.6], [0.7, 0.65], [1, 1]]
STRUCTURES = {
    "exposure": [{}],
    "contrast": [
        {"style": style, **soft}
        for style in ("linear", "log")
        for soft in ({}, {"low_soft": 1, "high_soft": 1}, {"low_soft": 0.3}, {"high_soft": 0.3})
    ],
    "lift_gamma_gain": [{"convention": "classic"}, {"convention": "video"}],
    "log_wheels": [{}],
    "zones": [{}],
    "grading_primary": [{"style": style} for style in ("log", "linear", "video")],
    "grading_tone": [{"style": style} for style in ("log", "linear", "video")],
    "rgb_curves": [
        {"axis": axis, curve: points}
        for axis in ("code", "stops")
        for curve, points in (("master", STEEP), ("red", STEEP), ("luma", STEEP))
    ],
    "soft_clip": [{}],
    "film_density": [{}],
    "split_tone": [{}],
    "printer_lights": [{}],
}
NEUTRAL = {"saturation": 1.0}  # of channels that a control has parted: in the docs


def sliders(op):
    """The paths of the values of an op that have sliders, their ends, and if they are of color."""
    for name, setting in op.params().items():
        if name in op.NODE_FIELDS or isinstance(setting, PointsParam):
            continue
        if isinstance(setting.default, Record):
            for column in setting.columns:
                yield (name, column.name), column.soft, column.rgb
        else:
            yield (name,), setting.soft, isinstance(setting, RgbParam)


def made(kind, structure, values):
    """The op, or None where it refuses the values; no control is saturated afterwards."""
    given = dict(structure)
    for path, value in values.items():
        if path[-1] in NEUTRAL and kind in ("zones", "grading_primary"):
            continue
        if len(path) == 2:
            given[path[0]] = {**given.get(path[0], {}), path[1]: value}
        else:
            given[path[0]] = value
    try:
        op = OPS[kind](**given)
    except ParameterError:
        return None
    if op.kind == "grading_primary" and op.style == "video":
        for lift, gain in zip(op.lift, op.gain, strict=True):
            white = op.pivot_white / (gain * op.gain_master)
            if white + lift + op.lift_master <= op.pivot_black:
                return None
    return op


def extremes(kind, structure, corners):
    """The op with one slider at an end, for each; then with most at one of their ends."""
    ends = list(sliders(OPS[kind](**structure)))
    for path, soft, _ in ends:
        yield from (made(kind, structure, {path: end}) for end in soft)
    draw = random.Random(f"{SEED} {kind} {structure}")
    for _ in range(corners):
        values = {}
        for path, soft, colored in ends:
            if draw.random() < 0.65:
                three = colored and draw.random() < 0.5
                values[path] = [draw.choice(soft) for _ in range(3)] if three else draw.choice(soft)
        yield made(kind, structure, values)


def fall(kernel, op, ramp):
    """The worst step down of a channel, in roundings of float32."""
    source = np.repeat(ramp.astype(np.float32)[:, None], 3, axis=1)[None]
    target = np.empty_like(source)
    numbers = [v for name, p in op.params().items() for v in p.flatten(op.values[name])]
    kernel([source], [target], numbers)
    graded = target[0]
    assert not np.isnan(graded).any(), op
    with np.errstate(invalid="ignore"):
        down = np.maximum.accumulate(graded, axis=0) - graded
    least = 4e-9 if op.kind == "grading_tone" else 1e-9
    size = np.maximum(np.maximum(np.abs(graded), np.abs(source[0])) * 2.0**-23, least)
    return float(np.nanmax(down / size))


def check(kind, corners, points):
    for structure in STRUCTURES[kind]:
        kernels = {}
        plain = OPS[kind](**structure)
        ramp = (LIGHT if plain.domain == "linear" else CODES)[:: 1_000_000 // points]
        for op in itertools.chain([plain], extremes(kind, structure, corners)):
            if op is None:
                continue
            program = traced(op)
            if program.hash not in kernels:
                kernels[program.hash] = executor("cpu").prepare(program)
            assert fall(kernels[program.hash], op, ramp) <= 4, op


@pytest.mark.parametrize("kind", some(STRUCTURES, 3))
def test_no_grey_falls(kind):
    check(kind, 6, 20_000)


@pytest.mark.full
@pytest.mark.parametrize("kind", STRUCTURES)
def test_no_grey_of_a_million_falls(kind):
    check(kind, 60, 1_000_000)


def test_the_exceptions_are_real_and_named():
    """Where the docs say that a channel may fall, it does."""
    ramp = LIGHT[::50]
    parted = {"light": {"balance": (1, 0, -1)}, "highlight": {"saturation": 0, "falloff": 0.5}}
    cases = [
        (OPS["zones"](**parted), ramp),
        (OPS["grading_primary"]("log", gamma=(2, 0.5, 0.5), saturation=2.0), CODES[::50]),
        (OPS["grading_primary"]("video", lift=-0.2, lift_master=-0.2, gain=2.0, pivot_black=0.2),
         CODES[::50]),
        (OPS["split_tone"](shadow=(0, 0, 0.1), highlight=(0, 0, -0.1), width=1), CODES[::50]),
        (OPS["log_wheels"](shadow=0.3), CODES[::50]),
    ]  # fmt: skip
    for op, values in cases:
        assert fall(executor("cpu").prepare(traced(op)), op, values) > 100, op
        assert "stays" in type(op).__doc__ or "rises" in type(op).__doc__, op.kind


def test_every_slider_is_tried():
    for kind in STRUCTURES:
        own = [n for n, s in OPS[kind].settings.items() if isinstance(s, Param)]
        tried = {path[0] for path, _, _ in sliders(OPS[kind]())}
        curves = {n for n in own if isinstance(OPS[kind].settings[n], PointsParam)}
        assert set(own) - {"amount"} - curves == tried
