"""Fits the polynomials of ``grade.passes.elementary`` and prints them as float32 literals.

Run ``python -m benchmarks.coefficients`` and paste; ``--check`` compares with what is in the tree.

Each fit is a weighted minimax problem on a dense Chebyshev grid, solved as a linear program
(E. W. Cheney, Introduction to Approximation Theory, 1966, chapter 2). Rounding is part of the fit,
in the manner of N. Brisebarre and S. Chevillard, "Efficient polynomial L-infinity approximations"
(ARITH 18, 2007), but greedy: the lowest free coefficient is rounded to float32 and fixed, and the
others are fitted anew against what is left, up to the last.
"""

from __future__ import annotations

import argparse
import runpy
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import mpmath
import numpy as np
from scipy.optimize import linprog

Array = Any
GRID = 2001
# Read by path: the package does not import while a literal is missing.
IN_USE = Path(__file__).parents[1] / "grade" / "passes" / "elementary" / "coefficients.py"


@dataclass(frozen=True)
class Fit:
    """One polynomial: what it approximates, where, and how an error is weighed.

    ``target`` and ``weight`` map mpmath numbers; the polynomial has ``count`` coefficients in
    ascending order, and ``fixed`` ones are given rather than fitted.
    """

    name: str
    low: float
    high: float
    count: int
    target: Callable[[Any], Any]
    weight: Callable[[Any], Any]
    fixed: Sequence[float] = ()


def _series(function: Callable[[Any], Any], limit: Any) -> Callable[[Any], Any]:
    """``function`` with its limit at 0, where the quotient itself is 0/0."""
    return lambda t: function(t) if abs(t) > 1e-30 else mpmath.mpf(limit)


# A logarithm is reduced to a mantissa in sqrt(1/2)..sqrt(2), t = mantissa - 1.
_LOG = (float(np.sqrt(0.5)) - 1, float(np.sqrt(2.0)) - 1)
with mpmath.workdps(40):
    _LN2, _LN10 = mpmath.log(2), mpmath.log(10)
# Beyond an eighth of a turn, because 2/pi is rounded and with it the choice of the quarter.
_EIGHTH_TURN = float(mpmath.pi) / 4 * 1.005
# 1 - x*y**3 for the first estimate y of cbrt, over every mantissa.
_CUBE_START = 21665.0
_CUBE_ERROR = (-0.0939, 0.1192)


def _log1p_over_t(t: Any) -> Any:
    return mpmath.log1p(t) / t


def _log_quotient(t: Any) -> Any:
    """Q of ``log(1 + t) = t + t*t*Q(t)``."""
    return (mpmath.log1p(t) - t) / (t * t)


def _sine_quotient(z: Any) -> Any:
    """Q of ``sin r = r * (1 + z*Q(z))``, z = r*r."""
    r = mpmath.sqrt(z)
    return (mpmath.sin(r) / r - 1) / z


def _sine_weight(z: Any) -> Any:
    r = mpmath.sqrt(z)
    return z * r / mpmath.sin(r) if r else mpmath.mpf(0)


def _cosine_quotient(z: Any) -> Any:
    """Q of ``cos r = 1 - z/2 + z*z*Q(z)``, z = r*r."""
    return (mpmath.cos(mpmath.sqrt(z)) - 1 + z / 2) / (z * z)


def _cosine_weight(z: Any) -> Any:
    return z * z / mpmath.cos(mpmath.sqrt(z))


def _arc_quotient(z: Any) -> Any:
    """Q of ``atan q = q + q*z*Q(z)``, z = q*q."""
    q = mpmath.sqrt(z)
    return (mpmath.atan(q) / q - 1) / z


def _arc_weight(z: Any) -> Any:
    q = mpmath.sqrt(z)
    return z * q / mpmath.atan(q) if q else mpmath.mpf(0)


def _cube_quotient(c: Any) -> Any:
    """Q of ``(1 - c)**(-1/3) = 1 + c*Q(c)``."""
    return ((1 - c) ** (-mpmath.mpf(1) / 3) - 1) / c


