"""What became of every frame: counts, ranges, the last line, the exit code."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

from grade.errors import FramesFailed, TemporaryError
from grade.io import format_ranges
from grade.render.census import Census

Status = Literal["ok", "kept", "failed", "skipped", "claimed"]


@dataclass(frozen=True, slots=True)
class Outcome:
    """The fate of one frame.

    Attributes
    ----------
    frame, status
        ``ok`` was written; ``kept`` was there and right; ``failed``; ``skipped`` has no plate;
        ``claimed`` is another process's, which did not finish it while we waited.
    seconds
        Of work, over all stages.
    message, temporary
        Why it failed, and whether that may pass.
    census
        Output to what its store lost.
    outputs
        Output to ``ok``, or to why that one failed.
    """

    frame: int
    status: Status
    seconds: float = 0.0
    message: str = ""
    temporary: bool = False
    census: Mapping[str, Census] = field(default_factory=dict)
    outputs: Mapping[str, str] = field(default_factory=dict)

    def line(self) -> str:
        """One plain line, ``1047 ok 0.21s``."""
        notes = [f"{output}: {found}" for output, found in self.census.items() if found]
        said = [f"{self.frame} {self.status}"]
        if self.status == "ok":
            said.append(f"{self.seconds:.2f}s")
        if self.message:
            said.append(self.message)
        return " ".join([*said, *notes])

    def data(self) -> dict[str, Any]:
        """The same as plain data."""
        kept: dict[str, Any] = {
            "frame": self.frame,
            "status": self.status,
            "seconds": round(self.seconds, 4),
        }
        if self.message:
            kept["message"] = self.message
        if len(self.outputs) > 1:
            kept["outputs"] = dict(self.outputs)
        stored = {name: asdict(found) for name, found in self.census.items() if found}
        return {**kept, **({"stored": stored} if stored else {})}


class Report:
    """Collects outcomes."""

    def __init__(self) -> None:
        self.outcomes: list[Outcome] = []

    def add(self, outcome: Outcome) -> None:
        """Note the fate of a frame."""
        self.outcomes.append(outcome)

    def frames(self, *statuses: Status) -> list[int]:
        """Numbers of the frames with one of these fates, ascending."""
        return sorted(outcome.frame for outcome in self.outcomes if outcome.status in statuses)

    @property
    def last_line(self) -> str:
        """The last line of a job: ``done 96 failed 2 skipped 2``; kept frames are done."""
        done, failed = self.frames("ok", "kept"), self.frames("failed")
        claimed = self.frames("claimed")
        end = f" claimed {len(claimed)}" if claimed else ""
        return f"done {len(done)} failed {len(failed)} skipped {len(self.frames('skipped'))}{end}"

    @property
    def exit_code(self) -> int:
        """0; 75 if a failure may pass; 4 if frames failed or were not there."""
        bad = [outcome for outcome in self.outcomes if outcome.status not in ("ok", "kept")]
        if any(outcome.temporary for outcome in bad):
            return TemporaryError.exit_code
        return FramesFailed.exit_code if bad else 0

    def troubles(self) -> list[str]:
        """Lines that name the frames which are not there, as ranges."""
        said = []
        words: tuple[tuple[Status, str], ...] = (
            ("skipped", "missing"), ("failed", "failed"), ("claimed", "claimed by others"),
        )  # fmt: skip
        for status, word in words:
            if frames := self.frames(status):
                said.append(f"{word}: {format_ranges(frames)}")
        return said

    def data(self) -> dict[str, Any]:
        """Everything as plain data, frames in order."""
        ordered = sorted(self.outcomes, key=lambda outcome: outcome.frame)
        return {
            "done": len(self.frames("ok", "kept")),
            "kept": len(self.frames("kept")),
            "failed": len(self.frames("failed")),
            "skipped": len(self.frames("skipped")),
            "claimed": len(self.frames("claimed")),
            "missing": format_ranges(self.frames("skipped")),
            "exit_code": self.exit_code,
            "frames": [outcome.data() for outcome in ordered],
        }
