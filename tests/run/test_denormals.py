"""A library linked with -ffast-math turns denormals off for the process: here that never shows.

Run as a script it is the process that such a library is loaded into; a test starts it.
"""

import ctypes
import shutil
import subprocess
import sys
import threading

import numpy as np
import pytest

from grade.ir.expression import const, const_value, make, select, to_float
from grade.ir.floating_point_mode import exact_rounding
from grade.ir.interpreter import Interpreter
from grade.ir.printer import format_program
from grade.ir.program import Program, Stage, Uniform
from grade.ir.storage import Layout, encode
from grade.ir.table import Table
from grade.ir.types import F32, I32
from grade.passes import pipeline
from grade.passes.pipeline import lower
from grade.run.cpu import CpuExecutor

TINY, SMALL = 1e-30, 1e-10
UPWARD = {"x86_64": 0x800, "AMD64": 0x800, "aarch64": 0x400000, "arm64": 0x400000}


def programs():
    """Denormals as pixels, products, constants, uniforms, table entries, and in the prologue."""
    x = make("load", (), (F32, 0, 0))
    u = make("uniform", (), (F32, 0))
    entry = make("fetch", (make("uniform", (), (I32, 1)),), (Table([3e-42, 5e-44, 7e-39]), False))
    outputs = (
        x * SMALL,
        x + 1e-40,
        x * const(1e-40) / const(1e-40),
        x * (const(1e-25) * const(1e-20)) * 1e30,
        (u * 0.5 + u * x) * 2.0,
        x + entry,
        (u * 0.25) / entry * x,
        select(x < 1e-45, x, u),
        to_float(make("to_half", (x * 1e26,))),
        make("bits", (x * SMALL,)),
        x / 3.0 + 1.0,
    )
    stored = tuple(encode("f32", o if o.type == F32 else to_float(o)) for o in outputs)
    uniforms = (Uniform("u", F32, 0.0, 1e-38), Uniform("n", I32, 0, 2))
    return Program((Layout(1),), (Layout(len(outputs)),), uniforms, (Stage(stored),))


PIXELS = np.float32([TINY, 1e-40, -1e-42, 2.0**-149, 0, -0.0, 1e-35, 3e-38, 1.0] * 5)[None, :, None]
VALUES = [4e-41, 1]


def graded(lanes, program, threads=1):
    target = np.empty((1, PIXELS.shape[1], len(program.stages[0].outputs)), np.float32)
    CpuExecutor(threads, lanes).prepare(program)([PIXELS], [target], VALUES)
    return target.view(np.uint32)


def flushes():
    """Whether this thread flushes denormals, by NumPy."""
    return bool((np.full(16, TINY, np.float32) * np.full(16, SMALL, np.float32) == 0).all())


def in_thread(action):
    found = []
    thread = threading.Thread(target=lambda: found.append(action()))
    thread.start()
    thread.join()
    return found[0]


def main(library):
    """Grade before and after the library is loaded, in this thread and others."""
    want, text = graded(8, programs()), format_program(lower(programs()))
    assert not flushes() and np.count_nonzero((want & 0x7F800000 == 0) & (want != 0)) > 20
    ctypes.CDLL(library)
    assert flushes() and in_thread(flushes), "this library does not flush: the test tests nothing"
    assert const_value(const(1e-40)) != 0 and const(1e-40) is not const(0.0)
    pipeline._lowered.cache_clear()
    assert format_program(lower(programs())) == text, "constants fold and proofs hold as before"
    for lanes in (4, 16, 8):  # two of them are traced, lowered and compiled only now
        for run in (lambda action: action(), in_thread):
            assert np.array_equal(run(lambda lanes=lanes: graded(lanes, programs())), want), lanes
            assert run(flushes), "the control word is given back as it was"
    assert np.array_equal(graded(8, programs(), threads=3), want)
    program = programs()
    changed = Program(program.sources, program.targets, program.uniforms, (Stage(
        tuple(encode("f32", o + 1e-41) for o in program.stages[0].outputs)),))  # fmt: skip
    lowered = lower(changed)
    defined = Interpreter(lowered, np.float32).run([[PIXELS[..., 0]]], VALUES)
    for lanes in (4, 8, 16):
        got = graded(lanes, changed)
        assert all(np.array_equal(d.view(np.uint32), got[..., c]) for c, d in enumerate(defined))
    with exact_rounding():
        assert not flushes()
    assert flushes()


@pytest.fixture(scope="module")
def library(tmp_path_factory):
    if not shutil.which("gcc"):
        pytest.skip("no gcc to link a library with -ffast-math")
    folder = tmp_path_factory.mktemp("fast")
    (folder / "fast.c").write_text("int nothing(void) { return 1; }\n")
    path = folder / "fast.so"
    command = ["gcc", "-shared", "-fPIC", "-ffast-math", str(folder / "fast.c"), "-o", str(path)]
    subprocess.run(command, check=True)
    code = (
        "import ctypes, sys, numpy as np; ctypes.CDLL(sys.argv[1]);"
        "a = np.full(16, 1e-30, 'f4'); sys.exit(bool((a * np.float32(1e-10)).any()))"
    )
    if subprocess.run([sys.executable, "-c", code, str(path)], check=False).returncode:
        pytest.skip("this gcc does not turn denormals off (version 13 and later ask for it)")
    return path


def test_in_a_process_that_flushes_denormals(library):
    done = subprocess.run(
        [sys.executable, __file__, str(library)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def _rounding_mode():
    """C's fegetround and fesetround, and the number of the mode that rounds upward."""
    import platform

    library = ctypes.CDLL(None)
    try:
        return library.fegetround, library.fesetround, UPWARD[platform.machine()]
    except (AttributeError, KeyError):
        pytest.skip("no fesetround here")


def test_another_rounding_mode_does_not_show():
    get, set_mode, upward = _rounding_mode()
    program = programs()
    want, bound = graded(8, program), lower(programs()).hash
    pipeline._lowered.cache_clear()
    assert set_mode(upward) == 0
    try:
        for lanes in (4, 8, 16):
            assert np.array_equal(graded(lanes, program), want)
            assert get() == upward
        assert lower(programs()).hash == bound
    finally:
        set_mode(0)


if __name__ == "__main__":
    main(sys.argv[1])
