"""A moved slider compiles nothing; a changed structure does."""

import numpy as np
import pytest

import grade.run
from grade.graph import Look
from grade.graph.running import kernels
from grade.ir.interpreter import Interpreter
from grade.ops import CDL, Exposure, Offset, RGBCurves, Saturation

PIXELS = np.full((2, 2, 3), 0.25, np.float32)


class Counting:
    """An executor that counts what it is given to prepare."""

    def __init__(self):
        self.programs = []

    def prepare(self, program):
        self.programs.append(program)

        def kernel(sources, targets, uniforms, origin=(0, 0)):
            channels = [sources[0][..., c] for c in range(3)]
            made = Interpreter(program).run([channels], uniforms)
            targets[0][...] = np.stack(made, axis=-1)

        return kernel


@pytest.fixture
def counting(monkeypatch):
    executor = Counting()
    monkeypatch.setattr(grade.run, "executor", lambda device, threads: executor)
    kernels.forget()
    yield executor
    kernels.forget()


@pytest.fixture
def look():
    made = Look("x", working="ACEScct")
    made.outputs["master"] = made.source >> CDL(name="trim") >> Exposure(name="open") >> RGBCurves()
    return made


def test_three_hundred_values_share_one_kernel(counting, look):
    results = set()
    for step in range(300):
        changed = look.set({"trim.slope.r": 1 + step / 100, "open.stops": step / 100})
        results.add(changed.apply(PIXELS).tobytes())
    assert len(counting.programs) == 1
    assert len(results) == 300


def test_a_look_built_again_shares_the_kernel(counting):
    for stops in (0.0, 1.0):
        look = Look("x", working="ACEScct")
        look.outputs["master"] = look.source >> Exposure(stops)
        look.apply(PIXELS)
    assert len(counting.programs) == 1


@pytest.mark.parametrize(
    "change",
    [
        lambda look: look.set({"trim.enable": False}),
        lambda look: look.set({"trim.channels": "r"}),
        lambda look: look.set({"trim.space": "ACEScg"}),
        lambda look: look.without("open"),
        lambda look: look.with_input("ACEScg"),
    ],
)
def test_structure_makes_another_kernel(counting, look, change):
    look.apply(PIXELS)
    change(look).apply(PIXELS)
    assert len(counting.programs) == 2
    assert counting.programs[0].hash != counting.programs[1].hash


def test_other_outputs_types_and_layouts_are_other_kernels(counting, look):
    look.outputs["other"] = look.source >> Saturation(0.5)
    look.apply(PIXELS)
    look.apply(PIXELS, output="other")
    look.apply(PIXELS, alpha="ignore")
    look.apply(PIXELS)
    assert len(counting.programs) == 3


def test_names_of_another_look_do_not_get_in_the_way(counting):
    """Equal structure under other names: the numbers must come from the right node."""
    for name in ("one", "two"):
        look = Look("x")
        look.outputs["master"] = look.source >> Offset(0.5, name=name)
        assert look.apply(PIXELS)[0, 0, 0] == 0.75


def test_the_cache_is_bounded(counting):
    for index in range(kernels.MOST + 5):
        look = Look("x")
        look.outputs["master"] = look.source >> Offset(name=f"node_{index}")
        look.apply(PIXELS)
    assert len(kernels._cache) == kernels.MOST


def test_uniforms_are_values_by_name(look):
    from grade.ir.storage import Layout

    program = look.program(Layout(3), Layout(3))
    values = dict(
        zip([u.name for u in program.uniforms], look.uniform_values(program), strict=True)
    )
    assert values["trim.slope.r"] == 1
    changed = look.set({"trim.slope.r": 1.5, "open.stops": 0.5})
    moved = dict(zip(values, changed.uniform_values(program), strict=True))
    assert {n: v for n, v in moved.items() if v != values[n]} == {
        "trim.slope.r": 1.5,
        "open.stops": 0.5,
    }
