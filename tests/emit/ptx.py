"""A machine for PTX, vectorised over threads: runs what NVRTC made of the text, without a device.

It follows the PTX manual where that differs from x86: a NaN result is 0x7fffffff, `min` and `max`
drop a NaN and order the zeros. What it cannot show is what ptxas makes of the PTX.
"""

import re

import numpy as np

from grade.ir.primitives import exact_fma

_NAN = np.uint32(0x7FFFFFFF).view(np.float32)
_PARAMETERS = 1 << 60  # an address where no array lies
_TYPES = {
    "f32": np.float32, "f16": np.float16, "f64": np.float64,
    "u8": np.uint8, "u16": np.uint16, "u32": np.uint32, "u64": np.uint64,
    "s16": np.int16, "s32": np.int32, "s64": np.int64,
    "b8": np.uint8, "b16": np.uint16, "b32": np.uint32, "b64": np.uint64, "pred": np.bool_,
}  # fmt: skip
_RAW = {1: np.uint8, 2: np.uint16, 4: np.uint32, 8: np.uint64}
_COMPARE = {
    "eq": np.equal, "ne": np.not_equal, "lt": np.less, "le": np.less_equal,
    "gt": np.greater, "ge": np.greater_equal,
}  # fmt: skip


FLOATS = ("f32", "f64")


class Unknown(Exception):
    """An instruction that this machine does not have."""


def kernels(ptx):
    """The kernels of a unit by name."""
    found = re.findall(
        r"\.visible \.entry (\w+)\((.*?)\)\s*(?:\.\w+[ \d,]*)*\n\{(.*?)\n\}", ptx, re.S
    )
    return {name: Kernel(name, body) for name, _, body in found}


class Kernel:
    """One entry, taken apart: (predicate, operation, operands) and where the labels are."""

    def __init__(self, name, body):
        self.name, self.lines, self.labels = name, [], {}
        for line in body.split("\n"):
            line = line.split("//")[0].strip()
            if line.endswith(":"):
                self.labels[line[:-1]] = len(self.lines)
            elif line.strip("{}") and not line.startswith("."):
                guard, operation, operands = re.fullmatch(
                    r"(?:@(!?%p\d+)\s+)?([a-z][\w.]*)\s*(.*?);", line
                ).groups()
                parts = re.findall(r"\{[^}]*\}|\[[^\]]*\]|[^,\s]+", operands)
                self.lines.append((guard, operation, parts))

    def launch(self, grid, block, arguments, segments):
        """Run all threads of a grid on host memory: arrays of bytes by their address."""
        memory = {**segments, _PARAMETERS: np.frombuffer(arguments.tobytes(), np.uint8)}
        _Run(self, grid, block, memory).run()


def _sized(raw, kind):
    """Register bits as a type, cut or filled with zeros to its size."""
    return raw.astype(_RAW[kind.itemsize]).view(kind)


