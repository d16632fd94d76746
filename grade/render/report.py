"""The results of a job: each frame, counts and ranges, the last line, the exit code."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from grade.errors import FramesFailed, TemporaryError
from grade.io import format_ranges
from grade.render.frame.anomalies import Anomalies

Status = Literal["ok", "kept", "failed", "skipped", "claimed"]


@dataclass(frozen=True, slots=True)
class Outcome:
    """The result of one frame.

    Attributes
    ----------
    frame, status
        The number of the frame. ``ok``: it was written; ``kept``: it exists and is up to date;
        ``failed``; ``skipped``: the plate lacks it; ``claimed``: another process claims it and did
        not finish it while this one waited.
    seconds
        The time of work, over all stages.
    message, temporary
        Why it failed, and whether the failure may pass.
    stored
        NaN, Inf and clipped values of each output.
    outputs
        ``ok`` for each output that was written, or why it failed.
    plate
        NaN and Inf of the plate, as it was read.
    others
        Further frames with the same result: the rest of a movie that was not written.
    """

    frame: int
    status: Status
    seconds: float = 0.0
    message: str = ""
    temporary: bool = False
    stored: Mapping[str, Anomalies] = field(default_factory=dict)
    outputs: Mapping[str, str] = field(default_factory=dict)
    plate: Anomalies = field(default_factory=Anomalies)
    others: tuple[int, ...] = ()

    @property
    def numbers(self) -> tuple[int, ...]:
        """All frames with this result."""
        return self.frame, *self.others

    @property
    def has_anomalies(self) -> bool:
        """Whether the plate has NaN or Inf, or an output NaN, Inf or clipped values."""
        return bool(self.plate) or any(self.stored.values())

    def line(self) -> str:
        """The result as one line, ``1047 ok 0.21s``."""
        words = [f"{format_ranges(self.numbers)} {self.status}"]
        if self.status == "ok":
            words.append(f"{self.seconds:.2f}s")
        if self.message:
            words.append(self.message)
        counts = [("plate", self.plate), *self.stored.items()]
        words += [f"{name}: {anomalies}" for name, anomalies in counts if anomalies]
        return " ".join(words)

    def data(self) -> dict[str, Any]:
        """The result as plain data."""
        data: dict[str, Any] = {
            "frame": self.frame,
            "status": self.status,
            "seconds": round(self.seconds, 4),
        }
        if self.others:
            data["frames"] = format_ranges(self.numbers)
        if self.message:
            data["message"] = self.message
        if len(self.outputs) > 1:
            data["outputs"] = dict(self.outputs)
        if self.plate:
            data["plate"] = self.plate.data()
        if any(self.stored.values()):
            counts = self.stored.items()
            data["stored"] = {name: anomalies.data() for name, anomalies in counts if anomalies}
        return data


@dataclass(frozen=True, slots=True)
class Asked:
    """What a job was asked to do, for its report.

    Attributes
    ----------
    frames
        Every frame of the job that the plate has, or that a policy fills.
    reasons
        Why each output of a frame must be written; frames that are up to date are absent.
    look
        The name of the look.
    programs, outputs
        The hash of each output's program, and its file or pattern.
    """

    frames: tuple[int, ...] = ()
    reasons: Mapping[int, Mapping[str, str]] = field(default_factory=dict)
    look: str = ""
    programs: Mapping[str, str] = field(default_factory=dict)
    outputs: Mapping[str, str] = field(default_factory=dict)

    def data(self) -> dict[str, Any]:
        """Look, programs and outputs as plain data."""
        return {
            "look": self.look, "programs": dict(self.programs), "outputs": dict(self.outputs),
        }  # fmt: skip


class Report:
    """Collects outcomes; if a frame has several, the last one counts.

    Parameters
    ----------
    strict
        NaN, Inf, clipped values and filled gaps count as failures.
    filled
        Frames that the plate lacks and that other pixels fill.
    asked
        What the job was asked to do.

    Attributes
    ----------
    seconds
        How long the job ran.
    notes
        Remarks of the readers of frames and of the encoders of movies.
    limited
        The pixels that the limiter of a movie moved, by output; see `Recipe.limit`.
    """

    def __init__(
        self, strict: bool = False, filled: Iterable[int] = (), asked: Asked | None = None
    ) -> None:
        self.outcomes: list[Outcome] = []
        self.strict, self._filled = strict, frozenset(filled)
        self.asked = asked or Asked()
        self.seconds = 0.0
        self.notes: tuple[str, ...] = ()
        self.limited: Mapping[str, int] = {}

    def add(self, outcome: Outcome) -> None:
        """Add the result of a frame."""
        self.outcomes.append(outcome)

    def frames(self, *statuses: Status) -> list[int]:
        """The frames with one of these results, ascending."""
        last = {number: each.status for each in self.outcomes for number in each.numbers}
        return sorted(number for number, status in last.items() if status in statuses)

    @property
    def not_begun(self) -> list[int]:
        """The frames that the job did not begin, because it was stopped; ascending."""
        begun = {number for outcome in self.outcomes for number in outcome.numbers}
        return sorted(number for number in self.asked.frames if number not in begun)

    def check(self) -> Report:
        """Return the report if every frame is up to date, else raise an error.

        Raises
        ------
        TemporaryError
            If the job was stopped, or a failure may pass: the same job can be run again.
        FramesFailed
            If frames failed or are missing, and another run would not change that.
        """
        lines = self.troubles()
        if self.not_begun:
            lines.append(f"not begun: {format_ranges(self.not_begun)}")
        if self.exit_code == FramesFailed.exit_code:
            raise FramesFailed("; ".join(lines))
        if lines:
            raise TemporaryError("; ".join(lines))
        return self

    @property
    def last_line(self) -> str:
        """The last line of a job, ``done 96 failed 2 skipped 2``; kept frames count as done."""
        done, failed = self.frames("ok", "kept"), self.frames("failed")
        claimed = self.frames("claimed")
        end = f" claimed {len(claimed)}" if claimed else ""
        return f"done {len(done)} failed {len(failed)} skipped {len(self.frames('skipped'))}{end}"

    @property
    def exit_code(self) -> int:
        """75 if a failure may pass; 4 if frames failed, are missing or `doubtful`; else 0."""
        bad = [outcome for outcome in self.outcomes if outcome.status not in ("ok", "kept")]
        if any(outcome.temporary for outcome in bad):
            return TemporaryError.exit_code
        return FramesFailed.exit_code if bad or self.doubtful else 0

    @property
    def doubtful(self) -> list[int]:
        """Frames that were written and that a strict job counts as failures, ascending."""
        written = [o for o in self.outcomes if self.strict and o.status in ("ok", "kept")]
        return sorted(o.frame for o in written if o.has_anomalies or o.frame in self._filled)

    def troubles(self) -> list[str]:
        """One line for each kind of trouble, with its frames as ranges."""
        lines = []
        words: tuple[tuple[Status, str], ...] = (
            ("skipped", "missing"), ("failed", "failed"), ("claimed", "claimed by others"),
        )  # fmt: skip
        for status, word in words:
            if frames := self.frames(status):
                lines.append(f"{word}: {format_ranges(frames)}")
        if frames := self.doubtful:
            what = "NaN, Inf, values clipped at the half-float limit, or gaps of the plate"
            lines.append(f"--strict: {what}: {format_ranges(frames)}")
        return lines

    def data(self, exit_code: int | None = None) -> dict[str, Any]:
        """The report as plain data, as ``--report`` writes it.

        Parameters
        ----------
        exit_code
            The exit code of a process that was interrupted; None: that of the frames.
        """
        return {
            **self.frames_data(),
            "exit_code": self.exit_code if exit_code is None else exit_code,
            "not_begun": format_ranges(self.not_begun),
            "seconds": round(self.seconds, 3),
            **self.asked.data(),
        }

    def frames_data(self) -> dict[str, Any]:
        """The outcomes as plain data: counts, and frames in order."""
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
            "notes": list(self.notes),
            "limited": dict(self.limited),
        }
