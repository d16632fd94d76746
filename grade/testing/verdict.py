"""The verdict of a check on a look: by output and moment, and by sample; as data and in words."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from grade.qc.picture_light import Kind
from grade.testing.golden_file import Triple
from grade.testing.probe_picture import Pixels

MOST_ROWS = 8  # printed for one output; the sheet has all


@dataclass(frozen=True)
class SampleDifference:
    """A sample that differs from its expected value.

    ``apart`` is dE ITP where ``kind`` is ``display``, codes where it is ``scene``, and the largest
    difference of a channel where it is None.
    """

    name: str
    expected: Triple
    found: Triple
    apart: float
    kind: Kind | None

    def __str__(self) -> str:
        expected, found = _format_triple(self.expected), _format_triple(self.found)
        unit = {"display": "dE", "scene": "codes", None: "by"}[self.kind]
        return f"{self.name} {expected} -> {found} {unit} {_format_distance(self.apart)}"

    def data(self) -> dict[str, Any]:
        """Convert to plain data; infinities and NaN become text, because JSON has none."""
        return {
            "name": self.name,
            "expected": [_to_json(value) for value in self.expected],
            "found": [_to_json(value) for value in self.found],
            "de_itp": _to_json(self.apart) if self.kind == "display" else None,
            "codes": _to_json(self.apart) if self.kind == "scene" else None,
        }


@dataclass(frozen=True, eq=False)
class VerdictPart:
    """The result for one output, at one moment or on one extra picture.

    Attributes
    ----------
    label
        ``sdr``, ``sdr@1040``, or ``sdr of plate.exr``.
    failure
        Why it fails, in words; empty if it passes.
    expected, found
        sha256 of the pixels.
    rows
        The samples that differ, the farthest first.
    kind
        ``display`` or ``scene``; None for an output of no known space.
    output, moment
        The output and the moment.
    pixels
        The graded pixels, for the sheet.
    """

    label: str
    output: str
    failure: str
    expected: str
    found: str
    rows: tuple[SampleDifference, ...] = ()
    moment: Any = None
    pixels: Pixels | None = None
    kind: Kind | None = None

    @property
    def passed(self) -> bool:
        """Whether the output is as expected, within the given limit."""
        return not self.failure

    @property
    def apart(self) -> float:
        """The largest distance among the samples, in the unit of the kind."""
        return max((row.apart for row in self.rows), default=0.0)

    def lines(self) -> list[str]:
        """Describe the failure, and the samples that differ most."""
        if self.passed:
            return []
        more = len(self.rows) - MOST_ROWS
        rows = [f"  {row}" for row in self.rows[:MOST_ROWS]]
        return [f"{self.label}: {self.failure}", *rows, *([f"  and {more} more"] * (more > 0))]

    def data(self) -> dict[str, Any]:
        """Convert to plain data."""
        return {
            "part": self.label,
            "output": self.output,
            "passed": self.passed,
            "failure": self.failure or None,
            "expected": self.expected,
            "found": self.found,
            "kind": self.kind,
            "max_de_itp": _to_json(self.apart) if self.kind == "display" else None,
            "max_codes": _to_json(self.apart) if self.kind == "scene" else None,
            "samples": [row.data() for row in self.rows],
        }


@dataclass(frozen=True, eq=False)
class Verdict:
    """The verdict on one look.

    Attributes
    ----------
    name, path, golden
        The look, its file, and its golden file.
    parts
        The results of its outputs.
    causes
        Why something differs; empty if nothing failed.
    problem
        Why nothing could be compared: there is no golden file, or the look cannot be traced.
    wrote
        What an update did to the golden file; empty if it was not written.
    seconds
        The duration of the check.
    trial
        The probe picture and the golden file, for the sheet.
    """

    name: str
    path: Path
    golden: Path
    parts: tuple[VerdictPart, ...] = ()
    causes: tuple[str, ...] = ()
    problem: str = ""
    wrote: str = ""
    seconds: float = 0.0
    trial: Any = field(default=None, repr=False)

    @property
    def label(self) -> str:
        """The name of the look, with its file if that has another name, as a copy has."""
        named = self.path.name.partition(".")[0] == self.name
        return self.name if named else f"{self.name} ({self.path})"

    @property
    def passed(self) -> bool:
        """Whether all outputs are as expected."""
        return not self.problem and all(part.passed for part in self.parts)

    def lines(self) -> list[str]:
        """Describe the verdict: one line if the look passes, more if it fails."""
        if self.wrote:
            return [f"{self.golden}: {self.wrote}"]
        if self.problem:
            return [f"{self.label} FAILED: {self.problem}"]
        if self.passed:
            return [f"{self.label} ok: {', '.join(part.label for part in self.parts)}"]
        failed = [line for part in self.parts for line in part.lines()]
        why = [f"cause: {cause}" for cause in self.causes]
        return [f"{self.label} FAILED", *(f"  {line}" for line in [*why, *failed])]

    def data(self) -> dict[str, Any]:
        """Convert to plain data."""
        return {
            "look": self.name,
            "path": str(self.path),
            "golden": str(self.golden),
            "passed": self.passed,
            "problem": self.problem or None,
            "wrote": self.wrote or None,
            "causes": list(self.causes),
            "parts": [part.data() for part in self.parts],
            "seconds": round(self.seconds, 3),
        }


def _format_triple(values: Triple) -> str:
    """Format three numbers to three decimals, or to as many as distinguish them from zero."""
    return " ".join(_format_number(value) for value in values)


def _format_number(value: float) -> str:
    small = value != 0 and abs(value) < 0.01
    return f"{value:.3g}" if small or not math.isfinite(value) else f"{value:.3f}"


def _format_distance(value: float) -> str:
    return f"{value:.1f}" if value >= 0.05 or value == 0 else f"{value:.2g}"


def _to_json(value: float) -> float | str:
    return value if math.isfinite(value) else str(value)
