"""The CPU executor: every layout and size, at any width of vectors, number of threads and bands."""

import itertools
import math

import numpy as np
import pytest

from grade.errors import RequestError
from grade.ir.expression import at, const, make, select, to_float
from grade.ir.program import Program, Stage, Uniform, verify
from grade.ir.storage import Layout, decode, encode
from grade.ir.types import BOOL, F32, I32
from grade.run import host_kernels, host_processor
from grade.run.cpu import CpuExecutor
from grade.run.pictures import PictureError

from .programs import (
    NUMPY,
    blank,
    channels,
    check,
    expected,
    layout_programs,
    load,
    loop_program,
    picture,
    stencil_program,
    table_program,
    turned_program,
    uniform_program,
    written,
)

LANES = [4, 8, 16]
SIZES = [(0, 5), (5, 0), (1, 1), (1, 33), (3, 77), (6, 31), (9, 65), (2, 256)]
LAYOUT = list(layout_programs())
RGB = Layout(3)
STORAGES = [storage for storage in NUMPY if storage != "u32"]  # words, which hold no channel


def cpu(lanes=8, threads=1):
    return CpuExecutor(threads, lanes)


# --- layouts and sizes ----------------------------------------------------------------------------


@pytest.mark.parametrize("index", range(len(LAYOUT)), ids=[str(p.sources[0]) for p in LAYOUT])
def test_every_layout_and_size(index):
    program = LAYOUT[index]
    kernel = cpu(LANES[index % 3]).prepare(program)
    for seed, (height, width) in enumerate(SIZES):
        for pad in (0, 1, 3):
            source = picture(program.sources[0], height, width, seed, pad)
            check(kernel, program, [source], [0.125], pad)


@pytest.mark.full
@pytest.mark.parametrize("lanes", LANES)
@pytest.mark.parametrize("source", STORAGES)
@pytest.mark.parametrize("target", STORAGES)
def test_all_layouts_at_all_lanes(lanes, source, target):
    pairs = [(1, 3), (3, 4), (4, 1), (5, 7)]
    arrangements = itertools.product(pairs, (False, True), (False, True))
    for (a, b), a_planar, b_planar in arrangements:
        program = turned_program(Layout(a, source, a_planar), Layout(b, target, b_planar))
        kernel = cpu(lanes).prepare(program)
        for height, width in SIZES[2:6]:
            check(kernel, program, [picture(program.sources[0], height, width, pad=1)], [0.5], 1)


@pytest.mark.parametrize("storage", [name for name in NUMPY if name != "u32"])
@pytest.mark.parametrize("channels", [5, 6, 8])
def test_many_channels_that_lie_together(storage, channels):
    program = turned_program(Layout(channels, storage), Layout(channels, storage))
    kernel = cpu(LANES[channels % 3]).prepare(program)
    check(kernel, program, [picture(program.sources[0], 3, 45)], [0.25])


@pytest.mark.parametrize("storage", [name for name in NUMPY if name != "u32"])
@pytest.mark.parametrize("planar", [False, True])
def test_in_place(storage, planar):
    """All of a pixel is read before any of it is written, also at the ragged end of a row."""
    layout = Layout(4, storage, planar)
    program = turned_program(layout, layout)
    for lanes, width in zip(LANES, (33, 70, 161), strict=True):
        source = picture(layout, 4, width)
        want = expected(program, [source], [0.5])
        cpu(lanes).prepare(program)([source], [source], [0.5])
        assert all(map(np.array_equal, want, written(program, [source])))


def test_views_and_rows_in_any_order():
    """Crops, every other row, rows upside down: only the pixels of one row must lie together."""
    program = turned_program(Layout(3, "f16"), Layout(2, "u8", planar=True))
    whole = picture(Layout(3, "f16"), 40, 50)
    for cut in (np.s_[3:17, 5:42], np.s_[::2], np.s_[::-1], np.s_[30:3:-3, 1:]):
        source = whole[cut]
        outer = [np.full((50, 60), 7, np.uint8) for _ in range(2)]
        target = [o[5 : 5 + source.shape[0]][::-1, 4 : 4 + source.shape[1]] for o in outer]
        cpu(16).prepare(program)([source], [target], [0.5])
        want = expected(program, [np.ascontiguousarray(source)], [0.5])
        assert all(map(np.array_equal, want, written(program, [target])))
        for o in outer:
            assert (o[:5] == 7).all() and (o[:, :4] == 7).all(), "nothing beside the cut is written"
            assert (o[:, 4 + source.shape[1] :] == 7).all()


