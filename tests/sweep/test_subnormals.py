"""Subnormal numbers through whatever divides by a difference, a sum, a largest channel, or alpha.

A finite pixel gives a finite pixel wherever the oracle does. The oracles: OpenColorIO's lossless
float32 where it is finite, else the same formula in float64, which has room for 1 / 1e-45. The
results are so near to 0 that float32 has few bits of them; hues and ratios have all.
"""

import numpy as np
import PyOpenColorIO as ocio
import pytest

import grade
from grade.color.transforms.ocio_processor import from_processor
from grade.ir.interpreter import Interpreter
from grade.ops import GamutCompress, GradingHueCurve, Offset, Saturation

TINY = float(np.float32(1e-45))
HALF = 2.0**-24  # the smallest half
FORWARD, INVERSE = ocio.TRANSFORM_DIR_FORWARD, ocio.TRANSFORM_DIR_INVERSE
LOSSLESS = (ocio.BIT_DEPTH_F32, ocio.BIT_DEPTH_F32, ocio.OPTIMIZATION_LOSSLESS)
GAMUT = [1.147, 1.264, 1.312, 0.815, 0.803, 0.88, 1.2]


def fixed(style, direction, *parameters):
    made = getattr(ocio, f"FIXED_FUNCTION_{style}")
    return ocio.FixedFunctionTransform(made, list(parameters), direction=direction)


def half_table(column):
    table = ocio.Lut1DTransform(length=65536, inputHalfDomain=True)
    table.setData(np.repeat(column.astype(np.float32)[:, None], 3, axis=1).ravel())
    return table


def codes():
    with np.errstate(all="ignore"):
        wide = np.arange(65536, dtype=np.uint16).view(np.float16).astype(np.float32)
        return np.nan_to_num(wide, posinf=65504, neginf=-65504)


SIGNS = half_table(np.where(np.arange(65536) < 0x8000, 0.25, 0.75))
PRIMITIVES = {
    "gamut compression of blue": (fixed("ACES_GAMUT_COMP_13", FORWARD, *GAMUT), (0, 0, TINY)),
    "gamut compression of an opposite": (
        fixed("ACES_GAMUT_COMP_13", FORWARD, *GAMUT), (-0.18, 0, TINY)),
    "gamut compression back": (fixed("ACES_GAMUT_COMP_13", INVERSE, *GAMUT), (0, TINY, -0.18)),
    "gamut compression of the largest subnormal": (
        fixed("ACES_GAMUT_COMP_13", FORWARD, *GAMUT), (2e-39, -1e-39, 0)),
    "HSV of blue": (fixed("RGB_TO_HSV", FORWARD), (0, 0, TINY)),
    "HSV of two": (fixed("RGB_TO_HSV", FORWARD), (3e-40, 1e-40, -2e-40)),
    "HSV of less than no light": (fixed("RGB_TO_HSV", FORWARD), (-3e-40, 0, -TINY)),
    "HSY in light": (fixed("RGB_TO_HSY_LIN", FORWARD), (0, 0, TINY)),
    "HSY of codes": (fixed("RGB_TO_HSY_LOG", FORWARD), (7e-43, -3e-40, 0)),
    "HSY of video": (fixed("RGB_TO_HSY_VID", FORWARD), (0, -TINY, 0)),
    "xyY": (fixed("XYZ_TO_xyY", FORWARD), (TINY, 0, TINY)),
    "xyY back": (fixed("XYZ_TO_xyY", INVERSE), (0.3, TINY, 0)),
    "u'v'Y": (fixed("XYZ_TO_uvY", FORWARD), (0, 0, 3e-40)),
    "u'v'Y back": (fixed("XYZ_TO_uvY", INVERSE), (0, TINY, 0)),
    "L*u*v*": (fixed("XYZ_TO_LUV", FORWARD), (0, TINY, 0)),
    "L*u*v* back": (fixed("XYZ_TO_LUV", INVERSE), (3e-40, 0, 0)),
    "the edge of the red modifier": (fixed("ACES_RED_MOD_03", INVERSE), (0, -HALF, -0.18)),
    "the negative zero of a table": (SIGNS, (-0.0, 0.0, -HALF)),
    "between half codes": (half_table(codes() * 1e4), (1.5 * HALF, -1.5 * HALF, 0.25 * HALF)),
}  # fmt: skip


