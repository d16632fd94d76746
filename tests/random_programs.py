"""Random traced programs over the whole table, by seed; and the smallest one that still fails."""

import random

import numpy as np

from grade.ir.expression import (
    Node,
    at,
    build,
    channels,
    const,
    fetch,
    fetch3d,
    make,
    matvec,
    rgb,
    select,
)
from grade.ir.float32 import bits_float
from grade.ir.functions import FUNCTIONS
from grade.ir.program import Program, Stage, Uniform, verify
from grade.ir.storage import Layout, decode, encode
from grade.ir.table import Table
from grade.ir.types import BOOL, F32, I32, VEC3

from .run.programs import FLOATS, INTEGERS

_DRAW = np.random.default_rng(99)
CURVES = [
    Table(np.linspace(-0.25, 1.5, 17)),
    Table([3.5]),
    Table([0.0, -0.0, np.inf, -np.inf, np.nan, 1e-40, 3e38]),
]
CUBES = [Table(_DRAW.uniform(-0.5, 1.5, (n, n, n, 3))) for n in (2, 5)]
WEIGHTS = Table(_DRAW.normal(size=9))

# (low, high) promised of a uniform: open, half open, a point, none of one sign, with denormals
FLOAT_RANGES = [
    (float("-inf"), float("inf")), (0.0, float("inf")), (0.0, 1.0), (-2.5, 2.5), (0.25, 4.0),
    (1.0, 1.0), (-1e-40, 1e-40), (-0.0, 0.0), (1e30, 3e38), (-8.0, -0.5), (0.0, 2.0),
]  # fmt: skip
INTEGER_RANGES = [(-(2**31), 2**31 - 1), (0, 7), (-3, 12), (float("-inf"), float("inf"))]