def test_one_row_read_for_all_and_one_column():
    program = turned_program(RGB, RGB)
    row = picture(RGB, 1, 37)
    repeated = np.broadcast_to(row, (5, 37, 3))
    check(cpu().prepare(program), program, [repeated], [0.5])
    column = picture(RGB, 9, 40)[:, 7:8]
    check(cpu().prepare(program), program, [column], [0.5])


def test_several_sources_and_targets():
    layouts = (Layout(3, "f16"), Layout(1, "u8", planar=True), Layout(2, "f32"))
    a, b, c = (decode(x.storage, load(i, 0, x)) for i, x in enumerate(layouts))
    targets = (Layout(1, "u16"), Layout(2, "f32", planar=True), Layout(1, "f16"))
    values = [a * b, b - c, c + a, a]
    storages = ["u16", "f32", "f32", "f16"]
    outputs = tuple(encode(s, v) for s, v in zip(storages, values, strict=True))
    program = verify(Program(layouts, targets, (), (Stage(outputs),)), lowered=True)
    sources = [picture(layout, 6, 51, seed) for seed, layout in enumerate(layouts)]
    for lanes in LANES:
        check(cpu(lanes).prepare(program), program, sources)


def test_a_constant_picture_and_unused_sources():
    program = Program((RGB, Layout(1, "u8")), (RGB,), (), (Stage((const(0.25),) * 3),))
    kernel = cpu().prepare(program)
    target = blank(RGB, 4, 21)
    kernel([picture(RGB, 4, 21), picture(Layout(1, "u8"), 4, 21)], [target])
    assert (target == 0.25).all()


# --- what no result depends on --------------------------------------------------------------------


def busy_program():
    """Stages, taps, tables of both kinds, functions, forks, a prologue."""
    from grade.ir.expression import exp2, fetch3d, log2, power, rgb, sin

    from .programs import CURVE, cube

    r, g, b = (decode("u16", load(0, c, Layout(3, "u16"))) for c in range(3))
    gain, on, count = (make("uniform", (), (t, n)) for n, t in enumerate((F32, BOOL, I32)))
    x = make("coordinate", (), (I32, "x"))
    graded = power(r * gain + 0.01, exp2(gain) * 0.3) + sin(to_float(x) * 0.01)
    graded = select(on, log2(graded * graded + 0.5) * gain + power(graded, 3.0), graded)
    looked = fetch3d(cube(5), rgb(graded, g, b))
    weights = make("ascending_sum", (looked, count), ("x", -3, 1, CURVE, 7))
    blurred = make("ascending_sum", (weights, count), ("y", -3, 1, CURVE, 7)) + at(looked, 2, -1)
    outputs = tuple(encode("f16", make("component", (blurred,), c)) for c in range(3))
    uniforms = (Uniform("gain", F32, 0.1, 4.0), Uniform("on", BOOL), Uniform("count", I32, 0, 7))
    return Program((Layout(3, "u16"),), (Layout(3, "f16"),), uniforms, (Stage(outputs),))


BUSY = busy_program()
VALUES = [(0.7, 1, 5), (2.5, 0, 7)]


def graded(executor, height=61, width=83, uniforms=VALUES[0], origin=(0, 0)):
    source, target = (
        picture(Layout(3, "u16"), height, width),
        blank(Layout(3, "f16"), height, width),
    )
    executor.prepare(BUSY)([source], [target], uniforms, origin)
    return target


@pytest.mark.parametrize("uniforms", VALUES)
def test_lanes_never_show(uniforms):
    first, *others = (graded(cpu(lanes), uniforms=uniforms) for lanes in LANES)
    assert all(np.array_equal(first.view("u2"), other.view("u2")) for other in others)
    assert len(np.unique(first)) > 1000


