"""Dynamic properties: uniforms of the op, as OpenColorIO has them when they are moved."""

from itertools import product

import numpy as np
import PyOpenColorIO as ocio
import pytest

import grade.run
from grade.graph import Look
from grade.graph.errors import UnknownName
from grade.graph.running import kernels
from grade.op import ParameterError
from grade.ops import FileLUT, Offset
from grade.ops.ocio_processor import from_processor

from ..draw import some
from .tolerances import tolerance

STYLES = [ocio.GRADING_LOG, ocio.GRADING_LIN, ocio.GRADING_VIDEO]
GRADINGS = {
    "primary": ocio.GradingPrimaryTransform,
    "tone": ocio.GradingToneTransform,
    "rgb_curve": ocio.GradingRGBCurveTransform,
    "hue_curve": ocio.GradingHueCurveTransform,
}
TYPES = {
    "primary": (ocio.DYNAMIC_PROPERTY_GRADING_PRIMARY, "GradingPrimary"),
    "tone": (ocio.DYNAMIC_PROPERTY_GRADING_TONE, "GradingTone"),
    "rgb_curve": (ocio.DYNAMIC_PROPERTY_GRADING_RGBCURVE, "GradingRGBCurve"),
    "hue_curve": (ocio.DYNAMIC_PROPERTY_GRADING_HUECURVE, "GradingHueCurve"),
}
MOVED = {
    "primary": {
        ocio.GRADING_LOG: {"primary.gamma.g": 1.3, "primary.brightness.master": 4.0},
        ocio.GRADING_LIN: {"primary.exposure.r": 0.7, "primary.contrast.master": 1.2},
        ocio.GRADING_VIDEO: {"primary.lift.b": 0.04, "primary.clamp_white": 0.8},
    },
    "tone": {style: {"tone.midtones.r": 1.3, "tone.s_contrast": 1.4} for style in STYLES},
    "rgb_curve": {style: {"rgb_curve.master.1.y": 0.4} for style in STYLES},
    "hue_curve": {
        style: {"hue_curve.hue_sat.2.y": 1.4, "hue_curve.lum_lum.1.y": 0.6} for style in STYLES
    },
}
# What OpenColorIO itself is off by where it moves: its approximate powers and logarithms.
APART = {"primary": "GradingPrimary", "tone": "GradingTone", "rgb_curve": "curve linear"}


def exposed(dynamic=("Exposure", "Contrast", "Gamma"), **values):
    transform = ocio.ExposureContrastTransform(style=ocio.EXPOSURE_CONTRAST_VIDEO)
    for name, value in values.items():
        getattr(transform, f"set{name.capitalize()}")(value)
    for name in dynamic:
        getattr(transform, f"make{name}Dynamic")()
    return transform


def grading(kind, style, direction=ocio.TRANSFORM_DIR_FORWARD):
    transform = GRADINGS[kind](style)
    if kind == "rgb_curve":  # it has the diagonal of stops or of code of its own accord
        value = transform.getValue()
        for name in ("red", "green", "blue", "master"):
            spline = ocio.GradingBSplineCurve([0, 0, 0.5, 0.55, 1, 1])
            setattr(value, name, spline)
        transform.setValue(value)
    transform.setDirection(direction)
    transform.makeDynamic()
    return transform


def theirs_moved(processor_of, transform, op, pixels):
    """OpenColorIO's processor made before its property was moved to what the op has."""
    single = (ocio.BIT_DEPTH_F32, ocio.BIT_DEPTH_F32, ocio.OPTIMIZATION_LOSSLESS)
    cpu = processor_of(transform).getOptimizedCPUProcessor(*single)
    numbers = dict(op.dynamic)
    kinds = {name.partition(".")[0] for name in numbers}
    for kind in kinds:
        if kind in TYPES:
            moved = type(transform)(transform.getStyle())
            moved.setValue(transform.getValue())
            step = op.processor.transform.replace_dynamic(numbers).steps[0]
            step.store(moved)
            handle = cpu.getDynamicProperty(TYPES[kind][0])
            getattr(handle, f"set{TYPES[kind][1]}")(moved.getValue())
        else:
            handle = cpu.getDynamicProperty(getattr(ocio, f"DYNAMIC_PROPERTY_{kind.upper()}"))
            handle.setDouble(numbers[kind])
    result = pixels.copy()
    cpu.applyRGB(result)
    return result


