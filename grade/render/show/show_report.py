"""The results of a whole show: one report over all shots."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields
from typing import Any

from grade.errors import FramesFailed, GradeError, RequestError, TemporaryError
from grade.io import format_ranges
from grade.render.report import Asked, Outcome, Report


@dataclass(frozen=True, slots=True)
class ShotOutcome(Outcome):
    """The result of one frame of a shot."""

    shot: str = ""

    @classmethod
    def of(cls, shot: str, outcome: Outcome) -> ShotOutcome:
        """The outcome with the name of its shot."""
        values = {item.name: getattr(outcome, item.name) for item in fields(Outcome)}
        return cls(**values, shot=shot)

    def line(self) -> str:
        """The result as one line, ``sh010 1047 ok 0.21s``."""
        return f"{self.shot} {Outcome.line(self)}"


class ShowReport:
    """Collects outcomes by shot, and the shots that cannot be rendered.

    Parameters
    ----------
    strict
        As in `Report`.

    Attributes
    ----------
    asked
        What the job was asked to do, by shot.
    shots
        The report of each shot that was begun.
    refused
        Why a shot cannot be rendered.
    seconds
        How long the job ran.
    """

    def __init__(self, strict: bool = False) -> None:
        self.strict = strict
        self.asked: dict[str, Asked] = {}
        self.seconds = 0.0
        self.shots: dict[str, Report] = {}
        self.refused: dict[str, GradeError] = {}

    def begin(self, shot: str, filled: Iterable[int] = ()) -> None:
        """Begin the report of a shot; `filled` as in `Report`."""
        self.shots.setdefault(shot, Report(self.strict, filled, self.asked.get(shot)))

    def refuse(self, shot: str, error: GradeError) -> None:
        """Note that a shot cannot be rendered, and why."""
        self.refused[shot] = error

    def add(self, outcome: ShotOutcome) -> None:
        """Add the result of a frame."""
        self.begin(outcome.shot)
        self.shots[outcome.shot].add(outcome)

    @property
    def done(self) -> int:
        """How many frames were written now."""
        return sum(len(report.frames("ok")) for report in self.shots.values())

    @property
    def last_line(self) -> str:
        """The last line, ``done 96 failed 2 skipped 2``, with the number of refused shots."""
        count = {
            "done": self._count("ok", "kept"),
            "failed": self._count("failed"),
            "skipped": self._count("skipped"),
        }
        words = [f"{word} {number}" for word, number in count.items()]
        if claimed := self._count("claimed"):
            words.append(f"claimed {claimed}")
        if self.refused:
            words.append(f"shots refused {len(self.refused)}")
        return " ".join(words)

    @property
    def exit_code(self) -> int:
        """75 if a failure may pass; 2 if no shot was begun; 4 if shots or frames failed; else 0."""
        codes = {report.exit_code for report in self.shots.values()}
        codes |= {error.exit_code for error in self.refused.values()}
        if TemporaryError.exit_code in codes:
            return TemporaryError.exit_code
        if not self.shots and self.refused:
            return max(codes)
        return FramesFailed.exit_code if codes - {0} else 0

    def troubles(self) -> list[str]:
        """Lines that name refused shots, and the frames of the others that have trouble."""
        lines = [f"{shot}: {error}" for shot, error in self.refused.items()]
        for shot, report in self.shots.items():
            lines += [f"{shot}: {line}" for line in report.troubles()]
        return lines

    @property
    def not_begun(self) -> dict[str, list[int]]:
        """The frames of each shot that the job did not begin, because it was stopped."""
        found = {}
        for shot, asked in self.asked.items():
            if shot not in self.refused:
                report = self.shots.get(shot) or Report(asked=asked)
                found[shot] = report.not_begun
        return {shot: frames for shot, frames in found.items() if frames}

    def check(self) -> ShowReport:
        """Return the report if all frames of all shots are up to date, else raise an error."""
        lines = self.troubles()
        lines += [f"{shot}: not begun: {format_ranges(n)}" for shot, n in self.not_begun.items()]
        if self.exit_code == FramesFailed.exit_code:
            raise FramesFailed("; ".join(lines))
        if self.exit_code == RequestError.exit_code:
            raise RequestError("; ".join(lines))
        if lines:
            raise TemporaryError("; ".join(lines))
        return self

    def data(self, exit_code: int | None = None) -> dict[str, Any]:
        """The report as plain data; see `Report.data`."""
        left = self.not_begun
        shots: dict[str, Any] = {
            shot: {
                **report.frames_data(),
                **report.asked.data(),
                "not_begun": format_ranges(left.get(shot, ())),
            }
            for shot, report in self.shots.items()
        }
        shots |= {
            shot: {"exit_code": error.exit_code, "message": str(error)}
            for shot, error in self.refused.items()
        }
        return {
            "done": self._count("ok", "kept"),
            "kept": self._count("kept"),
            "failed": self._count("failed"),
            "skipped": self._count("skipped"),
            "claimed": self._count("claimed"),
            "refused": len(self.refused),
            "exit_code": self.exit_code if exit_code is None else exit_code,
            "shots": shots,
            "seconds": round(self.seconds, 3),
        }

    def _count(self, *statuses: Any) -> int:
        return sum(len(report.frames(*statuses)) for report in self.shots.values())
