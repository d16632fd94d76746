"""What holds for every op: this finds them by itself, and a new op is held to all of it.

An op that cannot stand at its defaults (a space must be named) gives instances of itself as
``EXAMPLES`` in its own test file; for all others parameters are drawn by seed within their sliders.
An op whose first-order error bound is infinite for more than a tenth of the pixels says there for
how many, and why: ``OPEN_ENDED``.

What is computed is tried on two instances of each op, drawn anew for each run; on all of them
by `make test-full`.
"""

import contextlib
import doctest
import functools
import importlib.util
import inspect
import random
import re
import sys
import zlib
from pathlib import Path

import numpy as np
import pytest

import grade.ops
from grade.errors import GradeError
from grade.ir.error_bounds import error_bound
from grade.ir.expression import channels, make, rgb
from grade.ir.interpreter import Interpreter
from grade.ir.program import Program, Stage, Uniform, verify
from grade.ir.storage import Layout, encode
from grade.ir.types import F32
from grade.op import (
    OPS,
    Choice,
    CubeData,
    CurveData,
    Param,
    ParameterError,
    PointsParam,
    Switch,
)
from grade.passes.pipeline import lower, relax
from grade.run import executor

from .draw import SEED

TESTS = Path(__file__).parent / "ops"
KINDS = sorted(
    kind
    for kind, op in OPS.items()
    if op.__module__.startswith("grade.ops.") and op.takes == op.makes == "picture"
)
RGB = Layout(3, "f32")
SLACK = 1.5  # the bound is of first order

every_op = pytest.mark.parametrize("kind", KINDS)
each_part = pytest.mark.parametrize("part", ["drawn", pytest.param("all", marks=pytest.mark.full)])