class _Run:
    def __init__(self, kernel, grid, block, memory):
        self.kernel, self.memory = kernel, memory
        y, x = np.mgrid[0 : grid[1] * block[1], 0 : grid[0] * block[0]].reshape(2, -1)
        self.count = x.size
        names = {"tid": (x % block[0], y % block[1]), "ctaid": (x // block[0], y // block[1])}
        names["ntid"] = tuple(np.full(self.count, b) for b in block)
        self.registers = {
            f"%{name}.{axis}": np.asarray(values, np.uint32)
            for name, pair in names.items()
            for axis, values in zip("xy", pair, strict=True)
        }
        self.place = np.zeros(self.count, np.int64)  # index of the next line of each thread

    def run(self):
        end = len(self.kernel.lines)
        with np.errstate(all="ignore"):
            while (here := int(self.place.min())) < end:
                # The rearmost threads go first, so that the others are met again.
                self.active = np.flatnonzero(self.place == here)
                self.place[self.active] += 1
                self.step(*self.kernel.lines[here])

    def step(self, guard, operation, operands):
        active = self.active
        if guard:
            held = self.registers[guard.lstrip("!")][active]
            self.active = active[~held if guard[0] == "!" else held]
        if not self.active.size:
            return
        name, *modifiers = operation.split(".")
        if name == "bra":
            self.place[self.active] = self.kernel.labels[operands[0]]
        elif name == "ret":
            self.place[self.active] = len(self.kernel.lines)
        elif name == "ld":
            self.load(modifiers, *operands)
        elif name == "st":
            self.store(modifiers, *operands)
        elif name == "mov" and operands[0].startswith("{"):
            self.part(modifiers, *operands)
        elif name in ("copysign", "mov", "selp", "cvta"):
            self.keep(operands[0], getattr(self, f"_{name}")(modifiers, operands[1:]))
        else:
            method = getattr(self, f"_{name}", None)
            if method is None:
                raise Unknown(operation)
            self.write(operands[0], method(modifiers, operands[1:]))

    # --- operands ---------------------------------------------------------------------------------

    def read(self, operand, type):
        """Values of an operand in the active threads, as a PTX type."""
        kind = np.dtype(_TYPES[type])
        if operand in self.registers:
            raw = self.registers[operand][self.active]
            return raw if kind == np.bool_ else _sized(raw, kind)
        if operand.startswith("0f"):
            value = np.uint32(int(operand[2:], 16)).view(np.float32)
        elif operand.startswith("0d"):
            value = np.uint64(int(operand[2:], 16)).view(np.float64)
        elif operand.startswith(self.kernel.name):
            value = np.uint64(_PARAMETERS)
        elif kind == np.bool_:
            value = np.bool_(int(operand))
        else:
            bits = int(operand.removesuffix("U"), 0) & ((1 << 8 * kind.itemsize) - 1)
            value = _RAW[kind.itemsize](bits).view(kind)
        return np.full(self.active.size, value)

    def write(self, register, values):
        values = np.asarray(values)
        if values.dtype == np.float32:
            values = np.where(values != values, _NAN, values)
        self.keep(register, values)

    def keep(self, register, values):
        """Write without a look at NaN: moves keep their bits."""
        raw = values if values.dtype == np.bool_ else values.view(_RAW[values.dtype.itemsize])
        whole = self.registers.setdefault(register, np.zeros(self.count, raw.dtype))
        if whole.dtype != raw.dtype:
            whole = self.registers[register] = whole.astype(raw.dtype)
        whole[self.active] = raw

    def address(self, operand):
        base, _, offset = operand[1:-1].partition("+")
        return self.read(base, "u64") + np.int64(int(offset or 0)).view(np.uint64)

    def load(self, modifiers, destination, operand):
        kind, address = np.dtype(_TYPES[modifiers[-1]]), self.address(operand)
        for index, register in enumerate(destination.strip("{}").replace(" ", "").split(",")):
            self.keep(register, self.gather(address + np.uint64(index * kind.itemsize), kind))

    def gather(self, address, kind):
        out = np.zeros((address.size, kind.itemsize), np.uint8)
        for inside, data, offset in self.segments(address, kind):
            out[inside] = data[offset[:, None] + np.arange(kind.itemsize)]
        return out.view(kind)[:, 0]

    def store(self, modifiers, operand, source):
        kind, address = np.dtype(_TYPES[modifiers[-1]]), self.address(operand)
        for index, register in enumerate(source.strip("{}").replace(" ", "").split(",")):
            values = np.ascontiguousarray(self.read(register, modifiers[-1]))
            raw = values.view(np.uint8).reshape(-1, kind.itemsize)
            where = address + np.uint64(index * kind.itemsize)
            for inside, data, offset in self.segments(where, kind):
                data[offset[:, None] + np.arange(kind.itemsize)] = raw[inside]

    def segments(self, address, kind):
        """Where the addresses lie; an access outside of every array or misaligned is an error."""
        assert not (address % np.uint64(kind.itemsize)).any(), "misaligned access"
        found = 0
        for start, data in self.memory.items():
            offset = (address - np.uint64(start)).view(np.int64)
            inside = np.flatnonzero((offset >= 0) & (offset <= data.size - kind.itemsize))
            if inside.size:
                found += inside.size
                yield inside, data, offset[inside]
        assert found == address.size, "an access outside of every array"

    # --- instructions: modifiers and operands in, values out --------------------------------------

    def _values(self, modifiers, operands):
        return [self.read(operand, modifiers[-1]) for operand in operands]

    def _arithmetic(self, modifiers, operands, function):
        if modifiers[-1] in FLOATS and modifiers[:-1] != ["rn"]:
            raise Unknown(f"not rounded to nearest, or flushed: {modifiers}")
        return function(*self._values(modifiers, operands))

    def _mov(self, modifiers, operands):
        if operands[0].startswith("{"):
            registers = operands[0].strip("{}").replace(" ", "").split(",")
            kind = f"u{int(modifiers[-1][1:]) // len(registers)}"
            parts = [self.read(register, kind) for register in registers]
            return np.stack(parts, axis=1).view(_TYPES[modifiers[-1]])[:, 0]
        return self.read(operands[0], modifiers[-1])

    def part(self, modifiers, destination, source):
        registers = destination.strip("{}").replace(" ", "").split(",")
        whole = np.ascontiguousarray(self.read(source, modifiers[-1]))
        kind = _RAW[whole.dtype.itemsize // len(registers)]
        for index, register in enumerate(registers):
            self.keep(register, whole.view(kind).reshape(-1, len(registers))[:, index])

    def _copysign(self, modifiers, operands):
        sign, value = self._values(["u32"], operands)
        return sign & np.uint32(0x80000000) | value & np.uint32(0x7FFFFFFF)

    def _cvta(self, modifiers, operands):
        return self.read(operands[0], "u64")

    def _selp(self, modifiers, operands):
        yes, no = self._values(modifiers, operands[:2])
        return np.where(self.read(operands[2], "pred"), yes, no)

    def _add(self, m, o):
        return self._arithmetic(m, o, np.add)

    def _sub(self, m, o):
        return self._arithmetic(m, o, np.subtract)

    def _div(self, m, o):
        return self._arithmetic(m, o, np.divide)

    def _sqrt(self, m, o):
        return self._arithmetic(m, o, np.sqrt)

    def _fma(self, m, o):
        if m[-1] != "f32":
            raise Unknown(f"a contraction: fma.{'.'.join(m)}")
        return self._arithmetic(m, o, exact_fma)

    def _and(self, m, o):
        return np.bitwise_and(*self._values(m, o))

    def _or(self, m, o):
        return np.bitwise_or(*self._values(m, o))

    def _xor(self, m, o):
        return np.bitwise_xor(*self._values(m, o))

    def _not(self, m, o):
        return ~self._values(m, o)[0]

    def _abs(self, m, o):
        return np.abs(self._values(m, o)[0])

    def _neg(self, m, o):
        return -self._values(m, o)[0]

    def _mul(self, modifiers, operands):
        a, b = self._values(modifiers, operands)
        if modifiers[-1] in FLOATS:
            return self._arithmetic(modifiers, operands, np.multiply)
        wide = (
            _TYPES[modifiers[-1][0] + str(16 * a.dtype.itemsize)] if modifiers[0] != "lo" else None
        )
        if modifiers[0] == "wide":
            return a.astype(wide) * b.astype(wide)
        if modifiers[0] == "hi":
            return (a.astype(wide) * b.astype(wide) >> wide(8 * a.dtype.itemsize)).astype(a.dtype)
        return a * b

    def _mad(self, modifiers, operands):
        a, b, c = self._values(modifiers, operands)
        if modifiers[0] != "lo":
            raise Unknown(f"mad.{'.'.join(modifiers)}")
        return a * b + c

    def _min(self, m, o):
        return self._extreme(m, o, np.fmin, np.signbit)

    def _max(self, m, o):
        return self._extreme(m, o, np.fmax, lambda x: ~np.signbit(x))

    def _extreme(self, modifiers, operands, function, first):
        a, b = self._values(modifiers, operands)
        if modifiers[-1] == "f64":
            raise Unknown("a minimum or maximum of f64")
        if modifiers[-1] != "f32":
            return function(a, b)
        if len(modifiers) != 1:
            raise Unknown(f"min or max with {modifiers}")
        return np.where(a == b, np.where(first(a), a, b), function(a, b))

    def _shl(self, m, o):
        return self._shift(m, o, np.left_shift)

    def _shr(self, m, o):
        return self._shift(m, o, np.right_shift)

    def _shift(self, modifiers, operands, function):
        value, amount = self.read(operands[0], modifiers[-1]), self.read(operands[1], "u32")
        size = 8 * value.dtype.itemsize
        shifted = function(value, np.minimum(amount, size - 1).astype(value.dtype))
        filled = value >> value.dtype.type(size - 1) if modifiers[-1][0] == "s" else 0
        return np.where(amount < size, shifted, filled).astype(value.dtype)

    def _setp(self, modifiers, operands):
        if len(modifiers) != 2:
            raise Unknown(f"setp.{'.'.join(modifiers)}")
        relation, (a, b) = modifiers[0], self._values(modifiers, operands)
        if relation in ("num", "nan"):
            return ((a != a) | (b != b)) == (relation == "nan")
        if modifiers[-1] not in FLOATS:
            return _COMPARE[relation](a, b)
        unordered = (a != a) | (b != b)
        if relation in ("equ", "neu", "ltu", "leu", "gtu", "geu"):
            return _COMPARE[relation[:2]](a, b) | unordered
        return _COMPARE[relation](a, b) & ~unordered

    def _prmt(self, modifiers, operands):
        a, b, c = self._values(["u32"], operands)
        both = a.astype(np.uint64) | b.astype(np.uint64) << np.uint64(32)
        out = np.zeros_like(a)
        for place in range(4):
            pick = c >> np.uint32(4 * place) & np.uint32(15)
            if (pick > 7).any():
                raise Unknown("prmt with a sign")
            byte = both >> (pick.astype(np.uint64) * np.uint64(8)) & np.uint64(255)
            out |= byte.astype(np.uint32) << np.uint32(8 * place)
        return out

    def _bfi(self, modifiers, operands):
        """The low bits of one word put into another."""
        source, into, place, length = (v.astype(np.uint64) for v in self._values(["u32"], operands))
        mask = ((np.uint64(1) << length) - np.uint64(1)) << place
        return (into & ~mask | source << place & mask).astype(np.uint32)

    def _bfe(self, modifiers, operands):
        """Bits cut out of a word."""
        if modifiers != ["u32"]:
            raise Unknown(f"bfe.{'.'.join(modifiers)}")
        word, place, length = (v.astype(np.uint64) for v in self._values(["u32"], operands))
        return (word >> place & (np.uint64(1) << length) - np.uint64(1)).astype(np.uint32)

    def _shf(self, modifiers, operands):
        """32 of the 64 bits of two words."""
        low, high, amount = (v.astype(np.uint64) for v in self._values(["u32"], operands))
        if modifiers[1:] != ["wrap", "b32"]:
            raise Unknown(f"shf.{'.'.join(modifiers)}")
        whole, amount = high << np.uint64(32) | low, amount & np.uint64(31)
        moved = whole << amount >> np.uint64(32) if modifiers[0] == "l" else whole >> amount
        return moved.astype(np.uint32)

    def _cvt(self, modifiers, operands):
        *rounding, to, source = modifiers
        value = self.read(operands[0], source)
        if (to, source) == ("f16", "f32") and rounding == ["rn"]:
            half = value.astype(np.float16).view(np.uint16)
            return np.where(value != value, np.uint16(0x7FFF), half)
        if (to, source) == ("f64", "f32") and not rounding:
            return value.astype(np.float64)
        if (to, source) == ("f32", "f64") and rounding == ["rn"]:
            return value.astype(np.float32)
        if (to, source) == ("f32", "f16") and not rounding:
            return value.astype(np.float32)
        if (to, source) == ("f32", "f32") and rounding == ["rmi"]:
            return np.floor(value)
        if (to, source) == ("s32", "f32") and rounding == ["rzi"]:
            wide = np.where(value != value, np.float32(0), value).astype(np.float64)
            return np.clip(np.trunc(wide), -(2**31), 2**31 - 1).astype(np.int32)
        if to == "f32" and source[0] in "us" and rounding == ["rn"]:
            return value.astype(np.float32)
        if to[0] in "us" and source[0] in "us" and not rounding:
            return value.astype(_TYPES[to])
        raise Unknown(f"cvt.{'.'.join(modifiers)}")
