"""The uniform block of a frame: the uniforms, then the outputs of the prologue.

The prologue runs on the host even where a GPU computes the pixels, so that all backends get one
block.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import numpy as np

from grade.emit.kernel_arguments import Signature
from grade.errors import RequestError
from grade.ir.floating_point_mode import exact_rounding
from grade.ir.program import Program, Uniform
from grade.run.host_kernels import PROLOGUE, NativeKernel, prepare_kernel


@exact_rounding()
def uniform_words(declared: Sequence[Uniform], prologue: int, uniforms: Sequence[float]) -> Any:
    """The uniforms as 32-bit words, with room for the outputs of the prologue.

    Raises
    ------
    RequestError
        If there are more or fewer numbers than uniforms, or one is outside its bounds: what range
        analysis has proved about a kernel, down to table indices, holds only within them.
    """
    if len(uniforms) != len(declared):
        raise RequestError(f"the program has {len(declared)} uniforms, got {len(uniforms)} numbers")
    words = np.zeros(len(uniforms) + prologue, dtype=np.uint32)
    floats, integers = words.view(np.float32), words.view(np.int32)
    with np.errstate(over="ignore"):  # once for all, because a slider waits for this
        for slot, (uniform, value) in enumerate(zip(declared, uniforms, strict=True)):
            if uniform.type.kind == "bool":
                words[slot] = bool(value)
                continue
            low, high = _bounds(uniform)
            number = np.float32(value) if uniform.type.kind == "f32" else value
            if not low <= number <= high:
                raise RequestError(f"{uniform.name} = {value:g} is outside {low:g}..{high:g}")
            if uniform.type.kind == "f32":
                floats[slot] = number
            else:
                integers[slot] = int(number)
    return words


@lru_cache(maxsize=4096)
def _bounds(uniform: Uniform) -> tuple[float, float]:
    """The promised bounds, in the type of the uniform."""
    if uniform.type.kind == "f32":
        with np.errstate(over="ignore"):
            return float(np.float32(uniform.low)), float(np.float32(uniform.high))
    return max(uniform.low, -(2.0**31)), min(uniform.high, 2.0**31 - 1)


def uniform_block(program: Program, uniforms: Sequence[float]) -> Any:
    """The block of a lowered program, computed by a host kernel of the prologue alone."""
    words = uniform_words(program.uniforms, len(program.prologue), uniforms)
    if program.prologue:
        fill_prologue(*prepare_kernel(program, 0), words)
    return words


def fill_prologue(signature: Signature, kernel: NativeKernel, words: Any) -> None:
    """Run the prologue on a block whose uniforms are set."""
    tables = [table.data.ctypes.data for table in signature.tables]
    arguments = signature.block(0).pack(words.ctypes.data, (0, 0, 0, 0), (), tables)
    kernel(arguments.ctypes.data, 0, 0, PROLOGUE)