def written(values):
    return " ".join(f"{float(v):.6g}" for v in np.ravel(values))


def close(got, right):
    assert np.allclose(got, right, rtol=1e-5, atol=1e-38), (
        f"right {written(right)}, got {written(got)}"
    )


def program_of(transform):
    look = grade.Look("tiny")
    look.outputs["out"] = look.source >> grade.from_processor(transform, name="node")
    return look


@pytest.mark.parametrize("name", PRIMITIVES)
def test_a_primitive_of_opencolorio(name):
    transform, pixel = PRIMITIVES[name]
    right = np.array([pixel], np.float32)
    processor = ocio.Config.CreateRaw().getProcessor(transform)
    lossless = processor.getOptimizedProcessor(*LOSSLESS)
    lossless.getOptimizedCPUProcessor(*LOSSLESS).applyRGB(right)
    if not np.isfinite(right).all():
        with np.errstate(all="ignore"):
            right = from_processor(processor)(np.array([pixel], np.float32).astype(np.float64))
    assert np.isfinite(right).all(), "the oracle gives no number"
    got = program_of(processor).apply(np.array([[pixel]], np.float32))
    close(got[0], right)


POINTS = [[0.1, 1.3], [0.6, 0.8]]
OPS = {
    "gamut_compress": (GamutCompress(), (0, TINY, 0)),
    "gamut_compress of red and no light": (GamutCompress(), (1e-40, -1.0, 0)),
    "grading_hue_curve": (GradingHueCurve(hue_sat=POINTS), (0, 0, TINY)),
    "grading_hue_curve in light": (
        GradingHueCurve(style="linear", hue_lum=POINTS), (3e-40, 0, -3e-40)),
    "grading_hue_curve of video": (GradingHueCurve(style="video", hue_sat=POINTS), (-TINY, 0, 0)),
}  # fmt: skip


@pytest.mark.parametrize("name", OPS)
def test_an_op(name):
    op, pixel = OPS[name]
    look = grade.Look("tiny")
    look.outputs["out"] = look.source >> op.copy(name="node", space="as_is")
    got = look.apply(np.array([[pixel]], np.float32))[0, 0]
    close(got, op.evaluate(np.array(pixel, np.float32)))


ALPHAS = [
    (0.5, 0.25, 1.0, TINY),
    (0.5, 0.25, 1.0, 1e-39),
    (100.0, 0, -3.0, 2e-38),
    (3e-40, 0, 0, 1e-42),
]


@pytest.mark.parametrize("pixel", ALPHAS, ids=str)
def test_an_alpha(pixel):
    """Where C / a is beyond float32, color is graded as it stands, as at alpha 0."""
    look = grade.Look("tiny")
    look.outputs["out"] = look.source >> Offset(0.1) >> Saturation(0.5, space="as_is")
    *color, alpha = (np.float32(v) for v in pixel)
    beyond = max(map(abs, color)) > float(alpha) * 2.0**128
    straight = np.array(color) if beyond else np.array(color) / alpha
    right = look.apply(straight.reshape(1, 1, 3))[0, 0] * (1 if beyond else alpha)
    got = look.apply(np.array([[pixel]], np.float32), alpha="premultiplied")[0, 0, :3]
    close(got, right)


def test_the_interpreter_has_the_bits_of_the_kernel():
    """The float32 of the tests above is that of every backend."""
    look = program_of(ocio.Config.CreateRaw().getProcessor(PRIMITIVES["HSV of two"][0]))
    from grade.ir.storage import Layout
    from grade.passes.pipeline import lower

    pixel = np.array([[PRIMITIVES["HSV of two"][1]]], np.float32)
    program = lower(look.program(Layout(3), Layout(3)))
    numbers = look.uniform_values(program)
    raw = Interpreter(program, np.float32).run([[pixel[..., c] for c in range(3)]], numbers)
    assert np.array(raw).ravel().tobytes() == look.apply(pixel).tobytes()