@functools.cache
def module_of(kind):
    """The test file of an op, imported."""
    path = TESTS / f"test_{kind}.py"
    assert path.exists(), f"tests/ops/{path.name} is missing: what is published about this op?"
    spec = importlib.util.spec_from_file_location(f"tests.ops.example_of_{kind}", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


# --- pictures -------------------------------------------------------------------------------------


def picture(seed=0):
    """Pixels (9, n, 3): ramps, corners of float32, and colours that mix them."""
    draw = np.random.default_rng(seed)
    corners = np.array(
        [0.0, -0.0, np.inf, -np.inf, np.nan, 1e-45, -1e-45, 1e-39, -3e-39, 2.0**-126, 1e-30,
         65504, -65504, 1, -1, 0.18, 0.5, 1e-4, -1e-4, 0.0078125, 100, 1e6, 3e38],
        np.float32,
    )  # fmt: skip
    ramp = np.linspace(-1, 2, 97, dtype=np.float32)
    greys = np.repeat(np.concatenate([ramp, corners])[:, None], 3, axis=1)
    mixed = draw.choice(corners, (120, 3))
    colours = draw.uniform(-1, 2, (180, 3))
    lights = 2.0 ** draw.uniform(-14, 12, (96, 3)) * draw.choice([1, 1, 1, -1], (96, 3))
    pixels = np.concatenate([greys, mixed, colours, lights]).astype(np.float32)
    return pixels[: len(pixels) // 9 * 9].reshape(9, -1, 3)


PIXELS = picture()


def same_bits(a, b):
    a, b = np.ascontiguousarray(a, np.float32), np.ascontiguousarray(b, np.float32)
    return np.array_equal(a.view(np.int32) * (a == a), b.view(np.int32) * (b == b)) and (
        np.array_equal(np.isnan(a), np.isnan(b))
    )


def count(op):
    """How many pictures go in; of an op that takes any number more, two more."""
    return len(op.pictures) + (2 if op.more else 0)


# --- programs -------------------------------------------------------------------------------------


def loaded(source):
    return rgb(*(make("load", (), (F32, source, c)) for c in range(3)))


def traced(op, inverse=False):
    """The program of one op on f32 pixels, and its uniforms' values; inverse: after the op."""
    uniforms = {}

    def uniform(name, low, high):
        if name not in uniforms:
            uniforms[name] = Uniform(name, F32, low, high)
        return make("uniform", (), (F32, list(uniforms).index(name)))

    first, *others = (loaded(i) for i in range(count(op)))
    result = op.trace(first, uniform, *others)
    if inverse:
        result = op.trace(result, uniform, inverse=True)
    outputs = tuple(encode("f32", c) for c in channels(result))
    program = Program((RGB,) * count(op), (RGB,), tuple(uniforms.values()), (Stage(outputs),))
    numbers = [v for name, p in op.params().items() for v in p.flatten(op.values[name])]
    return verify(program), numbers


def sources_of(op):
    return [PIXELS, *(picture(seed) for seed in range(1, count(op)))]


def planes(pictures):
    return [[p[..., c] for c in range(3)] for p in pictures]


def interpreted(program, op, numbers, precision):
    raw = Interpreter(program, precision).run(planes(sources_of(op)), numbers)
    return np.stack(raw, axis=-1)


def computed(kernel, op, numbers):
    target = np.full_like(PIXELS, 12345.0)
    kernel(sources_of(op), [target], numbers)
    return target


# --- instances ------------------------------------------------------------------------------------


def drawn(setting, draw):
    """A value of a setting, within its slider; float32, so that no rounding stands between."""
    if isinstance(setting, PointsParam):
        count = int(draw.integers(setting.fewest, 7))
        low, high = setting.soft
        xs = low + (high - low) * np.cumsum(draw.uniform(0.2, 1, count)) / count
        ys = draw.uniform(low, high, count)
        return [[float(np.float32(x)), float(np.float32(y))] for x, y in zip(xs, ys, strict=True)]
    if isinstance(setting, Param):
        values = np.float32(draw.uniform(*setting.soft, len(setting.flatten(setting.default))))
        return float(values[0]) if len(values) == 1 else [float(v) for v in values]
    if isinstance(setting, CubeData):
        n = int(draw.integers(2, 9))
        return draw.uniform(-0.2, 1.2, (n, n, n, 3))
    if isinstance(setting, CurveData):
        shape = (int(draw.integers(2, 70)), *((3,) if draw.random() < 0.7 else ()))
        return draw.uniform(-0.2, 1.2, shape)
    return setting.default


def instance(kind, draw, **structure):
    own = {n: s for n, s in OPS[kind].settings.items() if n not in OPS[kind].NODE_FIELDS}
    for _ in range(200):
        values = {n: drawn(s, draw) for n, s in own.items()} | structure
        try:
            return OPS[kind](**values)
        except ParameterError:  # a combination that the op refuses: draw again
            continue
    raise AssertionError(f"{kind}: no drawn values are accepted; give EXAMPLES in its test file")


def structures(kind):
    """Every word of every choice and every switch thrown, one at a time."""
    yield {}
    for name, setting in OPS[kind].settings.items():
        if name in OPS[kind].NODE_FIELDS:
            continue
        if isinstance(setting, Choice):
            yield from ({name: word} for word in setting.options[1:])
        if isinstance(setting, Switch):
            yield {name: not setting.default}


def instances(kind):
    examples = getattr(module_of(kind), "EXAMPLES", None)
    if examples is not None:
        return list(examples)
    draw = np.random.default_rng(zlib.crc32(kind.encode()))
    made = [instance(kind, draw, **structure) for structure in structures(kind)]
    structural = any(isinstance(s, PointsParam) for s in OPS[kind].settings.values())
    if not structural:
        made += [instance(kind, draw) for _ in range(2)]
    return [*made, made[0].copy(amount=0.5, channels="rb")]


def tried(kind, part):
    """The instances, or two of them."""
    made = instances(kind)
    if part == "drawn" and len(made) > 2:
        return random.Random(f"{SEED} {kind}").sample(made, 2)
    return made


def invertible(kind, part):
    """Instances with an inverse, without clamps: a clamp has none beyond its bounds."""
    if not OPS[kind].invertible():
        return []
    made = tried(kind, part)
    plain = {n: s.default for n, s in OPS[kind].settings.items() if isinstance(s, Switch)}
    return [
        op for op in made
        if op.amount == 1 and all(op.values[n] == default for n, default in plain.items())
    ]  # fmt: skip


def defaults(kind):
    """The op as it stands without arguments, or None where it must be told something."""
    try:
        return OPS[kind]()
    except ParameterError:
        return None


def programs_of(kind, part):
    """Every program that the tests below run."""
    stand = defaults(kind)
    ops = tried(kind, part) + ([] if stand is None else [stand])
    backwards = invertible(kind, part)
    return [traced(op)[0] for op in ops] + [traced(op, inverse=True)[0] for op in backwards]


@pytest.fixture(scope="session")
def twins(request):
    """The g++ kernels of all ops, made at once because starting g++ is what takes time."""
    quick = request.config.getoption("markexpr") == "not full"
    programs = []
    for kind in KINDS:
        # An op that cannot be drawn or traced fails in its own tests, not in those of all others.
        with contextlib.suppress(AssertionError, GradeError):
            programs += programs_of(kind, "drawn" if quick else "all")
    twin = executor("twin")
    kernels = dict(zip((p.hash for p in programs), twin.prepare_many(programs), strict=True))
    return lambda program: kernels[program.hash]


# --- what is written ------------------------------------------------------------------------------


@every_op
def test_an_op_is_a_file_a_docstring_and_a_test(kind):
    op = OPS[kind]
    assert op.__module__ == f"grade.ops.{kind}"
    assert getattr(grade.ops, op.__name__) is op
    doc = inspect.getdoc(op)
    assert re.search(r"Source: \S", doc), "say where the formula is published"
    assert "NaN" in doc or "OpenColorIO" in doc, "say what NaN becomes"
    module_of(kind)


@every_op
def test_the_worked_example_is_true(kind):
    module = sys.modules[OPS[kind].__module__]
    found = doctest.DocTestFinder().find(module, globs={**vars(module), **vars(grade.ops)})
    assert any(test.examples for test in found)
    runner = doctest.DocTestRunner(verbose=False)
    report = []
    for test in found:
        runner.run(test, out=report.append)
    assert not runner.failures, "".join(report)


@every_op
def test_every_knob_says_what_it_is(kind):
    for name, setting in OPS[kind].settings.items():
        assert setting.doc.endswith("."), f"{name}: a sentence"
        if isinstance(setting, Param):
            assert setting.unit, f"{name}: a unit"
            (low, high), (least, most) = setting.soft, setting.hard
            assert least <= low < high <= most, f"{name}: the slider lies within the domain"


@every_op
def test_beyond_the_hard_limits_is_refused(kind):
    example = instances(kind)[0]
    for name, setting in OPS[kind].params().items():
        least, most = setting.hard
        for beyond in (np.nextafter(least, -np.inf), np.nextafter(most, np.inf), np.nan):
            numbers = setting.flatten(example.values[name])
            if least <= beyond <= most or not numbers:  # an infinite limit
                continue
            value = [[beyond, 0.5], [0.7, 1]] if isinstance(setting, PointsParam) else beyond
            if not isinstance(setting, PointsParam) and len(numbers) > 1:
                value = [beyond] * len(numbers)
            with pytest.raises(ParameterError) as refused:
                example.copy(name="trim", **{name: value})
            message = str(refused.value)
            for part in (f"trim.{name}", f"{beyond!r}", f"{least:g}..{most:g}", setting.unit):
                assert part in message, message


# --- what is computed -----------------------------------------------------------------------------


@every_op
def test_defaults_give_the_bits_of_the_input(kind, twins):
    op = defaults(kind)
    if op is None:
        assert hasattr(module_of(kind), "EXAMPLES")
        return
    if not op.neutral():
        assert "identity" in inspect.getdoc(type(op)), "say that the defaults do something"
        return
    program, numbers = traced(op)
    for kernel in (executor("cpu").prepare(program), twins(program)):
        assert same_bits(computed(kernel, op, numbers), PIXELS)
    assert same_bits(op.evaluate(PIXELS), PIXELS)


@each_part
@every_op
def test_the_backends_agree_to_the_bit(kind, part, twins):
    for op in tried(kind, part):
        program, numbers = traced(op)
        cpu = computed(executor("cpu").prepare(program), op, numbers)
        assert same_bits(cpu, computed(twins(program), op, numbers)), op
        assert same_bits(cpu, interpreted(lower(program), op, numbers, np.float32)), op


@each_part
@every_op
def test_float32_stays_within_its_bound_of_the_oracle(kind, part):
    for op in tried(kind, part):
        program, numbers = traced(op)
        cpu = computed(executor("cpu").prepare(program), op, numbers)
        bounds = error_bound(relax(program), planes(sources_of(op)), numbers)
        held = np.stack([b.holds(cpu[..., c], SLACK) for c, b in enumerate(bounds)], axis=-1)
        assert held.all(), complaint(op, PIXELS, cpu, bounds, held)
        open_ended = np.mean([np.isinf(b.error) for b in bounds])
        most = getattr(module_of(kind), "OPEN_ENDED", 0.1)
        assert open_ended < most, f"{op}: nothing is promised for {open_ended:.0%} of the pixels"


@each_part
@every_op
def test_subnormal_numbers_give_numbers(kind, part):
    """Wherever float64 gives a number that float32 can hold, float32 gives a number."""
    values = (0, -0.0, 1e-45, -1e-45, 3e-40, -2e-39, 2.0**-24, -(2.0**-24), 0.18)
    grid = np.stack(np.meshgrid(*[np.float32(values)] * 3), axis=-1).reshape(1, -1, 3)
    for op in tried(kind, part)[: 1 if part == "drawn" else None]:
        draw = np.random.default_rng(4)
        pictures = [grid, *(draw.permutation(grid, axis=1) for _ in range(1, count(op)))]
        for back in (False, True) if op in invertible(kind, "all") else (False,):
            program, numbers = traced(op, inverse=back)
            with np.errstate(all="ignore"):
                got = np.stack(
                    Interpreter(lower(program), np.float32).run(planes(pictures), numbers), axis=-1
                )
                oracle = np.stack(Interpreter(program).run(planes(pictures), numbers), axis=-1)
            wrong = (np.abs(oracle) < 3.4e38) & ~np.isfinite(got)
            assert not wrong.any(), (op, grid[wrong.any(-1)][0], got[wrong.any(-1)][0])


@each_part
@every_op
def test_evaluate_is_the_traced_formula(kind, part):
    for op in tried(kind, part):
        program, numbers = traced(op)
        first, *others = sources_of(op)
        direct = op.evaluate(first, *others)
        oracle = interpreted(program, op, numbers, np.float64)
        bounds = error_bound(program, planes(sources_of(op)), numbers, constants=True)
        for c, bound in enumerate(bounds):
            held = bound.holds(direct[..., c])
            assert held.all(), complaint(op, PIXELS, direct, bounds, held[..., None])
            assert np.array_equal(bound.value, oracle[..., c], equal_nan=True)


@each_part
@every_op
def test_the_inverse_undoes(kind, part, twins):
    pixels = PIXELS.astype(np.float64)
    medians = []
    for op in invertible(kind, part):
        program, numbers = traced(op, inverse=True)
        both = [executor("cpu").prepare(program), twins(program)]
        cpu, twin = (computed(kernel, op, numbers) for kernel in both)
        assert same_bits(cpu, twin), op
        # Against the pixel that went in, not against the program: its rounded constants count too.
        bounds = error_bound(relax(program), planes(sources_of(op)), numbers, constants=True)
        error = np.stack([b.error for b in bounds], axis=-1)
        usual = (np.abs(pixels) <= 2).all(axis=-1, keepdims=True) & np.isfinite(error)
        assert usual.mean() > 0.3, op
        with np.errstate(invalid="ignore"):
            off = np.abs(cpu - pixels) > SLACK * error + 1e-12
        wrong = usual & off
        assert not wrong.any(), complaint(op, PIXELS, cpu, bounds, ~wrong)
        medians.append(np.median(error[usual]))
    if part == "all" and medians:
        assert min(medians) < 1e-5, "the bounds are too loose to mean anything"


def complaint(op, pixels, actual, bounds, held):
    y, x, c = np.argwhere(~np.broadcast_to(held, actual.shape))[0]
    return (
        f"{op!r}: {np.sum(~held)} values, the first at {tuple(pixels[y, x])} channel {c}:"
        f" {actual[y, x, c]!r}, oracle {bounds[c].value[y, x]!r} +- {bounds[c].error[y, x]:.3g}"
    )


def test_there_are_ops():
    assert len(KINDS) >= 16
