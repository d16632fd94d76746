"""Lowered programs and pictures that reach every corner: for the twin, for NVRTC, for a device."""

import itertools

import numpy as np

from grade.emit.cuda import EXPRESSIONS, PROVED
from grade.ir.dither import DITHERED_TO, encode_dithered
from grade.ir.expression import (
    argument,
    at,
    bits,
    build,
    const,
    equal,
    fetch3d,
    from_half,
    make,
    matvec,
    narrow,
    rgb,
    select,
    to_float,
    to_half,
    to_int,
    widen,
)
from grade.ir.expression import channels as channels_of
from grade.ir.functions import FUNCTIONS
from grade.ir.interpreter import Interpreter
from grade.ir.loop import Loop
from grade.ir.packing import PACKINGS, unpack_bits
from grade.ir.primitives import PRIMITIVES
from grade.ir.program import Program, Stage, Uniform, verify
from grade.ir.storage import Layout, decode, encode
from grade.ir.table import Table
from grade.ir.types import BOOL, F32, F64, I32
from grade.passes.pipeline import lower

NUMPY = {
    "f32": np.float32, "f16": np.float16, "u16": np.uint16, "u8": np.uint8, "u10": np.uint16,
    "u12": np.uint16, "u32": np.uint32,
}  # fmt: skip
FILLER = 0xA5A5A5A5
PATTERN = NUMPY | {"f32": np.uint32, "f16": np.uint16}

# NaNs of both signs, quiet and signalling, of several payloads; both zeros; denormals of float32
# and of half; ties of half rounding; the ends of i32.
FLOATS = np.concatenate([
    np.array([0x7FC00000, 0xFFC00000, 0x7F800001, 0xFFBFFFFF, 0x7FFFFFFF, 0xFFC12345, 0x00000001,
              0x80000001, 0x007FFFFF, 0x807FFFFF, 0x00800000], np.uint32).view(np.float32),
    np.array([0.0, -0.0, np.inf, -np.inf, 1, -1, 0.5, -0.5, 1.5, -2.5, 0.1, 1 / 3, -0.7,
              65504, -65504, 65519.996, 65520, -65536, 2049, 2051, 2.0**-14, 2.0**-24, 2.0**-25,
              1.5 * 2.0**-24, 2.0**-25 * 1.0000001, 8388607.5, 16777216, 2147483520, 2147483648,
              -2147483648, -2147483904, 3.4028235e38, -3.4028235e38, 1e-30, 0.99999994],
             np.float32),
])  # fmt: skip
INTEGERS = np.array(
    [0, 1, -1, 2, -2, 3, 7, 127, 128, 255, 65535, 65536, -65536, 2**31 - 1, -(2**31), -(2**31) + 1,
     0x55555555, -0x55555556, 16777217, -16777217, 33554433, 2147483583, 0x7E00, 0xFC01, 0x8001],
    np.int32,
)  # fmt: skip

MATHS = Layout(3, "f32")
HALVES_OF_I32 = Layout(6, "u16", planar=True)
FLOAT_OUT, INTEGER_OUT = Layout(1, "f32"), Layout(2, "u16")


def load(source, channel, layout):
    return make("load", (), (layout.raw_type, source, channel))