@pytest.mark.parametrize("threads", [2, 3, 4])
@pytest.mark.parametrize("pixels", [1, 83, 500, 1 << 15])
def test_threads_and_bands_never_show(threads, pixels, monkeypatch):
    alone = graded(cpu())
    monkeypatch.setattr("grade.run.cpu.BAND_PIXELS", pixels)
    together = CpuExecutor(threads, 8)
    for _ in range(3):
        assert np.array_equal(graded(together).view("u2"), alone.view("u2"))


@pytest.mark.parametrize("lanes", LANES)
def test_the_origin_shifts_coordinates(lanes):
    program = uniform_program()
    kernel = cpu(lanes).prepare(program)
    whole = [np.empty((50, 70, 1), t) for t in ("f4", "u2", "f2")]
    part = [np.empty((20, 30, 1), t) for t in ("f4", "u2", "f2")]
    source = np.ones((50, 70, 1), np.float32)
    kernel([source], whole, [1.0, 2, 0])
    kernel([source[17:37, 11:41]], part, [1.0, 2, 0], origin=(11, 17))
    for a, b in zip(whole, part, strict=True):
        assert np.array_equal(a[17:37, 11:41], b)
    far = [np.empty((20, 30, 1), t) for t in ("f4", "u2", "f2")]
    kernel([source[:20, :30]], far, [1.0, 2, 0], origin=(2**31 - 5, -7))
    assert far[2][0, 6, 0] == -math.inf and far[2][0, 4, 0] == math.inf, "coordinates wrap"


# --- tables, neighbours, uniforms -----------------------------------------------------------------


@pytest.mark.parametrize("lanes", LANES)
def test_tables(lanes):
    program = table_program()
    check(cpu(lanes).prepare(program), program, [picture(program.sources[0], 40, 70)])


@pytest.mark.parametrize("lanes", LANES)
def test_loops(lanes):
    """Lanes that arrive at different times, or never; at the end of a row too."""
    program = loop_program()
    for width in (1, 37, 64):
        check(cpu(lanes).prepare(program), program, [picture(program.sources[0], 9, width)])


@pytest.mark.parametrize("count", [-(2**31), -5, -1, 0, 3, 8, 2**31 - 2])
def test_planes_and_taps(count):
    """Single taps near and a million pixels away, window sums along both axes."""
    program = stencil_program()
    for lanes in LANES:
        kernel = cpu(lanes).prepare(program)
        for height, width in SIZES[2:]:
            check(kernel, program, [picture(program.sources[0], height, width, pad=1)], [count])


@pytest.mark.parametrize("lanes", LANES)
@pytest.mark.parametrize("dx", [-(2**31), -200, -65, -64, -17, 0, 5, 64, 65, 90, 131, 2**31 - 1])
def test_how_far_a_tap_may_be(lanes, dx):
    tapped = [at(load(0, 0, Layout(1)), dx, dy) for dy in (0, -(2**31), 3, 900)]
    program = Program((Layout(1),), (Layout(4),), (), (Stage(tuple(tapped)),))
    kernel = cpu(lanes).prepare(program)
    for height, width in [(1, 1), (2, 47), (5, 200)]:
        noise = np.random.default_rng(width).normal(size=(height, width, 1)).astype(np.float32)
        target = blank(Layout(4), height, width)
        kernel([noise], [target])
        columns = np.clip(np.arange(width) + dx, 0, width - 1)
        for channel, dy in enumerate((0, -(2**31), 3, 900)):
            rows = np.clip(np.arange(height) + dy, 0, height - 1)
            assert np.array_equal(target[..., channel], noise[rows][:, columns, 0])


@pytest.mark.parametrize("lanes", LANES)
def test_uniforms_of_every_kind(lanes):
    program = uniform_program()
    kernel = cpu(lanes).prepare(program)
    source = picture(program.sources[0], 12, 40)
    for gain, seed, on in [(0.7, 12345, True), (-0.1, -(2**31), False), (1e-40, 2**31 - 1, 1)]:
        check(kernel, program, [source], [gain, seed, on])


