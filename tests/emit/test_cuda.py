"""The text of a kernel: pure, by content, each node once, and complete."""

import re
import shutil
import subprocess

import numpy as np
import pytest

from grade import assets
from grade.emit.cuda import EXPRESSIONS, HEADERS, PROVED, _Stage, emit, kernel_name, literal
from grade.emit.inline_includes import inline_includes
from grade.emit.kernel_arguments import ArgumentError
from grade.emit.launch_grid import grids
from grade.ir.expression import build, const, make
from grade.ir.float32 import float_bits
from grade.ir.primitives import PRIMITIVES
from grade.ir.program import Program, ProgramError, Stage, Uniform
from grade.ir.storage import Layout, encode
from grade.ir.types import BOOL, F32, I32

from ..run.programs import FLOATS, INTEGERS, load, stencil_program, table_program, turned_program

ONE = Layout(1, "f32")


def program_of(value, uniforms=(), **more):
    return Program((ONE,), (ONE,), tuple(uniforms), (Stage((encode("f32", value),)),), **more)


def test_every_primitive_has_an_expression():
    gone = {"rgb", "matvec", "fetch3d", "within", "plane"}  # when a program is lowered
    written = {op for op, _ in EXPRESSIONS} | set(PROVED) | {"const", "argument"}
    methods = {op for op in PRIMITIVES if hasattr(_Stage, f"_{op}")}
    assert written | methods | gone == set(PRIMITIVES)


def test_emission_is_a_function_of_the_program():
    layouts = Layout(4, "f16"), Layout(3, "u8", planar=True)
    first, second = turned_program(*layouts), turned_program(*layouts)
    assert first is not second and emit(first) == emit(second)
    other = turned_program(*reversed(layouts))
    assert kernel_name(first, 0) == kernel_name(second, 0) != kernel_name(other, 0)


def test_each_node_is_emitted_once():
    program = table_program()
    lines = re.findall(r"    (?:const )?(?:float4?|int|bool) (v\w+) =", emit(program))
    silent = sum(node.op == "const" for node in program.nodes)
    cells = sum(node.op == "tetrahedron" for node in program.nodes)  # four corners each
    assert len(lines) == len(set(lines)) == len(program.nodes) - silent + 3 * cells


def test_a_stage_is_a_kernel():
    program = stencil_program()
    names = re.findall(r"^(grade_\w+)\(", emit(program), re.MULTILINE)
    assert names == [kernel_name(program, stage) for stage in range(3)]


def test_literals_have_their_bits():
    random = np.random.default_rng(0).integers(-(2**31), 2**31, 1000, np.int64)
    values = np.concatenate([FLOATS, random.astype(np.int32).view(np.float32)])
    values[np.isnan(values)] = np.nan  # the one NaN that a constant may be
    for bits in values.view(np.int32):
        text = literal(make("const", (), (F32, int(bits))))
        if special := re.fullmatch(r"__uint_as_float\((0x[0-9a-f]{8})u\)", text):
            assert int(special[1], 16) == int(bits) & 0xFFFFFFFF
        else:
            assert float_bits(float.fromhex(text.strip("()").removesuffix("f"))) == bits
    for value in INTEGERS:
        assert eval(literal(const(int(value), I32))) == value
    assert (literal(const(True, BOOL)), literal(const(False, BOOL))) == ("true", "false")


def test_text_becomes_self_contained():
    text = inline_includes(emit(table_program()))
    assert "#include" not in text and "#pragma once" not in text
    for header in HEADERS:
        assert text.count(f"// ---- kernels/{header}\n") == 1


@pytest.mark.skipif(not shutil.which("g++"), reason="there is no g++")
@pytest.mark.parametrize("header", HEADERS)
def test_a_header_compiles_alone_for_the_host(header):
    command = [
        "g++",
        "-std=c++17",
        "-Wall",
        "-Wextra",
        "-Werror",
        "-Wno-unknown-pragmas",
        "-fsyntax-only",
    ]
    command += ["-Wno-unused-function", "-I", str(assets.kernels()), "-x", "c++", "-"]
    text = f'#include "twin.cuh"\n#include "{header}"\n'
    done = subprocess.run(command, input=text, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_what_is_not_lowered_is_refused():
    with pytest.raises(ProgramError, match="exp2 was not expanded"):
        emit(program_of(build("exp2", load(0, 0, ONE))))


def test_a_program_with_too_many_uniforms_is_refused():
    uniforms = [Uniform(f"u{i}") for i in range(9000)]
    with pytest.raises(ArgumentError, match="9000 uniforms"):
        emit(program_of(load(0, 0, ONE), uniforms))


@pytest.mark.parametrize("name", ["\\", "a\nb", "*/", "é", '"', "??/"])
def test_a_name_cannot_break_the_text(name):
    value = make("uniform", (), (F32, 0))
    lines = emit(program_of(value, [Uniform(name)])).splitlines()
    (line,) = [line for line in lines if "a.word[0]" in line]
    assert line.isascii() and not line.endswith(("\\", "??/"))


def test_a_window_reaches_no_farther_than_coordinates():
    program = stencil_program()
    (plane, count) = program.stages[1].outputs[0].args
    *_, table, most = program.stages[1].outputs[0].attr
    far = make("ascending_sum", (plane, count), ("x", 0, 1 << 28, table, most))
    stages = (program.stages[0], Stage((far, far)), program.stages[2])
    with pytest.raises(ValueError, match="reaches"):
        emit(program.with_stages(*stages))


def test_grids_cover_the_picture():
    assert list(grids(0, 5)) == list(grids(5, 0)) == []
    assert list(grids(33, 5)) == [(0, (2, 2))]
    assert list(grids(1, 262_141)) == [(0, (1, 65535)), (262_140, (1, 1))]
