"""The steps of the DWA writer, each against what it stands for."""

import contextlib
import doctest
import io
import math
import os
import subprocess
import sys

import numpy as np
import pytest

from grade.io.formats.exr import dwa_tables
from grade.io.formats.exr.dwa_cosine_transform import (
    BlockRow,
    load_blocks,
    quantize,
    to_ycbcr,
    transform_blocks,
)
from grade.io.formats.exr.dwa_huffman import _code_lengths, _make_entries, encode_words
from grade.io.formats.exr.dwa_huffman_kernels import measure_depths
from grade.io.formats.exr.dwa_run_lengths import encode_runs

SIDE = dwa_tables.SIDE


def test_published_values() -> None:
    assert doctest.testmod(dwa_tables).failed == 0


def test_the_curve_is_a_power_and_a_logarithm() -> None:
    bent, straight = dwa_tables.curves()
    halves = np.arange(0x7C00, dtype=np.uint16).view(np.float16).astype(np.float64)
    with np.errstate(divide="ignore"):
        expected = np.where(halves > 1, 1 + np.log(halves) / 2.2, halves ** (1 / 2.2))
    np.testing.assert_array_equal(bent[:0x7C00], expected.astype(np.float16))
    np.testing.assert_array_equal(bent[0x8000:0xFC00], -bent[:0x7C00])
    np.testing.assert_array_equal(straight[:0x7C00], halves)
    assert not bent[0x7C00:0x8000].any() and not straight[0xFC00:].any()


def grouped(blocks: np.ndarray) -> np.ndarray:
    """Blocks of 8x8 as they lie in memory, sample by sample."""
    return np.ascontiguousarray(
        blocks.reshape(-1, SIDE, 64).transpose(0, 2, 1).reshape(-1), np.float32
    )


def apart(data: np.ndarray) -> np.ndarray:
    return data.reshape(-1, 64, SIDE).transpose(0, 2, 1).reshape(-1, 8, 8)


def cosine_waves() -> np.ndarray:
    waves = [[math.cos((2 * x + 1) * u * math.pi / 16) / 2 for x in range(8)] for u in range(8)]
    waves[0] = [1 / math.sqrt(8)] * 8
    return np.array(waves)


def test_cosines_are_orthonormal() -> None:
    blocks = np.random.default_rng(1).normal(0, 2, (2 * SIDE, 8, 8)).astype(np.float32)
    waves = cosine_waves()
    data = grouped(blocks)
    transform_blocks(data)
    expected = np.einsum("uy,byx,vx->buv", waves, blocks.astype(np.float64), waves)
    np.testing.assert_allclose(apart(data), expected, atol=4e-6)


def test_luma_is_that_of_bt_709() -> None:
    red, green, blue = (np.array(c, np.float32) for c in ([1, 0, 0, 1], [0, 1, 0, 1], [0, 0, 1, 1]))
    to_ycbcr(red, green, blue)
    np.testing.assert_allclose(red, [0.2126, 0.7152, 0.0722, 1], rtol=1e-6)
    np.testing.assert_allclose(green, [-0.1146, -0.3854, 0.5, 0], atol=1e-6)
    np.testing.assert_allclose(blue, [0.5, -0.4542, -0.0458, 0], atol=1e-6)


