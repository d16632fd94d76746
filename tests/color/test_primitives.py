"""Each primitive, in both directions, against OpenColorIO's lossless float32 processor."""

import numpy as np
import PyOpenColorIO as ocio
import pytest

from grade.color.transforms.ocio_processor import from_processor
from grade.ir.interpreter import Interpreter

from ..draw import some

FORWARD, INVERSE = ocio.TRANSFORM_DIR_FORWARD, ocio.TRANSFORM_DIR_INVERSE

# What is demanded, and the exceptions with their reasons.
TOLERANCE = 3e-6  # min(absolute, relative to |value| + 1e-4), and the class of every corner
# 1. A power of a large exponent: the float32 exponent x has no bits left for 1e-7 relative in
#    base ** x, whatever the order of operations. Judged are results up to this.
LARGEST_JUDGED = 1e6
# 2. Primitives that mix channels cancel: relative to the largest channel of the pixel.
MIXING = ("Matrix", "CDL", "FixedFunction REC2100_SURROUND")
# 3. A luminance that cancels (0.26 R + 0.68 G + 0.06 B with G below 0) before a negative power.
LOOSE = {"surround": 1e-5}
# 4. OpenColorIO's matrix with an offset multiplies an infinity by the zeros of its alpha row, and
#    the NaN alpha then spoils colors in a later matrix. We have no alpha there: see
#    test_conversions. A single matrix shows none of it.


def matrix(cells, offset=(0, 0, 0)):
    wide = np.eye(4)
    wide[:3, :3] = np.reshape(cells, (3, 3))
    return ocio.MatrixTransform(wide.ravel().tolist(), [*offset, 0])


def span(low_in=None, high_in=None, low_out=None, high_out=None):
    t = ocio.RangeTransform()
    for end, inside, outside in (("Min", low_in, low_out), ("Max", high_in, high_out)):
        if inside is not None:
            getattr(t, f"set{end}InValue")(inside)
            getattr(t, f"set{end}OutValue")(outside)
    return t


def exponent(values, style):
    return ocio.ExponentTransform([*values, 1], style)


def moncurve(gamma, offset, style):
    described = ocio.ExponentWithLinearTransform([*gamma, 1], [*offset, 0], style)
    return "ExponentWithLinear", described


def affine(**values):
    return _set(ocio.LogAffineTransform(), values)


def camera(lin_break, linear_slope=None, **values):
    t = _set(ocio.LogCameraTransform([lin_break] * 3), values)
    if linear_slope is not None:
        t.setLinearSlopeValue([linear_slope] * 3)
    return t


def _set(t, values):
    for name, value in values.items():
        if name == "base":
            t.setBase(value)
        else:
            three = list(value) if isinstance(value, tuple) else [value] * 3
            getattr(t, f"set{name}Value")(three)
    return t


def cdl(slope, offset, power, saturation, style):
    t = ocio.CDLTransform()
    t.setSlope(list(slope))
    t.setOffset(list(offset))
    t.setPower(list(power))
    t.setSat(saturation)
    t.setStyle(style)
    return t


def surround(gamma):
    return ocio.FixedFunctionTransform(ocio.FIXED_FUNCTION_REC2100_SURROUND, [gamma])


def lut1d(columns, half=False):
    data = np.column_stack(columns).astype(np.float32)
    t = ocio.Lut1DTransform(length=len(data), inputHalfDomain=half)
    t.setData(data.ravel())
    return t


def lut3d(function, edge, interpolation):
    axis = np.linspace(0, 1, edge)
    grid = np.stack(np.meshgrid(axis, axis, axis, indexing="ij"), axis=-1)
    t = ocio.Lut3DTransform(gridSize=edge)
    t.setData(function(grid).astype(np.float32).ravel())
    t.setInterpolation(interpolation)
    return t


def half_axis():
    with np.errstate(all="ignore"):
        return np.arange(65536, dtype=np.uint16).view(np.float16).astype(np.float64)


def curve_over_half(function):
    with np.errstate(all="ignore"):
        return np.nan_to_num(function(half_axis()), nan=0.0, posinf=1e5, neginf=-1e5)


def twist(grid):
    r, g, b = np.moveaxis(grid, -1, 0)
    return np.stack([r**0.7 + 0.1 * g * b, 0.9 * g + 0.05 * np.sin(9 * r), b * (1 - 0.3 * r)], -1)


