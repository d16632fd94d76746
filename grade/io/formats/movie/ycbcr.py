"""The arithmetic of Y'CbCr: luma weights of its matrices, and scales of its code values."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from grade.io.errors import UnsupportedError
from grade.io.formats.movie.color_tags import BT2020
from grade.science import luma

# The luma weights of each matrix; 9 is BT.2020 with non-constant luminance.
_LUMA = {
    1: luma.REC709, 4: luma.FCC, 5: luma.REC601, 6: luma.REC601, 7: luma.SMPTE240, 9: luma.REC2020,
}  # fmt: skip
_NO_MATRIX = {8: "YCgCo", 10: "BT.2020 constant luminance", 14: "ICtCp"}


def luma_weights(matrix: int, where: object) -> tuple[float, float]:
    """Return the luma weights of red and blue (KR, KB) of a matrix.

    Raises
    ------
    UnsupportedError
        The matrix is not a sum of R', G', B' with constant weights. The message names it.
    """
    if matrix not in _LUMA:
        name = _NO_MATRIX.get(matrix, f"number {matrix}")
        raise UnsupportedError(f"{where}: the matrix {name} is not handled; convert it to BT.2020")
    return luma.red_and_blue(_LUMA[matrix])


def code_scale(bits: int, legal: bool) -> tuple[float, float, float, float]:
    """Return offset and span of luma, and offset and span of chroma, in code values.

    >>> code_scale(10, legal=True), code_scale(8, legal=False)
    ((64.0, 876.0, 512.0, 896.0), (0.0, 255.0, 128.0, 255.0))

    Source: ITU-R BT.2100-2, table 9.
    """
    unit = float(1 << (bits - 8))
    top = float((1 << bits) - 1)
    if legal:
        return 16.0 * unit, 219.0 * unit, 128.0 * unit, 224.0 * unit
    return 0.0, top, 128.0 * unit, top


def decoding_coefficients(
    matrix: int, bits: int, legal: bool, where: object
) -> NDArray[np.float32]:
    """Return the eight numbers that `ycbcr_kernels.to_rgb` takes."""
    kr, kb = luma_weights(matrix, where)
    kg = 1.0 - kr - kb
    y_offset, y_span, c_offset, c_span = code_scale(bits, legal)
    products = (
        2.0 * (1.0 - kr), 2.0 * kb * (1.0 - kb) / kg, 2.0 * kr * (1.0 - kr) / kg, 2.0 * (1.0 - kb),
    )  # fmt: skip
    return np.array([y_offset, 1.0 / y_span, c_offset, 1.0 / c_span, *products], np.float32)


def encoding_coefficients(
    matrix: int, bits: int, legal: bool, where: object
) -> NDArray[np.float32]:
    """Return the eleven numbers that `ycbcr_kernels.from_rgb` takes."""
    kr, kb = luma_weights(matrix, where)
    factors = kr, 1.0 - kr - kb, kb, 0.5 / (1.0 - kb), 0.5 / (1.0 - kr)
    y_offset, y_span, c_offset, c_span = code_scale(bits, legal)
    low, high = code_limits(bits, legal)
    return np.array([*factors, y_span, y_offset, c_span, c_offset, low, high], np.float32)


def code_limits(bits: int, legal: bool) -> tuple[float, float]:
    """Return the lowest and highest code value; legal range leaves out the timing codes of SDI.

    >>> code_limits(10, legal=True), code_limits(10, legal=False)
    ((4.0, 1019.0), (0.0, 1023.0))

    Source: ITU-R BT.2100-2, table 9.
    """
    top = float((1 << bits) - 1)
    if not legal:
        return 0.0, top
    unit = float(1 << (bits - 8))
    return unit, top - unit


def chroma_on_rows(matrix: int) -> bool:
    """Whether rows of 4:2:0 chroma lie on rows of luma, as in BT.2020, and not between them.

    Columns of chroma always lie on columns of luma. That is the default of MPEG-2, H.264 and H.265,
    and the rule of BT.2020 and of 4:2:2.
    """
    return matrix == BT2020