def _cube_weight(c: Any) -> Any:
    return abs(c) * mpmath.cbrt(1 - c)


FITS = (
    Fit(
        "EXP2", -0.5, 0.5, 7,
        lambda f: mpmath.mpf(2) ** f, lambda f: mpmath.mpf(2) ** -f, fixed=(1.0,),
    ),
    Fit(
        "EXP", -float(_LN2) / 2, float(_LN2) / 2, 7,
        mpmath.exp, lambda r: mpmath.exp(-r), fixed=(1.0, 1.0),
    ),
    # Less 1, which the expansion adds.
    Fit(
        "LOG2", *_LOG, 9,
        _series(lambda t: _log1p_over_t(t) / mpmath.log(2) - 1, 1 / _LN2 - 1),
        _series(lambda t: 1 / _log1p_over_t(t), 1.0),
    ),
    # The same for pow: there an error counts as it is, not by its ratio, except near 1.
    Fit(
        "POW_LOG2", *_LOG, 9,
        _series(lambda t: _log1p_over_t(t) / mpmath.log(2) - 1, 1 / _LN2 - 1),
        lambda t: abs(t) + 0.2,
    ),
    # Without its leading coefficients, which are 0 and 1.
    Fit(
        "LOG", *_LOG, 8,
        _series(_log_quotient, -0.5),
        _series(lambda t: abs(t) / _log1p_over_t(t), 0.0),
    ),
    # Less 3/8, which the expansion adds.
    Fit(
        "LOG10", *_LOG, 9,
        _series(lambda t: _log1p_over_t(t) / mpmath.log(10) - 0.375, 1 / _LN10 - 0.375),
        _series(lambda t: 1 / _log1p_over_t(t), 1.0),
    ),
    Fit("SINE", 0.0, _EIGHTH_TURN**2, 3, _series(_sine_quotient, -1 / 6), _sine_weight),
    Fit("COSINE", 0.0, _EIGHTH_TURN**2, 3, _series(_cosine_quotient, 1 / 24), _cosine_weight),
    # Beyond 1, so that its error at 1 has the sign by which a diagonal rounds to pi/4.
    Fit("ARC_TANGENT", 0.0, 1.02, 9, _series(_arc_quotient, -1 / 3), _arc_weight),
    Fit("CUBE_ROOT", *_CUBE_ERROR, 3, _series(_cube_quotient, 1 / 3), _cube_weight),
)  # fmt: skip


def chebyshev_grid(low: float, high: float) -> Array:
    """Points of an interval, dense towards its ends."""
    return (low + high) / 2 + (high - low) / 2 * np.cos(np.linspace(0, np.pi, GRID))


def minimax(basis: Array, target: Array, weight: Array) -> tuple[Array, float]:
    """Coefficients c with the least ``max |weight * (target - basis @ c)|``, and that maximum.

    The linear program corrects the least-squares fit, in an orthonormal basis and in units of its
    error: numbers near 1, far above the tolerance of the solver.
    """
    rows, aim = basis * weight[:, None], target * weight
    orthonormal, triangle = np.linalg.qr(rows)
    start = np.linalg.solve(triangle, orthonormal.T @ aim)
    rest = aim - rows @ start
    unit = np.abs(rest).max()
    wide = orthonormal * np.sqrt(len(aim))
    ones = np.ones((len(aim), 1))
    free = basis.shape[1]
    program = linprog(
        np.append(np.zeros(free), 1.0),
        A_ub=np.block([[wide, -ones], [-wide, -ones]]),
        b_ub=np.concatenate([rest, -rest]) / unit,
        bounds=[(None, None)] * free + [(0, None)],
        method="highs",
    )
    step = program.x[:free] * unit * np.sqrt(len(aim))
    solution = start + np.linalg.solve(triangle, step)
    return solution, float(np.abs(aim - rows @ solution).max())


