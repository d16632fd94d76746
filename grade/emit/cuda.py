"""A lowered program as CUDA C++ text: one kernel per stage, each node emitted once.

Additions and products are the ``_rn`` intrinsics, which no compiler may contract; division and
square root are the correctly rounded ones; ``fma`` stands only where the program says so. Integers
are computed unsigned, so they wrap. The text includes the files of ``kernels/``, which move data.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from grade.emit.kernel_arguments import declare_struct, first_planes, first_strips
from grade.emit.launch_grid import BLOCK
from grade.ir.expression import Node, const_value, is_const, walk
from grade.ir.float32 import bits_float
from grade.ir.loop import Loop
from grade.ir.program import Program, verify
from grade.ir.storage import BYTES, Layout
from grade.ir.types import BOOL, F32

HEADERS = ("prelude.cuh", "pixels.cuh", "taps.cuh", "tables.cuh")
FARTHEST = 1 << 30  # no picture is wider, and coordinates plus this still fit 32 bits

_TYPES = {"f32": "float", "i32": "int", "bool": "bool", "f64": "double"}

# (primitive, kind of its last operand): its expression; {0} {1} {2} operands, {attr} the attribute
# fmt: off
EXPRESSIONS: dict[tuple[str, str], str] = {
    ("add", "f32"): "__fadd_rn({0}, {1})",
    ("sub", "f32"): "__fsub_rn({0}, {1})",
    ("mul", "f32"): "__fmul_rn({0}, {1})",
    ("div", "f32"): "__fdiv_rn({0}, {1})",
    ("sqrt", "f32"): "__fsqrt_rn({0})",
    ("fma", "f32"): "__fmaf_rn({0}, {1}, {2})",
    ("neg", "f32"): "-{0}",
    ("abs", "f32"): "fabsf({0})",
    ("floor", "f32"): "floorf({0})",
    ("lt", "f32"): "{0} < {1}",
    ("le", "f32"): "{0} <= {1}",
    ("eq", "f32"): "{0} == {1}",
    ("add", "i32"): "(int)((unsigned){0} + (unsigned){1})",
    ("sub", "i32"): "(int)((unsigned){0} - (unsigned){1})",
    ("mul", "i32"): "(int)((unsigned){0} * (unsigned){1})",
    ("neg", "i32"): "(int)(0u - (unsigned){0})",
    ("lt", "i32"): "{0} < {1}",
    ("le", "i32"): "{0} <= {1}",
    ("eq", "i32"): "{0} == {1}",
    ("and", "i32"): "{0} & {1}",
    ("or", "i32"): "{0} | {1}",
    ("xor", "i32"): "{0} ^ {1}",
    ("not", "i32"): "~{0}",
    ("shl", "i32"): "(int)((unsigned){0} << {attr})",
    ("shr", "i32"): "{0} >> {attr}",
    ("ushr", "i32"): "(int)((unsigned){0} >> {attr})",
    ("mulhi", "i32"): "(int)__umulhi((unsigned){0}, (unsigned){1})",
    ("and", "bool"): "{0} && {1}",
    ("or", "bool"): "{0} || {1}",
    ("xor", "bool"): "{0} != {1}",
    ("not", "bool"): "!{0}",
    ("select", "f32"): "{0} ? {1} : {2}",
    ("select", "i32"): "{0} ? {1} : {2}",
    ("select", "bool"): "{0} ? {1} : {2}",
    ("add", "f64"): "__dadd_rn({0}, {1})",
    ("sub", "f64"): "__dsub_rn({0}, {1})",
    ("mul", "f64"): "__dmul_rn({0}, {1})",
    ("div", "f64"): "__ddiv_rn({0}, {1})",
    ("lt", "f64"): "{0} < {1}",
    ("le", "f64"): "{0} <= {1}",
    ("eq", "f64"): "{0} == {1}",
    ("select", "f64"): "{0} ? {1} : {2}",
    ("widen", "f32"): "(double){0}",
    ("narrow", "f64"): "__double2float_rn({0})",
    ("from_bits", "i32"): "__int_as_float({0})",
    ("to_float", "i32"): "__int2float_rn({0})",
    ("to_half", "f32"): "half_pattern({0})",
    ("from_half", "i32"): "from_half_pattern({0})",
}
# The second form where the attribute says that range analysis has excluded the special case.
PROVED: dict[str, tuple[str, str]] = {
    "bits":   ("pattern({0})", "__float_as_int({0})"),
    "to_int": ("saturated({0})", "__float2int_rz({0})"),
}
# fmt: on


def emit(program: Program) -> str:
    """CUDA C++ of a lowered program.

    Raises
    ------
    ProgramError
        If the program is not lowered.
    ArgumentError
        If it has more uniforms and tables than a kernel can take.
    """
    verify(program, lowered=True)
    parts = [f'#include "{header}"\n' for header in HEADERS]
    parts += ["\n", declare_struct(program, arguments_name(program))]
    for stage in range(len(program.stages)):
        parts += ["\n", *(f"{line}\n" for line in _Stage(program, stage).lines())]
    return "".join(parts)


def arguments_name(program: Program) -> str:
    """The name of the struct that the kernels of a program take."""
    return f"Arguments_{program.hash[:16]}"


def kernel_name(program: Program, stage: int) -> str:
    """The name of the kernel of a stage: by content, so that programs may share a compilation."""
    return f"grade_{program.hash[:16]}_{stage}"


def literal(node: Node) -> str:
    """A constant as a C++ literal with exactly its bits."""
    type, bits = node.attr
    if type == BOOL:
        return "true" if bits else "false"
    if type != F32:
        if bits == -(1 << 31):  # C++ has no negative literals, and 2147483648 is no int
            return f"({bits + 1} - 1)"
        return f"({bits})" if bits < 0 else str(bits)
    value = bits_float(bits)
    if value != value or value in (float("inf"), float("-inf")):
        return f"__uint_as_float({bits & 0xFFFFFFFF:#010x}u)"
    mantissa, exponent = value.hex().split("p")
    digits = (mantissa.rstrip("0").rstrip(".") if "." in mantissa else mantissa) or "0"
    return f"{digits}p{exponent}f" if digits[0] != "-" else f"({digits}p{exponent}f)"


@dataclass
class _Stage:
    """Emits one stage."""

    program: Program
    stage: int

    def __post_init__(self) -> None:
        self.names: dict[Node, str] = {}
        self.tables = {table: i for i, table in enumerate(self.program.tables)}
        self.statements = {
            "tetrahedron": self._tetrahedron,
            "ascending_sum": self._ascending_sum,
            "iterate": self._iterate,
        }

    def lines(self) -> Iterator[str]:
        """The kernel, line by line."""
        program, outputs = self.program, self.program.stages[self.stage].outputs
        nodes = walk(outputs)
        yield f'extern "C" __global__ void __launch_bounds__({BLOCK[0] * BLOCK[1]})'
        yield (
            f"{kernel_name(program, self.stage)}"
            f"(const {arguments_name(program)} __grid_constant__ a)"
        )
        yield "{"
        yield "    const int x = column(), y = row(a.frame);"
        yield "    if (outside(a.frame, x, y)) return;"
        yield from self._loads(nodes)
        for number, node in enumerate(nodes):
            yield from self._node(f"v{number}", node)
        if self.stage == len(program.stages) - 1:
            yield from self._targets([self.names[o] for o in outputs])
        else:
            first = first_planes(program)[self.stage]
            for i, output in enumerate(outputs):
                yield from self._store("plane", first + i, 4, [_raw(output, self.names[output])])
        yield "}"

    def _loads(self, nodes: list[Node]) -> Iterator[str]:
        wanted = {node.attr[1:] for node in nodes if node.op == "load"}
        strips = first_strips(self.program.sources)
        for source, layout in enumerate(self.program.sources):
            used = sorted(channel for s, channel in wanted if s == source)
            pieces = used if layout.planar else used[:1]
            for channel in pieces:
                strip, _ = _locate(layout, strips[source], channel)
                yield f"    unsigned s{strip}[{1 if layout.planar else layout.raw_channels}];"
                yield f"    load_pixel<{BYTES[layout.storage]}>(a.source[{strip}], x, y, s{strip});"

    def _node(self, name: str, node: Node) -> Iterator[str]:
        if node.op == "const":
            self.names[node] = literal(node)
            return
        if node.op == "plane":  # read only through a tap, which names it itself
            return
        self.names[node] = name
        if node.op in self.statements:
            yield from self.statements[node.op](name, node)
        else:
            line = f"    const {_TYPES[node.type.kind]} {name} = {self._expression(node)};"
            yield line + self._comment(node)

    def _comment(self, node: Node) -> str:
        if node.op != "uniform":
            return ""
        # Escaped, because a name may hold anything: a backslash at its end would continue the line.
        return f"  // {self.program.uniforms[node.attr[1]].name!a}"

    def _expression(self, node: Node) -> str:
        special = getattr(self, f"_{node.op}", None)
        if special is not None:
            return str(special(node))
        operands = [self.names[a] for a in node.args]
        if node.op in PROVED:
            return PROVED[node.op][bool(node.attr)].format(*operands)
        return EXPRESSIONS[node.op, node.args[-1].type.kind].format(*operands, attr=node.attr)

    def _select(self, node: Node) -> str:
        condition, yes, no = node.args
        while condition.op == "not":
            condition, yes, no = condition.args[0], no, yes
        if not _looks_like_minimum(condition, yes, no):
            return EXPRESSIONS["select", no.type.kind].format(*(self.names[a] for a in node.args))
        a, b, yes_name, no_name = (self.names[n] for n in (*condition.args, yes, no))
        function = "if_less" if condition.op == "lt" else "if_less_equal"
        return f"{function}({a}, {b}, {yes_name}, {no_name})"

    # --- leaves -----------------------------------------------------------------------------------

    def _uniform(self, node: Node) -> str:
        type, index = node.attr
        return _value(type.kind, f"a.word[{index}]")

    def _hoisted(self, node: Node) -> str:
        type, index = node.attr
        return _value(type.kind, f"a.word[{len(self.program.uniforms) + index}]")

    def _load(self, node: Node) -> str:
        type, source, channel = node.attr
        first = first_strips(self.program.sources)[source]
        strip, element = _locate(self.program.sources[source], first, channel)
        return _value(type.kind, f"s{strip}[{element}]")

    def _coordinate(self, node: Node) -> str:
        axis = node.attr[1]
        return f"(int)((unsigned){axis} + (unsigned)a.frame.origin_{axis})"

    # --- neighbors and tables ---------------------------------------------------------------------

    def _plane_of(self, node: Node) -> str:
        stage, output = node.args[0].attr
        return f"a.plane[{first_planes(self.program)[stage] + output}]"

    def _at(self, node: Node) -> str:
        dx, dy = (max(-FARTHEST, min(FARTHEST, offset)) for offset in node.attr)
        return f"tap({self._plane_of(node)}, a.frame, x + {dx}, y + {dy})".replace("+ -", "- ")

    def _ascending_sum(self, name: str, node: Node) -> Iterator[str]:
        axis, start, step, table, most = node.attr
        for farthest in (start, start + step * most):
            if abs(farthest) > FARTHEST:
                raise ValueError(f"a window sum reaches {farthest} pixels")
        place = f"{axis} + {start} + k * {step}".replace("+ -", "- ")
        where = f"{place}, y" if axis == "x" else f"x, {place}"
        count, weight = self.names[node.args[1]], f"entry(a.table[{self.tables[table]}], k)"
        yield f"    float {name} = 0x0p+0f;"
        yield "#pragma unroll 4"
        yield f"    for (int k = 0, n = held({count}, {most}); k < n; ++k) {{"
        yield f"        const float value = tap({self._plane_of(node)}, a.frame, {where});"
        yield f"        {name} = __fmaf_rn({weight}, value, {name});"
        yield "    }"

    def _fetch(self, node: Node) -> str:
        table, proved = node.attr
        index = self.names[node.args[0]]
        if not proved:
            index = f"held({index}, {table.data.size - 1})"
        return f"entry(a.table[{self.tables[table]}], {index})"

    def _tetrahedron(self, name: str, node: Node) -> Iterator[str]:
        table = f"a.table[{self.tables[node.attr]}]"
        first, second, third = (self.names[a] for a in node.args[:3])
        for corner, offset in enumerate((first, second, third, f"{first} + {node.attr.diagonal}")):
            yield f"    const float4 {name}_{corner} = node({table}, {offset});"

    def _iterate(self, name: str, node: Node) -> Iterator[str]:
        """The loop: the state is a variable of this name, a color three."""
        loop: Loop = node.attr
        start, *operands = (self.names[a] for a in node.args)
        colors = [f"{name}_{channel}" for channel in range(len(loop.results) - 1)]
        yield f"    int {name} = {start};"
        yield from (f"    float {color};" for color in colors)
        yield f"    for (int {name}_n = 1;; ++{name}_n) {{"
        outside, self.names = self.names, {}
        nodes = walk(loop.results)
        given = [name, *operands]
        self.names |= {n: given[n.attr[1]] for n in nodes if n.op == "argument"}
        for number, inside in enumerate(nodes):
            if inside.op != "argument":
                yield from (f"    {line}" for line in self._node(f"{name}_{number}v", inside))
        following, *found = (self.names[result] for result in loop.results)
        self.names = outside | {node: name}
        for color, value in zip(colors, found, strict=True):
            yield f"        {color} = {value};"
        yield f"        const bool {name}_moves = {following} != {name};"
        yield f"        {name} = {following};"
        yield f"        if (!{name}_moves || {name}_n >= {loop.most}) break;"
        yield "    }"

    def _component(self, node: Node) -> str:
        (cell,) = node.args
        if cell.op == "iterate":
            return f"{self.names[cell]}_{node.attr}"
        letter, weights = "xyz"[node.attr], [self.names[w] for w in cell.args[3:]]
        total = f"__fmul_rn({self.names[cell]}_0.{letter}, {weights[0]})"
        for corner, weight in enumerate(weights[1:], 1):
            total = f"__fmaf_rn({self.names[cell]}_{corner}.{letter}, {weight}, {total})"
        return total

    # --- results ----------------------------------------------------------------------------------

    def _targets(self, values: list[str]) -> Iterator[str]:
        outputs = self.program.stages[self.stage].outputs
        raw = [_raw(node, value) for node, value in zip(outputs, values, strict=True)]
        strips = first_strips(self.program.targets)
        for target, layout in enumerate(self.program.targets):
            mine, raw = raw[: layout.raw_channels], raw[layout.raw_channels :]
            groups = [[value] for value in mine] if layout.planar else [mine]
            for i, group in enumerate(groups):
                yield from self._store("target", strips[target] + i, BYTES[layout.storage], group)

    def _store(self, field: str, strip: int, size: int, raw: list[str]) -> Iterator[str]:
        yield f"    const unsigned {field}{strip}[{len(raw)}] = {{{', '.join(raw)}}};"
        yield f"    store_pixel<{size}>(a.{field}[{strip}], x, y, {field}{strip});"


def _looks_like_minimum(condition: Node, yes: Node, no: Node) -> bool:
    """Whether a compiler may turn a select into a minimum or maximum and return the other zero.

    Where a constant other than zero is compared it may do so: there is only one answer.
    """
    if condition.op not in ("lt", "le") or yes.type != F32 or condition.args[0].type != F32:
        return False
    values = [const_value(n) if is_const(n) else None for n in condition.args]
    if any(value is not None and value != 0 for value in values):
        return False
    zero_compared = 0 in values
    return all(
        branch in condition.args
        or (zero_compared and is_const(branch) and const_value(branch) == 0)
        for branch in (yes, no)
    )


def _locate(layout: Layout, first: int, channel: int) -> tuple[int, int]:
    """The strip and the element of a channel."""
    return (first + channel, 0) if layout.planar else (first, channel)


def _value(kind: str, word: str) -> str:
    if kind == "f32":
        return f"__uint_as_float({word})"
    return f"(int){word}" if kind == "i32" else f"{word} != 0u"


def _raw(node: Node, value: str) -> str:
    return f"__float_as_uint({value})" if node.type == F32 else f"(unsigned){value}"
