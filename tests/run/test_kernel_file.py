"""Compiled host kernels on disk: found again, and never believed when anything differs."""

import os
import subprocess
import sys
import textwrap
from functools import partial

import numpy as np
import pytest

from grade.ir.expression import at, channels, exp2, fetch, fetch3d, make, power, rgb, to_int
from grade.ir.program import Program, Stage, Uniform
from grade.ir.storage import Layout
from grade.ir.table import Table
from grade.ir.types import F32
from grade.passes.pipeline import PASSES
from grade.run import host_kernels, kernel_file, kernel_folder, machine_code
from grade.run.cpu import CpuExecutor
from grade.settings import override

from .programs import load

LAYOUT, RGB = Layout(1), Layout(3)
COMPILER = kernel_file._compiler


def brightened(gain, table=None):
    value = load(0, 0, LAYOUT) * make("uniform", (), (F32, 0)) + gain
    if table is not None:
        value = value + fetch(table, to_int(value))
    return Program((LAYOUT,), (LAYOUT,), (Uniform("gain", F32, 0, 8),), (Stage((value,)),))


def busy():
    """Two stages, a cube, a prologue."""
    cube = Table(np.random.default_rng(5).random((3, 3, 3, 3), np.float32))
    gain = exp2(make("uniform", (), (F32, 0)))
    plate = rgb(*[load(0, channel, RGB) * gain for channel in range(3)])
    near = channels(at(fetch3d(cube, plate), 1, 0))
    outputs = tuple(power(value, value) for value in near)
    return Program((RGB,), (RGB,), (Uniform("gain", F32, 0, 8),), (Stage(outputs),))


