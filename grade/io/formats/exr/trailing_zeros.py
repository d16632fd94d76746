"""Count of trailing zeros by the instruction of the processor, which Numba has no name for."""

from __future__ import annotations

from typing import Any

from numba import types
from numba.extending import intrinsic


@intrinsic  # type: ignore[untyped-decorator]
def count_trailing_zeros(_typing: Any, word: Any) -> Any:
    """Return the index of the lowest set bit of a uint64; for compiled code only."""

    def emit(context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        zero_is_undefined = context.get_constant(types.boolean, False)
        return builder.cttz(arguments[0], zero_is_undefined)

    return types.uint64(types.uint64), emit
