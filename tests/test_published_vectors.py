"""Numbers that are published for formulas, each reproduced by the op or transform that has it."""

import numpy as np
import PyOpenColorIO as ocio
import pytest

import grade
from grade.op import OPS


def builtin(style, inverse=False):
    way = ocio.TRANSFORM_DIR_INVERSE if inverse else ocio.TRANSFORM_DIR_FORWARD
    return grade.from_processor(ocio.BuiltinTransform(style, direction=way))


SOP = {"slope": (1.2, 1, 0.9), "offset": (-0.05, 0, 0.02), "power": (1.1, 1, 0.95)}
NUKE = {
    "blackpoint": 0.02, "whitepoint": 0.95, "lift": 0.03, "gain": 1.1, "multiply": 1.05,
    "offset": -0.01, "gamma": 1.2,
}  # fmt: skip
VIDEO = {"style": "video", "lift": 0.05, "gain": 1.1, "gamma": 1.2}
CCT = {"src": "ACEScg", "dst": "ACEScct"}
PQ, HLG = "CURVE - LINEAR_to_ST-2084", "CURVE - HLG-OETF"

# Name: op, what goes in, what comes out, how near.
VECTORS = {
    "ASC CDL 1.2": (
        lambda: grade.CDL(**SOP, saturation=1.3, clamp=True),
        (0.5, 0.4, 0.2), (0.549945, 0.396438, 0.158225), 5e-7,
    ),
    "ASC CDL without clamp": (
        lambda: grade.CDL(**SOP, saturation=1.3),
        (1.5, 0.1, -0.1), (2.267963, -0.007979, -0.228979), 5e-7,
    ),
    "Nuke Grade": (lambda: grade.NukeGrade(**NUKE), 0.5, 0.653203, 5e-7),
    "GradingPrimary video": (lambda: grade.GradingPrimary(**VIDEO), 0.5, 0.629147, 5e-7),
    "a stop": (lambda: grade.Exposure(1.0), 0.18, 0.36, 0.0),
    "reference gamut compression": (
        grade.GamutCompress, (1, 0.5, -0.2), (1, 0.5, 0.0085885), 5e-8,
    ),
    "ACEScct grey": (lambda: grade.Convert(**CCT), 0.18, 0.4135884, 5e-8),
    "ACEScct black": (lambda: grade.Convert(**CCT), 0.0, 0.0729055, 5e-8),
    "ACEScct white": (lambda: grade.Convert(**CCT), 1.0, 0.5547945, 5e-8),
    "ACES 2 grey at 100 nits": (grade.Aces2Output, 0.18, 0.10000, 5e-6),
    "ACES 2 grey at 1000 nits": (lambda: grade.Aces2Output(1000), 0.18, 0.14512, 5e-6),
    "ACES 2 grey at 4000 nits": (lambda: grade.Aces2Output(4000), 0.18, 0.16824, 5e-6),
    "BT.1886": (lambda: grade.BT1886(white=100, black=0.1), 0.5, 0.21604911, 5e-9),
    "PQ 100 nits": (lambda: builtin(PQ), 1.0, 0.508078, 1e-6),
    "PQ 203 nits": (lambda: builtin(PQ), 2.03, 0.580689, 1e-6),
    "PQ 1000 nits": (lambda: builtin(PQ), 10.0, 0.751827, 1e-6),
    # With OpenColorIO's scaling, by which peak white is 3.
    "HLG grey": (lambda: builtin(HLG), 0.18, 0.4243, 5e-5),
    "HLG white": (lambda: builtin(HLG), 3.0, 1.0, 1e-6),
    "PQ 4000 nits": (lambda: builtin(PQ), 40.0, 0.902572, 1e-6),
}  # fmt: skip


@pytest.mark.parametrize("name", VECTORS)
def test_the_formula_reproduces_its_number(name):
    make, given, expected, near = VECTORS[name]
    op = make()
    made = np.asarray(op.evaluate(np.broadcast_to(np.float64(given), 3)))
    assert np.abs(made - expected).max() <= near, made


def test_printer_points():
    one = grade.PrinterLights(master=1)
    assert one.evaluate(0.4135884) - 0.4135884 == pytest.approx(0.004740, abs=5e-7)
    # In light a point is 10 ** 0.025, and 12.0412 of them are a stop.
    assert pytest.approx(1.059254, abs=5e-7) == 10**0.025
    look = grade.Look("x", input="ACEScg", working="ACEScct")
    look.outputs["m"] = (
        look.source >> grade.PrinterLights(master=12.0412) >> grade.Convert(dst="ACEScg")
    )
    grey = np.full((1, 1, 3), 0.18, np.float32)
    assert look.apply(grey)[0, 0] == pytest.approx(0.36, rel=1e-5)


def test_there_is_an_op_for_every_name():
    assert {"cdl", "nuke_grade", "grading_primary", "gamut_compress", "bt1886"} <= set(OPS)