class Drawing:
    """One random program: nodes are added to pools by type, outputs drawn from the latest."""

    def __init__(self, seed, size=40, taps=True):
        self.random = random.Random(seed)
        self.taps = taps
        pick = self.random.choice
        self.sources = [
            Layout(self.random.randint(1, 4), pick(["f32", "f16", "u16", "u8"]), pick([0, 1]) == 1)
            for _ in range(pick([1, 1, 2]))
        ]
        self.uniforms = []
        self.pool = {F32: [], I32: [], BOOL: [], VEC3: []}
        for source, layout in enumerate(self.sources):
            for channel in range(layout.channels):
                raw = make("load", (), (layout.raw_type, source, channel))
                if raw.type == I32:
                    self.pool[I32].append(raw)
                self.pool[F32].append(decode(layout.storage, raw))
        for index in range(self.random.randint(1, 6)):
            self._uniform(index)
        if self.random.random() < 0.3:
            self.pool[I32] += [make("coordinate", (), (I32, axis)) for axis in "xy"]
        self.depth = 0
        for _ in range(size):
            self._grow()

    def _uniform(self, index):
        type = self.random.choice([F32, F32, F32, I32, BOOL])
        ranges = {F32: FLOAT_RANGES, I32: INTEGER_RANGES, BOOL: [(0, 1)]}[type]
        low, high = self.random.choice(ranges)
        self.uniforms.append(Uniform(f"u{index}", type, low, high))
        self.pool[type].append(make("uniform", (), (type, index)))

    # --- operands ---------------------------------------------------------------------------------

    def constant(self, type):
        if type == F32:
            common = [0.0, -0.0, 1.0, -1.0, 0.5, 2.0, 0.18, 1 / 3, 4.0, 1e-3]
            rare = [float(v) for v in FLOATS]
            return const(self.random.choice(common if self.random.random() < 0.7 else rare))
        if type == I32:
            common = [0, 1, -1, 2, 3, 63, 255]
            rare = [int(v) for v in INTEGERS]
            chosen = common if self.random.random() < 0.7 else rare
            return const(self.random.choice(chosen), I32)
        if type == BOOL:
            return const(self.random.random() < 0.5, BOOL)
        return rgb(*(self.constant(F32) for _ in range(3)))

    def operand(self, type):
        """Mostly a recent node, at times any, at times a constant."""
        pool = self.pool[type]
        if not pool or self.random.random() < 0.2:
            return self.constant(type)
        return self.random.choice(pool[-6:] if self.random.random() < 0.7 else pool)

    def number(self, *types):
        """An operand of a colour operation: a colour, or a scalar that broadcasts."""
        return self.operand(self.random.choice(types))

    def decided_by_uniforms(self):
        """A condition that is the same for every pixel: executors may branch on it."""
        truths = [i for i, u in enumerate(self.uniforms) if u.type == BOOL]
        floats = [i for i, u in enumerate(self.uniforms) if u.type == F32]
        if truths and (not floats or self.random.random() < 0.5):
            return make("uniform", (), (BOOL, self.random.choice(truths)))
        if not floats:
            return self.operand(BOOL)
        return build("lt", make("uniform", (), (F32, self.random.choice(floats))), 0.5)

    def chain(self, value):
        """Several steps that nothing else uses."""
        for _ in range(self.random.randint(3, 7)):
            other = self.operand(F32)
            value = (
                build("fma", value, other, 0.25) if self.random.random() < 0.5 else value * other
            )
        return value

    # --- growth -----------------------------------------------------------------------------------

    def _grow(self):
        grow = self.random.choices(
            [self._float, self._integer, self._truth, self._colour, self._function, self._table,
             self._tap, self._choice, self._piecewise],
            [10, 5, 3, 5, 2, 2, 0.5 if self.taps else 0, 1, 1.5],
        )[0]  # fmt: skip
        node = grow()
        if isinstance(node, Node) and node.type in self.pool:
            self.pool[node.type].append(node)

    def _float(self):
        op = self.random.choice(
            ["add", "sub", "mul", "mul", "div", "fma", "fma", "sqrt", "neg", "abs", "floor",
             "select", "select", "minimum", "clamp", "from_bits", "to_float", "from_half",
             "component"]
        )  # fmt: skip
        a, b, c = (self.operand(F32) for _ in range(3))
        if op in ("add", "sub", "mul", "div"):
            return build(op, a, b)
        if op == "fma":
            return build(op, a, b, c)
        if op == "select":
            return select(self.operand(BOOL), a, b)
        if op == "minimum":
            return select(a < b, a, b)
        if op == "clamp":
            low = select(b < a, a, b)
            return select(low < c, low, c)
        if op in ("from_bits", "to_float", "from_half"):
            return build(op, self.operand(I32))
        if op == "component":
            return channels(self.operand(VEC3))[self.random.randrange(3)]
        return build(op, a)

    def _integer(self):
        op = self.random.choice(
            ["add", "sub", "mul", "and", "or", "xor", "mulhi", "neg", "not", "shl", "shr", "ushr",
             "select", "bits", "to_int", "to_half"]
        )  # fmt: skip
        a, b = self.operand(I32), self.operand(I32)
        if op in ("shl", "shr", "ushr"):
            return build(op, a, attr=self.random.choice([0, 1, 7, 16, 23, 31]))
        if op in ("neg", "not"):
            return build(op, a)
        if op == "select":
            return select(self.operand(BOOL), a, b)
        if op in ("bits", "to_int", "to_half"):
            return build(op, self.operand(F32))
        return build(op, a, b)

    def _truth(self):
        op = self.random.choice(["lt", "le", "eq", "lt", "le", "and", "or", "xor", "not", "select"])
        if op in ("lt", "le", "eq"):
            type = self.random.choice([F32, F32, I32])
            return build(op, self.operand(type), self.operand(type))
        a, b = self.operand(BOOL), self.operand(BOOL)
        if op == "not":
            return ~a
        return select(self.operand(BOOL), a, b) if op == "select" else build(op, a, b)

    def _colour(self):
        op = self.random.choice(
            ["rgb", "add", "sub", "mul", "div", "fma", "matvec", "select", "lt"]
        )
        a, b, c = self.operand(VEC3), self.number(VEC3, F32), self.number(VEC3, F32)
        if op == "rgb":
            return rgb(*(self.operand(F32) for _ in range(3)))
        if op == "matvec":
            varied = self.random.random() < 0.4
            cells = [self.operand(F32) if varied else self.constant(F32) for _ in range(9)]
            return matvec(cells, a)
        if op == "select":
            return select(self.operand(BOOL), b, a)
        if op == "lt":
            return select(build("lt", b, a), a, c)
        operands = (a, b, c) if op == "fma" else self.random.choice([(a, b), (b, a)])
        return build(op, *operands)

    def _function(self):
        op = self.random.choice(list(FUNCTIONS))
        colour = self.random.random() < 0.2
        first = self.operand(VEC3 if colour else F32)
        if self.random.random() < 0.4:
            first = abs(first)
        return build(op, *[first, self.operand(F32)][: FUNCTIONS[op].arity])

    def _choice(self):
        condition, type = self.decided_by_uniforms(), self.random.choice([F32, F32, VEC3])
        sides = [self.operand(type), self.operand(type)]
        for side in self.random.choice([(0,), (1,), (0, 1)]):
            sides[side] = self.chain(sides[side])
        return select(condition, *sides)

    def _piecewise(self):
        """As curves are written: below a limit one formula, above it another, both of one value."""
        x = self.operand(F32)
        limit = const(self.random.choice([0.0, -0.0, 1e-3, 0.1, 1.0, 2.0, -1.0]))
        condition = self.random.choice([x < limit, x <= limit, limit < x, limit <= x])
        if self.random.random() < 0.3:
            other = self.operand(F32)
            condition = self.random.choice(
                [~condition, condition & (x < other), condition | (x < other)]
            )
        sides = [self._formula(x), self._formula(x)]
        if self.random.random() < 0.2:
            self.pool[F32].append(sides[0])  # and once more without the condition
        return select(condition, *sides)

    def _formula(self, x):
        function = self.random.choice(["", "log2", "log", "log10", "pow", "sqrt", "cbrt", "exp2"])
        if self.random.random() < 0.5:
            x = build("fma", x, self.constant(F32), self.constant(F32))
        if function:
            x = build(function, x, *[self.operand(F32)] * (function == "pow"))
        return x * self.constant(F32) if self.random.random() < 0.5 else x

    def _table(self):
        if self.random.random() < 0.6:
            table = self.random.choice(CURVES)
            index = self.operand(I32)
            if self.random.random() < 0.5:
                index = build("to_int", self.operand(F32) * float(table.edge - 1))
            return fetch(table, index)
        kind = self.random.choice(["tetrahedral", "trilinear"])
        return fetch3d(self.random.choice(CUBES), self.operand(VEC3), kind)

    def _tap(self):
        if self.depth == 3:
            return None
        self.depth += 1
        value = self.operand(self.random.choice([F32, F32, VEC3]))
        if self.random.random() < 0.6:
            return at(value, self.random.randint(-3, 3), self.random.randint(-2, 40))
        integers = [i for i, u in enumerate(self.uniforms) if u.type == I32]
        count = const(5, I32)
        if integers:
            count = make("uniform", (), (I32, self.random.choice(integers)))
        axis, start, step = self.random.choice("xy"), self.random.randint(-5, 5), 1
        attr = (axis, start, self.random.choice([step, -2, 0]), WEIGHTS, 9)
        return make("ascending_sum", (value, count), attr)

    # --- the program ------------------------------------------------------------------------------

    def program(self):
        pick = self.random.choice
        targets, outputs = [], []
        for _ in range(pick([1, 1, 2])):
            storage = pick(["f32", "f32", "f16", "u16", "u8"])
            layout = Layout(self.random.randint(1, 6), storage, pick([True, False]))
            targets.append(layout)
            for _ in range(layout.channels):
                outputs.append(self._output(storage))
        program = Program(
            tuple(self.sources), tuple(targets), tuple(self.uniforms), (Stage(tuple(outputs)),)
        )
        return verify(program)

    def _output(self, storage):
        """The raw channel: of the latest floats, or straight from the latest integers and bools."""
        if storage == "u16" and self.pool[I32] and self.random.random() < 0.5:
            return self.pool[I32][-1 - self.random.randrange(min(4, len(self.pool[I32])))]
        if storage == "u8" and self.pool[BOOL]:
            chosen = self.pool[BOOL][-1 - self.random.randrange(min(4, len(self.pool[BOOL])))]
            return select(chosen, const(1, I32), const(0, I32))
        pool = self.pool[F32]
        return encode(storage, pool[-1 - self.random.randrange(min(8, len(pool)))])