@pytest.mark.parametrize("size", [(1, 1), (3, 5), (8, 8), (11, 130), (8, 129)])
def test_blocks_are_mirrored_at_the_edges(size: tuple[int, int]) -> None:
    height, width = size
    plane = np.random.default_rng(2).integers(0, 0x3C00, size, np.uint16)
    groups = -(-width // (8 * SIDE))
    out = np.empty(groups * 64 * SIDE, np.float32)
    load_blocks(plane, 8 * ((height - 1) // 8), np.arange(65536, dtype=np.float32), out)
    # Symmetrical, the edge twice; what is smaller than its mirror ends with the first.
    down, across = (
        np.array([at if at < n else max(2 * n - 1 - at, 0) for at in range(top, top + count)])
        for n, top, count in ((height, 8 * ((height - 1) // 8), 8), (width, 0, groups * 8 * SIDE))
    )
    expected = plane[np.ix_(down, across)].reshape(8, -1, 8).transpose(1, 0, 2)
    np.testing.assert_array_equal(apart(out), expected)


@pytest.mark.parametrize("level", [0.0, 0.01, 1.0, 45.0, 200.0, 100_000.0])
def test_quantized_within_the_tolerance(level: float) -> None:
    random = np.random.default_rng(3)
    scale = 2.0 ** random.uniform(-26, 5, 64 * SIDE)
    data = (random.choice([-1, 1], scale.size) * scale).astype(np.float32)
    data[:3] = 0, -0.0, -1e-9
    values = data.copy()
    halves = np.empty(data.size, np.uint16)
    tolerances, magics = dwa_tables.quantizers(level)[0]
    quantize(data, data.view(np.uint32), tolerances, magics, halves)
    stored = halves.view(np.float16).astype(np.float32)
    rounding = np.spacing(np.abs(values).astype(np.float16)).astype(np.float32) / 2
    assert (np.abs(stored - values) <= tolerances + rounding * 1.01).all()
    assert (halves[np.abs(values) < tolerances] == 0).all()
    assert not (halves == 0x8000).any()  # a zero that would be coded as a number
    if level == 0:
        assert (np.abs(stored - values) <= rounding).all()


def test_huge_values_end_at_the_largest_half() -> None:
    data = np.full(64 * SIDE, -6e5, np.float32)
    halves = np.empty(data.size, np.uint16)
    tolerances, magics = dwa_tables.quantizers(45.0)[0]
    quantize(data, data.view(np.uint32), tolerances, magics, halves)
    assert (halves.view(np.float16) == -65504).all()


def test_zeros_are_run_lengths() -> None:
    # One block whose coefficients are chosen: its samples come from the transform backwards.
    waves = cosine_waves()
    wanted = np.zeros((8, 8))
    wanted[0, 0], wanted[0, 1], wanted[2, 0], wanted[7, 6] = 4, 1, 2, -3  # places 0, 1, 3, 62
    samples = (waves.T @ wanted @ waves).astype(np.float16)
    row = BlockRow(1, 1, 100.0, True)
    firsts, others = np.empty((1, 1), np.uint16), np.empty(64, np.uint16)
    count = row.encode([samples.view(np.uint16)], 0, firsts, others, 0)
    assert firsts.view(np.float16)[0, 0] == 4
    words = others[:count].tolist()
    half = {value: int(np.float16(value).view(np.uint16)) for value in (1, 2, -3)}
    assert words == [half[1], 0, half[2], 0xFF00 + 58, half[-3], 0]
    assert row.encode([np.zeros((8, 8), np.uint16)], 0, firsts, others, 5) == 6
    assert others[5] == 0xFF00


def expanded(packed: bytes) -> list[int]:
    """Runs of bytes undone."""
    out: list[int] = []
    place = 0
    while place < len(packed):
        count = packed[place]
        if count < 128:
            out += [packed[place + 1]] * (count + 1)
            place += 2
        else:
            out += packed[place + 1 : place + 257 - count]
            place += 257 - count
    return out


@pytest.mark.parametrize("seed", range(6))
def test_runs(seed: int) -> None:
    random = np.random.default_rng(seed)
    lengths = random.choice([1, 1, 1, 2, 3, 4, 126, 127, 128, 129, 130, 300], 200)
    data = np.repeat(random.integers(0, 256, 200), lengths).astype(np.uint8)
    out = np.empty(2 * data.size, np.uint8)
    assert expanded(out[: encode_runs(data, out)].tobytes()) == data.tolist()


@pytest.mark.parametrize("size", [1, 2, 127, 128, 129])
def test_runs_of_nothing_alike(size: int) -> None:
    data = np.arange(size, dtype=np.uint8)
    out = np.empty(2 * size, np.uint8)
    count = encode_runs(data, out)
    assert expanded(out[:count].tobytes()) == data.tolist()
    assert count == size + -(-size // 127)


def decoded(packed: bytes) -> list[int]:
    """Static Huffman codes undone, bit by bit."""
    first, repeat, table, bits, _ = np.frombuffer(packed[:20], "<u4").tolist()
    text = "".join(f"{byte:08b}" for byte in packed[20 : 20 + table])
    lengths: dict[int, int] = {}
    symbol = first
    while symbol <= repeat:
        length, text = int(text[:6], 2), text[6:]
        if length == 63:
            symbol += int(text[:8], 2) + 6
            text = text[8:]
        elif length >= 59:
            symbol += length - 57
        else:
            if length:
                lengths[symbol] = length
            symbol += 1
    code, codes = 0, {}
    for length in range(58, 0, -1):
        for symbol in sorted(s for s, of in lengths.items() if of == length):
            codes[f"{code:0{length}b}"] = symbol
            code += 1
        assert code % 2 == 0 or length == 1
        code >>= 1
    out: list[int] = []
    text = "".join(f"{byte:08b}" for byte in packed[20 + table :])
    assert len(text) == -(-bits // 8) * 8
    place = 0
    while place < bits:
        end = place + 1
        while text[place:end] not in codes:
            end += 1
        symbol, place = codes[text[place:end]], end
        if symbol == repeat:
            out += [out[-1]] * int(text[place : place + 8], 2)
            place += 8
        else:
            out.append(symbol)
    return out


@pytest.mark.parametrize("spread", [1, 3, 40, 6000])
@pytest.mark.parametrize("size", [1, 2, 3, 4, 5, 700, 4001])
def test_huffman_codes(size: int, spread: int) -> None:
    random = np.random.default_rng(size)
    words = (random.geometric(1 / spread, size) * 37 % 65536).astype(np.uint16)
    assert decoded(encode_words(words)) == words.tolist()


def test_huffman_codes_of_runs() -> None:
    lengths = [1, 2, 3, 4, 5, 6, 100, 255, 256, 257, 258, 511, 512, 513, 2000]
    words = np.repeat(np.arange(0, 300 * len(lengths), 300), lengths)
    words = np.concatenate((words, [0, 65535, 0, 65535])).astype(np.uint16)
    packed = encode_words(words)
    assert decoded(packed) == words.tolist()
    assert len(packed) < 600  # of 4919 words


def test_code_lengths_are_huffmans() -> None:
    # The example of the original paper has no such counts; these are small enough to try all.
    assert sorted(_code_lengths(np.array([1, 1, 2, 3, 5], np.uint32)).tolist()) == [1, 2, 3, 4, 4]
    assert sorted(_code_lengths(np.array([4, 4, 4, 4], np.uint32)).tolist()) == [2, 2, 2, 2]
    weights = np.array([1, 1, 1, 3, 0, 0, 0], np.int64)
    measure_depths(weights, np.empty(7, np.int64))
    assert weights[:4].tolist() == [3, 3, 2, 1]


def test_the_longest_code_has_32_bits() -> None:
    counts = [1, 1]
    while counts[-1] + counts[-2] < 2**32:  # Fibonacci: the deepest of trees
        counts.append(counts[-1] + counts[-2])
    lengths = _code_lengths(np.array(counts, np.uint32))
    assert lengths.max() <= 32 < len(counts)
    assert sum(2.0**-length for length in lengths.tolist()) == 1
    entries = _make_entries(np.arange(lengths.size), lengths)[: lengths.size]
    assert len({f"{int(entry) >> 8:0{int(entry) & 255}b}" for entry in entries}) == lengths.size


@pytest.mark.full
def test_the_same_on_a_processor_without_wide_vectors() -> None:
    code = (
        "import hashlib, numpy as np\n"
        "from grade.io.formats.exr.dwa_writer import _make_plan, _pack\n"
        "r = np.random.default_rng(1)\n"
        "block = {n: r.normal(0.5, 0.4, (32, 200)).astype(np.float16) for n in 'ABGR'}\n"
        "packed = _pack(block, 0, plan=_make_plan(block), level=45.0, linear=frozenset())\n"
        "print(hashlib.sha256(packed).hexdigest())\n"
    )
    plain = {**os.environ, "NUMBA_CPU_NAME": "generic", "NUMBA_CPU_FEATURES": ""}
    words, how = [sys.executable, "-c", code], {"capture_output": True, "text": True}
    there = subprocess.run(words, env=plain, check=True, **how).stdout
    here = io.StringIO()
    with contextlib.redirect_stdout(here):
        exec(code, {})
    assert here.getvalue() == there
