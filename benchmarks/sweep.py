"""The largest error of each named function, over every float32 where that is possible.

``python -m benchmarks.sweep`` runs the expansions on the CPU backend and compares with NumPy in
float64, whose own error, below one unit of float64, does not show. Functions of two operands are
sampled. ``--step 64`` takes every 64th float; ``--json`` writes the table down.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np

from grade.ir.expression import make
from grade.ir.functions import FUNCTIONS
from grade.ir.program import Program, Stage
from grade.ir.storage import Layout
from grade.ir.types import F32
from grade.run import executor

Array = Any
CHUNK = 1 << 20
SAMPLES = 1 << 31
SEED = 20240229
LARGEST = float(np.finfo(np.float32).max)
# From here a correctly rounded result is infinite.
OVERFLOW = LARGEST + 2.0**103


@dataclass(frozen=True)
class Domain:
    """Where a function is swept: bounds of one operand, or what draws two."""

    name: str
    where: str
    low: float = 0.0
    high: float = 0.0
    draw: Callable[[Any, int], list[Array]] | None = None


@dataclass
class Result:
    """One row of the table."""

    name: str
    where: str
    count: int
    ulp: float
    at: list[str]
    seconds: float


def _exponents(generator: Any, count: int) -> list[Array]:
    x = np.exp2(generator.uniform(-16, 16, count)).astype(np.float32)
    return [x, generator.uniform(-3, 3, count).astype(np.float32)]


def _gammas(generator: Any, count: int) -> list[Array]:
    x = np.exp2(generator.uniform(-20, 4, count)).astype(np.float32)
    return [x, generator.uniform(0.3, 1.0, count).astype(np.float32)]


def _patterns(generator: Any, count: int) -> Array:
    return generator.integers(0, 1 << 32, count, dtype=np.uint32).view(np.float32)


def _any_pair(generator: Any, count: int) -> list[Array]:
    """Every pattern; half of the pairs lie within a few powers of two of each other."""
    first = _patterns(generator, count)
    near = first.view(np.uint32) + generator.integers(0, 1 << 28, count, dtype=np.uint32)
    near -= np.uint32(1 << 27)
    near ^= generator.integers(0, 2, count, dtype=np.uint32) << np.uint32(31)
    second = np.where(
        generator.random(count) < 0.5, near.view(np.float32), _patterns(generator, count)
    )
    return [first, second]


def _middle_pair(generator: Any, count: int) -> list[Array]:
    """The same, the larger size in 2^-100..2^127; every other pair is drawn anew from 2^+-100."""
    first, second = _any_pair(generator, count)
    sizes = np.fmax(np.abs(first), np.abs(second))
    outside = ~((sizes >= 2.0**-100) & (sizes <= 2.0**127))
    for operand in (first, second):
        drawn = np.exp2(generator.uniform(-100, 100, count)) * generator.choice([-1.0, 1.0], count)
        operand[outside] = drawn[outside]
    return [first, second]


DOMAINS = (
    *(Domain(name, "every float32", -np.inf, np.inf) for name in ("exp2", "exp")),
    *(Domain(name, "every float32", -np.inf, np.inf) for name in ("log2", "log", "log10")),
    Domain("sin", "|x| <= 2^16", -(2.0**16), 2.0**16),
    Domain("cos", "|x| <= 2^16", -(2.0**16), 2.0**16),
    Domain("cbrt", "every float32", -np.inf, np.inf),
    Domain("pow", "x in 2^+-16, |y| <= 3", draw=_exponents),
    Domain("pow", "x in 2^-20..2^4, y in 0.3..1", draw=_gammas),
    Domain("atan2", "larger in 2^-100..2^127", draw=_middle_pair),
    Domain("atan2", "every pair of float32", draw=_any_pair),
    Domain("hypot", "every pair of float32", draw=_any_pair),
)


def ulp_error(got: Array, truth: Array) -> Array:
    """Distance in units of the last place of the float32 nearest to the truth.

    NaN for NaN and the same infinity count as 0; a number where there should be none as infinite.
    """
    nearest = truth.astype(np.float32)
    unit = np.spacing(np.minimum(np.abs(nearest), np.float32(LARGEST))).astype(np.float64)
    error = np.abs(got.astype(np.float64) - truth) / unit
    right = (got == nearest) | (np.isinf(got) & (np.abs(truth) >= OVERFLOW))
    error[right & ~np.isfinite(got)] = 0
    error[np.isnan(got) & np.isnan(truth)] = 0
    error[np.isnan(error)] = np.inf
    return error


def program_of(name: str) -> Program:
    """One call of the function on the channels of one planar source."""
    arity = FUNCTIONS[name].arity
    loads = tuple(make("load", (), (F32, 0, channel)) for channel in range(arity))
    source = Layout(arity, "f32", planar=True)
    target = Layout(1, "f32", planar=True)
    return Program((source,), (target,), (), (Stage((make(name, loads),)),))


def operands(domain: Domain, step: int) -> Iterator[Callable[[], list[Array]]]:
    """What makes each chunk of operands."""
    if domain.draw is not None:
        for index in range(max(1, SAMPLES // CHUNK // step)):
            yield lambda index=index: domain.draw(np.random.default_rng([SEED, index]), CHUNK)
        return
    for start in range(0, 1 << 32, CHUNK * step):
        yield lambda start=start: [_within(domain, start, step)]


def _within(domain: Domain, start: int, step: int) -> Array:
    patterns = np.arange(start, min(start + CHUNK * step, 1 << 32), step, dtype=np.int64)
    x = patterns.astype(np.uint32).view(np.float32)
    if np.isinf(domain.high):
        return x
    return x[(x >= domain.low) & (x <= domain.high)]


def sweep(domain: Domain, step: int) -> Result:
    """Run one domain, chunk by chunk, on as many threads as there are."""
    kernel = executor("cpu", threads=1).prepare(program_of(domain.name))
    reference = FUNCTIONS[domain.name].reference
    started = time.perf_counter()

    def worst(build: Callable[[], list[Array]]) -> tuple[float, int, list[float]]:
        with np.errstate(all="ignore"):
            chunk = build()
            if not chunk[0].size:
                return -1.0, 0, []
            got = np.empty((1, chunk[0].size), np.float32)
            kernel([[operand[None] for operand in chunk]], [[got]])
            error = ulp_error(got[0], reference(*chunk))
        k = int(error.argmax())
        return float(error[k]), error.size, [float(operand[k]) for operand in chunk]

    with ThreadPoolExecutor(os.cpu_count()) as pool:
        found = list(pool.map(worst, operands(domain, step)))
    ulp, _, at = max(found)
    count = sum(size for _, size, _ in found)
    return Result(
        domain.name, domain.where, count, round(ulp, 3), [v.hex() for v in at],
        round(time.perf_counter() - started, 1),
    )  # fmt: skip


def main() -> int:
    """Sweep, print, write."""
    parser = argparse.ArgumentParser(description=__doc__, prog="benchmarks.sweep")
    parser.add_argument("names", nargs="*", help="functions; all if none is named")
    parser.add_argument("--step", type=int, default=1, help="take every n-th float or sample")
    parser.add_argument("--json", type=Path, help="file to write the table to")
    options = parser.parse_args()
    rows: list[Result] = []
    print(f"{'function':9}{'where':30}{'operands':>12}{'ulp':>7}{'s':>8}  at")
    for domain in DOMAINS:
        if options.names and domain.name not in options.names:
            continue
        row = sweep(domain, options.step)
        rows.append(row)
        print(
            f"{row.name:9}{row.where:30}{row.count:>12}{row.ulp:>7.3f}{row.seconds:>8.1f}"
            f"  {', '.join(row.at)}",
            flush=True,
        )
        if options.json:
            machine = f"{os.cpu_count()}-core {platform.machine()}, {executor('cpu').lanes} lanes"
            table = {
                "machine": machine,
                "date": datetime.now(UTC).date().isoformat(),
                "step": options.step,
                "rows": [asdict(r) for r in rows],
            }
            options.json.write_text(json.dumps(table, indent=2) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
