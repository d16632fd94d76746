"""The figures of a bench as lines of text."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from typing import Any

from grade.cli.bench.race import Result


def heading(about: dict[str, Any]) -> str:
    """The machine and libraries of the figures, and the names of the columns."""
    width, height = about["size"]
    libraries = about["libraries"]
    return "\n".join([
        f"grade {about['grade']} on {about['device']} against OpenColorIO "
        f"{libraries['opencolorio']} on the CPU, threads: {about['threads']} of "
        f"{about['threads_available']}",
        f"{about['machine']}; numba {libraries['numba']}, llvmlite {libraries['llvmlite']}, "
        f"Python {about['python']}; {width}x{height} RGBA in place, {about['rounds']} rounds,"
        f" {about['clock']}",
        "",
        f"{'workload':<10}{'type':<6}{'lanes':<7}{'grade':>10}{'':>12}{'moving':>10}"
        f"{'peer':>14}{'':>11}  ratio",
        f"{'':<23}{'ns/px':>10}{'Mpx/s':>12}{'ns/px':>10}{'ns/px':>14}{'Mpx/s':>11}",
    ])  # fmt: skip


def line(result: Result) -> str:
    """One workload."""
    ours, theirs, moving = map(statistics.median, (result.ours, result.theirs, result.moving))
    low, high = result.spread
    budget = f"budget {result.workload.budget:g} {'met' if result.met else 'MISSED'}"
    return (
        f"{result.workload.name:<10}{result.workload.storage:<6}{result.lanes or '-':<7}"
        f"{ours:>10.2f}{1e3 / ours:>12.0f}{moving:>10.2f}{theirs:>14.2f}{1e3 / theirs:>11.0f}"
        f"  {result.ratio:.1f} ({low:.1f}..{high:.1f}), {budget};"
        f" limit: {result.limit} (memory {result.memory:.0%})"
    )


def remarks(results: Sequence[Result]) -> str:
    """What budgets are for, and how much the two pictures differ."""
    lines = ["", "Budgets are for one thread and 16 lanes."]
    for row in dict.fromkeys(result.workload for result in results):
        first = next(result for result in results if result.workload is row)
        remark = f"; {row.remark}" if row.remark else ""
        lines.append(
            f"{row.name} in {row.storage}: at most {first.difference:.2g} from {row.rival} lossless"
            f" (checked: {row.tolerance:g}), {first.from_default:.2g} from its default{remark}"
        )
    return "\n".join(lines)