CLAMP, MIRROR = ocio.NEGATIVE_CLAMP, ocio.NEGATIVE_MIRROR
PASS_THRU, LINEAR = ocio.NEGATIVE_PASS_THRU, ocio.NEGATIVE_LINEAR
EVERYWHERE = [0.7, 0.2, 0.1, 0.05, 0.9, 0.05, -0.01, 0.02, 1.1]
LOGC = dict(base=10, LogSideSlope=0.25, LogSideOffset=0.39, LinSideSlope=5.5, LinSideOffset=0.052)
CCT = dict(base=2, LogSideSlope=1 / 17.52, LogSideOffset=9.72 / 17.52)
NATURAL = dict(base=np.e, LogSideSlope=0.08692, LogSideOffset=0.53, LinSideOffset=0.0055)
PER_CHANNEL = dict(
    base=2,
    LogSideSlope=(0.2, 0.25, 0.3),
    LogSideOffset=(0.4, 0.35, 0.3),
    LinSideSlope=(1.1, 1.0, 0.9),
    LinSideOffset=(0.1, 0.01, 0.02),
)
GRADE = ((1.1, 0.9, 1.2), (0.02, -0.03, 0.01), (1.2, 0.8, 1.1))
STEPS = np.linspace(0, 1, 33)
BUMPY = np.clip(np.linspace(-0.2, 1.2, 256) + 0.02 * np.sin(np.arange(256)), 0, 1)
STEEP = np.exp(np.linspace(-12, 9, 4096)) - 1e-6


def odd_power(exponent, shift=0.0):
    return curve_over_half(lambda x: np.sign(x) * np.abs(x) ** exponent + shift)


def half(*columns):
    return "Lut1D", lut1d([*columns] if len(columns) == 3 else [*columns] * 3, half=True)


CASES = {
    "matrix full": ("Matrix", matrix(EVERYWHERE)),
    "matrix offset": ("Matrix", matrix(EVERYWHERE, (0.1, -0.2, 0.3))),
    "matrix diagonal": ("Matrix", matrix([2.0, 0, 0, 0, 0.3, 0, 0, 0, 1.7])),
    "matrix diagonal offset": ("Matrix", matrix(2 * np.eye(3), (0.1, 0.1, 0.1))),
    "matrix shift": ("Matrix", matrix(np.eye(3), (0.1, -0.2, 0.3))),
    "range both": ("Range", span(0.1, 0.9, 0.1, 0.9)),
    "range scaled": ("Range", span(0.1, 0.9, -0.5, 2.0)),
    "range low": ("Range", span(0.1, None, 0.1, None)),
    "range high": ("Range", span(None, 0.9, None, 0.9)),
    "exponent clamp": ("Exponent", exponent((2.4, 2.2, 1.8), CLAMP)),
    "exponent mirror": ("Exponent", exponent((2.4, 2.4, 2.4), MIRROR)),
    "exponent pass": ("Exponent", exponent((1.3, 0.7, 2.4), PASS_THRU)),
    "moncurve linear": moncurve((2.4,) * 3, (0.055,) * 3, LINEAR),
    "moncurve mirror": moncurve((2.4, 2.2, 3.0), (0.055, 0.099, 0.16), MIRROR),
    "moncurve extreme": moncurve((1.0, 2.0, 5.0), (0.1, 0.0, 0.9), LINEAR),
    "log2": ("Log", ocio.LogTransform(2)),
    "log10": ("Log", ocio.LogTransform(10)),
    "log affine": ("LogAffine", affine(**LOGC)),
    "log affine rgb": ("LogAffine", affine(**PER_CHANNEL)),
    "log camera": ("LogCamera", camera(0.0106, **LOGC)),
    "log camera slope": ("LogCamera", camera(0.0078125, 10.5402377, **CCT)),
    "log camera base e": ("LogCamera", camera(0.005, **NATURAL)),
    "cdl asc": ("CDL", cdl(*GRADE, 0.8, ocio.CDL_ASC)),
    "cdl no clamp": ("CDL", cdl(*GRADE, 1.3, ocio.CDL_NO_CLAMP)),
    "surround": ("FixedFunction REC2100_SURROUND", surround(0.78)),
    "lut1d": ("Lut1D", lut1d([STEPS**0.45, STEPS**0.5, 1.2 * STEPS - 0.1])),
    "lut1d one": ("Lut1D", lut1d([STEPS**0.45] * 3)),
    "lut1d falling": ("Lut1D", lut1d([1 - STEPS**0.45, STEPS, 1 - STEPS])),
    "lut1d two": ("Lut1D", lut1d([[0.1, 0.9]] * 3)),
    "lut1d constant": ("Lut1D", lut1d([[0.5, 0.5, 0.5], [0, 0.5, 1], [1, 0.5, 0]])),
    "lut1d bumpy flat": ("Lut1D", lut1d([BUMPY] * 3)),
    "lut1d steep": ("Lut1D", lut1d([STEEP] * 3)),
    "half": half(odd_power(0.45)),
    "half rgb": half(odd_power(0.4, 0.01), odd_power(0.5), odd_power(0.9, -0.1)),
    "half falling": half(curve_over_half(lambda x: -x)),
    "half clipped": half(curve_over_half(lambda x: np.clip(x, 0.25, 4.0))),
    "half log": half(curve_over_half(lambda x: np.log2(np.maximum(x, 1e-6)))),
}


