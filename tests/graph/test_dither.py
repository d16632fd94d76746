"""Dither in a look: asked for, where it loses bits, and the same at any crop."""

import numpy as np
import pytest

from grade.graph import Look
from grade.graph.tracing.geometry import FRAME, Geometry
from grade.ir.storage import Layout
from grade.run import executor

HALF = Layout(3, "f16", planar=True)


def plain():
    look = Look("plain")
    look.outputs["out"] = look.source
    return look


def names(source, target, dither="triangular"):
    return [u.name for u in plain().program(source, target, dither=dither).uniforms]


def test_only_where_bits_are_lost_and_only_if_asked():
    for storage in ("u8", "u10", "u12"):
        target = Layout(3, storage, planar=True)
        assert names(HALF, target) == [FRAME]
        assert names(HALF, target, "none") == [] == names(target, target)
    assert names(HALF, Layout(3, "u16")) == [] == names(HALF, Layout(3, "f32"))
    assert names(Layout(3, "u16"), Layout.packed("10a_big")) == [FRAME]
    assert names(Layout.packed("10a_big"), Layout.packed("10b_little")) == []


def test_the_default_adds_no_noise():
    assert not plain().program(HALF, Layout(3, "u8")).uniforms


@pytest.mark.parametrize("device", ["cpu", "twin"])
def test_a_crop_and_another_layout_have_the_noise_of_the_whole(device):
    look, random = plain(), np.random.default_rng(1)
    planes = list(random.random((3, 40, 70)).astype(np.float16))
    packed = Layout.packed("10a_big")
    program = look.program(HALF, packed, dither="triangular")
    flat = look.program(HALF, Layout(3, "u10", planar=True), dither="triangular")
    geometry = Geometry(0, 0, 70, 40)
    numbers = look.uniform_values(program, 1001, geometry)
    assert numbers == [1001] and look.uniform_values(program, None, geometry) == [0]
    whole = np.empty((40, 70, 1), np.uint32)
    kernel = executor(device).prepare(program)
    kernel([planes], [whole], numbers)
    part = np.empty((11, 30, 1), np.uint32)
    kernel([[np.ascontiguousarray(p[9:20, 33:63]) for p in planes]], [part], numbers, (33, 9))
    assert np.array_equal(part, whole[9:20, 33:63])
    codes = [np.empty((40, 70), np.uint16) for _ in range(3)]
    executor(device).prepare(flat)([planes], [codes], numbers)
    words = whole[..., 0].byteswap()
    for shift, plane in zip((22, 12, 2), codes, strict=True):
        assert np.array_equal(words >> shift & 1023, plane)
    other = np.empty_like(whole)
    kernel([planes], [other], [1002])
    assert not np.array_equal(other, whole)


def test_alpha_is_never_dithered():
    look, source = plain(), Layout(4, "f16", planar=True)
    program = look.program(source, Layout(4, "u8", planar=True), dither="triangular")
    planes = [np.full((20, 20), 0.3, np.float16) for _ in range(4)]
    made = [np.empty((20, 20), np.uint8) for _ in range(4)]
    executor("cpu").prepare(program)([planes], [made], [1])
    assert len(np.unique(made[3])) == 1 < len(np.unique(made[0]))
