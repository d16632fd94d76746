"""Equal expressions are one object, constants differ by type and bits, and a node has no truth."""

import copy
import gc
import itertools
import pickle
import threading

import numpy as np
import pytest

from grade.ir import expression
from grade.ir.expression import (
    absolute,
    channels,
    clamp,
    const,
    const_value,
    copysign,
    dot,
    equal,
    fetch,
    fetch3d,
    fma,
    make,
    matvec,
    maximum,
    minimum,
    mix,
    power,
    rgb,
    select,
    signed_power,
    sqrt,
    walk,
)
from grade.ir.float32 import bits_float, float_bits
from grade.ir.interpreter import Interpreter
from grade.ir.primitives import IRTypeError
from grade.ir.program import Program, Stage
from grade.ir.storage import Layout
from grade.ir.table import Table
from grade.ir.types import BOOL, F32, I32, VEC3, Type

CUBE = Table(np.zeros((2, 2, 2, 3)))
X, Y, Z = (make("load", (), (F32, 0, c)) for c in range(3))
I = make("uniform", (), (I32, 0))  # noqa: E741 - an i32
COLOUR = rgb(X, Y, Z)


# --- one node per expression ----------------------------------------------------------------------


def test_equal_expressions_are_one_object():
    assert X + Y is X + Y
    assert fma(X, Y, 2.0) is fma(X, Y, const(2))
    assert X + Y is not Y + X, "nothing is reordered behind the author's back"
    assert matvec(range(9), COLOUR) is matvec([float(i) for i in range(9)], COLOUR)


def test_a_node_that_nobody_holds_is_forgotten():
    before = len(expression._table)
    kept = [X * (number + 0.125) for number in range(500)]
    assert len(expression._table) >= before + 500
    del kept
    gc.collect()
    assert len(expression._table) <= before + 10


def test_threads_build_the_same_objects():
    made = [[] for _ in range(8)]
    barrier = threading.Barrier(8)

    def build(mine):
        barrier.wait()
        for number in range(300):
            mine.append((X + number) * (Y - number))

    threads = [threading.Thread(target=build, args=(mine,)) for mine in made]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(len(set(map(id, same))) == 1 for same in zip(*made, strict=True))


def test_constants_differ_by_type_and_bits():
    distinct = [
        const(0.0), const(-0.0), const(1.0), const(1, I32), const(True, BOOL), const(0, I32),
        const(False, BOOL), const(1e-45), const(float("inf")), const(float("nan")),
    ]  # fmt: skip
    assert len(set(distinct)) == len(distinct)
    for a, b in itertools.combinations(distinct, 2):
        assert X + a is not X + b if a.type == b.type == F32 else a is not b


def test_one_nan():
    patterns = np.array([0x7FC00000, 0xFFC00000, 0x7F800001, 0xFFBFFFFF], np.uint32)
    assert len({const(float(v)) for v in patterns.view(np.float32)}) == 1
    assert const(float("nan")).attr == (F32, 0x7FC00000)
    with pytest.raises(IRTypeError, match="one pattern"):
        make("const", (), (F32, 0x7F800001))


@pytest.mark.parametrize(
    ("given", "bits"),
    [
        (1 / 3, 0x3EAAAAAB),
        (-0.0, -(2**31)),
        (1 + 2.0**-24, 0x3F800000),  # a tie goes to the even neighbour
        (1 + 3 * 2.0**-24, 0x3F800002),
        (3.4028235677973362e38, 0x7F7FFFFF),  # the last that rounds down
        (3.4028235677973366e38, 0x7F800000),
        (-1e300, 0xFF800000 - 2**32),
        (1e-45, 1),
        (1e-46, 0),
    ],
)
def test_a_constant_is_the_nearest_float32(given, bits):
    assert const(given).attr == (F32, bits) and float_bits(given) == bits
    assert float_bits(bits_float(bits)) == bits
    assert const_value(const(given)) == bits_float(bits)


def test_integer_constants_wrap():
    assert const_value(const(2**31, I32)) == -(2**31)
    assert const_value(const(-1, I32)) == -1
    assert const(2**32 + 5, I32) is const(5, I32)


def test_attributes_that_python_calls_equal_are_not_mistaken():
    """A dictionary takes True for 1 and 1.0: whoever came first would name the node for all."""
    for wrong in (True, 1.0, np.int64(1)):
        with pytest.raises(IRTypeError):
            make("shl", (I,), wrong)
    with pytest.raises(IRTypeError):
        make("component", (COLOUR,), True)
    with pytest.raises(IRTypeError):
        make("fetch", (I,), (Table([1.0]), 0))
    with pytest.raises(IRTypeError):
        make("add", (X, Y), 0)


