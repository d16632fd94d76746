"""What the tests of looks share: a way to compute pixels in float64, and an op that counts."""

from typing import Any

import numpy as np
import pytest

from grade.ir.interpreter import Interpreter
from grade.ir.storage import Layout

BITS = {"f32": np.float32, "f16": np.float16, "u16": np.uint16, "u8": np.uint8}


def raw(array: Any) -> list[Any]:
    """The channels of an array as a program loads them."""
    if array.dtype == np.float16:
        array = array.view(np.uint16)
    return [array[..., c] for c in range(array.shape[-1])]


@pytest.fixture
def compute():
    """Pixels through a look in float64: no compiled kernel takes part."""

    def run(look, array, output=None, alpha="straight", target=None):
        storage = {np.dtype(t): s for s, t in BITS.items()}[array.dtype]
        source = Layout(array.shape[-1], storage)
        program = look.program(source, target or source, output=output, alpha=alpha)
        uniforms = look.uniform_values(program)
        return np.stack(Interpreter(program).run([raw(array)], uniforms), axis=-1)

    return run
