"""The text of a program is the program: it parses back to the equal one."""

import pytest

from grade.ir.expression import at, const, fetch, make, power, to_int
from grade.ir.parser import parse_program
from grade.ir.printer import format_program
from grade.ir.program import Program, ProgramError, Stage, Uniform, verify
from grade.ir.storage import Layout
from grade.ir.table import Table
from grade.ir.types import BOOL, F32, I32
from grade.passes.pipeline import lower

from ..random_programs import random_program

X = make("load", (), (F32, 0, 0))


def of(*outputs, uniforms=()):
    return Program((Layout(1),), (Layout(len(outputs)),), uniforms, (Stage(outputs),))


@pytest.mark.parametrize("seed", range(40))
def test_random_programs_come_back(seed):
    """Traced, after each pass, and lowered."""
    states = [random_program(seed)]
    states.append(lower(states[0], lambda name, program: states.append(program)))
    for program in states:
        again = parse_program(format_program(program), program.tables)
        assert again == program and again.hash == program.hash
        bare = format_program(program, names=False)
        assert parse_program(bare, program.tables).stages == program.stages


def test_the_form():
    table = Table([0.0, 1.0])
    gain = make("uniform", (), (F32, 0))
    program = of(fetch(table, to_int(X * gain)), uniforms=(Uniform("trim gain", F32, 0, 4),))
    assert format_program(program) == (
        "program\n"
        "source 0: f32 x1 interleaved\n"
        "target 0: f32 x1 interleaved\n"
        "uniform 0: f32 0.0 4.0 trim gain\n"
        f"table 0: 2 sha256:{table.digest}\n"
        "stage 0:\n"
        "  %0: f32 = load [f32, 0, 0]\n"
        "  %1: f32 = uniform [f32, 0]\n"
        "  %2: f32 = mul %0 %1\n"
        "  %3: i32 = to_int %2\n"
        "  %4: f32 = fetch %3 [table 0, False]\n"
        "  return %4\n"
    )


def test_a_constant_shows_its_value_beside_its_bits():
    assert "const [f32, 1041865114]  # 0.15000000596046448" in format_program(of(X + 0.15))
    assert "#" not in format_program(of(X + 0.15), names=False)


@pytest.mark.parametrize(
    "name",
    ["", " ", "gain.r", "a b  c", " led by a space", "two\nlines", "tab\t", "'quoted'", '"', "ü",
     "\u2028", "back\\slash", "# no comment", "%1: f32 = load"],
)  # fmt: skip
def test_any_name_of_a_uniform(name):
    program = of(make("uniform", (), (F32, 0)), uniforms=(Uniform(name, F32, -1.5, float("inf")),))
    assert parse_program(format_program(program)) == program


def test_every_kind_of_attribute():
    promised = make("within", (power(X, 2.0),), (float("-inf"), 3.5, True))
    count = make("uniform", (), (I32, 0))
    weights = Table([0.25, 0.5])
    summed = make("ascending_sum", (at(X, -3, 2), count), ("y", -1, 2, weights, 2))
    truth = const(True, BOOL) & (make("bits", (abs(X),), True) < -5)
    program = of(promised, make("select", (truth, summed, X)), uniforms=(Uniform("n", I32, 0, 2),))
    assert parse_program(format_program(program), [weights]) == program


def test_lowered_programs_say_so():
    lowered = verify(of(X + 1.0), lowered=True)
    assert format_program(lowered).startswith("program lowered\n")
    assert parse_program(format_program(lowered)) == lowered != of(X + 1.0)


GOOD = format_program(of(X + 1.0))


@pytest.mark.parametrize(
    ("line", "bad"),
    [
        (2, "source 0: f32 3 interleaved of"),
        (3, "target 0: f33 x1 interleaved"),
        (5, "  %0: f32 = load"),
        (5, "  %1: f32 = load [f32, 0, 0]"),
        (5, "  %0: i32 = load [f32, 0, 0]"),
        (6, "  %1: f32 = konst [f32, 0]"),
        (6, "  %1: f32 = const [f32, open('x')]"),
        (7, "  %2: f32 = add %0 %7"),
        (7, "  %2: f32 = add %0"),
        (8, "  return %9"),
        (8, "  go home"),
    ],
)
def test_a_line_that_is_none_is_named(line, bad):
    lines = GOOD.splitlines()
    lines[line - 1] = bad
    with pytest.raises(ProgramError, match=f"line {line}: "):
        parse_program("\n".join(lines))


def test_a_table_that_is_not_given_is_named():
    table = Table([1.0])
    with pytest.raises(ProgramError, match=table.digest):
        parse_program(format_program(of(fetch(table, to_int(X)))), [Table([2.0])])
