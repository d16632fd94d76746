"""The uniform block of a frame: the uniforms, then what the prologue makes of them.

The prologue is compiled for the host also where a GPU runs the pixels, so that both see one block.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from grade.errors import RequestError
from grade.ir.program import Program
from grade.run.native import PROLOGUE, NativeKernel, compile_kernel


def uniform_words(program: Program, uniforms: Sequence[float]) -> Any:
    """The uniforms as 32-bit words, with room for the outputs of the prologue.

    Raises
    ------
    RequestError
        If there are more or fewer numbers than uniforms.
    """
    if len(uniforms) != len(program.uniforms):
        raise RequestError(
            f"the program has {len(program.uniforms)} uniforms, got {len(uniforms)} numbers"
        )
    words = np.zeros(len(uniforms) + len(program.prologue), dtype=np.uint32)
    floats, integers = words.view(np.float32), words.view(np.int32)
    for slot, (uniform, value) in enumerate(zip(program.uniforms, uniforms, strict=True)):
        if uniform.type.kind == "f32":
            floats[slot] = value
        else:
            integers[slot] = int(value)
    return words


def uniform_block(program: Program, uniforms: Sequence[float]) -> Any:
    """The whole block of a lowered program, computed by a host kernel of the prologue alone."""
    words = uniform_words(program, uniforms)
    if program.prologue:
        fill_prologue(program, words, compile_kernel(program, 0))
    return words


def fill_prologue(program: Program, words: Any, kernel: NativeKernel) -> None:
    """Run the prologue on a block whose uniforms are set."""
    from grade.emit.simd_kernel import Arguments

    layout = Arguments.of(program, 0)
    arguments = np.zeros(layout.words, dtype=np.int64)
    arguments[0] = words.ctypes.data
    for index, table in enumerate(program.tables):
        arguments[layout.table_word(index)] = table.data.ctypes.data
    kernel(arguments.ctypes.data, 0, 0, PROLOGUE)
