"""What is built on a host must not depend on the host: a program, its constants and its tables.

NumPy's transcendentals change bits with the AVX dispatch or the C library, products of matrices
with the BLAS core. So code that builds programs calculates with + - * / and ``math.sqrt`` in
written order. A test reads the code for what is forbidden; another watches the building of every
op for functions of plain numbers, which look innocent in the text.
"""

import ast
from pathlib import Path

import pytest

import grade
from grade.ir import expression
from grade.ir.expression import make, power
from grade.ir.functions import FUNCTIONS
from grade.ir.types import F32

from ..test_every_op import KINDS, instances, traced

ROOT = Path(grade.__file__).parent
ROOMS = ["science", "ir", "passes", "op", "ops", "color", "emit", "graph", "plate"]

ALLOWED = {
    "ir/functions.py": "the float64 references: oracles, which nothing is built from",
    "color/files/validation.py": "a cube root rounded to the integer that it is",
    "color/files/lut_picture.py": "a cube root rounded to the integer that it is, and checked",
}

# Exact on every host: single IEEE operations, integers, bit patterns, comparisons, rearrangement.
EXACT_MATH = """
    sqrt floor ceil trunc frexp ldexp isnan isinf isfinite copysign fabs nextafter ulp inf nan pi e
    tau prod fsum gcd lcm comb isqrt modf remainder fmod factorial
"""
FORBIDDEN_NUMPY = """
    exp exp2 expm1 log log2 log10 log1p power float_power pow cbrt sin cos tan arcsin arccos arctan
    arctan2 asin acos atan atan2 sinh cosh tanh arcsinh arccosh arctanh asinh acosh atanh hypot
    logaddexp logaddexp2 sinc angle geomspace logspace dot vdot matmul inner outer einsum tensordot
    kron cross linalg fft polyfit polyval roots poly interp convolve correlate gradient trapezoid
    corrcoef cov sum nansum mean average std var prod cumsum cumprod nanmean median percentile
    quantile
"""


def modules():
    return sorted(path for room in ROOMS for path in (ROOT / room).rglob("*.py"))


def names_of(tree):
    """What `np` and `math` are called in a module, and what was imported from them by name."""
    aliases, taken = {}, {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for name in node.names:
                if name.name.split(".")[0] in ("numpy", "math", "cmath", "scipy", "statistics"):
                    aliases[name.asname or name.name] = name.name.split(".")[0]
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            library = node.module.split(".")[0]
            if library in ("numpy", "math", "cmath", "scipy", "statistics"):
                part = node.module.split(".")[1:]  # numpy.linalg: whatever is taken from it
                taken |= {n.asname or n.name: (library, (*part, n.name)[0]) for n in node.names}
    return aliases, taken


def forbidden(library, name):
    if library == "math":
        return name not in EXACT_MATH.split()
    return library in ("cmath", "scipy", "statistics") or name in FORBIDDEN_NUMPY.split()


def exact_power(node):
    """2**n of literals: exact; and of integers."""
    base, exponent = node.left, node.right
    if isinstance(base, ast.UnaryOp):
        base = base.operand
    if isinstance(exponent, ast.UnaryOp):
        exponent = exponent.operand
    return (
        isinstance(base, ast.Constant)
        and base.value in (2, 2.0)
        and (not isinstance(exponent, ast.Constant) or float(exponent.value).is_integer())
    )


def findings(text):
    """Line numbers and what they use that differs between hosts."""
    tree = ast.parse(text)
    aliases, taken = names_of(tree)
    for node in ast.walk(tree):
        if isinstance(node, ast.BinOp | ast.AugAssign) and isinstance(node.op, ast.MatMult):
            yield node.lineno, "@"
        elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.Pow) and not exact_power(node):
            yield node.lineno, "**"
        elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            library = aliases.get(node.value.id)
            if library and forbidden(library, node.attr):
                yield node.lineno, f"{library}.{node.attr}"
        elif isinstance(node, ast.Attribute) and node.attr in ("dot", "matmul", "sum", "mean"):
            yield node.lineno, f".{node.attr}()"
        elif isinstance(node, ast.Name) and node.id in taken and isinstance(node.ctx, ast.Load):
            library, name = taken[node.id]
            if forbidden(library, name):
                yield node.lineno, f"{library}.{name}"


@pytest.mark.parametrize("path", modules(), ids=lambda p: p.relative_to(ROOT).as_posix())
def test_a_module_that_builds_programs_calculates_the_same_on_every_host(path):
    found = list(findings(path.read_text(encoding="utf-8")))
    relative = path.relative_to(ROOT).as_posix()
    if relative in ALLOWED:
        assert found, f"{relative} needs no exception any more"
        return
    assert not found, f"{relative}: {', '.join(f'line {line}: {what}' for line, what in found)}"


# --- what the text does not show ------------------------------------------------------------------


class Computed(Exception):
    """A function of plain numbers was computed by NumPy while a program was built."""


@pytest.fixture
def no_plain_functions(monkeypatch):
    """`log2(0.18)` in an op is a number from NumPy's log2, in every program that it builds."""
    plain = expression.apply

    def apply(op, *operands, attr=None):
        if op in FUNCTIONS and not any(isinstance(o, expression.Node) for o in operands):
            raise Computed(f"{op}{operands}: write the number, or let the program compute it")
        return plain(op, *operands, attr=attr)

    monkeypatch.setattr(expression, "apply", apply)


def test_the_watch_sees_what_it_should(no_plain_functions):
    x = make("load", (), (F32, 0, 0))
    assert power(x, 2.0).op == "pow" and power(2.0, x).op == "pow"
    with pytest.raises(Computed, match=r"pow\(2.0, 0.5\)"):
        x * power(2.0, 0.5)


@pytest.mark.parametrize("kind", KINDS)
def test_tracing_an_op_computes_no_function(kind, no_plain_functions):
    for op in instances(kind):
        traced(op)


CONVERSIONS = [
    ("ARRI LogC4", "ACEScct"),
    ("ACEScg", "Camera Rec.709"),
    ("sRGB Encoded Rec.709 (sRGB)", "ACES2065-1"),
    ("S-Log3 S-Gamut3.Cine", "ACEScg"),
]


@pytest.mark.parametrize("pair", CONVERSIONS, ids="-".join)
def test_building_a_conversion_computes_no_function(pair, no_plain_functions):
    from grade.color.config.config import open_config

    colour = expression.rgb(*(make("load", (), (F32, 0, c)) for c in range(3)))
    source, target = pair
    config = open_config(None)
    assert config.convert(source, target)(colour).type == colour.type


def test_the_reader_of_code_finds_what_is_forbidden():
    bad = """
import numpy as np, math
from math import exp
from numpy.linalg import inv
a = np.exp(1) + math.sin(2) + exp(3)
b = m @ n
c = np.linalg.inv(m) + inv(m)
d = x ** 0.5
e = m.dot(n) + 10.0 ** k
f = np.sum(x)
"""
    good = """
import numpy as np, math
g = math.sqrt(2) + np.sqrt(2) + 2.0**-23 + 2**n + math.floor(3.5) + math.inf
h = np.where(a < b, a, b) + sum(terms)
"""
    found = sorted({line for line, _ in findings(bad)})
    assert found == [5, 6, 7, 8, 9, 10] and len(list(findings(bad))) >= 9
    assert not list(findings(good))


def test_rooms_are_where_they_are_said_to_be():
    assert all((ROOT / room).is_dir() for room in ROOMS) and len(modules()) > 40