def random_program(seed, size=40, taps=True):
    """A traced program, the same for a seed on every host."""
    return Drawing(seed, size, taps).program()


def uniform_values(program, seed):
    """Numbers within the promised ranges, ends and zeros among them."""
    pick = random.Random(seed)
    values = []
    for uniform in program.uniforms:
        if uniform.type == BOOL:
            values.append(pick.choice([0, 1]))
        elif uniform.type == I32:
            low, high = max(uniform.low, -(2**31)), min(uniform.high, 2**31 - 1)
            ends = [int(low), int(high), pick.randint(int(low), int(high))]
            values.append(pick.choice(ends + [v for v in (0, 3, 5) if low <= v <= high]))
        else:
            held = [float(v) for v in FLOATS if uniform.low <= v <= uniform.high]
            low, high = max(uniform.low, -3.0), min(uniform.high, 3.0)
            between = [pick.uniform(low, high)] * 3 if low <= high else [uniform.low, uniform.high]
            values.append(float(np.float32(pick.choice([*held, *between]))))
    return values


def smallest(program, fails, tries=80):
    """A smaller program that still fails: fewer outputs, then nodes cut down to their operands."""
    for target, output in _single_outputs(program):
        one = Program(program.sources, (target,), program.uniforms, (Stage((output,)),))
        if fails(one):
            program = one
            break
    shrunk = True
    while shrunk and tries > 0:
        shrunk = False
        for node in reversed(program.nodes):
            for other in _simpler(node):
                tries -= 1
                smaller = _replaced(program, node, other)
                if tries > 0 and smaller != program and fails(smaller):
                    program, shrunk = smaller, True
                    break
            if shrunk or tries <= 0:
                break
    return program


def _single_outputs(program):
    outputs = iter(program.stages[-1].outputs)
    for layout in program.targets:
        for _ in range(layout.channels):
            yield Layout(1, layout.storage, layout.planar), next(outputs)


def _simpler(node):
    if node.args:
        yield from (a for a in node.args if a.type == node.type)
        if node.type == F32:
            yield const(0.5)
        if node.type == I32:
            yield const(1, I32)


def _replaced(program, node, other):
    done = {node: other}
    for below in program.nodes:
        if below not in done:
            args = tuple(done[a] for a in below.args)
            done[below] = make(below.op, args, below.attr)
    stage = Stage(tuple(done[o] for o in program.stages[-1].outputs))
    return Program(program.sources, program.targets, program.uniforms, (stage,))


def show(bits):
    """A float32 pattern, readable."""
    return f"{bits:#010x} ({bits_float(int(np.uint32(bits).view(np.int32)))!r})"
