"""What holds for every window, key and op of mattes: this finds them by itself.

Windows are given places, keys colours, ops of mattes mattes; parameters are drawn by seed within
their sliders.
"""

import random
import zlib

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grade.ir import expression
from grade.ir.error_bounds import error_bound
from grade.ir.expression import make
from grade.ir.functions import FUNCTIONS
from grade.ir.interpreter import Interpreter
from grade.ir.program import Program, Stage, Uniform, verify
from grade.ir.storage import Layout, encode
from grade.ir.types import F32
from grade.op import (
    OPS,
    Animation,
    Band,
    BandParam,
    MatteOp,
    Param,
    ParameterError,
    PathParam,
    PlacesParam,
    Position,
    Window,
)
from grade.passes.pipeline import lower, relax
from grade.run import executor

from . import test_every_op as pictures
from .draw import SEED
from .test_every_op import PIXELS, SLACK, same_bits, structures

KINDS = sorted(
    kind
    for kind, op in OPS.items()
    if op.__module__.startswith("grade.ops.") and op.makes == "matte"
)
PIXEL = (1 / 270, 1 / 540)  # of a squeezed plate, in heights
WIDTH = 1.875  # of the plate
SPECIAL = np.array(
    [0.0, -0.0, np.inf, -np.inf, np.nan, 1e-45, -3e-39, 2.0**-126, 1e-30, 1e-6, 0.25, -0.25, 0.5,
     -0.5, 1, -1, 100, 3e38, -3e38],
    np.float32,
)  # fmt: skip

every_matte = pytest.mark.parametrize("kind", KINDS)


# --- what goes in ---------------------------------------------------------------------------------


