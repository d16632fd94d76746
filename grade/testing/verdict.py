"""What a check found: by look, by output and moment, by sample; as data and in words."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from grade.testing.golden_file import Triple
from grade.testing.probe_picture import Pixels

MOST_ROWS = 8  # printed for one output: the worst tell the story, the sheet has all


@dataclass(frozen=True)
class Row:
    """A sample that is not as expected; ``apart`` is dE ITP."""

    name: str
    expected: Triple
    found: Triple
    apart: float

    def __str__(self) -> str:
        return f"{self.name} {_rgb(self.expected)} -> {_rgb(self.found)} dE {_apart(self.apart)}"

    def data(self) -> dict[str, Any]:
        """As plain data; infinities and NaN as text, for JSON has none."""
        return {
            "name": self.name,
            "expected": [_plain(value) for value in self.expected],
            "found": [_plain(value) for value in self.found],
            "de_itp": _plain(self.apart),
        }


@dataclass(frozen=True, eq=False)
class Part:
    """One output at one moment, or on one own picture.

    Attributes
    ----------
    label
        ``sdr``, ``sdr@1040``, or ``sdr of plate.exr``.
    failure
        Why it fails, in words; empty where it does not.
    expected, found
        sha256 of the pixels.
    rows
        The samples that differ, the farthest first.
    output, moment
        Of what and when.
    pixels
        What came out, for the sheet.
    """

    label: str
    output: str
    failure: str
    expected: str
    found: str
    rows: tuple[Row, ...] = ()
    moment: Any = None
    pixels: Pixels | None = None

    @property
    def passed(self) -> bool:
        """Whether it is as expected, within the limit that was given."""
        return not self.failure

    @property
    def apart(self) -> float:
        """The largest dE ITP among the samples."""
        return max((row.apart for row in self.rows), default=0.0)

    def lines(self) -> list[str]:
        """The failure in words, and the farthest samples."""
        if self.passed:
            return []
        more = len(self.rows) - MOST_ROWS
        rows = [f"  {row}" for row in self.rows[:MOST_ROWS]]
        return [f"{self.label}: {self.failure}", *rows, *([f"  and {more} more"] * (more > 0))]

    def data(self) -> dict[str, Any]:
        """As plain data."""
        return {
            "part": self.label,
            "output": self.output,
            "passed": self.passed,
            "failure": self.failure or None,
            "expected": self.expected,
            "found": self.found,
            "max_de_itp": _plain(self.apart),
            "samples": [row.data() for row in self.rows],
        }


@dataclass(frozen=True, eq=False)
class Verdict:
    """What became of one look.

    Attributes
    ----------
    name, path, golden
        The look, its file, and its golden file.
    parts
        What was compared.
    causes
        Why something differs; empty where nothing failed.
    problem
        Why nothing could be compared: no golden file, a look that cannot be traced.
    wrote
        What was done to the golden file when it was written anew; empty where it was not.
    seconds
        How long it took.
    trial
        The look and the probe picture it was tried on, for the sheet.
    """

    name: str
    path: Path
    golden: Path
    parts: tuple[Part, ...] = ()
    causes: tuple[str, ...] = ()
    problem: str = ""
    wrote: str = ""
    seconds: float = 0.0
    trial: Any = field(default=None, repr=False)

    @property
    def label(self) -> str:
        """The look's name, with its file where that is called something else, as a copy is."""
        named = self.path.name.partition(".")[0] == self.name
        return self.name if named else f"{self.name} ({self.path})"

    @property
    def passed(self) -> bool:
        """Whether all of it is as expected."""
        return not self.problem and all(part.passed for part in self.parts)

    def lines(self) -> list[str]:
        """What to print: a line for what is well, more for what is not."""
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
        """As plain data."""
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


def _rgb(values: Triple) -> str:
    """Three numbers to three decimals, or to as many as tell them from zero."""
    return " ".join(_short(value) for value in values)


def _short(value: float) -> str:
    small = value != 0 and abs(value) < 0.01
    return f"{value:.3g}" if small or not math.isfinite(value) else f"{value:.3f}"


def _apart(value: float) -> str:
    return f"{value:.1f}" if value >= 0.05 or value == 0 else f"{value:.2g}"


def _plain(value: float) -> float | str:
    return value if math.isfinite(value) else str(value)
