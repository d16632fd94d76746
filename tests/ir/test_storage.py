"""Storage: every pattern decodes as stated, every code survives, rounding is one formula."""

import numpy as np
import pytest

from grade.ir.expression import make
from grade.ir.interpreter import Interpreter
from grade.ir.program import Program, Stage, verify
from grade.ir.storage import Layout, decode, encode
from grade.ir.types import F32, I32

CODES = {"u8": 255, "u10": 1023, "u12": 4095, "u16": 65535}
INTEGERS = [*CODES]
NANS = np.array([0x7FC00000, 0xFFC00000, 0x7F800001, 0xFFBFFFFF, 0x7FFFFFFF], np.uint32)


def run(outputs, source, raw):
    """One channel in float32, as the lowered program defines it."""
    program = verify(Program((source,), (outputs[1],), (), (Stage((outputs[0],)),)))
    return Interpreter(program, np.float32).run([[np.asarray(raw)[None]]])[0][0]


def decoded(storage, raw):
    layout = Layout(1, storage)
    loaded = make("load", (), (layout.raw_type, 0, 0))
    return run((encode("f32", decode(storage, loaded)), Layout(1)), layout, raw)


def encoded(storage, values):
    loaded = make("load", (), (F32, 0, 0))
    return run((encode(storage, loaded), Layout(1, storage)), Layout(1), np.float32(values))


@pytest.mark.parametrize("storage", INTEGERS)
def test_every_code_survives(storage):
    codes = np.arange(CODES[storage] + 1)
    values = decoded(storage, codes)
    assert np.array_equal(values, (codes / np.float64(CODES[storage])).astype(np.float32))
    assert values[0] == 0.0 and values[-1] == 1.0 and (np.diff(values) > 0).all()
    assert np.array_equal(encoded(storage, values), codes)


def test_all_halves():
    patterns = np.arange(65536, dtype=np.uint16)
    values = decoded("f16", patterns)
    halves = patterns.view(np.float16)
    same = values == halves.astype(np.float32)
    assert (same | (np.isnan(values) & np.isnan(halves))).all()
    assert np.array_equal(np.signbit(values[same]), np.signbit(halves[same])), "-0 stays"
    assert (values.view(np.uint32)[np.isnan(halves)] == 0x7FC00000).all()
    back = encoded("f16", values)
    finite = np.isfinite(halves)
    assert np.array_equal(back[finite], patterns[finite])
    assert (back[np.isnan(halves)] == 0x7E00).all(), "one NaN"
    assert back[0x7C00] == 0x7BFF and back[0xFC00] == 0xFBFF, "infinities saturate to 65504"


def test_float32_is_kept_but_for_nan():
    bits = np.array([0, 0x80000000, 1, 0x807FFFFF, 0x7F7FFFFF, 0x7F800000, 0xFF800000], np.uint32)
    assert np.array_equal(encoded("f32", bits.view(np.float32)).view(np.uint32), bits)
    assert (encoded("f32", NANS.view(np.float32)).view(np.uint32) == 0x7FC00000).all()


@pytest.mark.parametrize("storage", INTEGERS)
def test_integers_round_half_up(storage):
    top = CODES[storage]
    edges = (np.arange(top) + 0.5) / top  # the middle between codes
    values = np.nextafter(edges.astype(np.float32), np.float32(2))
    assert np.array_equal(encoded(storage, values), np.arange(top) + 1)
    # Computed in float32 the product of a value just below the middle may be the middle itself.
    below = np.nextafter(edges.astype(np.float32), np.float32(-1))
    assert (np.abs(encoded(storage, below) - np.arange(top)) <= 1).all()
    well_below = ((np.arange(top) + 0.49) / top).astype(np.float32)
    assert np.array_equal(encoded(storage, well_below), np.arange(top))


def test_exact_middles_go_up():
    """Of a number of codes that is odd 0.5 is the only middle that float32 holds."""
    assert encoded("u8", [0.5]).tolist() == [128]
    assert encoded("u10", [0.5]).tolist() == [512]
    assert encoded("u16", [0.5]).tolist() == [32768]


@pytest.mark.parametrize("storage", INTEGERS)
def test_integers_saturate_and_take_nan_as_zero(storage):
    top = CODES[storage]
    values = [-1.0, -1e-45, -0.0, -np.inf, -3e38, 1.0, 1.0000001, 2.0, np.inf, 3e38]
    assert encoded(storage, values).tolist() == [0] * 5 + [top] * 5
    assert (encoded(storage, NANS.view(np.float32)) == 0).all()


def test_halves_saturate_round_to_even_and_keep_nan():
    values = [65504, 65519.996, 65520, 1e38, np.inf, -65504, -65520, -np.inf]
    assert encoded("f16", values).tolist() == [0x7BFF] * 5 + [0xFBFF] * 3
    ties = [
        1 + 2.0**-11,
        1 + 3 * 2.0**-11,
        2.0**-25,
        1.5 * 2.0**-24,
        -(2.0**-25),
        2.0**-25 * 1.0001,
    ]
    assert encoded("f16", ties).tolist() == [0x3C00, 0x3C02, 0, 2, 0x8000, 1]
    assert (encoded("f16", NANS.view(np.float32)) == 0x7E00).all()


def test_layouts():
    half = Layout(4, "f16")
    assert half.bytes_per_pixel == 8 and half.raw_type == I32 and Layout(3).raw_type == F32
    for storage in ("f32", "f16", "u16", "u12", "u10", "u8", "u32"):
        for planar in (False, True):
            layout = Layout(3, storage, planar)
            assert Layout.parse(str(layout)) == layout
    assert str(Layout(3, "u8", True)) == "u8 x3 planar"
    with pytest.raises(ValueError, match="no layout"):
        Layout.parse("f16 x3 diagonal")
