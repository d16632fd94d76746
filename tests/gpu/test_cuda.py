"""The same programs on a device: the bits of the interpreter, and of the CPU."""

import threading

import numpy as np
import pytest

from grade.emit.cuda import emit
from grade.run.cuda import CudaExecutor
from grade.run.nvrtc import compile_for_device, compile_unit, supported_architectures

from ..run.programs import (
    blank,
    check,
    dither_program,
    expected,
    half_program,
    half_sweep,
    layout_programs,
    loop_program,
    lowered_programs,
    picture,
    primitive_picture,
    primitive_programs,
    stencil_program,
    table_program,
    turned_program,
    uniform_program,
    written,
)

pytestmark = pytest.mark.gpu
PRIMITIVE = {name: (arity, program) for name, arity, program in primitive_programs()}
LAYOUT = {str(program.sources[0]): program for program in layout_programs()}
LOWERED = dict(lowered_programs())
SIZES = [(0, 5), (5, 0), (1, 1), (1, 33), (6, 31), (9, 65)]


@pytest.fixture(scope="module")
def executor():
    return CudaExecutor()


@pytest.fixture(scope="module")
def pictures():
    return {arity: primitive_picture(arity) for arity in (1, 2, 3)}


@pytest.mark.parametrize("name", PRIMITIVE)
def test_a_primitive_has_the_bits_of_its_definition(name, executor, pictures):
    arity, program = PRIMITIVE[name]
    check(executor.prepare(program), program, pictures[arity])


@pytest.mark.parametrize("name", LAYOUT)
def test_every_layout_and_size(name, executor):
    program = LAYOUT[name]
    for seed, (height, width) in enumerate(SIZES):
        for pad in (0, 1, 3):
            source = picture(program.sources[0], height, width, seed, pad)
            check(executor.prepare(program), program, [source], [0.125], pad)


@pytest.mark.parametrize("name", LOWERED)
def test_lowered_programs(name, executor, pictures):
    program = LOWERED[name]
    for source in (pictures[2][0], picture(program.sources[0], 540, 960)):
        check(executor.prepare(program), program, [source], [0.3, -1.7])


def test_every_half_and_its_neighbours(executor):
    check(executor.prepare(half_program()), half_program(), [half_sweep()])


def test_tables(executor):
    program = table_program()
    check(executor.prepare(program), program, [picture(program.sources[0], 400, 700)])


def test_loops(executor):
    program = loop_program()
    check(executor.prepare(program), program, [picture(program.sources[0], 400, 700)])


@pytest.mark.parametrize("radius", [-(2**31), -1, 0, 3, 8, 2**31 - 2])
def test_planes_and_taps(executor, radius):
    program = stencil_program()
    for height, width in (*SIZES[2:], (300, 500)):
        check(
            executor.prepare(program),
            program,
            [picture(program.sources[0], height, width)],
            [radius],
        )


def test_uniforms_of_every_kind(executor):
    program = uniform_program()
    source = picture(program.sources[0], 12, 40)
    for values in [(0.7, 12345, True), (-0.1, -(2**31), False), (1e-40, 2**31 - 1, 1)]:
        check(executor.prepare(program), program, [source], values)


@pytest.mark.parametrize("frame", [-7, 0, 1001, 2**31 - 1])
def test_dither_is_the_same_noise_everywhere(frame, executor):
    program = dither_program()
    source = picture(program.sources[0], 131, 270)
    check(executor.prepare(program), program, [source], [frame])


def test_more_rows_than_one_grid_holds(executor):
    program = LAYOUT["u8 x4 interleaved"]
    check(executor.prepare(program), program, [picture(program.sources[0], 262_145, 2)], [0.5])


def test_cupy_pictures_are_used_where_they_lie(executor):
    cupy = pytest.importorskip("cupy")
    for name, pad in (("f16 x4 interleaved", 0), ("f32 x3 planar", 0), ("u8 x4 interleaved", 1)):
        program = LAYOUT[name]
        host = picture(program.sources[0], 33, 50, pad=pad)
        target = blank(program.targets[0], 33, 50)

        def moved(picture, planar):
            return [cupy.asarray(p) for p in picture] if planar else cupy.asarray(picture)

        source = moved(host, program.sources[0].planar)
        if pad:  # an odd start: the pixel is not at an address that its vector load would need
            source = cupy.asarray(host.base)[:, pad:-pad]
        device = moved(target, program.targets[0].planar)
        arrays = device if program.targets[0].planar else [device]
        addresses = [array.data.ptr for array in arrays]
        stream = cupy.cuda.Stream(non_blocking=True)
        with stream:
            executor.prepare(program)([source], [device], [0.25])
        stream.synchronize()
        assert [array.data.ptr for array in arrays] == addresses
        back = [a.get() for a in device] if program.targets[0].planar else device.get()
        want = expected(program, [host], [0.25])
        assert all(map(np.array_equal, want, written(program, [back])))


def test_threads_have_streams_of_their_own(executor):
    program = turned_program(
        LAYOUT["f16 x4 interleaved"].sources[0], LAYOUT["u16 x3 planar"].sources[0]
    )
    kernel, failures = executor.prepare(program), []

    def work(seed):
        try:
            for _ in range(20):
                check(kernel, program, [picture(program.sources[0], 64, 129, seed)], [seed / 8])
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=work, args=(seed,)) for seed in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures


def test_ptx_of_this_device_is_loaded_by_the_driver(executor):
    """What a device newer than NVRTC would run: the driver translates it, with the same bits."""
    program = half_program()
    older = [a for a in supported_architectures() if a <= executor.capability][-1]
    path = compile_unit(emit(program), older, "ptx").path
    with executor.device:
        executor.cupy.RawModule(path=str(path)).compile()
    assert compile_for_device(emit(program), executor.capability).suffix in (".cubin", ".ptx")
