"""Kernels compile to cubins without a driver or a GPU, once, and as their flags demand."""

import random
import re
import threading

import pytest

from grade.emit.cuda import HEADERS, emit
from grade.ir.expression import bits, from_half, make, to_float, to_int
from grade.ir.program import Program, Stage
from grade.ir.storage import Layout, encode
from grade.run import nvrtc
from grade.settings import override

from .programs import (
    CURVE,
    dither_program,
    half_program,
    layout_programs,
    load,
    loop_program,
    primitive_programs,
    stencil_program,
    table_program,
)

pytest.importorskip("cuda.bindings.nvrtc", reason="NVRTC is not installed")
SEED = random.randrange(1 << 32)


@pytest.fixture
def cache(tmp_path):
    with override(cache=tmp_path):
        yield tmp_path


@pytest.fixture(scope="module")
def everything():
    """Every program of the corpus in one unit: starting NVRTC costs more than a kernel."""
    programs = [program for _, _, program in primitive_programs()]
    programs += [stencil_program(), table_program(), half_program(), dither_program()]
    programs += [loop_program()]
    programs += [p for p in layout_programs() if p.sources[0].packing or p.targets[0].packing]
    distinct = {program.hash: program for program in programs}
    return "\n".join(map(emit, distinct.values())), len(distinct)


def test_every_kernel_compiles_for_drawn_architectures(everything):
    text, count = everything
    architectures = random.Random(SEED).sample(nvrtc.supported_architectures(), 1)
    for architecture in architectures:
        made = nvrtc.compile_unit(text, architecture)
        assert made.path.read_bytes()[:4] == b"\x7fELF", f"sm_{architecture}, seed {SEED}"
        assert len(made.usage) == count + 2  # the stencil has three stages
        for kernel, usage in made.usage.items():
            assert 0 < usage.registers <= 64, (kernel, usage)
            assert usage.spill_stores == usage.spill_loads == usage.stack == 0, (kernel, usage)


@pytest.mark.full
def test_every_kernel_compiles_for_every_architecture(everything):
    for architecture in nvrtc.supported_architectures():
        assert nvrtc.compile_cubin(everything[0], architecture)[:4] == b"\x7fELF"


@pytest.mark.parametrize("header", HEADERS)
def test_a_header_compiles_alone(header):
    text = f'#include "{header}"\n'
    assert "error" not in nvrtc.compile_ptx(text, nvrtc.supported_architectures()[0])


def test_what_only_moves_and_converts_computes_nothing():
    """Arithmetic of a look stands in generated text alone, never in the headers."""
    source = Layout(2, "u16")
    x, y = (load(0, channel, source) for channel in range(2))
    plane = make("plane", (), (0, 0))
    taps = encode("f32", make("at", (plane,), (-3, 2)))
    curve = make("fetch", (x,), (CURVE, False))
    moves = Program(
        (source,),
        (Layout(4, "u8"), Layout(3, "f32", planar=True)),
        (),
        (
            Stage((from_half(x), to_float(y))),
            Stage((x, y, bits(curve), to_int(curve), taps, curve, curve)),
        ),
    )
    text = "\n".join(map(emit, [moves, half_program()]))
    ptx = nvrtc.compile_ptx(text, nvrtc.supported_architectures()[0])
    assert "cvt.rn.f16.f32" in ptx and "setp" in ptx
    assert not re.findall(r"\b(?:add|sub|mul|div|fma|mad|sqrt|rcp|ex2|lg2)\.[\w.]*f\d+", ptx)


def test_the_second_compilation_is_a_file_read(cache, monkeypatch):
    text, architecture = emit(half_program()), nvrtc.supported_architectures()[-1]
    first = nvrtc.compile_unit(text, architecture)
    monkeypatch.setattr(nvrtc, "_compile", None)
    assert nvrtc.compile_unit(text, architecture) == first
    assert first.path.is_relative_to(cache)
    assert not [p for p in cache.rglob("*") if p.suffix not in (".cubin", ".log") and p.is_file()]


def test_the_key_holds_text_flags_version_and_architecture(cache, monkeypatch):
    text, (one, other, *_) = emit(half_program()), nvrtc.supported_architectures()

    def path(text=text, architecture=one):
        return nvrtc.compile_unit(text, architecture).path

    paths = [path(), path(text + "\n"), path(architecture=other)]
    with monkeypatch.context() as patch:
        patch.setattr(nvrtc, "FLAGS", (*nvrtc.FLAGS, "--restrict"))
        paths.append(path())
    with monkeypatch.context() as patch:
        patch.setattr(nvrtc, "version", lambda: (0, 0))
        paths.append(path())
    assert len(set(paths)) == 5


def test_a_lost_file_is_made_again(cache):
    text, architecture = emit(half_program()), nvrtc.supported_architectures()[0]
    first = nvrtc.compile_unit(text, architecture)
    for lost in cache.rglob("*.*"):
        content = lost.read_bytes()
        lost.unlink()
        assert nvrtc.compile_unit(text, architecture) == first
        assert lost.exists() and (lost.suffix == ".log" or lost.read_bytes() == content)


def test_threads_may_compile_the_same(cache):
    text, architecture = emit(half_program()), nvrtc.supported_architectures()[0]
    found = []
    threads = [
        threading.Thread(target=lambda: found.append(nvrtc.compile_cubin(text, architecture)))
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 4 and len(set(found)) == 1


def test_refused_text_shows_the_log(cache):
    with pytest.raises(nvrtc.CompilationError, match='identifier "nonsense" is undefined'):
        nvrtc.compile_cubin("__global__ void f() { nonsense(); }", 90)
    assert not list(cache.rglob("*.cubin"))


def test_what_a_device_loads():
    text, supported = emit(half_program()), nvrtc.supported_architectures()
    assert nvrtc.compile_for_device(text, supported[0]).suffix == ".cubin"
    newest = supported[-1]
    assert nvrtc.compile_for_device(text, newest + 1).suffix == ".cubin"  # a later minor version
    future = nvrtc.compile_for_device(text, newest // 10 * 10 + 10)
    assert f".target sm_{newest}" in future.read_text()
    with pytest.raises(nvrtc.CudaMissing, match="cuda12"):
        nvrtc.compile_for_device(text, 35)