def applied(op, pixels):
    look = Look("x")
    look.outputs["m"] = look.source >> op
    return look.apply(pixels[None])[0]


@pytest.fixture
def code(samples):
    return samples[np.abs(samples).max(axis=-1) <= 1.2][::3].copy()


WAYS = [ocio.TRANSFORM_DIR_FORWARD, ocio.TRANSFORM_DIR_INVERSE]


@pytest.mark.parametrize(("kind", "style", "way"), some(product(GRADINGS, STYLES, WAYS), 4))
def test_a_moved_grading_is_opencolorios(kind, style, way, code, processor_of, difference, classes):
    transform = grading(kind, style, way)
    op = from_processor(transform, dynamic=MOVED[kind][style])
    expected = theirs_moved(processor_of, transform, op, code)
    actual = applied(op, code)
    assert np.abs(expected - code).max() > 0.01
    assert (classes(actual) == classes(expected)).all()
    apart = difference(actual, expected, whole_pixel=True)
    assert np.quantile(apart, 0.999) <= tolerance(APART.get(kind, "GradingHueCurve linear"))


@pytest.mark.parametrize("kind", some(GRADINGS, 2))
def test_neutral_ones_give_the_bits_back(kind, samples, corners):
    transform = GRADINGS[kind](ocio.GRADING_LIN)
    transform.makeDynamic()
    pixels = np.concatenate([samples[::20], corners])
    result = applied(from_processor(transform), pixels)
    numbers = ~np.isnan(pixels)
    np.testing.assert_array_equal(result[numbers].view(np.int32), pixels[numbers].view(np.int32))


def test_moved_exposure_contrast_and_gamma(code, processor_of, difference):
    transform = exposed(exposure=0.5)
    op = from_processor(transform, dynamic={"exposure": 1.0, "contrast": 1.2, "gamma": 0.9})
    expected = theirs_moved(processor_of, transform, op, code)
    assert difference(applied(op, code), expected).max() <= 5e-4  # 15 bits of a power there


def test_only_what_is_dynamic_has_a_name():
    assert dict(from_processor(exposed(("Contrast",), contrast=1.5)).dynamic) == {"contrast": 1.5}
    assert from_processor(exposed(())).dynamic == ()


def test_of_two_properties_of_a_type_the_first_is_live(code, processor_of, difference):
    """OpenColorIO warns of the second and leaves it where it is."""
    both = ocio.GroupTransform([exposed(exposure=1.0), exposed(("Exposure",), exposure=0.5)])
    op = from_processor(both, dynamic={"exposure": -1.0})
    alone = ocio.GroupTransform([exposed((), exposure=-1.0), exposed((), exposure=0.5)])
    np.testing.assert_allclose(
        applied(op, code), applied(from_processor(alone), code), rtol=1e-6, atol=1e-7
    )
    expected = theirs_moved(processor_of, both, op, code)
    assert difference(applied(op, code), expected).max() <= 5e-4


# --- one kernel -----------------------------------------------------------------------------------


@pytest.fixture
def prepared(monkeypatch):
    """The programs that an executor was asked for; it computes them."""
    real, programs = grade.run.executor, []

    class Counting:
        def prepare(self, program):
            programs.append(program)
            return real("cpu").prepare(program)

    monkeypatch.setattr(grade.run, "executor", lambda *_: Counting())
    kernels.forget()
    yield programs
    kernels.forget()


def everything():
    return ocio.GroupTransform(
        [exposed(), *(grading(kind, ocio.GRADING_VIDEO) for kind in ("primary", "rgb_curve"))]
    )


def test_moving_compiles_nothing(prepared):
    look = Look("x")
    look.outputs["m"] = look.source >> from_processor(everything(), name="print") >> Offset()
    pixels = np.random.default_rng(1).uniform(0, 1, (4, 4, 3)).astype(np.float32)
    results = set()
    for step in range(20):
        moved = look.set(
            {
                "print.dynamic.exposure": step / 10,
                "print.dynamic.primary.gamma.r": 1 + step / 40,
                "print.dynamic.rgb_curve.master.1.y": 0.5 + step / 100,
                "print.amount": 1 - step / 100,
            }
        )
        results.add(moved.apply(pixels).tobytes())
    assert len(prepared) == 1
    assert len(results) == 20


