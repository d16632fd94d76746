"""Logarithms: plain, affine on both sides, and with a linear part near black as cameras have.

Source: OpenColorIO ``LogTransform``, ``LogAffineTransform``, ``LogCameraTransform``;
ops/log/LogOpCPU.cpp (exact paths), LogUtils.cpp (constants). CLF calls the last two logToLin,
cameraLogToLin and so on.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from grade.color.transforms.transform import Step, each, per_channel
from grade.color.transforms.translation import is_inverse, reads
from grade.ir.expression import exp2, fma, log2, maximum, select
from grade.science.correctly_rounded_math import log2 as exact_log2

Triple = tuple[float, float, float]
SMALLEST = 2.0**-126  # the smallest normal float32: what a logarithm sees of 0, of less and of NaN


@dataclass(frozen=True)
class Log(Step):
    """``log_base(max(x, 2**-126))``, or ``base ** x`` backwards; NaN counts as 2**-126."""

    base: float
    inverse: bool = False
    name = "Log"

    def __call__(self, x: Any) -> Any:
        bits = exact_log2(self.base)
        if self.inverse:
            return exp2(x if bits == 1.0 else x * bits)
        y = log2(maximum(x, SMALLEST))
        return y if bits == 1.0 else y * (1.0 / bits)


@dataclass(frozen=True)
class LogAffine(Step):
    """``log_slope * log_base(max(lin_slope * x + lin_offset, 2**-126)) + log_offset``."""

    base: float
    log_slope: Triple
    log_offset: Triple
    lin_slope: Triple
    lin_offset: Triple
    inverse: bool = False
    name = "LogAffine"

    def __call__(self, x: Any) -> Any:
        return self.decoded(x) if self.inverse else self.encoded(x)

    def encoded(self, x: Any) -> Any:
        """The logarithm: one fma on either side of it."""
        bits = exact_log2(self.base)
        inner = _affine(x, self.lin_slope, self.lin_offset)
        slope = each(lambda s: s / bits, self.log_slope)
        return _affine(log2(maximum(inner, SMALLEST)), slope, self.log_offset)

    def decoded(self, y: Any) -> Any:
        """The power: again one fma on either side of it."""
        bits = exact_log2(self.base)
        rate = each(lambda s: bits / s, self.log_slope)
        start = each(lambda s, o: -o * bits / s, self.log_slope, self.log_offset)
        raised = exp2(_affine(y, rate, start))
        slope = each(lambda s: 1.0 / s, self.lin_slope)
        offset = each(lambda s, o: -o / s, self.lin_slope, self.lin_offset)
        return _affine(raised, slope, offset)


@dataclass(frozen=True)
class LogCamera(Step):
    """The affine logarithm, and a line below ``lin_break``.

    ``linear_slope`` None means the slope that makes the line touch the curve. NaN counts as the
    smallest argument of the logarithm; backwards it stays NaN.
    """

    curve: LogAffine
    lin_break: Triple
    linear_slope: Triple | None = None
    name = "LogCamera"

    @property
    def bijective(self) -> bool:
        return True

    def __call__(self, x: Any) -> Any:
        slope, offset, log_break = self._line()
        if self.curve.inverse:
            line = _affine(
                x, each(lambda s: 1.0 / s, slope), each(lambda s, o: -o / s, slope, offset)
            )
            return select(x < per_channel(log_break), line, self.curve.decoded(x))
        line = _affine(x, slope, offset)
        return select(x < per_channel(self.lin_break), line, self.curve.encoded(x))

    def _line(self) -> tuple[Triple, Triple, Triple]:
        """Slope and offset of the line, and the value at the break, per channel."""
        curve = self.curve
        bits = exact_log2(curve.base)
        inner = each(lambda s, x, o: s * x + o, curve.lin_slope, self.lin_break, curve.lin_offset)
        height = each(
            lambda s, i, o: s * (exact_log2(i) / bits) + o,
            curve.log_slope, inner, curve.log_offset,
        )  # fmt: skip
        natural = bits * LN2
        slope = self.linear_slope or each(
            lambda a, b, i: a * b / (i * natural), curve.log_slope, curve.lin_slope, inner
        )
        offset = each(lambda h, s, x: h - s * x, height, slope, self.lin_break)
        return slope, offset, height


LN2 = 0.6931471805599453


def _affine(x: Any, slope: Triple, offset: Triple) -> Any:
    scale, shift = per_channel(slope), per_channel(offset)
    if shift == 0.0:
        return x if scale == 1.0 else x * scale
    return x + shift if scale == 1.0 else fma(x, scale, shift)


@reads("Log")
def read_log(transform: Any) -> Log:
    """The plain logarithm."""
    return Log(float(transform.getBase()), is_inverse(transform))


@reads("LogAffine")
def read_affine(transform: Any) -> LogAffine:
    """The affine logarithm."""
    return _curve(transform)


@reads("LogCamera")
def read_camera(transform: Any) -> LogCamera:
    """The logarithm with a line near black."""
    slope = _three(transform.getLinearSlopeValue()) if transform.isLinearSlopeValueSet() else None
    return LogCamera(_curve(transform), _three(transform.getLinSideBreakValue()), slope)


def _curve(transform: Any) -> LogAffine:
    return LogAffine(
        float(transform.getBase()),
        _three(transform.getLogSideSlopeValue()),
        _three(transform.getLogSideOffsetValue()),
        _three(transform.getLinSideSlopeValue()),
        _three(transform.getLinSideOffsetValue()),
        is_inverse(transform),
    )


def _three(values: Any) -> Triple:
    red, green, blue = values
    return (float(red), float(green), float(blue))
