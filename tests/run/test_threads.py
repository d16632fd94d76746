"""Kernels from several threads at once: programs are compiled once, results do not mix."""

import os
import subprocess
import sys
import threading
from pathlib import Path

import numpy as np
import pytest

from grade.ir.expression import make, power, to_float
from grade.ir.program import Program, Stage, Uniform
from grade.ir.storage import Layout, encode
from grade.ir.types import F32, I32
from grade.run import executor, host_kernels
from grade.run.cpu import CpuExecutor

RGB = Layout(3)
X, Y, Z = (make("load", (), (F32, 0, c)) for c in range(3))
GAIN = make("uniform", (), (F32, 0))
ROW = make("coordinate", (), (I32, "y"))


def graded(amount):
    """A program of its own for each amount; the row number shows which rows were written."""
    value = power(abs(X * GAIN) + amount, 0.5) + to_float(ROW) * (GAIN * 3.0)
    stage = Stage(tuple(encode("f32", v) for v in (value, value * Y, Z)))
    return Program((RGB,), (RGB,), (Uniform("gain", F32, 0.0, 4.0),), (stage,))


def at_once(count, action):
    """Run ``action(number)`` on this many threads that start together; errors come back."""
    barrier, results = threading.Barrier(count), [None] * count

    def work(number):
        barrier.wait()
        try:
            results[number] = action(number)
        except BaseException as error:
            results[number] = error

    threads = [threading.Thread(target=work, args=(n,)) for n in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert not any(thread.is_alive() for thread in threads), "threads wait for each other"
    for result in results:
        if isinstance(result, BaseException):
            raise result
    return results


def result_of(cpu, program, gain, height=200, width=300):
    source = np.random.default_rng(5).normal(size=(height, width, 3)).astype(np.float32)
    target = np.full_like(source, -77.0)
    cpu.prepare(program)([source], [target], [gain])
    return target


@pytest.mark.parametrize("threads", [1, 2, 4])
def test_callers_share_an_executor(threads, monkeypatch):
    monkeypatch.setattr("grade.run.cpu.BAND_PIXELS", 1000)
    cpu, program = CpuExecutor(threads, 8), graded(0.25)
    gains = [0.1 * n for n in range(6)]
    alone = [result_of(CpuExecutor(1, 8), program, gain) for gain in gains]
    for _ in range(3):
        together = at_once(6, lambda n: result_of(cpu, program, gains[n]))
        assert all(map(np.array_equal, alone, together)), "a uniform block belongs to one call"


def test_threads_that_ask_for_one_program_compile_it_once():
    program = graded(0.375)
    before = host_kernels.compilations
    kernels = at_once(6, lambda n: CpuExecutor(1, 8).prepare(program))
    assert host_kernels.compilations == before + 1
    assert len({id(k.native) for k in kernels}) == 1


def test_threads_that_ask_for_many_programs():
    programs = [graded(0.5 + 0.01 * n) for n in range(4)]
    alone = [result_of(CpuExecutor(1, 4), p, 0.5, 9, 20) for p in programs]
    together = at_once(8, lambda n: result_of(CpuExecutor(1, 4), programs[n % 4], 0.5, 9, 20))
    assert all(np.array_equal(alone[n % 4], got) for n, got in enumerate(together))


def test_all_bands_are_written_by_more_threads_than_bands(monkeypatch):
    monkeypatch.setattr("grade.run.cpu.BAND_PIXELS", 1)
    want = result_of(CpuExecutor(1, 8), graded(0.25), 0.5, 3, 40)
    assert np.array_equal(result_of(CpuExecutor(16, 8), graded(0.25), 0.5, 3, 40), want)
    assert not (want == -77.0).any()


def test_no_thread_is_started_before_it_is_needed():
    cpu = CpuExecutor(4, 8)
    result_of(cpu, graded(0.25), 0.5, 3, 40)
    assert cpu._pool is None, "one band is the caller's"
    assert CpuExecutor(1, 8)._pool is None


def test_an_error_of_one_caller_leaves_the_others_alone():
    cpu, program = CpuExecutor(2, 8), graded(0.25)
    want = result_of(cpu, program, 0.5)

    def call(number):
        if number % 2:
            with pytest.raises(Exception, match="outside"):
                result_of(cpu, program, 99.0)
            return want
        return result_of(cpu, program, 0.5)

    assert all(np.array_equal(got, want) for got in at_once(6, call))


FORKED = """
import os, signal
from tests.run.test_threads import CpuExecutor, graded, result_of
import grade.run.cpu
grade.run.cpu.BAND_PIXELS = 1000
cpu, program = CpuExecutor(3, 8), graded(0.25)
want = result_of(cpu, program, 0.5)
child = os.fork()
if not child:
    signal.alarm(60)
    os._exit(0 if (result_of(cpu, program, 0.5) == want).all() else 1)
assert os.waitpid(child, 0)[1] == 0, "the child waits for threads that stayed in its parent"
assert (result_of(cpu, program, 0.5) == want).all()
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork here")
def test_a_forked_process_has_threads_of_its_own():
    root = Path(__file__).parents[2]
    done = subprocess.run(
        [sys.executable, "-c", FORKED], cwd=root, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def test_one_executor_for_a_device():
    assert executor("cpu", 2) is executor("cpu", 2) is not executor("cpu", 3)
    assert executor("cpu", 2).threads == 2
    assert executor("reference").name.startswith("reference")