def solve(fit: Fit) -> tuple[list[float], float, float]:
    """The float32 coefficients, the best error without rounding, and the error with it."""
    with mpmath.workdps(40):
        points = chebyshev_grid(fit.low, fit.high)
        target = np.array([float(fit.target(mpmath.mpf(float(t)))) for t in points])
        weight = np.array([float(fit.weight(mpmath.mpf(float(t)))) for t in points])
    powers = points[:, None] ** np.arange(fit.count)
    found = [float(np.float32(c)) for c in fit.fixed]
    best = 0.0
    while len(found) < fit.count:
        left = target - powers[:, : len(found)] @ np.array(found)
        solution, error = minimax(powers[:, len(found) :], left, weight)
        best = best or error
        found.append(float(np.float32(solution[0])))
    return found, best, float(np.abs((target - powers @ np.array(found)) * weight).max())


def split(value: Any, bits: int, rounded: Callable[[Any], Any] = mpmath.nint) -> float:
    """The leading ``bits`` bits of a number; with few of them, products are exact."""
    mantissa, exponent = mpmath.frexp(value)
    return float(mpmath.ldexp(rounded(mpmath.ldexp(mantissa, bits)), exponent - bits))


def constants() -> dict[str, float]:
    """Float32 constants of the reductions, leading and trailing parts."""
    with mpmath.workdps(40):
        ln2, pi = mpmath.log(2), mpmath.pi
        found = {"LN2": ln2, "LOG2_E": 1 / ln2}
        found["INVERSE_QUARTER"] = 2 / pi
        found["LN2_HIGH"] = split(ln2, 16)
        found["LN2_LOW"] = ln2 - found["LN2_HIGH"]
        found["QUARTER_HIGH"] = split(pi / 2, 23, mpmath.floor)
        found["QUARTER_MIDDLE"] = split(pi / 2 - found["QUARTER_HIGH"], 24, mpmath.floor)
        found["QUARTER_LOW"] = pi / 2 - found["QUARTER_HIGH"] - found["QUARTER_MIDDLE"]
        found["CUBE_ROOT_START"] = mpmath.mpf(_CUBE_START)
        found["HALF_PI_HIGH"] = split(pi / 2, 24)
        found["HALF_PI_LOW"] = pi / 2 - found["HALF_PI_HIGH"]
        found["LOG10_2_HIGH"] = split(mpmath.log10(2), 16)
        found["LOG10_2_LOW"] = mpmath.log10(2) - found["LOG10_2_HIGH"]
        return {name: float(np.float32(float(value))) for name, value in found.items()}


def main() -> int:
    """Print every fit, or compare with the tree."""
    parser = argparse.ArgumentParser(description=__doc__, prog="benchmarks.coefficients")
    parser.add_argument("names", nargs="*", help="fits to do; all if none is named")
    parser.add_argument("--check", action="store_true", help="compare with the literals in use")
    options = parser.parse_args()
    in_use = runpy.run_path(str(IN_USE)) if options.check else {}
    stale = 0
    for fit in FITS:
        if options.names and fit.name not in options.names:
            continue
        found, best, error = solve(fit)
        same = in_use.get(fit.name) == tuple(found)
        stale += not same
        if options.check:
            print(f"{fit.name}: {'as in the tree' if same else 'DIFFERS'}")
            continue
        print(f"# error 2^{np.log2(error):.2f} (2^{np.log2(best):.2f} before rounding)")
        print(f"{fit.name} = (")
        for c in found:
            print(f"    {c!r},  # {c.hex()}")
        print(")")
    for name, value in {} if options.names else constants().items():
        same = in_use.get(name) == value
        stale += not same
        if options.check:
            print(f"{name}: {'as in the tree' if same else 'DIFFERS'}")
        else:
            print(f"{name} = {value!r}  # {value.hex()}")
    return 1 if options.check and stale else 0


if __name__ == "__main__":
    sys.exit(main())