def places():
    """Places (9, n, 2): all over the picture, far outside, on the axes, and no places at all."""
    draw = np.random.default_rng(11)
    spread = draw.uniform(-1, 1, (900, 2))
    near = draw.uniform(-0.3, 0.3, (400, 2))
    special = np.stack(np.meshgrid(SPECIAL, SPECIAL), axis=-1).reshape(-1, 2)
    made = np.concatenate([spread, near, special]).astype(np.float32)
    return made[: len(made) // 9 * 9].reshape(9, -1, 2)


def mattes():
    draw = np.random.default_rng(12)
    made = np.concatenate([np.linspace(0, 1, 1001), draw.uniform(0, 1, 70), SPECIAL, SPECIAL[:6]])
    return made.astype(np.float32)[: len(made) // 9 * 9].reshape(9, -1, 1)


PLACES, MATTES = places(), mattes()


def mattes_among(op):
    """What an op of mattes is ever given."""
    return (source_of(op)[..., 0] >= 0) & (source_of(op)[..., 0] <= 1)


def source_of(op):
    if isinstance(op, Window):
        return PLACES
    return MATTES if isinstance(op, MatteOp) else PIXELS


def planes(op):
    source = source_of(op)
    return [[source[..., c] for c in range(source.shape[-1])]]


def traced(op):
    """The program of one matte, and its uniforms' values."""
    uniforms = []

    def uniform(name, low, high):
        uniforms.append(Uniform(name, F32, low, high))
        return make("uniform", (), (F32, len(uniforms) - 1))

    layout = Layout(source_of(op).shape[-1], "f32")
    loads = [make("load", (), (F32, 0, c)) for c in range(layout.channels)]
    numbers = [v for name, p in op.params().items() for v in p.flatten(op.values[name])]
    if isinstance(op, Window):
        sizes = (*PIXEL, WIDTH) if op.in_pixels else PIXEL
        numbers = [*sizes, *numbers]
        given = Position(*loads, *(uniform(f"size{i}", 0.0, 2.0) for i in range(len(sizes))))
    else:
        given = loads[0] if isinstance(op, MatteOp) else expression.rgb(*loads)
    matte = op.trace_matte(given, uniform)
    stage = Stage((encode("f32", matte),))
    return verify(Program((layout,), (Layout(1, "f32"),), tuple(uniforms), (stage,))), numbers


def computed(kernel, op, numbers):
    source = source_of(op)
    target = np.full((*source.shape[:2], 1), 12345.0, np.float32)
    kernel([source], [target], numbers)
    return target[..., 0]


def evaluated(op):
    source = source_of(op).astype(np.float64)
    if isinstance(op, Window):
        return op.evaluate(source[..., 0], source[..., 1], pixel=PIXEL, picture_width=WIDTH)
    return op.evaluate(source[..., 0] if isinstance(op, MatteOp) else source)


# --- instances ------------------------------------------------------------------------------------


def single(values):
    return [float(np.float32(v)) for v in values]


def drawn(setting, draw):
    """A value of a setting, within its slider; float32, so that no rounding stands between."""
    low, high = getattr(setting, "soft", (0, 0))
    if isinstance(setting, BandParam):
        ends = single(np.sort(draw.uniform(low, high, 2)))
        if setting.circle and draw.random() < 0.3:
            ends.reverse()
        return Band(*ends, soft=tuple(single(draw.uniform(0, (high - low) / 4, 2))))
    if isinstance(setting, PlacesParam):
        count = int(draw.integers(setting.fewest, 7))
        if isinstance(setting, PathParam):
            at = draw.uniform(low, high, (count, 2))
            return [single([*p, *draw.uniform(-0.2, 0.2, 4)]) for p in at]
        return [single(p) for p in draw.uniform(low, high, (count, 2))]
    if isinstance(setting, Param):
        values = single(draw.uniform(low, high, len(setting.flatten(setting.default))))
        return values[0] if len(values) == 1 else values
    return setting.default


def own(kind):
    return {n: s for n, s in OPS[kind].settings.items() if n not in OPS[kind].NODE_FIELDS}


def instance(kind, draw, **structure):
    for _ in range(200):
        values = {n: drawn(s, draw) for n, s in own(kind).items()} | structure
        try:
            return OPS[kind](**values)
        except ParameterError:  # a combination that the op refuses: draw again
            continue
    raise AssertionError(f"{kind}: no drawn values are accepted")


def instances(kind):
    draw = np.random.default_rng(zlib.crc32(kind.encode()))
    made = [instance(kind, draw, **structure) for structure in structures(kind)]
    made += [instance(kind, draw) for _ in range(2)]
    return [OPS[kind](), *made, made[0].copy(amount=0.5)]


def tried(kind, part):
    """The instances, or three of them."""
    made = instances(kind)
    if part == "drawn" and len(made) > 3:
        return random.Random(f"{SEED} {kind}").sample(made, 3)
    return made


@pytest.fixture(scope="module")
def twins(request):
    """The g++ kernels of all mattes, made at once because starting g++ is what takes time."""
    part = "drawn" if request.config.getoption("markexpr") == "not full" else "all"
    programs = [traced(op)[0] for kind in KINDS for op in tried(kind, part)]
    kernels = dict(
        zip((p.hash for p in programs), executor("twin").prepare_many(programs), strict=True)
    )
    return lambda program: kernels[program.hash]


# --- what is written ------------------------------------------------------------------------------


@every_matte
def test_what_is_written(kind):
    pictures.test_an_op_is_a_file_a_docstring_and_a_test(kind)
    pictures.test_the_worked_example_is_true(kind)
    pictures.test_every_knob_says_what_it_is(kind)


@every_matte
def test_beyond_the_hard_limits_is_refused(kind):
    example = instances(kind)[1]
    for name, setting in example.params().items():
        value = example.values[name]
        for suffix in setting.names(value):
            least, most = setting.hard
            if suffix.startswith(".soft_"):
                least, most = 0.0, most - least
            for beyond in (np.nextafter(least, -np.inf), np.nextafter(most, np.inf), np.nan):
                given_value = setting.with_number(value, suffix, float(beyond))
                if len(setting.names(value)) == 1:
                    given_value = float(beyond)
                with pytest.raises(ParameterError) as refused:
                    example.copy(name="trim", **{name: given_value})
                message = str(refused.value)
                for part in (f"trim.{name}", f"{float(beyond)!r}", f"{least:g}..{most:g}"):
                    assert part in message, message
                assert setting.unit in message, message


# --- what is computed -----------------------------------------------------------------------------


@pictures.each_part
@every_matte
def test_the_backends_agree_to_the_bit(kind, part, twins):
    for op in tried(kind, part):
        program, numbers = traced(op)
        cpu = computed(executor("cpu").prepare(program), op, numbers)
        assert same_bits(cpu, computed(twins(program), op, numbers)), op
        exact = Interpreter(lower(program), np.float32).run(planes(op), numbers)[0]
        assert same_bits(cpu, exact), op


@pictures.each_part
@every_matte
def test_a_matte_lies_within_0_and_1_and_is_never_nan(kind, part):
    for op in tried(kind, part):
        program, numbers = traced(op)
        cpu = computed(executor("cpu").prepare(program), op, numbers)
        taken = mattes_among(op) if isinstance(op, MatteOp) else np.full(cpu.shape, True)
        lost = np.isnan(source_of(op)).any(axis=-1)
        for matte in (cpu, evaluated(op)):
            assert ((matte >= 0) & (matte <= 1))[taken].all(), op
            assert not matte[lost & taken].any(), op


@pictures.each_part
@every_matte
def test_float32_stays_within_its_bound_of_the_oracle(kind, part):
    for op in tried(kind, part):
        program, numbers = traced(op)
        cpu = computed(executor("cpu").prepare(program), op, numbers)
        bound = error_bound(relax(program), planes(op), numbers)[0]
        held = bound.holds(cpu, SLACK)
        y, x = np.argwhere(~held)[0] if not held.all() else (0, 0)
        assert held.all(), (
            f"{op!r}: {np.sum(~held)} values, the first at {source_of(op)[y, x]}: {cpu[y, x]!r},"
            f" oracle {bound.value[y, x]!r} +- {bound.error[y, x]:.3g}"
        )
        # On a hard edge either side is right, and there the bound is as wide as the matte. So:
        usual = (np.abs(source_of(op)) <= 2).all(axis=-1)
        far = np.abs(cpu[usual] - bound.value[usual]) > 1e-4
        assert far.mean() < 0.002, f"{op}: {far.mean():.1%} are off by more than 0.0001"


@pictures.each_part
@every_matte
def test_evaluate_is_the_traced_formula(kind, part):
    for op in tried(kind, part):
        program, numbers = traced(op)
        bound = error_bound(program, planes(op), numbers, constants=True)[0]
        direct = evaluated(op)
        if isinstance(op, Window):  # its pixel is no float32
            again = op.evaluate(
                *np.moveaxis(PLACES.astype(np.float64), -1, 0),
                pixel=tuple(single(PIXEL)),
                picture_width=WIDTH,
            )
            assert np.abs(direct - again).max() < 1e-5
            direct = again
        taken = mattes_among(op) if isinstance(op, MatteOp) else np.full(direct.shape, True)
        assert bound.holds(direct)[taken].all(), op


@every_matte
def test_moving_a_parameter_compiles_nothing(kind):
    first, *others = instances(kind)[1:]
    known = traced(first)[0].hash
    moved = 0
    for name, setting in first.params().items():
        values = [other.values[name] for other in others]
        values += [None] if isinstance(setting, BandParam) else []
        for value in values:
            if len(setting.names(value)) != len(setting.names(first.values[name])):
                continue
            try:
                assert traced(first.copy(**{name: value}))[0].hash == known, name
            except ParameterError:  # a combination that the op refuses
                continue
            moved += value != first.values[name]
    assert moved >= 3


@every_matte
def test_every_parameter_takes_keyframes(kind):
    first, second = instances(kind)[1:3]
    for name, setting in first.params().items():
        a, b = first.values[name], second.values[name]
        if len(setting.names(a)) != len(setting.names(b)):
            b = a
        try:
            moving = first.copy(**{name: Animation.of({1: a, 11: b})})
        except ParameterError:  # a combination that the op refuses
            continue
        assert moving.at(1).values == first.values
        assert traced(moving.at(6))[0].hash == traced(first)[0].hash
        matte = evaluated(moving.at(6))
        if isinstance(first, MatteOp):
            matte = matte[mattes_among(first)]
        assert ((matte >= 0) & (matte <= 1)).all()


@every_matte
def test_tracing_a_matte_computes_no_function(kind, monkeypatch):
    """A sine of a plain number differs between hosts; of a uniform it does not."""
    plain = expression.apply

    def apply(op, *operands, attr=None):
        nodes = any(isinstance(o, expression.Node) for o in operands)
        assert nodes or op not in FUNCTIONS, f"{op}{operands}"
        return plain(op, *operands, attr=attr)

    monkeypatch.setattr(expression, "apply", apply)
    for op in instances(kind):
        traced(op)


# --- properties -----------------------------------------------------------------------------------

FLOAT = st.floats(width=32) | st.sampled_from(single(SPECIAL))


@every_matte
@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 2**32 - 1), numbers=st.lists(FLOAT, min_size=3, max_size=3))
def test_whatever_goes_in_a_matte_comes_out(kind, seed, numbers):
    op = instance(kind, np.random.default_rng(seed))
    if isinstance(op, Window):
        matte = op.evaluate(*numbers[:2], pixel=abs(numbers[2]) if abs(numbers[2]) < 1 else 0.0)
        taken = numbers[:2]
    elif isinstance(op, MatteOp):
        taken = [numbers[0] if 0 <= numbers[0] <= 1 else 0.5]
        matte = op.evaluate(taken[0])
    else:
        taken = numbers
        matte = op.evaluate(numbers)
    assert 0 <= matte <= 1
    assert not np.isnan(taken).any() or matte == 0


def test_there_are_windows_keys_and_ops_of_mattes():
    assert len(KINDS) >= 10
