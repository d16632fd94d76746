"""Logarithms: plain, affine on both sides, and camera curves with a linear part near black.

Source: OpenColorIO ``LogTransform``, ``LogAffineTransform``, ``LogCameraTransform``;
ops/log/LogOpCPU.cpp (exact paths), LogUtils.cpp (constants). The last two are logToLin,
cameraLogToLin and so on in CLF.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from grade.color.transforms.ocio_translation import is_inverse, reads
from grade.color.transforms.transform import Step, collapse, map_channels
from grade.ir.expression import exp2, fma, log2, maximum, select
from grade.science.correctly_rounded_math import log2 as exact_log2

Triple = tuple[float, float, float]
SMALLEST = 2.0**-126  # the smallest normal float32; 0, negatives and NaN count as this in a log


@dataclass(frozen=True)
class Log(Step):
    """``log_base(max(x, 2**-126))``, where NaN counts as 2**-126; the inverse is ``base ** x``."""

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
        return self.decode(x) if self.inverse else self.encode(x)

    def encode(self, x: Any) -> Any:
        """Compute the logarithm, with one fma before it and one after."""
        bits = exact_log2(self.base)
        inner = _apply_affine(x, self.lin_slope, self.lin_offset)
        slope = map_channels(lambda s: s / bits, self.log_slope)
        return _apply_affine(log2(maximum(inner, SMALLEST)), slope, self.log_offset)

    def decode(self, y: Any) -> Any:
        """Compute the power, with one fma before it and one after."""
        bits = exact_log2(self.base)
        rate = map_channels(lambda s: bits / s, self.log_slope)
        start = map_channels(lambda s, o: -o * bits / s, self.log_slope, self.log_offset)
        raised = exp2(_apply_affine(y, rate, start))
        slope = map_channels(lambda s: 1.0 / s, self.lin_slope)
        offset = map_channels(lambda s, o: -o / s, self.lin_slope, self.lin_offset)
        return _apply_affine(raised, slope, offset)


@dataclass(frozen=True)
class LogCamera(Step):
    """The affine logarithm above ``lin_break``, and a line below it.

    A ``linear_slope`` of None means that of the tangent. NaN counts as the smallest argument of the
    logarithm; in the inverse it stays NaN.
    """

    curve: LogAffine
    lin_break: Triple
    linear_slope: Triple | None = None
    name = "LogCamera"

    @property
    def bijective(self) -> bool:
        return True

    def __call__(self, x: Any) -> Any:
        slope, offset, log_break = self._find_line()
        if self.curve.inverse:
            line = _apply_affine(
                x,
                map_channels(lambda s: 1.0 / s, slope),
                map_channels(lambda s, o: -o / s, slope, offset),
            )
            return select(x < collapse(log_break), line, self.curve.decode(x))
        line = _apply_affine(x, slope, offset)
        return select(x < collapse(self.lin_break), line, self.curve.encode(x))

    def _find_line(self) -> tuple[Triple, Triple, Triple]:
        """Find slope and offset of the line, and the value at the break, per channel."""
        curve = self.curve
        bits = exact_log2(curve.base)
        inner = map_channels(
            lambda s, x, o: s * x + o, curve.lin_slope, self.lin_break, curve.lin_offset
        )
        height = map_channels(
            lambda s, i, o: s * (exact_log2(i) / bits) + o,
            curve.log_slope, inner, curve.log_offset,
        )  # fmt: skip
        natural = bits * LN2
        slope = self.linear_slope or map_channels(
            lambda a, b, i: a * b / (i * natural), curve.log_slope, curve.lin_slope, inner
        )
        offset = map_channels(lambda h, s, x: h - s * x, height, slope, self.lin_break)
        return slope, offset, height


LN2 = 0.6931471805599453


def _apply_affine(x: Any, slope: Triple, offset: Triple) -> Any:
    scale, shift = collapse(slope), collapse(offset)
    if shift == 0.0:
        return x if scale == 1.0 else x * scale
    return x + shift if scale == 1.0 else fma(x, scale, shift)


@reads("Log")
def read_log(transform: Any) -> Log:
    """Read the plain logarithm."""
    return Log(float(transform.getBase()), is_inverse(transform))


@reads("LogAffine")
def read_affine(transform: Any) -> LogAffine:
    """Read the affine logarithm."""
    return _read_curve(transform)


@reads("LogCamera")
def read_camera(transform: Any) -> LogCamera:
    """Read the logarithm with a line near black."""
    slope = (
        _read_three(transform.getLinearSlopeValue()) if transform.isLinearSlopeValueSet() else None
    )
    return LogCamera(_read_curve(transform), _read_three(transform.getLinSideBreakValue()), slope)


def _read_curve(transform: Any) -> LogAffine:
    return LogAffine(
        float(transform.getBase()),
        _read_three(transform.getLogSideSlopeValue()),
        _read_three(transform.getLogSideOffsetValue()),
        _read_three(transform.getLinSideSlopeValue()),
        _read_three(transform.getLinSideOffsetValue()),
        is_inverse(transform),
    )


def _read_three(values: Any) -> Triple:
    red, green, blue = values
    return (float(red), float(green), float(blue))