def test_a_processor_made_again_with_other_values_shares_the_kernel(prepared):
    pixels = np.full((2, 2, 3), 0.2, np.float32)
    made = [applied(from_processor(exposed(exposure=stops)), pixels[0]) for stops in (0.0, 1.0)]
    assert len(prepared) == 1
    assert (made[0] != made[1]).all()


def test_values_are_meaning():
    def look(stops):
        made = Look("x")
        made.outputs["m"] = made.source >> from_processor(exposed(exposure=stops), name="print")
        return made

    one = look(0.5)
    assert one.hash == look(0.5).hash != look(1.0).hash
    moved = one.set({"print.dynamic.exposure": 1.0})
    assert moved == look(1.0)
    assert dict(moved["print"].dynamic)["exposure"] == 1.0
    assert dict(one["print"].dynamic)["exposure"] == 0.5


def test_numbers_that_are_not_given_are_there_beside_keys_of_another_parameter():
    given = {"primary.gamma.g": 1.3}
    plain = from_processor(grading("primary", ocio.GRADING_LOG), name="print", dynamic=given)
    fade = grade.Animation.of({1: 0.2, 9: 1.0})
    faded = plain.copy(dynamic=given, amount=fade)
    assert faded.dynamic == plain.dynamic and len(plain.dynamic) > 1
    moving = plain.copy(dynamic=grade.Animation.of({1: given, 9: {"primary.gamma.g": 1.0}}))
    assert dict(moving.values["dynamic"].at(1)) == dict(plain.dynamic)


# --- what is refused ------------------------------------------------------------------------------


def test_what_is_refused():
    op = from_processor(grading("primary", ocio.GRADING_LOG), name="print")
    with pytest.raises(ParameterError, match=r"print.dynamic has no number 'primary.gama.r'"):
        op.copy(dynamic={"primary.gama.r": 1.0})
    with pytest.raises(ParameterError, match=r"print.dynamic: .*gamma.* below lower bound"):
        op.copy(dynamic={"primary.gamma.r": 0.0})
    with pytest.raises(ParameterError, match=r"print.dynamic.primary.gamma.r = nan"):
        op.copy(dynamic={"primary.gamma.r": float("nan")})
    with pytest.raises(ParameterError, match="takes numbers by name"):
        op.copy(dynamic=0.5)
    curves = from_processor(grading("rgb_curve", ocio.GRADING_LOG), name="print")
    with pytest.raises(ParameterError, match=r"red.1.x = 0: not 1e-06 above 0 before it"):
        curves.copy(dynamic={"rgb_curve.red.1.x": 0.0})
    hues = from_processor(grading("hue_curve", ocio.GRADING_LOG), name="print")
    with pytest.raises(ParameterError, match="wrap yours"):
        hues.copy(dynamic={"hue_curve.hue_sat.5.x": 1.2})
    still = from_processor(ocio.RangeTransform(0.0, 1.0, 0.0, 1.0), name="print")
    with pytest.raises(ParameterError, match="It has none"):
        still.copy(dynamic={"exposure": 1.0})
    look = Look("x")
    look.outputs["m"] = look.source >> op
    with pytest.raises(UnknownName, match=r"primary\.gamma\.r"):
        look.set({"print.dynamic.primary.gamma.rr": 1.0})


# --- files ----------------------------------------------------------------------------------------


def test_a_file_keeps_them(tmp_path, code, prepared):
    op = from_processor(everything(), name="print", dynamic={"exposure": 0.7})
    file = op.write(tmp_path / "print.ctf")
    assert isinstance(file, FileLUT)
    assert file.dynamic == op.dynamic
    assert FileLUT(tmp_path / "print.ctf").dynamic == op.dynamic
    np.testing.assert_array_equal(applied(file, code), applied(op, code))
    count = len(prepared)
    moved = file.copy(dynamic={"exposure": 0.1})
    np.testing.assert_array_equal(
        applied(moved, code), applied(op.copy(dynamic={"exposure": 0.1}), code)
    )
    assert len(prepared) == count


def test_a_look_file_has_what_was_moved(tmp_path, code):
    from_processor(exposed(exposure=0.5)).write(tmp_path / "print.ctf")
    look = Look("x")
    look.outputs["m"] = look.source >> FileLUT(tmp_path / "print.ctf", name="print")
    moved = look.set({"print.dynamic.exposure": 0.25})
    again = Look.load(moved.save(tmp_path / "x.grade.yaml"))
    assert again == moved != look
    np.testing.assert_array_equal(again.apply(code[None]), moved.apply(code[None]))