# --- frozen ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("field", ["op", "args", "attr", "type", "other"])
def test_a_node_is_frozen(field):
    with pytest.raises(AttributeError):
        setattr(X, field, None)
    with pytest.raises(AttributeError):
        delattr(X, field)


def test_copies_are_the_node_itself():
    node = (X + 1.0) * fetch(Table([1.0, 2.0]), I)
    assert copy.copy(node) is node and copy.deepcopy(node) is node
    assert pickle.loads(pickle.dumps(node)) is node


# --- no truth -------------------------------------------------------------------------------------


def test_a_pixel_has_no_truth_value():
    with pytest.raises(IRTypeError, match=r"select\(condition, yes, no\)"):
        bool(X < Y)
    with pytest.raises(IRTypeError, match="Choice"):
        if X:
            pass
    with pytest.raises(IRTypeError):
        max(X, Y)
    with pytest.raises(IRTypeError):
        0 < X < 1  # noqa: B015 - Python makes an `and` of it


def test_a_colour_is_not_a_sequence():
    with pytest.raises(IRTypeError, match=r"channels\(x\)"):
        list(COLOUR)


# --- operands that are plain ----------------------------------------------------------------------


def test_plain_operands_take_the_kind_of_the_node():
    assert (X + 1).args[1] is const(1.0)
    assert (I + 1).args[1] is const(1, I32)
    assert (1 - I).args[0] is const(1, I32)
    assert (X < 2).type == BOOL and ((X < 2) & True).args[1] is const(True, BOOL)
    assert (COLOUR * (1, 2, 3)).args[1] is rgb(1.0, 2.0, const(3))
    assert select(X < 0, 1, X).args[1] is const(1.0)
    assert select(X < 0, I, 1).args[2] is const(1, I32)


@pytest.mark.parametrize("number", [0.5, 1.0, np.float32(2)])
def test_a_float_beside_an_integer_is_refused(number):
    """It would be cut to a whole number, silently."""
    with pytest.raises(IRTypeError, match="to_float"):
        I + number
    with pytest.raises(IRTypeError, match="to_float"):
        select(X < 0, I, number)


@pytest.mark.parametrize("plain", ["1", None, [1, 2], {}, object()])
def test_what_is_no_number_is_refused(plain):
    with pytest.raises(IRTypeError, match="neither a node, a number nor three numbers"):
        X + plain


def test_arrays_and_numpy_scalars_on_the_left():
    assert np.array([1.0, 2.0, 3.0]) * COLOUR is (1.0, 2.0, 3.0) * COLOUR
    assert np.float64(2) - X is 2.0 - X and np.float32(2) / X is 2.0 / X
    assert (np.float64(2) < X) is (X > 2.0)


def test_three_make_a_colour():
    assert rgb(X, 0, 1) is make("rgb", (X, const(0.0), const(1.0)))
    assert channels(rgb(X, Y, 1)) == (X, Y, const(1.0))
    assert channels(X) == (X, X, X)
    assert [c.attr for c in channels(COLOUR * 2)] == [0, 1, 2]
    assert (
        COLOUR.type == VEC3 and (X * COLOUR).type == VEC3 and (COLOUR < X).type == Type("bool", 3)
    )


# --- typing ---------------------------------------------------------------------------------------