@pytest.mark.parametrize("lanes", LANES)
@pytest.mark.parametrize("value", [0, 1])
def test_either_side_of_a_branch_may_need_a_channel_first(lanes, value):
    def steps(x):
        for k in range(6):
            x = x * x + 0.37 * k
        return x

    on = make("uniform", (), (BOOL, 0))
    a, b = load(0, 0, RGB), load(0, 1, RGB)
    output = encode("f32", select(on, steps(a), steps(b * 0.3)))
    program = Program((RGB,), (Layout(1),), (Uniform("on", BOOL),), (Stage((output,)),))
    kernel = cpu(lanes).prepare(program)
    check(kernel, kernel.program, [picture(RGB, 3, 37)], [value])


# --- what is refused ------------------------------------------------------------------------------


def ones(*shape, dtype=np.float32):
    return np.ones(shape, dtype)


REFUSED = {
    "no source": ([], [ones(4, 5, 3)], "the program has 1 sources, got 0"),
    "two targets": ([ones(4, 5, 3)], [ones(4, 5, 3)] * 2, "the program has 1 targets, got 2"),
    "four channels": ([ones(4, 5, 4)], [ones(4, 5, 3)],
                      r"source 0 is float32 \(4, 5, 4\), not float32 \(H, W, 3\)"),
    "doubles": ([ones(4, 5, 3, dtype=np.float64)], [ones(4, 5, 3)], "source 0 is float64"),
    "big endian": ([ones(4, 5, 3, dtype=">f4")], [ones(4, 5, 3)], "source 0 is >f4"),
    "a plane": ([ones(4, 5)], [ones(4, 5, 3)], r"source 0 is float32 \(4, 5\)"),
    "another size": ([ones(4, 5, 3)], [ones(5, 4, 3)],
                     r"target 0 is \(5, 4\), the first picture is \(4, 5\)"),
    "half target": ([ones(4, 5, 3)], [ones(4, 5, 3, dtype=np.float16)], "target 0 is float16"),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_a_wrong_picture_is_refused(name):
    sources, targets, message = REFUSED[name]
    with pytest.raises(PictureError, match=message):
        cpu().prepare(turned_program(RGB, RGB))(sources, targets, [0.5])


def test_wrong_planes_are_refused():
    kernel = cpu().prepare(turned_program(Layout(3, planar=True), Layout(3, planar=True)))
    good = [ones(4, 5)] * 3
    with pytest.raises(PictureError, match="source 0 has 2 planes, not 3"):
        kernel([good[:2]], [good], [0.5])
    with pytest.raises(PictureError, match=r"\(4, 6\)"):
        kernel([[*good[:2], ones(4, 6)]], [good], [0.5])
    kernel([np.ones((3, 4, 5), np.float32)], [good], [0.5])


def test_a_read_only_target_is_refused():
    kernel = cpu().prepare(turned_program(RGB, RGB))
    target = ones(4, 5, 3)
    target.flags.writeable = False
    with pytest.raises(PictureError, match="target 0 is read-only"):
        kernel([ones(4, 5, 3)], [target], [0.5])
    kernel([target], [ones(4, 5, 3)], [0.5])


def test_pixels_apart_are_refused():
    kernel = cpu().prepare(turned_program(RGB, RGB))
    with pytest.raises(RequestError, match="follow one another"):
        kernel([ones(4, 10, 3)[:, ::2]], [ones(4, 5, 3)], [0.5])
    with pytest.raises(RequestError, match="follow one another"):
        kernel([ones(5, 4, 3).transpose(1, 0, 2)], [ones(4, 5, 3)], [0.5])


def test_uniforms_are_counted_and_held_to_their_bounds():
    uniforms = (Uniform("gain", F32, 0.0, 0.1), Uniform("n", I32, 0, 3), Uniform("on", BOOL))
    program = Program((RGB,), (RGB,), uniforms, (Stage((const(0.5),) * 3),))
    kernel = cpu().prepare(program)
    pictures = [ones(2, 2, 3)], [ones(2, 2, 3)]
    kernel(*pictures, [0.1, 3, 0.5])
    kernel(*pictures, [float(np.float32(0.1)), 0, 2**40])
    for bad in ([0.11, 0, 0], [-1e-9, 0, 0], [math.nan, 0, 0], [0.0, 4, 0], [0.0, -1, 0]):
        with pytest.raises(RequestError, match="outside"):
            kernel(*pictures, bad)
    with pytest.raises(RequestError, match="3 uniforms, got 1 numbers"):
        kernel(*pictures, [0.5])


# --- the cache ------------------------------------------------------------------------------------


def lifted(amount, name="gain", table=None):
    output = encode("f32", load(0, 0, RGB) * make("uniform", (), (F32, 0)) + amount)
    return Program((RGB,), (Layout(1),), (Uniform(name),), (Stage((output,)),))


def compiled(action):
    """How many kernels the action compiles."""
    before = host_kernels.compilations
    action()
    return host_kernels.compilations - before


def test_a_moved_uniform_compiles_nothing():
    kernel = cpu().prepare(BUSY)
    source, target = picture(Layout(3, "u16"), 5, 20), blank(Layout(3, "f16"), 5, 20)
    values = [(0.1 + 0.01 * n, n % 2, n % 8) for n in range(50)]
    assert compiled(lambda: [kernel([source], [target], v) for v in values]) == 0


def test_a_program_is_compiled_once():
    assert compiled(lambda: cpu().prepare(lifted(0.7651))) == 1
    same = [lifted(0.7651), lifted(0.7651, name="another name")]
    assert compiled(lambda: [cpu().prepare(p) for p in same]) == 0, "also by another executor"
    assert compiled(lambda: cpu(4).prepare(lifted(0.7651))) == 1
    assert compiled(lambda: cpu().prepare(lifted(0.7652))) == 1


def test_the_cache_forgets_what_was_not_used_for_longest(monkeypatch):
    monkeypatch.setattr(host_kernels, "KEPT", 3)
    monkeypatch.setattr(host_kernels, "_kernels", type(host_kernels._kernels)())
    kernels = [cpu() for _ in range(9)]
    names = [0.1, 0.2, 0.3, 0.1, 0.4, 0.1, 0.2, 0.3, 0.1]
    counts = [
        compiled(lambda e=executor, a=amount: e.prepare(lifted(a + 0.5)))
        for executor, amount in zip(kernels, names, strict=True)
    ]
    assert counts == [1, 1, 1, 0, 1, 0, 1, 1, 0]
    assert len(host_kernels._kernels) == 3


def resident():
    with open("/proc/self/statm") as statm:
        return int(statm.read().split()[1]) * 4096


def test_memory_per_compilation():
    """What a kernel takes is about 0.1 MB, and must not grow unseen."""
    pytest.importorskip("resource")
    try:
        resident()
    except OSError:
        pytest.skip("no /proc/self/statm")
    for n in range(5):
        cpu().prepare(lifted(0.01 * n + 3))
    before = resident()
    for n in range(20):
        cpu().prepare(lifted(0.01 * n + 4))
    assert (resident() - before) / 20 < 1e6


def test_names_and_threads():
    assert CpuExecutor(3, 4).name == "cpu (4 lanes, 3 threads)"
    assert CpuExecutor(1).lanes == host_processor.host_lanes()
    assert channels(RGB, ones(2, 3, 3))[0].shape == (2, 3)


@pytest.mark.parametrize("missing", ["fma", "f16c"])
def test_a_processor_that_is_too_old_is_refused(missing, monkeypatch):
    features = frozenset({"fma", "f16c", "avx2"}) - {missing}
    monkeypatch.setattr(host_processor, "host_features", lambda: features)
    monkeypatch.setattr(host_processor.platform, "machine", lambda: "x86_64")
    with pytest.raises(host_processor.HostError, match=f"has no {missing.upper()}.*2013"):
        host_processor.host_lanes.__wrapped__()
    monkeypatch.setattr(host_processor.platform, "machine", lambda: "aarch64")
    assert host_processor.host_lanes.__wrapped__() == 4
