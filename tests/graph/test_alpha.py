"""Alpha: the grade sees straight color, and alpha itself is never touched."""

import numpy as np
import pytest

from grade.graph import Look, PixelsError
from grade.ir.storage import Layout
from grade.ops import Contrast, Offset


def contrast():
    look = Look("x", working="ACEScg")
    look.outputs["master"] = look.source >> Contrast(1.3)
    return look


@pytest.mark.parametrize(("alpha", "value"), [("premultiplied", 1.060), ("straight", 0.861)])
def test_contrast_on_a_premultiplied_edge_is_contrast_on_the_straight_one(compute, alpha, value):
    """0.861 is what comes of grading the premultiplied number as if it were light."""
    edge = np.array([[[0.352, 0.352, 0.352, 0.5]]], np.float32)
    graded = compute(contrast(), edge, alpha=alpha)
    np.testing.assert_allclose(graded[..., :3] / graded[..., 3:], value, atol=5e-4)
    if alpha == "premultiplied":
        straight = compute(contrast(), np.array([[[0.704, 0.704, 0.704]]], np.float32))
        np.testing.assert_allclose(graded[..., :3] / 0.5, straight, rtol=1e-6)


def test_alpha_one_costs_no_bit_and_alpha_zero_is_graded_as_it_stands():
    look = Look("x")
    look.outputs["master"] = look.source >> Offset(0.125)
    colors = np.random.default_rng(3).random((6, 7, 3)).astype(np.float32)
    opaque = np.concatenate([colors, np.ones((6, 7, 1), np.float32)], axis=-1)
    assert np.array_equal(look.apply(opaque, alpha="premultiplied")[..., :3], look.apply(colors))
    glow = np.concatenate([colors, np.zeros((6, 7, 1), np.float32)], axis=-1)
    assert np.array_equal(look.apply(glow, alpha="premultiplied")[..., :3], look.apply(colors))


@pytest.mark.parametrize("alpha", ["straight", "premultiplied", "ignore"])
def test_alpha_is_copied_bit_for_bit(alpha):
    """Values that arithmetic would change: a NaN payload, an infinity, a denormal, minus zero."""
    bits = np.array([0x7FC12345, 0x7F800000, 1, 0x80000000, 0x3F000000], np.uint32)
    pixels = np.full((1, 5, 4), 0.5, np.float32)
    pixels[0, :, 3] = bits.view(np.float32)
    look = Look("x")
    look.outputs["master"] = look.source >> Offset(0.125)
    assert look.apply(pixels, alpha=alpha)[..., 3].tobytes() == bits.tobytes()


def test_channels_come_and_go_with_the_target(compute):
    look = Look("x")
    look.outputs["master"] = look.source >> Offset(0.25)
    rgb = np.full((1, 1, 3), 0.5, np.float32)
    rgba = np.array([[[0.5, 0.5, 0.5, 0.5]]], np.float32)
    assert compute(look, rgb, target=Layout(4)).tolist() == [[[0.75, 0.75, 0.75, 1.0]]]
    assert compute(look, rgba, target=Layout(3)).tolist() == [[[0.75, 0.75, 0.75]]]
    on_black = compute(look, rgba, alpha="premultiplied", target=Layout(3))
    assert on_black.tolist() == [[[0.625, 0.625, 0.625]]]
    as_bytes = compute(look, rgba, target=Layout(4, "u8"))
    assert as_bytes[0, 0].tolist() == [191, 191, 191, 128]


@pytest.mark.parametrize(
    ("source", "target", "alpha", "message"),
    [
        (Layout(1), Layout(3), "none", "3 or 4 channels, not 1"),
        (Layout(3), Layout(5), "none", "3 or 4 channels, not 5"),
        (Layout(3), Layout(3), "associated", "takes straight, premultiplied, none"),
    ],
)
def test_what_is_no_picture_is_refused(source, target, alpha, message):
    with pytest.raises(PixelsError, match=message):
        contrast().program(source, target, alpha=alpha)
