"""What became of every frame: counts, ranges, the last line, the exit code."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from grade.errors import FramesFailed, TemporaryError
from grade.io import format_ranges
from grade.render.frame.anomalies import Census

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
    plate
        NaN and Inf of the plate, as it was read.
    others
        Further frames with this fate: all those of a movie that is not written.
    """

    frame: int
    status: Status
    seconds: float = 0.0
    message: str = ""
    temporary: bool = False
    census: Mapping[str, Census] = field(default_factory=dict)
    outputs: Mapping[str, str] = field(default_factory=dict)
    plate: Census = field(default_factory=Census)
    others: tuple[int, ...] = ()

    @property
    def numbers(self) -> tuple[int, ...]:
        """The frames that share this fate."""
        return self.frame, *self.others

    @property
    def counted(self) -> bool:
        """Whether there is NaN or Inf in the plate, or a store lost something."""
        return bool(self.plate) or any(self.census.values())

    def line(self) -> str:
        """One plain line, ``1047 ok 0.21s``."""
        counts = {"plate": self.plate} if self.plate else {}
        notes = [f"{n}: {found}" for n, found in [*counts.items(), *self.census.items()] if found]
        said = [f"{format_ranges(self.numbers)} {self.status}"]
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
        if self.others:
            kept["frames"] = format_ranges(self.numbers)
        if self.message:
            kept["message"] = self.message
        if len(self.outputs) > 1:
            kept["outputs"] = dict(self.outputs)
        stored = {name: found.data() for name, found in self.census.items() if found}
        if self.plate:
            kept["plate"] = self.plate.data()
        return {**kept, **({"stored": stored} if stored else {})}


@dataclass(frozen=True, slots=True)
class Asked:
    """What a job is asked for, as its report says it.

    Attributes
    ----------
    frames
        Every frame of the job that the plate has, or that a policy fills.
    reasons
        Frame to output to why it must be written; frames that are up to date are not among them.
    look
        Its name.
    programs, outputs
        Output to the hash of its program, and to its file or pattern.
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
    """Collects outcomes; of a frame with several the last one counts.

    Parameters
    ----------
    strict
        NaN, Inf, a saturated value or a filled gap counts as a failure.
    filled
        Frames that the plate lacks and that others fill.
    asked
        What the job is asked for.

    Attributes
    ----------
    seconds
        How long the job ran.
    """

    def __init__(
        self, strict: bool = False, filled: Iterable[int] = (), asked: Asked | None = None
    ) -> None:
        self.outcomes: list[Outcome] = []
        self.strict, self._filled = strict, frozenset(filled)
        self.asked = asked or Asked()
        self.seconds = 0.0

    def add(self, outcome: Outcome) -> None:
        """Note the fate of a frame."""
        self.outcomes.append(outcome)

    def frames(self, *statuses: Status) -> list[int]:
        """Numbers of the frames with one of these fates, ascending."""
        last = {number: each.status for each in self.outcomes for number in each.numbers}
        return sorted(number for number, status in last.items() if status in statuses)

    @property
    def not_begun(self) -> list[int]:
        """Frames of the job that nothing was done about, ascending: it was stopped before them."""
        begun = {number for outcome in self.outcomes for number in outcome.numbers}
        return sorted(number for number in self.asked.frames if number not in begun)

    def check(self) -> Report:
        """Raise an error unless every frame is there and right; return the report otherwise.

        Raises
        ------
        TemporaryError
            The job was stopped, or a failure may pass: the same job can be run again.
        FramesFailed
            Frames failed, or are not there, and would be the same again.
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
        """The last line of a job: ``done 96 failed 2 skipped 2``; kept frames are done."""
        done, failed = self.frames("ok", "kept"), self.frames("failed")
        claimed = self.frames("claimed")
        end = f" claimed {len(claimed)}" if claimed else ""
        return f"done {len(done)} failed {len(failed)} skipped {len(self.frames('skipped'))}{end}"

    @property
    def exit_code(self) -> int:
        """0; 75 if a failure may pass; 4 if frames failed or were not there, or are `doubtful`."""
        bad = [outcome for outcome in self.outcomes if outcome.status not in ("ok", "kept")]
        if any(outcome.temporary for outcome in bad):
            return TemporaryError.exit_code
        return FramesFailed.exit_code if bad or self.doubtful else 0

    @property
    def doubtful(self) -> list[int]:
        """Frames that are there and that a strict job takes for failures, ascending."""
        there = [o for o in self.outcomes if self.strict and o.status in ("ok", "kept")]
        return sorted(o.frame for o in there if o.counted or o.frame in self._filled)

    def troubles(self) -> list[str]:
        """Lines that name the frames which are not there, as ranges."""
        said = []
        words: tuple[tuple[Status, str], ...] = (
            ("skipped", "missing"), ("failed", "failed"), ("claimed", "claimed by others"),
        )  # fmt: skip
        for status, word in words:
            if frames := self.frames(status):
                said.append(f"{word}: {format_ranges(frames)}")
        if frames := self.doubtful:
            ranges = format_ranges(frames)
            said.append(f"--strict: NaN, Inf, saturation or a gap of the plate: {ranges}")
        return said

    def data(self, exit_code: int | None = None) -> dict[str, Any]:
        """Everything as plain data, which ``--report`` writes.

        Parameters
        ----------
        exit_code
            Of a process that was interrupted; None: that of the frames.
        """
        code = self.exit_code if exit_code is None else exit_code
        return {
            **self.frames_data(),
            "exit_code": code,
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
        }
