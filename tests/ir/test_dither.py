"""Dither: no mean error, no pattern, the same noise at any tiling."""

import numpy as np
import pytest

from grade.ir.dither import DITHERED_TO, encode_dithered, reduces
from grade.ir.expression import make
from grade.ir.interpreter import Interpreter
from grade.ir.program import Program, Stage, Uniform
from grade.ir.storage import INTEGER_MAXIMUM, Layout
from grade.ir.types import F32, I32
from grade.passes.pipeline import lower
from grade.run.cpu import CpuExecutor


def program(storage, channels=1, seed=0):
    frame = make("uniform", (), (I32, 0))
    loaded = make("load", (), (F32, 0, 0))
    codes = tuple(encode_dithered(storage, loaded, c, frame, seed) for c in range(channels))
    layouts = (Layout(1),), (Layout(channels, storage),)
    return lower(Program(*layouts, (Uniform("@frame", I32),), (Stage(codes),)))


def codes(values, storage="u10", frame=1, origin=(0, 0), channels=1, seed=0):
    source = np.asarray(values, np.float32)[..., None]
    target = np.empty((*source.shape[:2], channels), np.uint8 if storage == "u8" else np.uint16)
    kernel = CpuExecutor(1).prepare(program(storage, channels, seed))
    kernel([source], [target], [frame], origin)
    return target[..., 0] if channels == 1 else target


def noise(frame=1, channels=1, seed=0, shape=(256, 256)):
    value = 512.0 / 1023.0
    scaled = float(np.float32(value) * np.float32(1023))
    return codes(np.full(shape, value), "u10", frame, (0, 0), channels, seed) - scaled


@pytest.mark.parametrize("storage", DITHERED_TO)
@pytest.mark.parametrize("place", [0.0, 0.2, 0.5, 0.51, 1.25, 100.0, 100.49, -0.3, -1.0])
def test_the_mean_of_many_codes_is_the_value(storage, place):
    """From either end, half a code near it and in the middle; of six million codes."""
    top = INTEGER_MAXIMUM[storage]
    value = np.float32((place if place >= 0 else top + place) / top)
    scaled = float(value * np.float32(top))
    mean = codes(np.full((2500, 2500), value), storage).mean()
    assert abs(mean - scaled) < 1e-3


def test_the_ends_stay_clean():
    for storage in DITHERED_TO:
        top = INTEGER_MAXIMUM[storage]
        assert (codes(np.zeros((200, 200)), storage) == 0).all()
        assert (codes(np.ones((200, 200)), storage) == top).all()
        assert (codes(np.full((9, 9), np.nan), storage) == 0).all()
        assert (codes(np.full((9, 9), -np.inf), storage) == 0).all()
        assert (codes(np.full((9, 9), 7.0), storage) == top).all()


def test_the_noise_is_triangular():
    """A value on a code: three quarters stay, an eighth goes up, an eighth down."""
    found = np.round(noise(shape=(2000, 2000)))
    shares = [(found == step).mean() for step in (-1, 0, 1)]
    assert np.allclose(shares, [0.125, 0.75, 0.125], atol=1e-3)
    halfway = codes(np.full((2000, 2000), 512.5 / 1023), "u10") - 512
    shares = [(halfway == step).mean() for step in (-1, 0, 1, 2)]
    assert np.allclose(shares, [0, 0.5, 0.5, 0], atol=2e-3)


def test_no_pattern_between_frames_channels_seeds_and_neighbours():
    plain = noise()
    others = {f"frame {f}": noise(f) for f in (0, 2, 3, 1001, -1)}
    others |= {f"channel {c}": noise(channels=4)[..., c] for c in (1, 2, 3)}
    others |= {f"seed {s}": noise(seed=s) for s in (1, 2)}
    shifts = [(0, 1), (1, 0), (1, 1), (-1, 1), (0, 16), (16, 0), (7, 64)]
    pairs = {name: (plain, other) for name, other in others.items()}
    pairs |= {f"shift {s}": (plain, np.roll(plain, s, (0, 1))) for s in shifts}
    for name, (a, b) in pairs.items():
        assert abs(np.corrcoef(a.ravel(), b.ravel())[0, 1]) < 0.02, name  # five sigma


def test_one_frame_is_not_another_moved():
    """No shift brings two frames over one another: the peak of their correlation is noise."""
    a, b = (np.fft.rfft2(noise(f) - noise(f).mean()) for f in (100, 101))
    correlation = np.fft.irfft2(a * np.conj(b))
    assert np.abs(correlation).max() / correlation.std() < 6.5


def test_the_spectrum_is_flat():
    power = np.abs(np.fft.rfft2(noise(shape=(512, 512)))) ** 2
    power[0, 0] = np.median(power)
    blocks = power[:, :256].reshape(16, 32, 8, 32).mean(axis=(1, 3))
    assert blocks.max() / blocks.min() < 1.35


def test_a_tile_has_the_noise_of_its_place():
    values = np.random.default_rng(1).random((90, 130))
    whole = codes(values, frame=7, origin=(-20, 1000))
    for x, y, width, height in [(0, 0, 130, 13), (33, 41, 50, 20), (129, 89, 1, 1)]:
        tile = values[y : y + height, x : x + width]
        part = codes(tile, frame=7, origin=(x - 20, y + 1000))
        assert np.array_equal(part, whole[y : y + height, x : x + width])


def test_the_interpreter_agrees():
    values = np.random.default_rng(3).random((20, 30)).astype(np.float32)
    for storage in DITHERED_TO:
        (out,) = Interpreter(program(storage), np.float32).run([[values]], [1001], (5, 6))
        assert np.array_equal(out, codes(values, storage, 1001, (5, 6)))


def test_what_counts_as_reducing():
    assert all(reduces(s, t) for s in ("f16", "f32", "u16") for t in DITHERED_TO)
    assert not any(reduces(s, s) for s in DITHERED_TO)
    assert reduces("u12", "u10") and not reduces("u10", "u12") and not reduces("f32", "u16")