REFUSED = {
    "mixed kinds": lambda: X + I,
    "bool arithmetic": lambda: (X < Y) + (X < Y),
    "integer division": lambda: I / I,
    "float bits": lambda: X & X,
    "condition of numbers": lambda: select(X, X, X),
    "branches of two kinds": lambda: select(X < Y, X, I),
    "shift by 32": lambda: I << 32,
    "shift by a negative": lambda: I >> -1,
    "shift of a float": lambda: X << 1,
    "root of an integer": lambda: sqrt(I),
    "function of an integer": lambda: power(I, I),
    "function with an attr": lambda: make("pow", (X, Y), 1),
    "missing operand": lambda: make("fma", (X, Y)),
    "function with one operand": lambda: make("pow", (X,)),
    "unknown": lambda: make("tan", (X,)),
    "fourth channel": lambda: make("component", (COLOUR,), 3),
    "channel of a scalar": lambda: make("component", (X,), 0),
    "colour of colours": lambda: make("rgb", (COLOUR, X, X)),
    "matrix on a scalar": lambda: make("matvec", (X,) * 10),
    "matrix of integers": lambda: make("matvec", (I,) * 9 + (COLOUR,)),
    "table by a float": lambda: fetch(Table([1.0]), X),
    "curve as a cube": lambda: fetch3d(Table([1.0]), COLOUR),
    "unknown interpolation": lambda: fetch3d(CUBE, COLOUR, "cubic"),
    "cube by scalars": lambda: make("fetch3d", (X,), (CUBE, "trilinear")),
    "tap of an integer": lambda: make("at", (I,), (0, 0)),
    "tap at half a pixel": lambda: make("at", (X,), (0.5, 0)),
    "sum along z": lambda: make("ascending_sum", (X, I), ("z", 0, 1, Table([1.0]), 1)),
    "more taps than weights": lambda: make("ascending_sum", (X, I), ("x", 0, 1, Table([1.0]), 2)),
    "count of a float": lambda: make("ascending_sum", (X, X), ("x", 0, 1, Table([1.0]), 1)),
    "weights of a cube": lambda: make(
        "ascending_sum", (X, I), ("x", 0, 1, CUBE, 2)
    ),
    "colour constant": lambda: const(1.0, VEC3),
    "boolean of 2": lambda: make("const", (), (BOOL, 2)),
    "pattern of 33 bits": lambda: make("const", (), (F32, 2**32)),
    "coordinate z": lambda: make("coordinate", (), (I32, "z")),
    "float coordinate": lambda: make("coordinate", (), (F32, "x")),
    "colour uniform": lambda: make("uniform", (), (VEC3, 0)),
    "negative index": lambda: make("uniform", (), (F32, -1)),
    "negative source": lambda: make("load", (), (F32, -1, 0)),
    "promise of NaN": lambda: make("within", (X,), (float("nan"), 1.0, False)),
    "proof by 1": lambda: make("bits", (X,), 1),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_ill_typed(name):
    with pytest.raises(IRTypeError):
        REFUSED[name]()


def test_a_refusal_names_the_operation_and_the_types():
    with pytest.raises(IRTypeError, match=r"add: .*f32, i32"):
        X + I
    with pytest.raises(IRTypeError, match="tan is neither a primitive nor a named function"):
        make("tan", (X,))


# --- the free functions: the same meaning on nodes and on arrays ----------------------------------

FORMULAS = {
    "minimum": lambda x, y, z: minimum(x, y),
    "maximum": lambda x, y, z: maximum(x, y),
    "clamp": lambda x, y, z: clamp(x, y, z),
    "copysign": lambda x, y, z: copysign(absolute(x), y),
    "mix": lambda x, y, z: mix(x, y, z),
    "signed_power": lambda x, y, z: signed_power(x, y),
    "dot": lambda x, y, z: dot((0.25, 0.5, 0.125), rgb(x, y, z)),
    "matvec": lambda x, y, z: dot((1, 2, 4), matvec((1, 2, 3, 4, 5, 6, 7, 8, 10), rgb(x, y, z))),
    "equal": lambda x, y, z: select(equal(x, y), z, -z),
    "fma": lambda x, y, z: fma(x, y, z),
}
VALUES = np.array([-2.0, -0.5, -0.0, 0.0, 0.25, 1.0, 3.0, np.inf, -np.inf, np.nan])


@pytest.mark.parametrize("name", FORMULAS)
def test_arrays_and_nodes_agree(name):
    formula = FORMULAS[name]
    grid = [g[..., None] for g in np.meshgrid(VALUES, VALUES, VALUES)]
    with np.errstate(all="ignore"):
        plain = formula(*grid)[..., 0]
    shape = (10, 100)
    program = Program((Layout(3),), (Layout(1),), (), (Stage((formula(X, Y, Z),)),))
    planes = [[g.reshape(shape).astype(np.float32) for g in grid]]
    traced = Interpreter(program).run(planes)[0]
    assert np.array_equal(np.reshape(plain, shape), traced, equal_nan=True)


def test_bounds_take_nan_as_stated():
    nan = np.float64("nan")
    assert minimum(nan, 1.0) == 1.0 and np.isnan(minimum(1.0, nan))
    assert maximum(nan, 1.0) == 1.0 and np.isnan(maximum(1.0, nan))
    assert clamp(nan, 0.0, 1.0) == 0.0


def test_mix_has_the_very_bits_of_its_ends():
    a, b = np.float64(0.1), np.float64(-0.7)
    assert mix(a, b, 0.0) == a and mix(a, b, 1.0) == b
    assert np.signbit(mix(np.float64(-0.0), b, 0.0))
    with np.errstate(invalid="ignore"):
        assert mix(np.inf, b, 1.0) == b, "an infinity on the side that is not shown does no harm"


# --- walking --------------------------------------------------------------------------------------


def test_walk_gives_operands_first_and_each_node_once():
    shared = X * Y
    root = (shared + Z) * (shared - Z)
    order = walk([root, shared])
    place = {node: i for i, node in enumerate(order)}
    assert len(order) == len(set(order)) == len(place)
    assert all(place[a] < place[n] for n in order for a in n.args)
    assert order[-1] is root and set(walk([root], {shared})) == {root, *root.args, Z} - {shared}


def test_a_very_deep_expression():
    """Python's own recursion would end at a thousand."""
    node = X
    for number in range(20_000):
        node = node + float(number % 7)
    assert len(walk([node])) == 20_000 + 1 + 7