@pytest.mark.parametrize("direction", [FORWARD, INVERSE], ids=["forward", "inverse"])
@pytest.mark.parametrize("case", some(CASES, 12))
def test_primitive(
    case, direction, processor_of, samples, corners, oracle, compiled, difference, classes
):
    primitive, described = CASES[case]
    processor = processor_of(described, direction)
    transform = from_processor(processor)
    assert transform.operations == [primitive]
    for pixels in (samples, corners):
        expected, actual = oracle(processor, pixels), compiled(transform, pixels)
        wrong = (classes(expected) != classes(actual)).any(axis=-1)
        assert not wrong.any(), (pixels[wrong], expected[wrong], actual[wrong])
        apart = difference(actual, expected, whole_pixel=primitive in MIXING)
        apart[np.abs(expected) > LARGEST_JUDGED] = 0
        at = np.unravel_index(np.argmax(apart), apart.shape)
        limit = LOOSE.get(case, TOLERANCE)
        assert apart[at] <= limit, (pixels[at[0]], actual[at[0]], expected[at[0]])


@pytest.mark.parametrize(
    "style", [ocio.INTERP_TETRAHEDRAL, ocio.INTERP_BEST, ocio.INTERP_LINEAR, ocio.INTERP_DEFAULT]
)
@pytest.mark.parametrize("edge", [2, 17])
def test_cube(edge, style, processor_of, samples, corners, oracle, compiled, difference, classes):
    processor = processor_of(lut3d(twist, edge, style))
    transform = from_processor(processor)
    assert transform.operations == ["Lut3D"]
    for pixels in (samples, corners):
        expected, actual = oracle(processor, pixels), compiled(transform, pixels)
        assert (classes(expected) == classes(actual)).all()
        assert difference(actual, expected).max() <= TOLERANCE


@pytest.mark.parametrize("case", CASES)
def test_an_array_gets_what_the_program_computes(case, processor_of, samples, as_program):
    """The float64 path that doctests and oracles take is the same formula as the program's."""
    transform = from_processor(processor_of(CASES[case][1], INVERSE))
    direct = transform(samples)
    assert direct.dtype == np.float64
    planes = [[samples[None, :, c] for c in range(3)]]
    program = Interpreter(as_program(transform), np.float64).run(planes)
    traced = np.stack([plane[0] for plane in program], axis=-1)
    judged = np.abs(traced) <= LARGEST_JUDGED
    np.testing.assert_allclose(direct[judged], traced[judged], rtol=3e-6, atol=3e-6)


REVERSIBLE = ("matrix", "exponent mirror", "exponent pass", "moncurve", "log camera", "cdl no")


@pytest.mark.parametrize("case", [case for case in CASES if case.startswith(REVERSIBLE)])
def test_there_and_back(case, processor_of):
    """What is declared bijective may be cancelled by the compiler: it must come back."""
    described = CASES[case][1]
    there = from_processor(processor_of(described, FORWARD))
    back = from_processor(processor_of(described, INVERSE))
    assert there.bijective and back.bijective
    pixels = np.random.default_rng(5).uniform(0.02, 0.9, (500, 3))
    np.testing.assert_allclose(back(there(pixels)), pixels, rtol=1e-9, atol=1e-9)


def test_what_clips_or_reads_a_table_is_not_bijective(processor_of):
    for case in ("range both", "exponent clamp", "cdl asc", "lut1d", "log10"):
        assert not from_processor(processor_of(CASES[case][1])).bijective, case
    for case in ("matrix full", "exponent mirror", "moncurve linear", "log camera"):
        assert from_processor(processor_of(CASES[case][1])).bijective, case