def primitive_picture(arity):
    """Every tuple of special values: three floats, and three integers cut into 16-bit halves."""
    count = len(FLOATS) ** arity
    floats = np.array(list(itertools.product(FLOATS, repeat=arity)), np.float32)
    integers = np.array(list(itertools.product(INTEGERS, repeat=min(arity, 2))), np.int32)
    integers = np.resize(integers, (count, min(arity, 2)))
    width = 43
    height = -(-count // width)
    a = np.ones((height * width, 3), np.float32)
    i = np.zeros((height * width, 3), np.int32)
    a.view(np.uint32)[:count, :arity] = floats.view(np.uint32)
    i[:count, : integers.shape[1]] = integers
    halves = i.view(np.uint16).reshape(height, width, 6)
    return [a.reshape(height, width, 3), [np.ascontiguousarray(halves[..., c]) for c in range(6)]]


def primitive_programs():
    """One program for each primitive and kind of operand, by name; and its arity."""
    rows = [*EXPRESSIONS, *((op, "f32") for op in PROVED)]
    for op, kind in rows:
        arity = PRIMITIVES[op].arity
        if kind == "f64" or op == "widen":
            yield f"{op}_{kind}", arity, wide_program(op)
            continue
        attrs = (0, 1, 5, 31) if op in ("shl", "shr", "ushr") else (None,)
        for attr in attrs:
            kinds = ["bool", kind, kind] if op == "select" else [kind] * arity
            operands = [_operand(k, index) for index, k in enumerate(kinds)]
            name = f"{op}_{kind}" + ("" if attr is None else f"_{attr}")
            yield name, arity, result(build(op, *operands, attr=attr))
    held = select(bits(_operand("f32", 0)) < 0x7F800000, _operand("f32", 0), 1.0)
    yield "bits_proved", 1, result(make("bits", (held,), True))
    inside = select(equal(_operand("f32", 0), 0.1), 12.75, -3.5)
    yield "to_int_proved", 1, result(make("to_int", (inside,), True))
    # choices that a compiler may take for a minimum, a maximum or an absolute value, and must not
    x, y = _operand("f32", 0), _operand("f32", 1)
    limits = {"0": 0.0, "-0": -0.0, "1": 1.0, "-inf": float("-inf")}
    for limit, value in limits.items():
        c = const(value)
        conditions = {
            "x<c": x < c,
            "c<x": c < x,
            "x<=c": x <= c,
            "c<=x": c <= x,
            "x==c": equal(x, c),
        }
        for shape, condition in conditions.items():
            yield f"{shape} ? x : c, c={limit}", 1, raw_result(select(condition, x, c))
            yield f"{shape} ? c : x, c={limit}", 1, raw_result(select(condition, c, x))
            yield f"{shape} ? x : -c, c={limit}", 1, raw_result(select(condition, x, const(-value)))
            yield f"{shape} ? -c : x, c={limit}", 1, raw_result(select(condition, const(-value), x))
            yield f"{shape} ? x : -x, c={limit}", 1, raw_result(select(condition, x, -x))
            yield f"not {shape} ? x : c, c={limit}", 1, raw_result(select(~condition, x, c))
    number = to_float(_operand("i32", 1) & 1)  # 0 or 1, never NaN: that makes a minimum legal
    held = select(y > 0.0, y, 0.0)
    for name, other in {"y": y, "a number": number, "a held": held}.items():
        yield f"x<{name} ? x : it", 2, raw_result(select(x < other, x, other))
        yield f"{name}<x ? x : it", 2, raw_result(select(other < x, x, other))
        yield f"x<={name} ? it : x", 2, raw_result(select(x <= other, other, x))
    yield "no contraction", 3, result(x * y + _operand("f32", 2))


def wide_program(op):
    """A primitive of f64 in the body of a loop, which stays where it begins."""
    x, y, z = (argument(n) for n in (1, 2, 3))
    operands = {
        "widen": (x,),
        "narrow": (widen(x) * widen(y),),  # more digits than an f32 has
        "select": (x < 0.25, widen(y), widen(z)),
    }.get(op, (widen(x), widen(y)))
    value = build(op, *operands)
    if op == "widen":
        value = value + 1e-6
    if value.type == BOOL:
        value = select(value, 1.0, 0.0)
    number = narrow(value) if value.type == F64 else value
    loop = Loop((argument(0), number, number, number), 3)
    start = make("iterate", (const(0, I32), *(_operand("f32", n) for n in range(3))), loop)
    return result(make("component", (start,), 1))


def _operand(kind, index):
    if kind == "f32":
        return load(0, index, MATHS)
    low, high = (load(1, 2 * index + half, HALVES_OF_I32) for half in (0, 1))
    whole = (high << 16) | low
    return whole if kind == "i32" else equal(whole & 1, 1)


def result(value):
    """A program that stores a value whole: i32 as two halves, bool as 0 or 1."""
    if value.type == BOOL:
        value = select(value, const(1, I32), const(0, I32))
    if value.type == I32:
        low, high = value & 0xFFFF, make("ushr", (value,), 16)
        return _program((MATHS, HALVES_OF_I32), (INTEGER_OUT,), low, high)
    return _program((MATHS, HALVES_OF_I32), (FLOAT_OUT,), encode("f32", value))


def raw_result(value):
    """The value with every bit it has, in two halves; of a NaN only that it is one."""
    return result(bits(value))


def _program(sources, targets, *outputs, uniforms=(), prologue=()):
    stage = Stage(tuple(outputs))
    return verify(Program(sources, targets, uniforms, (stage,), prologue), lowered=True)


# --- storage and layout ---------------------------------------------------------------------------


def layout_programs():
    """From every layout to another: channels turned round, and one raised by a uniform."""
    layouts = [
        Layout(channels, storage, planar)
        for storage in NUMPY
        if storage != "u32"
        for channels in (1, 2, 3, 4)
        for planar in (False, True)
    ]
    layouts += [
        Layout.packed(name, channels)
        for name, packing in PACKINGS.items()
        for channels in ((3,) if packing.together else (1, 2, 3, 4))
    ]
    for index, source in enumerate(layouts):
        yield turned_program(source, layouts[(index * 7 + 5) % len(layouts)])


def turned_program(source, target):
    """Channels from the last to the first, the first raised by a uniform."""
    codes = source.codes([load(0, c, source) for c in range(source.raw_channels)])
    values = [decode(source.code, code) for code in codes]
    lifted = [values[0] + make("uniform", (), (F32, 0)), *values[1:]]
    outputs = [
        encode(target.code, lifted[-1 - c % source.channels]) for c in range(target.channels)
    ]
    words = target.words(outputs)
    return _program((source,), (target,), *words, uniforms=(Uniform("lift"),))


def bits_program():
    """Ten bits that run on over five words, and back: sixteen channels out of one group."""
    source, target = Layout(5, "u32"), Layout(16, "u10")
    return _program((source,), (target,), *unpack_bits(10, [load(0, c, source) for c in range(5)]))


def dither_program():
    """Noise in every storage that is dithered, by the number of the frame."""
    source = Layout(1, "f32")
    frame = make("uniform", (), (I32, 0))
    targets = tuple(Layout(1, storage) for storage in DITHERED_TO)
    stage = Stage(
        tuple(
            encode_dithered(layout.storage, load(0, 0, source), channel, frame)
            for channel, layout in enumerate(targets)
        )
    )
    return lower(Program((source,), targets, (Uniform("frame", I32),), (stage,)))


def picture(layout, height, width, seed=0, pad=0):
    """Random patterns, special values among them; with ``pad`` rows are cut out of a larger array.

    The cut begins one pixel in, so that whole pixels lie at odd addresses.
    """
    random = np.random.default_rng(seed)

    def array(shape):
        if layout.storage[0] == "u":
            top = np.iinfo(NUMPY[layout.storage]).max
            whole = random.integers(0, top, shape, NUMPY[layout.storage], endpoint=True)
        else:
            whole = random.normal(0.4, 0.7, shape).astype(NUMPY[layout.storage])
            spots = random.random(shape) < 0.2
            with np.errstate(over="ignore"):
                special = FLOATS.astype(NUMPY[layout.storage])
            whole[spots] = random.choice(special, int(spots.sum()))
        return whole

    return _cut(layout, height, width, pad, array)


def blank(layout, height, width, pad=0):
    """A picture to write into: every byte is 0xA5, so that a pixel that is not written shows."""
    pattern = PATTERN[layout.storage]

    def array(shape):
        return np.full(shape, FILLER & int(np.iinfo(pattern).max), pattern).view(
            NUMPY[layout.storage]
        )

    return _cut(layout, height, width, pad, array)


def _cut(layout, height, width, pad, array):
    """Planes or one interleaved array, each cut out of one wider by ``pad`` on both sides."""
    shape = (height, width + 2 * pad) + (() if layout.planar else (layout.raw_channels,))
    count = layout.channels if layout.planar else 1
    cuts = [array(shape)[:, pad : pad + width] for _ in range(count)]
    return cuts if layout.planar else cuts[0]


def channels(layout, picture):
    """The channels of a picture as (H, W) arrays of raw values."""
    count = layout.raw_channels
    planes = list(picture) if layout.planar else [picture[..., c] for c in range(count)]
    return [p.view(np.uint16) if layout.storage == "f16" else p for p in planes]


# --- tables, taps, uniforms, coordinates ----------------------------------------------------------

CURVE = Table(np.concatenate([np.linspace(-1, 2, 37), FLOATS[-8:]]))


def cube(edge):
    random = np.random.default_rng(edge)
    return Table(random.normal(0.5, 0.5, (edge, edge, edge, 3)))


def table_program():
    """A curve with and without proof, and a cube of which two channels are used."""
    source = Layout(3, "f16")
    x, y, z = (from_half(load(0, c, source)) for c in range(3))
    free = make("fetch", (to_int(x * 40.0 - 4.0),), (CURVE, False))
    index = to_int(y) & 31
    proved = make("fetch", (index,), (CURVE, True))
    grid = cube(5)
    node = [((to_int(v * 100.0) & 63) << 2) for v in (x, y, z)]
    weights = (x, y, z, 1.0 - x)
    cell = make("tetrahedron", (*node, *weights), grid)
    other = make("tetrahedron", (node[2] & 127, node[0], node[1], *weights), cube(4))
    parts = [make("component", (cell,), 0), make("component", (cell,), 2)]
    values = [free, proved, *parts, make("component", (other,), 1)]
    outputs = [encode("f32", v) for v in values]
    return _program((source,), (Layout(5, "f32", planar=True),), *outputs)


def loop_program():
    """A walk through a table, some ways of which end and some go round, in a walk of its own."""
    random, layout = np.random.default_rng(7), Layout(3, "f16")
    onward, state = Table(random.integers(0, 64, 64)), argument(0)
    step = to_int(make("fetch", (state & 63,), (onward, True)))
    short = Loop((select(step < 40, state, step),), 5)
    x, y, z = (argument(n) for n in (1, 2, 3))
    inside = make("iterate", (select(x < y, state, state + 1), x, y, z), short)
    product = widen(x) * widen(y) + widen(z) / widen(to_float(state + 1))
    colors = (narrow(product), x - to_float(inside), narrow(product * product))
    following = select(equal(inside & 3, 0), state, inside & 63)
    loop = Loop((following, *colors), 9)
    values = [from_half(load(0, c, layout)) for c in range(3)]
    start = to_int(values[0] * 40.0) & 63
    cell = make("iterate", (start, *values), loop)
    last = make("iterate", (start, *values), Loop((following,), 9))
    outputs = [encode("f32", make("component", (cell,), c)) for c in range(3)]
    return _program((layout,), (Layout(4, "f32"),), *outputs, encode("f32", to_float(last)))


def stencil_program(most=9):
    """Three stages: decoded planes, a horizontal and a vertical window sum, single taps."""
    source = Layout(2, "u16")
    first = [decode("u16", load(0, c, source)) - 0.25 for c in range(2)]
    count = make("hoisted", (), (I32, 0))
    weights = Table(np.random.default_rng(1).normal(size=most))
    plane = [make("plane", (), (0, i)) for i in range(2)]
    across = make("ascending_sum", (plane[0], count), ("x", -4, 1, weights, most))
    tap = make("at", (plane[1],), (-1000000, 3))
    second_plane = [make("plane", (), (1, i)) for i in range(2)]
    down = make("ascending_sum", (second_plane[0], count), ("y", 5, -2, weights, most))
    near = make("at", (second_plane[1],), (1, -1)) + make("at", (plane[0],), (0, 0))
    here = decode("u16", load(0, 0, source))
    last = [encode("f32", down), encode("f16", near * here)]
    stages = (Stage(tuple(first)), Stage((across, tap)), Stage(tuple(last)))
    program = Program(
        (source,),
        (Layout(1, "f32"), Layout(1, "f16")),
        (Uniform("radius", I32),),
        stages,
        (make("uniform", (), (I32, 0)) + 1,),
    )
    return verify(program, lowered=True)


def uniform_program():
    """Uniforms and hoisted values of each kind, and both coordinates."""
    source = Layout(1, "f32")
    f, i, b = (make("uniform", (), (type, n)) for n, type in enumerate((F32, I32, BOOL)))
    prologue = (f / 3.0, i * 7, f < 0)
    g, j, c = (make("hoisted", (), (n.type, k)) for k, n in enumerate(prologue))
    x, y = (make("coordinate", (), (I32, axis)) for axis in "xy")
    value = select(b, load(0, 0, source) * f, g) + to_float(j ^ i)
    place = (x * 31 + y) & 0xFFFF
    return _program(
        (source,),
        (Layout(1, "f32"), Layout(1, "u16"), Layout(1, "f16")),
        encode("f32", value),
        select(c, place, place ^ 0xFFFF),
        to_half(to_float(x)),
        uniforms=(Uniform("gain\\"), Uniform("seed", I32), Uniform("on", BOOL)),
        prologue=prologue,
    )


def half_sweep():
    """Every half, the middle to the next one, and the floats beside both; as f32."""
    halves = np.arange(65536, dtype=np.uint16).view(np.float16).astype(np.float32)
    with np.errstate(all="ignore"):
        following = np.nextafter(halves.astype(np.float16), np.float16(np.inf)).astype(np.float32)
        middle = (halves + following) / 2
        beside = [
            np.nextafter(v, np.float32(s * np.inf)) for v in (halves, middle) for s in (1, -1)
        ]
    return np.concatenate([halves, middle, *beside]).reshape(-1, 1024, 1)


def half_program():
    """f32 to half, and back."""
    source = Layout(1, "f32")
    half = to_half(load(0, 0, source))
    back = encode("f32", from_half(half | 0x70000))  # bits above the low 16 do not count
    return _program((source,), (Layout(1, "f16"), source), half, back)


def lowered_programs():
    """What the passes make: each named function, cubes, a matrix of uniforms, a stencil."""
    source = Layout(3, "f32")
    x, y, z = (load(0, channel, source) for channel in range(3))
    colour = rgb(x, y, z)
    values = {name: build(name, *(x, y)[: function.arity]) for name, function in FUNCTIONS.items()}
    for interpolation in ("tetrahedral", "trilinear"):
        values[interpolation] = channels_of(fetch3d(cube(6), colour, interpolation))[1]
    cells = [make("uniform", (), (F32, n % 2)) + n / 7 for n in range(9)]
    values["matrix"] = channels_of(matvec(cells, colour))[2]
    values["taps"] = at(x * 2.0, 1, -2) - at(at(y, 3, 0) + z, 0, 1)
    uniforms = (Uniform("first"), Uniform("second"))
    for name, value in values.items():
        stage = Stage((encode("f32", value),))
        yield name, lower(Program((source,), (Layout(1, "f32"),), uniforms, (stage,)))


# --- judging --------------------------------------------------------------------------------------


def expected(program, sources, uniforms=()):
    """Bits of the target channels by the interpreter."""
    raw = [channels(layout, p) for layout, p in zip(program.sources, sources, strict=True)]
    shape = raw[0][0].shape
    out = Interpreter(program, np.float32).run(raw, uniforms)
    storages = [layout.storage for layout in program.targets for _ in range(layout.raw_channels)]
    return [
        np.broadcast_to(o, shape).astype(np.float32 if s == "f32" else np.int32).view(np.uint32)
        & np.uint32(np.iinfo(PATTERN[s]).max)
        for o, s in zip(out, storages, strict=True)
    ]


def written(program, targets):
    """Bits of the target channels that an executor wrote."""
    return [
        np.ascontiguousarray(plane).view(PATTERN[layout.storage]).astype(np.uint32)
        for layout, target in zip(program.targets, targets, strict=True)
        for plane in channels(layout, target)
    ]


def check(kernel, program, sources, uniforms=(), pad=0):
    """Run a kernel and compare every bit with the interpreter."""
    raw = channels(program.sources[0], sources[0])
    height, width = raw[0].shape
    targets = [blank(layout, height, width, pad) for layout in program.targets]
    kernel(sources, targets, uniforms)
    if height and width:
        want, got = expected(program, sources, uniforms), written(program, targets)
        for channel, (a, b) in enumerate(zip(want, got, strict=True)):
            wrong = np.argwhere(a != b)
            assert not wrong.size, (
                f"channel {channel}: {len(wrong)} pixels, first {wrong[0]}: "
                f"{b[tuple(wrong[0])]:#010x} instead of {a[tuple(wrong[0])]:#010x}"
            )
    for layout, target in zip(program.targets, targets, strict=True):
        _check_frame(layout, target, pad)


def _check_frame(layout, target, pad):
    """What lies around a cut is as it was."""
    if pad:
        for plane in target if layout.planar else [target]:
            whole = plane.base.view(PATTERN[layout.storage])
            filler = FILLER & np.iinfo(PATTERN[layout.storage]).max
            assert (whole[:, :pad] == filler).all() and (whole[:, -pad:] == filler).all()
