"""Windows on a plate, at the middle of every pixel; their area; ops of mattes by the CPU."""

import numpy as np

from grade.ir.expression import make
from grade.ir.program import Program, Stage, Uniform
from grade.ir.storage import Layout, encode
from grade.ir.types import F32
from grade.op import Position
from grade.run import executor


def places(height, width, squeeze=1.0):
    """x and y of the middle of every pixel, and the size of a pixel, all in heights."""
    pixel = squeeze / height, 1 / height
    x = (np.arange(width) + 0.5 - width / 2) * pixel[0]
    y = (height / 2 - np.arange(height) - 0.5) * pixel[1]
    return *np.meshgrid(x, y), pixel


def area(window, height, width, squeeze=1.0):
    """The sum of the matte over a plate, in square heights."""
    x, y, pixel = places(height, width, squeeze)
    return float(window.evaluate(x, y, pixel=pixel).sum()) * pixel[0] * pixel[1]


def computed(window, height, width, squeeze=1.0):
    """The matte by the CPU, in float32."""
    x, y, pixel = places(height, width, squeeze)
    return _run(
        lambda loads, uniform: window.trace_matte(
            Position(*loads, *(uniform(name, 0.0, 1.0) for name in ("width", "height"))), uniform
        ),
        np.stack([x, y], axis=-1).astype(np.float32),
        [*pixel, *_numbers(window)],
    )


def through(op, mattes):
    """Mattes in a row after an op, by the CPU, in float32."""
    return _run(
        lambda loads, uniform: op.trace_matte(loads[0], uniform),
        mattes.reshape(1, -1, 1),
        _numbers(op),
    )[0]


def _numbers(op):
    return [v for name, p in op.params().items() for v in p.flatten(op.values[name])]


def _run(traced, source, numbers):
    uniforms = []

    def uniform(name, low, high):
        uniforms.append(Uniform(name, F32, low, high))
        return make("uniform", (), (F32, len(uniforms) - 1))

    layout = Layout(source.shape[-1], "f32")
    matte = traced([make("load", (), (F32, 0, c)) for c in range(layout.channels)], uniform)
    stage = Stage((encode("f32", matte),))
    program = Program((layout,), (Layout(1, "f32"),), tuple(uniforms), (stage,))
    target = np.empty((*source.shape[:2], 1), np.float32)
    executor("cpu").prepare(program)([source], [target], numbers)
    return target[..., 0]
