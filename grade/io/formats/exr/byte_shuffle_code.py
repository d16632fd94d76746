"""LLVM code that shuffles the bytes of words and takes differences, as OpenEXR does before deflate.

A chunk has two halves: the first (low) bytes of all words, then the second (high) bytes. Each byte
is stored as its difference from the byte before it, plus 128; the first byte of the second half
follows the last of the first half. The words lie in segments, a row of one channel each, anywhere
in memory. Segments follow one another in the halves.

    words     low0 high0  low1 high1  low2 high2 ...
    chunk     low0  low1-low0+128  low2-low1+128 ...  high0-lowN+128  high1-high0+128 ...

Source: `ImfZip.cpp` (OpenEXR) for the order of the bytes.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from llvmlite import ir

from grade.emit.kernel_arguments import FUNCTION_NAME

UNSHUFFLE, SHUFFLE = 0, 1
LOW, HIGH, SEGMENTS = range(3)
"""Words of the argument block: the addresses of both halves and of the table of segments."""

_WIDE = 16  # words in a step of the vector loop
_SUMMED = 64  # bytes in a step of the sum

_i8, _i16, _i32, _i64 = (ir.IntType(bits) for bits in (8, 16, 32, 64))
_bytes = ir.VectorType(_i8, _WIDE)
_words = ir.VectorType(_i16, _WIDE)

Value = Any
Values = tuple[Value, ...]


def module_text() -> str:
    """Return the module: a function ``(argument block, first, end, direction)`` over segments.

    SHUFFLE reads words and writes halves, UNSHUFFLE reads halves and writes words. The table holds
    the address and the count of words of each segment, 64 bits each. Segments ``first..end`` are
    all that the halves hold.
    """
    module = ir.Module(FUNCTION_NAME)
    function = ir.Function(module, ir.FunctionType(ir.VoidType(), [_i64] * 4), FUNCTION_NAME)
    block, first, end, direction = function.args
    builder = ir.IRBuilder(function.append_basic_block())
    with builder.if_else(builder.icmp_signed("==", direction, _i64(UNSHUFFLE))) as (yes, no):
        with yes:
            _unshuffle(builder, block, first, end)
        with no:
            _shuffle(builder, block, first, end)
    builder.ret_void()
    return str(module)


def _unshuffle(b: Any, block: Value, first: Value, end: Value) -> None:
    low, high = _load_argument(b, block, LOW), _load_argument(b, block, HIGH)
    # The first byte is stored as it is: its difference from 128, plus 128. So each half starts from
    # the byte before it, which for the second half is the sum of all differences of the first.
    count = b.sub(high, low)
    start = b.add(_sum(b, low, count), b.shl(b.trunc(count, _i8), _i8(7)))
    start = b.add(start, _i8(128))

    def wide(state: Values) -> Values:
        low, high, target, last_low, last_high = state
        pairs = []
        for address, last in ((low, last_low), (high, last_high)):
            found = _load(b, address, _bytes)
            for step in (1, 2, 4, 8):
                found = b.add(found, _delay(b, found, step))
            # Every difference has 128 too much. In an even number of them that adds up to nothing.
            found = b.add(found, _constant([128, 0] * (_WIDE // 2)))
            pairs.append(b.add(found, _broadcast(b, last)))
        order = [place for index in range(_WIDE) for place in (index, _WIDE + index)]
        _store(b, target, b.shuffle_vector(pairs[0], pairs[1], _order(order)))
        lasts = [b.extract_element(pair, _i32(_WIDE - 1)) for pair in pairs]
        return (*_advance(b, low, high, target, _WIDE), *lasts)

    def single(state: Values) -> Values:
        low, high, target, last_low, last_high = state
        pair = [
            b.add(b.add(_load(b, address, _i8), last), _i8(128))
            for address, last in ((low, last_low), (high, last_high))
        ]
        word = b.or_(b.zext(pair[0], _i16), b.shl(b.zext(pair[1], _i16), _i16(8)))
        _store(b, target, word)
        return (*_advance(b, low, high, target, 1), *pair)

    _loop_over_segments(b, block, first, end, (low, high, _i8(128), start), wide, single)


def _shuffle(b: Any, block: Value, first: Value, end: Value) -> None:
    low, high = _load_argument(b, block, LOW), _load_argument(b, block, HIGH)
    # As in `_unshuffle`: the byte before the second half is the low byte of the last word.
    address, count = _load_segment(b, block, b.sub(end, _i64(1)))
    last = _load(b, b.add(address, b.shl(b.sub(count, _i64(1)), _i64(1))), _i8)

    def wide(state: Values) -> Values:
        low, high, source, *lasts = state
        words = _load(b, source, _words)
        pair = b.trunc(words, _bytes), b.trunc(b.lshr(words, _words([8] * _WIDE)), _bytes)
        for address, found, last in zip((low, high), pair, lasts, strict=True):
            order = [_WIDE, *range(_WIDE - 1)]
            before = b.shuffle_vector(found, _broadcast(b, last), _order(order))
            _store(b, address, b.add(b.sub(found, before), _constant([128] * _WIDE)))
        ends = [b.extract_element(found, _i32(_WIDE - 1)) for found in pair]
        return (*_advance(b, low, high, source, _WIDE), *ends)

    def single(state: Values) -> Values:
        low, high, source, *lasts = state
        word = _load(b, source, _i16)
        pair = b.trunc(word, _i8), b.trunc(b.lshr(word, _i16(8)), _i8)
        for address, found, last in zip((low, high), pair, lasts, strict=True):
            _store(b, address, b.add(b.sub(found, last), _i8(128)))
        return (*_advance(b, low, high, source, 1), *pair)

    _loop_over_segments(b, block, first, end, (low, high, _i8(128), last), wide, single)


def _loop_over_segments(
    b: Any,
    block: Value,
    first: Value,
    end: Value,
    start: Values,
    wide: Callable[[Values], Values],
    single: Callable[[Values], Values],
) -> None:
    """Loop over the segments: many words at a time, and then the rest one by one."""

    def segment(state: Values) -> Values:
        number, low, high, *lasts = state
        words, count = _load_segment(b, block, number)
        stop = b.add(low, count)
        last_wide = b.sub(stop, _i64(_WIDE))
        found: Values = (low, high, words, *lasts)
        found = _while(b, found, lambda at: b.icmp_signed("<=", at[0], last_wide), wide)
        found = _while(b, found, lambda at: b.icmp_signed("<", at[0], stop), single)
        return (b.add(number, _i64(1)), found[0], found[1], *found[3:])

    _while(b, (first, *start), lambda at: b.icmp_signed("<", at[0], end), segment)


def _sum(b: Any, address: Value, count: Value) -> Value:
    """Return the lowest 8 bits of the sum of some bytes."""
    vector = ir.VectorType(_i8, _SUMMED)
    end = b.add(address, count)
    last_wide = b.sub(end, _i64(_SUMMED))

    def wide(state: Values) -> Values:
        at, sums = state
        return b.add(at, _i64(_SUMMED)), b.add(sums, _load(b, at, vector))

    def single(state: Values) -> Values:
        at, total = state
        return b.add(at, _i64(1)), b.add(total, _load(b, at, _i8))

    start = (address, vector([0] * _SUMMED))
    at, sums = _while(b, start, lambda at: b.icmp_signed("<=", at[0], last_wide), wide)
    name = f"llvm.vector.reduce.add.v{_SUMMED}i8"
    reduce = ir.Function(b.module, ir.FunctionType(_i8, [vector]), name)
    total = b.call(reduce, [sums])
    return _while(b, (at, total), lambda at: b.icmp_signed("<", at[0], end), single)[1]


def _while(
    b: Any, start: Values, goes_on: Callable[[Values], Value], body: Callable[[Values], Values]
) -> Values:
    """Emit a loop whose state is held in registers; return the state after it."""
    before = b.block
    head, inside, after = (b.append_basic_block() for _ in range(3))
    b.branch(head)
    b.position_at_end(head)
    state = tuple(b.phi(value.type) for value in start)
    for phi, value in zip(state, start, strict=True):
        phi.add_incoming(value, before)
    b.cbranch(goes_on(state), inside, after)
    b.position_at_end(inside)
    for phi, value in zip(state, body(state), strict=True):
        phi.add_incoming(value, b.block)
    b.branch(head)
    b.position_at_end(after)
    return state


def _load_segment(b: Any, block: Value, number: Value) -> Values:
    """Return the address and the count of words of a segment."""
    entry = b.add(_load_argument(b, block, SEGMENTS), b.shl(number, _i64(4)))
    return _load(b, entry, _i64), _load(b, b.add(entry, _i64(8)), _i64)


def _load_argument(b: Any, block: Value, word: int) -> Value:
    return _load(b, b.add(block, _i64(8 * word)), _i64)


def _load(b: Any, address: Value, kind: Any) -> Value:
    return b.load(b.inttoptr(address, kind.as_pointer()), align=1)


def _store(b: Any, address: Value, value: Value) -> None:
    b.store(value, b.inttoptr(address, value.type.as_pointer()), align=1)


def _advance(b: Any, low: Value, high: Value, words: Value, count: int) -> Values:
    """Return the three addresses, some words further on."""
    step = _i64(count)
    return b.add(low, step), b.add(high, step), b.add(words, _i64(2 * count))


def _delay(b: Any, value: Value, step: int) -> Value:
    """Move every byte up by some places, with zeros before them."""
    order = [max(_WIDE + index - step, _WIDE - 1) for index in range(_WIDE)]
    return b.shuffle_vector(_constant([0] * _WIDE), value, _order(order))


def _broadcast(b: Any, byte: Value) -> Value:
    one = b.insert_element(_bytes(ir.Undefined), byte, _i32(0))
    return b.shuffle_vector(one, one, _order([0] * _WIDE))


def _constant(values: Sequence[int]) -> Value:
    return _bytes(list(values))


def _order(places: Sequence[int]) -> Value:
    return ir.VectorType(_i32, len(places))(list(places))
