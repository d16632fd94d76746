"""Packed words come apart and go together again, in every arrangement."""

import numpy as np
import pytest

from grade.ir.expression import make
from grade.ir.interpreter import Interpreter
from grade.ir.packing import PACKINGS, pack_bits, unpack_bits
from grade.ir.program import Program, ProgramError, Stage, verify
from grade.ir.storage import INTEGER_MAXIMUM, Layout
from grade.ir.types import I32


def load(channel):
    return make("load", (), (I32, 0, channel))


def run(program, *channels):
    shaped = [np.asarray(c).reshape(1, -1) for c in channels]
    return [
        out[0].view(np.uint32) for out in Interpreter(verify(program), np.float32).run([shaped])
    ]


def apart(layout, *words):
    codes = layout.codes([load(c) for c in range(layout.raw_channels)])
    target = Layout(layout.channels, layout.code)
    return run(Program((layout,), (target,), (), (Stage(tuple(codes)),)), *words)


def together(layout, *codes):
    words = layout.words([load(c) for c in range(layout.channels)])
    source = Layout(layout.channels, layout.code)
    return run(Program((source,), (layout,), (), (Stage(tuple(words)),)), *codes)


@pytest.mark.parametrize(
    ("name", "word"),
    [
        ("10a_little", (1 << 22) | (2 << 12) | (3 << 2)),
        ("10b_little", (1 << 20) | (2 << 10) | 3),
        (
            "10a_big",
            int.from_bytes(((1 << 22) | (2 << 12) | (3 << 2)).to_bytes(4, "big"), "little"),
        ),
        ("10b_big", int.from_bytes(((1 << 20) | (2 << 10) | 3).to_bytes(4, "big"), "little")),
    ],
)
def test_one_word_is_red_green_and_blue(name, word):
    assert together(Layout.packed(name), [1], [2], [3]) == [word]
    assert [int(c[0]) for c in apart(Layout.packed(name), np.uint32([word]))] == [1, 2, 3]


def test_one_word_is_one_channel():
    assert int(together(Layout.packed("12a_little", 1), [0xABC])[0][0]) == 0xABC0
    assert int(together(Layout.packed("12a_big", 1), [0xABC])[0][0]) == 0xC0AB
    assert int(together(Layout.packed("12b_big", 1), [0xABC])[0][0]) == 0xBC0A
    assert int(together(Layout.packed("16_big", 1), [0xABCD])[0][0]) == 0xCDAB


@pytest.mark.parametrize("name", PACKINGS)
def test_every_code_comes_back(name):
    layout = Layout.packed(name)
    top = INTEGER_MAXIMUM[layout.code]
    codes = [np.random.default_rng(c).integers(0, top + 1, 999).astype(np.uint16) for c in range(3)]
    back = apart(layout, *together(layout, *codes))
    assert all(np.array_equal(a, b) for a, b in zip(codes, back, strict=True))


@pytest.mark.parametrize("name", ["10a_big", "10b_big", "12a_big", "12b_little"])
def test_bits_beside_the_values_do_not_count(name):
    layout = Layout.packed(name)
    ones = np.uint32([0xFFFFFFFF]) if layout.storage == "u32" else np.uint16([0xFFFF])
    top = INTEGER_MAXIMUM[layout.code]
    assert [int(c[0]) for c in apart(layout, *[ones] * layout.raw_channels)] == [top] * 3


@pytest.mark.parametrize(("bits", "count"), [(10, 5), (12, 3)])
def test_values_that_run_on(bits, count):
    """Against a number of any length, which is what the words are together."""
    random = np.random.default_rng(bits)
    words = random.integers(0, 1 << 32, (count, 50), np.uint32)
    out = unpack_bits(bits, [load(c) for c in range(count)])
    source, target = Layout(count, "u32"), Layout(len(out), "u12")
    got = run(Program((source,), (target,), (), (Stage(tuple(out)),)), *words)
    for pixel in range(50):
        whole = sum(int(words[c, pixel]) << (32 * c) for c in range(count))
        for number, values in enumerate(got):
            assert int(values[pixel]) == (whole >> (bits * number)) & ((1 << bits) - 1)
    back = pack_bits(bits, [load(c) for c in range(len(out))])
    again = run(Program((target,), (source,), (), (Stage(tuple(back)),)), *got)
    assert np.array_equal(np.stack(again), words)


def test_a_layout_holds_what_its_packing_holds():
    layout = Layout.packed("10a_big")
    assert str(layout) == "u32 x3 10a_big" and Layout.parse(str(layout)) == layout
    assert (layout.raw_channels, layout.code, layout.bytes_per_pixel) == (1, "u10", 4)
    wide = Layout.packed("16_big", 4)
    assert (wide.raw_channels, wide.code, wide.bytes_per_pixel) == (4, "u16", 8)
    with pytest.raises(ValueError, match="holds 3"):
        Layout.packed("10a_big", 4)
    with pytest.raises(ValueError, match="interleaved"):
        Layout(3, "u32", True, "10a_big")
    with pytest.raises(ValueError, match="no layout"):
        Layout(3, "u16", packing="10a_big")


def test_a_program_stores_words_and_not_channels():
    layout = Layout.packed("10a_big")
    with pytest.raises(ProgramError, match="targets take i32"):
        verify(Program((layout,), (layout,), (), (Stage((load(0), load(0), load(0))),)))
    with pytest.raises(ProgramError, match="no such channel"):
        verify(Program((layout,), (layout,), (), (Stage((load(1),)),)))