def graded(program, executor=None):
    kernel = (executor or CpuExecutor(1)).prepare(program)
    target = np.zeros((2, 37, 1), np.float32)
    kernel([np.linspace(-1, 2, 74, dtype=np.float32).reshape(2, 37, 1)], [target], [0.75])
    return target


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A folder of kernels that is used, and a memory without any."""
    monkeypatch.setattr(kernel_file, "_compiler", lambda root: "this one")
    monkeypatch.setattr(host_kernels, "_kernels", type(host_kernels._kernels)())
    monkeypatch.setattr(kernel_folder, "_pruned", set())
    with override(cache=tmp_path):
        yield tmp_path / "cpu"


def compiled(action):
    before = host_kernels.compilations
    made = action()
    return host_kernels.compilations - before, made


def forgotten(action):
    """As a new process would do it."""
    host_kernels._kernels.clear()
    return compiled(action)


def test_another_process_compiles_and_lowers_nothing(tmp_path):
    code = """
        import sys, grade, numpy as np
        look = grade.Look("x", working="ACEScct")
        look.outputs["m"] = look.source >> grade.CDL(slope=1.1) >> grade.Exposure(stops=0.5)
        made = look.apply(np.linspace(0, 1, 300, dtype=np.float32).reshape(10, 10, 3))
        from grade.run import host_kernels
        emits = int("grade.emit.simd_kernel" in sys.modules)
        print(host_kernels.compilations, emits, made.tobytes().hex())
    """
    done = [
        subprocess.run(
            [sys.executable, "-c", textwrap.dedent(code)],
            capture_output=True, text=True, check=True,
            env={**os.environ, "GRADE_CACHE": str(tmp_path)},
        ).stdout.split()
        for _ in range(2)
    ]  # fmt: skip
    assert done[0][:2] == ["1", "1"]
    assert done[1][:2] == ["0", "0"]
    assert done[0][2] == done[1][2]


def test_what_is_found_is_what_was_compiled(folder):
    draw = np.random.default_rng(3)
    program = brightened(0.5, Table(draw.random(7, np.float32)))
    count, first = compiled(partial(graded, program))
    assert count == 1
    count, second = forgotten(partial(graded, program))
    assert count == 0
    assert np.array_equal(first, second)


def test_tables_and_stages_come_back(folder):
    made = host_kernels.prepare_kernel(busy(), 8)
    host_kernels._kernels.clear()
    found = host_kernels.prepare_kernel(busy(), 8)
    assert found.signature == made.signature
    assert found.native.code == made.native.code
    assert len(found.signature.outputs) == 2
    assert len(found.signature.tables) == 1
    assert found.signature.margins == (1, 0)
    assert found.signature.prologue > 0


@pytest.mark.parametrize("change", ["lanes", "compiler", "version", "processor", "program"])
def test_the_key_holds_everything(folder, change, monkeypatch):
    graded(brightened(0.5), CpuExecutor(1, 8))
    program, lanes = brightened(0.5), 8
    if change == "lanes":
        lanes = 4
    elif change == "compiler":
        monkeypatch.setattr(kernel_file, "_compiler", lambda root: "another one")
    elif change == "version":
        monkeypatch.setattr(kernel_file, "versions", lambda: "LLVM 99")
    elif change == "processor":
        monkeypatch.setattr(kernel_file, "host_name", lambda: "z80")
    else:
        program = brightened(0.25)
    count, _ = forgotten(lambda: graded(program, CpuExecutor(1, lanes)))
    assert count == 1
    assert len(list(folder.iterdir())) == 2


@pytest.mark.parametrize("damage", ["bit", "cut", "empty", "other name"])
def test_a_damaged_file_is_made_again(folder, damage):
    _, first = compiled(lambda: graded(brightened(0.5)))
    (path,) = folder.iterdir()
    data = bytearray(path.read_bytes())
    if damage == "bit":
        data[-100] ^= 4
    elif damage == "cut":
        del data[-1:]
    elif damage == "empty":
        data.clear()
    else:
        graded(brightened(0.25))
        (other,) = set(folder.iterdir()) - {path}
        data[:] = other.read_bytes()
    path.write_bytes(data)
    count, again = forgotten(lambda: graded(brightened(0.5)))
    assert count == 1
    assert np.array_equal(first, again)
    count, _ = forgotten(lambda: graded(brightened(0.5)))
    assert count == 0


@pytest.mark.skipif(not hasattr(os, "getuid"), reason="files have no owner here")
def test_what_another_user_wrote_is_not_run(folder, monkeypatch):
    graded(brightened(0.5))
    monkeypatch.setattr(os, "getuid", lambda: 4711)
    assert forgotten(lambda: graded(brightened(0.5)))[0] == 1


def test_a_folder_that_cannot_be_made_is_no_error(folder):
    folder.parent.joinpath("cpu").write_text("a file")
    assert compiled(lambda: graded(brightened(0.5)))[0] == 1


def test_a_folder_that_can_only_be_read_is_read(folder, monkeypatch):
    graded(brightened(0.5))

    def refused(*_):
        raise PermissionError

    monkeypatch.setattr(kernel_folder.os, "utime", refused)
    monkeypatch.setattr(kernel_folder, "write", refused)
    assert forgotten(lambda: graded(brightened(0.5)))[0] == 0
    assert compiled(lambda: graded(brightened(0.25)))[0] == 1


def test_old_ones_go_first(folder, monkeypatch):
    folder.mkdir()
    for age, name in enumerate(("newest", "middle", "oldest")):
        (folder / name).write_bytes(bytes(1000))
        os.utime(folder / name, (1e9 - age, 1e9 - age))
    monkeypatch.setattr(kernel_folder, "MOST", 2500 + 8000)
    kernel_folder.save(folder / "more", bytes(8000))
    assert {path.name for path in folder.iterdir()} == {"newest", "middle", "more"}


def test_the_compiler_is_known_by_its_text(tmp_path, monkeypatch):
    for room in ("science", "ir", "passes", "emit", "run"):
        (tmp_path / room).mkdir()
        (tmp_path / room / "a.py").write_text("x = 1")
    before = COMPILER.__wrapped__(tmp_path)
    assert before == COMPILER.__wrapped__(tmp_path)
    (tmp_path / "emit" / "a.py").write_text("x = 2")
    changed = COMPILER.__wrapped__(tmp_path)
    (tmp_path / "emit" / "a.py").rename(tmp_path / "emit" / "b.py")
    assert len({before, changed, COMPILER.__wrapped__(tmp_path)}) == 3
    assert COMPILER.__wrapped__(tmp_path / "nowhere") is None


def test_object_code_without_a_kernel_is_refused():
    code = machine_code.assemble("define void @other() { ret void }")
    with pytest.raises(ValueError, match="no function 'kernel'"):
        machine_code.MachineCode(code)


def test_passes_keep_what_a_signature_takes_from_the_traced_program():
    program = busy()
    for step in PASSES.values():
        changed = step(program)
        assert changed.sources == program.sources
        assert changed.targets == program.targets
        assert changed.uniforms == program.uniforms
        assert set(changed.tables) <= set(program.tables)
        program = changed
