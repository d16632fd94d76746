"""One op, run in float32 on the CPU, and its program."""

import numpy as np
import pytest

from grade.ir.expression import channels, make, rgb
from grade.ir.program import Program, Stage, Uniform
from grade.ir.storage import Layout, encode
from grade.ir.types import F32
from grade.op import ACES
from grade.run import executor


def traced(op, inverse=False, working=ACES, count=None):
    uniforms = []

    def uniform(name, low, high):
        uniforms.append(Uniform(name, F32, low, high))
        return make("uniform", (), (F32, len(uniforms) - 1))

    pictures = [
        rgb(*(make("load", (), (F32, i, c)) for c in range(3)))
        for i in range(count or len(op.pictures))
    ]
    result = op.trace(pictures[0], uniform, *pictures[1:], inverse=inverse, working=working)
    layouts = (Layout(3, "f32"),) * len(pictures)
    outputs = tuple(encode("f32", c) for c in channels(result))
    return Program(layouts, layouts[:1], tuple(uniforms), (Stage(outputs),))


@pytest.fixture
def program():
    """``program(op)``: as traced on f32 pixels."""
    return traced


@pytest.fixture
def run():
    """``run(op, pixels, *more pixels)``: float32 pixels (n, 3) in and out."""

    def call(op, *pictures, inverse=False, working=ACES):
        sources = [np.atleast_3d(np.asarray(p, np.float32)).reshape(1, -1, 3) for p in pictures]
        target = np.empty_like(sources[0])
        numbers = [v for name, p in op.params().items() for v in p.flatten(op.values[name])]
        program = traced(op, inverse, working, len(pictures))
        executor("cpu").prepare(program)(sources, [target], numbers)
        return target[0]

    return call


@pytest.fixture
def plate():
    """Windows on a plate: ``places``, ``area``, ``computed``; and ``through`` an op of mattes."""
    from . import plate

    return plate
