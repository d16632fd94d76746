"""Lowered IR and CUDA text of reference programs, byte for byte as they were reviewed.

A change of passes or emission shows here, in a diff that a person reads. To accept it::

    python -m pytest tests/emit/test_golden.py --update-golden
"""

from pathlib import Path

import pytest

from grade.emit.cuda import emit
from grade.ir.expression import (
    at,
    channels,
    const,
    dot,
    equal,
    fetch,
    fetch3d,
    log2,
    make,
    matvec,
    maximum,
    minimum,
    power,
    rgb,
    select,
    to_int,
)
from grade.ir.parser import parse_program
from grade.ir.printer import format_program
from grade.ir.program import Program, Stage, Uniform, verify
from grade.ir.storage import Layout, decode, encode
from grade.ir.table import Table
from grade.ir.types import F32, I32
from grade.passes.pipeline import lower

GOLDEN = Path(__file__).parent / "golden"


def program(source, target, colour, uniforms=()):
    outputs = tuple(encode(target.storage, c) for c in channels(colour)[: target.channels])
    return verify(Program((source,), (target,), tuple(uniforms), (Stage(outputs),)))


def colour_of(layout):
    loads = (make("load", (), (layout.raw_type, 0, c)) for c in range(3))
    return rgb(*(decode(layout.storage, raw) for raw in loads))


def uniform(index, type=F32):
    return make("uniform", (), (type, index))


def cdl():
    """Slope, offset, power and saturation of halves, in place; identity where all are neutral."""
    layout = Layout(3, "f16")
    names = ["slope", "offset", "power", "saturation"]
    bounds = [(0.0, 100.0), (-10.0, 10.0), (0.01, 100.0), (0.0, 100.0)]
    slope, offset, exponent, saturation = (uniform(n) for n in range(4))
    x = colour_of(layout)
    held = maximum(0.0, minimum(1.0, x * slope + offset))
    graded = power(held, exponent)
    luma = dot((0.2126, 0.7152, 0.0722), graded)
    graded = luma + saturation * (graded - luma)
    neutral = equal(slope, 1.0) & equal(offset, 0.0) & equal(exponent, 1.0) & equal(saturation, 1.0)
    uniforms = [Uniform(n, F32, *b) for n, b in zip(names, bounds, strict=True)]
    return program(layout, layout, select(neutral, x, graded), uniforms)


def logarithm():
    """A camera's code values: a line below, a logarithm above, 16 bits in, planes out."""
    source, target = Layout(3, "u16"), Layout(3, "f32", planar=True)
    x = colour_of(source)
    above = log2(x * 5.555556 + 0.047996) * 0.0744 + 0.3855
    return program(source, target, select(x < 0.010591, x * 5.367655 + 0.092809, above))


def curve():
    """A table of nine entries, read between two of them."""
    source, target = Layout(1, "u8"), Layout(1, "u16")
    table = Table([k * k / 64 for k in range(9)])
    x, _, _ = channels(decode("u8", make("load", (), (I32, 0, 0))))
    place = minimum(maximum(x, 0.0), 1.0) * float(table.edge - 1)
    low = to_int(minimum(place, float(table.edge - 2)))
    first, second = fetch(table, low), fetch(table, low + 1)
    return program(source, target, first + (place - make("to_float", (low,))) * (second - first))


def cube():
    """A cube, tetrahedrally, and a matrix before it that folds from two."""
    layout = Layout(3)
    steps = range(3)
    grid = [[[(r / 2, g / 4 + b / 4, b * r / 4) for b in steps] for g in steps] for r in steps]
    mixed = [0.9, 0.1, 0.0, 0.05, 0.95, 0.0, 0.0, 0.0, 1.0]
    x = matvec(mixed, matvec([0.5, 0, 0, 0, 0.5, 0, 0, 0, 0.5], colour_of(layout)))
    return program(layout, layout, fetch3d(Table(grid), x))


def stencil():
    """An unsharp mask: a window whose width is a uniform, and the pixel beside."""
    layout = Layout(1)
    x, count, amount = make("load", (), (F32, 0, 0)), uniform(0, I32), uniform(1)
    weights = Table([0.25, 0.5, 0.25])
    across = make("ascending_sum", (x, count), ("x", -1, 1, weights, 3))
    down = make("ascending_sum", (across, count), ("y", -1, 1, weights, 3))
    sharp = x + (x - down) * (amount * const(2.0)) + at(x, -1, 0) * 0.0
    uniforms = [Uniform("count", I32, 0, 3), Uniform("amount", F32, 0.0, 4.0)]
    return program(layout, layout, sharp, uniforms)


PROGRAMS = {p.__name__: p for p in (cdl, logarithm, curve, cube, stencil)}
FORMS = {".ir": format_program, ".cu": emit}


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("name", PROGRAMS)
def test_text_is_as_reviewed(name, form, request):
    text, path = FORMS[form](lower(PROGRAMS[name]())), GOLDEN / f"{name}{form}"
    if request.config.getoption("--update-golden"):
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="\n")
    assert path.exists(), f"{path.name} is missing: accept it with --update-golden"
    assert text.encode() == path.read_bytes(), "accept the change with --update-golden"


@pytest.mark.parametrize("name", PROGRAMS)
def test_reviewed_text_is_the_program(name):
    traced = PROGRAMS[name]()
    kept = (GOLDEN / f"{name}.ir").read_text(encoding="utf-8")
    assert parse_program(kept, traced.tables) == lower(traced)


def test_no_file_is_left_over():
    assert {p.name for p in GOLDEN.iterdir()} == {n + form for n in PROGRAMS for form in FORMS}
