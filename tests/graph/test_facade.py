"""`import grade`: what a user types is there, and nothing is loaded before it is used."""

import json
import subprocess
import sys

import pytest

import grade
import grade.ops
from grade.op import OPS, Op

HEAVY = {
    "numba", "llvmlite", "cupy", "colour", "PyOpenColorIO", "OpenImageIO", "OpenEXR", "ruamel",
    "pydantic", "numpy", "scipy", "imageio", "rich", "click",
}  # fmt: skip


def loaded_by(code):
    code = f"import json, sys\n{code}\nprint(json.dumps(sorted(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return {name.partition(".")[0] for name in json.loads(done.stdout)}


def test_importing_loads_nothing():
    assert not loaded_by("import grade") & HEAVY


def test_building_a_look_loads_no_reader_of_anything():
    code = "import grade\nlook = grade.Look('x')\n"
    code += "look.outputs['m'] = look.source >> grade.CDL(1.1) >> grade.Offset(0.1)\n"
    code += "look.set({'cdl.slope': 2}).hash"
    assert not loaded_by(code) & (HEAVY - {"numpy"})


def test_every_op_is_there_by_its_class_name():
    from_catalogue = [op for op in OPS.values() if op.__module__.startswith("grade.ops.")]
    assert from_catalogue
    for op in from_catalogue:
        assert getattr(grade, op.__name__) is op


def test_the_list_of_names_is_honest():
    for name in grade.__all__:
        assert getattr(grade, name) is not None
    assert {"Look", "Frame", "load", "read", "mix", "CDL", "__version__"} <= set(grade.__all__)
    assert dir(grade) == grade.__all__
    everything = {}
    exec("from grade import *", everything)
    assert set(grade.__all__) <= set(everything)


def test_an_unknown_name_is_an_attribute_error_that_names_the_nearest():
    with pytest.raises(AttributeError, match="Did you mean CDL"):
        grade.CDLL  # noqa: B018
    assert not hasattr(grade, "__wrapped__")
    with pytest.raises(ImportError):
        from grade import Nothing  # noqa: F401


def test_the_names_are_the_ones_behind_them():
    from grade.graph import Look, mix
    from grade.io import Frame, read

    assert (grade.Look, grade.mix, grade.Frame, grade.read) == (Look, mix, Frame, read)
    assert grade.load == Look.load
    assert issubclass(grade.Exposure, Op)
