"""Conversions of planes: compiled and interpreted alike, and the same as plain NumPy."""

from typing import Any

import numpy as np
import pytest

from grade.io import convert
from grade.ir.storage import INTEGER_MAXIMUM, Storage

HALVES = np.arange(1 << 16, dtype=np.uint16).view(np.float16)
SPECIAL = [0.0, -0.0, 1.0, -1.0, 0.5, 1e-45, -1e-45, 1e30, -1e30, np.nan, -np.nan, np.inf, -np.inf]


def floats() -> Any:
    """Every float32 around the half-way points of 8 bits, noise, and special values."""
    middles = ((np.arange(255) + 0.5) / 255).astype(np.float32).view(np.int32)
    near = (middles[:, None] + np.arange(-3, 4, dtype=np.int32)).reshape(-1).view(np.float32)
    noise = np.random.default_rng(5).uniform(-0.5, 1.5, 4000).astype(np.float32)
    return np.concatenate([near, noise, np.array(SPECIAL, np.float32)])


PLANES = {
    "float32": floats(),
    "float16": HALVES,
    "uint16": np.arange(1 << 16, dtype=np.uint16),
    "uint8": np.arange(256, dtype=np.uint8),
    "float64": floats().astype(np.float64),
    "uint32": np.array([0, 1, 1 << 31, (1 << 32) - 1], np.uint32),
}


def by_numpy(plane: Any, top: int) -> Any:
    with np.errstate(invalid="ignore"):
        values = plane.astype(np.float32)
        if plane.dtype.kind == "u":
            values = values / np.float32(np.iinfo(plane.dtype).max)
        held = np.clip(values, np.float32(0), np.float32(1))
        return np.nan_to_num(np.floor(held * np.float32(top) + np.float32(0.5))).astype(np.uint16)


@pytest.fixture(params=["interpreted", "compiled"])
def _way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(convert, "_SMALL", 1 << 17 if request.param == "interpreted" else -1)


@pytest.mark.usefixtures("_way")
@pytest.mark.parametrize("name", PLANES)
@pytest.mark.parametrize("storage", ["u8", "u10", "u12", "u16"])
def test_code_values_are_clipped_and_rounded_half_up(name: str, storage: Storage) -> None:
    plane = PLANES[name]
    codes = convert.to_codes(plane, storage)
    assert codes.dtype == (np.uint8 if storage == "u8" else np.uint16)
    if {"uint8": "u8", "uint16": "u16"}.get(name) == storage:
        assert codes is plane
    else:
        assert np.array_equal(codes, by_numpy(plane, INTEGER_MAXIMUM[storage]))


@pytest.mark.usefixtures("_way")
@pytest.mark.parametrize("name", PLANES)
def test_floats_are_the_quotient_of_integers_and_stay_as_they_are(name: str) -> None:
    plane = PLANES[name]
    found = convert.to_float(plane)
    assert found.dtype == np.float32
    with np.errstate(invalid="ignore"):
        expected = plane.astype(np.float32)
    if plane.dtype.kind == "u":
        expected = expected / np.float32(np.iinfo(plane.dtype).max)
    assert found.tobytes() == expected.tobytes()


def test_half_saturates_and_keeps_nan_and_zero_as_they_are() -> None:
    plane = np.array(SPECIAL, np.float32)
    half = convert.to_half(plane)
    assert half.view(np.uint16).tolist() == [
        0x0000, 0x8000, 0x3C00, 0xBC00, 0x3800, 0x0000, 0x8000, 0x7BFF, 0xFBFF,
        0x7E00, 0xFE00, 0x7BFF, 0xFBFF,
    ]  # fmt: skip
    assert convert.to_half(half) is half


@pytest.mark.usefixtures("_way")
@pytest.mark.parametrize("shape", [(0, 3), (1,), (5, 7), (2, 3, 4)])
def test_any_shape_and_byte_order(shape: tuple[int, ...]) -> None:
    plane = np.random.default_rng(1).uniform(0, 1, shape).astype(">f4")
    codes = convert.to_integer(plane, np.uint8)
    assert codes.shape == shape and np.array_equal(codes, by_numpy(plane, 255))
    turned = plane.T
    assert np.array_equal(convert.to_integer(turned, np.uint16), by_numpy(turned, 65535))


def test_alpha_off_and_on() -> None:
    color, alpha = np.array([0.5, 0.25, 3.0]), np.array([0.5, 1.0, 0.0])
    straight = convert.unpremultiply(color, alpha)
    assert straight.tolist() == [1.0, 0.25, 3.0], "glow stays"
    assert convert.premultiply(straight, alpha).tolist() == [0.5, 0.25, 0.0]
