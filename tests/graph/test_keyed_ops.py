"""Keys on every parameter of every op: refused like a still value, or saved and loaded again."""

import zlib

import numpy as np
import pytest

import grade
from grade.errors import GradeError, RequestError
from grade.op import ParameterError

from ..structure_pairs import KEPT, KINDS, base, look_of, setting_value

FRAMES = (1, 7, 12)


def keyed(look, field, frame, value):
    """Whether a key was set; a refused one leaves the look as it was."""
    before = look.hash
    try:
        look.key(f"node.{field}", frame, value)
    except RequestError:
        assert look.hash == before
        return False
    return True


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_keyed_is_saved_and_loaded(kind, tmp_path):
    draw = np.random.default_rng(zlib.crc32(kind.encode()))
    look = look_of(base(kind, draw), "ACEScct", None, None)
    op = look.op("node")
    set_before = 0
    for field, setting in op.params().items():
        for frame in FRAMES:
            value = setting_value(setting, draw)
            if value is KEPT or value is None:
                continue
            still = {name: _at(v, frame) for name, v in look.op("node").values.items()}
            taken = _accepted(op, {**still, field: value})
            if keyed(look, field, frame, value):
                assert taken, f"{field} = {value} at {frame}: refused as a still value"
                set_before += 1
    if not set_before:
        return
    try:
        saved = look.save(tmp_path / "keyed.grade.yaml")
    except GradeError as error:
        assert "FileLUT" in str(error)  # an array, a processor: nothing to save
        return
    loaded = grade.load(saved)
    assert loaded == look
    for frame in FRAMES:  # at a key the values are ones that somebody gave
        for name, op in loaded.names.ops.items():
            animated = {f: op.values[f].at(frame) for f in op.animated()}
            op.still(animated, name)


def _at(value, frame):
    return value.at(frame) if isinstance(value, grade.Animation) else value


def _accepted(op, values):
    try:
        op.copy(**values)
    except ParameterError:
        return False
    return True
