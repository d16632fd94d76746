"""Errors in pickles: a worker's error reaches the process that asked, whole."""

import importlib
import pickle
from pkgutil import walk_packages

import pytest

import grade
from grade.color.errors import UntranslatedTransform
from grade.color.files.errors import FileError
from grade.errors import GradeError

MADE = (
    FileError("a.cube", "no numbers", 3),
    UntranslatedTransform("Lut3D", "too large", "the view"),
)


def kinds():
    for module in walk_packages(grade.__path__, "grade."):
        if module.name.rpartition(".")[2] == "errors":
            importlib.import_module(module.name)
    found = [GradeError]
    for kind in found:
        found += kind.__subclasses__()
    return sorted(set(found), key=lambda kind: (kind.__module__, kind.__qualname__))


@pytest.mark.parametrize("error", MADE, ids=lambda error: type(error).__name__)
def test_what_an_error_holds_comes_back(error):
    other = pickle.loads(pickle.dumps(error))
    assert type(other) is type(error)
    assert (str(other), vars(other)) == (str(error), vars(error))


def test_every_kind_comes_back():
    for kind in kinds():
        if not kind.__module__.startswith("grade."):
            continue
        error = kind.__new__(kind)
        error.args = ("a look: what is wrong",)
        other = pickle.loads(pickle.dumps(error))
        assert (type(other), str(other), other.exit_code) == (kind, str(error), kind.exit_code)
