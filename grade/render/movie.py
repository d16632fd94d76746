"""Movies among the outputs of a job: one file for all frames, written in their order.

Frames come from several threads, not in order. A frame that comes early waits, and so does its
ticket in the stream: what waits is bounded by the frames in flight. A movie is whole or not at all:
after a frame that failed it is given up, and the other outputs go on.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path
from typing import Any, Literal

from grade.errors import GradeError, TemporaryError
from grade.io import Frame, TemporaryWriteError
from grade.io.formats.movie import MovieWriter, Recipe, Sound
from grade.io.presets.preset import Preset
from grade.render.frame import anomalies, checksum, downscale
from grade.render.frames import Task
from grade.render.ledger.claim import Claim, Claims
from grade.render.ledger.journal import Journal, Row
from grade.render.report import Outcome


@dataclass(frozen=True, slots=True, kw_only=True)
class Reel:
    """A movie that a job writes.

    Attributes
    ----------
    output, path
        Of the look, and where it goes.
    preset, recipe
        How it is written; the recipe is the preset's, with what the request says against it.
    rate, timecode
        Frames per second, and the timecode of the first frame.
    sound
        What is heard.
    scale
        As in `Destination`.
    key
        Stands for everything it is made of.
    """

    output: str
    path: Path
    preset: Preset
    recipe: Recipe
    rate: Fraction
    timecode: str | None = None
    sound: Sound | None = None
    scale: int = 1
    key: str = ""

    def fitted(self, frame: Frame) -> Frame:
        """A frame in the size of the movie."""
        return self.preset.fit_frame(downscale.shrink(frame, self.scale))


def key_of(meaning: Mapping[str, Any]) -> str:
    """The key of what a movie is made of."""
    return checksum.of_text(json.dumps(meaning, sort_keys=True, default=str))


class Reels:
    """The movies of a job while they are written.

    Parameters
    ----------
    reels
        By output.
    tasks
        All frames, in order.
    journals
        Folder to its journal.
    nan
        As in `Request`.
    metadata
        Texts for the headers, by output.
    threads
        Of each encoder.
    """

    def __init__(
        self,
        reels: Mapping[str, Reel],
        tasks: tuple[Task, ...],
        journals: Mapping[Path, Journal],
        nan: Literal["keep", "black"],
        metadata: Mapping[str, Mapping[str, str]],
        threads: int,
    ) -> None:
        self.reels, self._journals, self._nan = reels, journals, nan
        self._order = [task.number for task in tasks]
        self._metadata, self._threads = metadata, threads
        self._lock = threading.Lock()
        self._writers: dict[str, MovieWriter] = {}
        self._waiting: dict[int, dict[str, Frame]] = {}
        self._next = 0
        self._busy = False
        self._failures: dict[str, GradeError] = {}
        self._claims: Claims | None = None
        self._held: list[Claim] = []

    def begin(self, claims: Claims) -> None:
        """Claim the movies, each once for the whole job."""
        self._claims = claims
        for output, reel in self.reels.items():
            claim = claims.take(reel.path)
            if claim is None:
                self._failures[output] = TemporaryWriteError(
                    f"{reel.path}: another process writes this movie; try again later"
                )
            else:
                self._held.append(claim)

    @property
    def hopeless(self) -> GradeError | None:
        """Why none of the movies will be, if so."""
        if not self.reels or len(self._failures) < len(self.reels):
            return None
        return next(iter(self._failures.values()))

    def put(self, number: int, frames: dict[str, Frame]) -> int:
        """Take the frames of all movies at a number; return how many numbers need not wait more."""
        with self._lock:
            self._waiting[number] = frames
            if self._busy:
                return 0
            self._busy = True
        written = 0
        try:
            while (ready := self._ready()) is not None:
                for output, frame in ready.items():
                    self._write(output, frame)
                written += 1
        except BaseException:
            with self._lock:
                self._busy = False
            raise
        return written

    def _ready(self) -> dict[str, Frame] | None:
        with self._lock:
            frames = None
            if self._next < len(self._order):
                frames = self._waiting.pop(self._order[self._next], None)
            if frames is None:
                self._busy = False
            else:
                self._next += 1
            return frames

    def lose(self, number: int, error: GradeError) -> int:
        """A frame that does not come: its movies are given up; as `put`."""
        with self._lock:
            for output in self.reels:
                self._failures.setdefault(output, error)
        return self.put(number, {})

    def _write(self, output: str, frame: Frame) -> None:
        if output in self._failures:
            return
        reel = self.reels[output]
        try:
            if anomalies.count(frame).nan and self._nan == "black":
                frame = anomalies.without_nan(frame)
            if output not in self._writers:
                self._writers[output] = MovieWriter(
                    reel.path,
                    reel.recipe,
                    reel.rate,
                    timecode=reel.timecode,
                    sound=reel.sound,
                    metadata=self._metadata[output],
                    threads=self._threads,
                )
            self._writers[output].write(replace(reel.fitted(frame), carried=None))
        except GradeError as error:
            self._failures[output] = error

    def finish(self, complete: bool) -> list[Outcome]:
        """Show the movies that are whole, remove the others; what became of those that are not.

        Parameters
        ----------
        complete
            Whether no stop was asked for.
        """
        outcomes = []
        whole = complete and self._next == len(self._order)
        for output, reel in self.reels.items():
            error = self._failures.get(output)
            try:
                if output in self._writers and error is None and whole:
                    self._writers[output].close()
                    self._note(reel)
            except GradeError as failure:
                error = failure
            if error is not None:
                temporary = isinstance(error, TemporaryError)
                message = f"{reel.path}: the movie is not written: {error}"
                first, *others = self._order
                outcomes.append(
                    Outcome(
                        first, "failed", message=message, temporary=temporary, others=tuple(others)
                    )
                )
        self.abandon()
        return outcomes

    def _note(self, reel: Reel) -> None:
        found = reel.path.stat()
        row = Row(
            frame=self._order[0],
            output=reel.output,
            file=reel.path.name,
            key=reel.key,
            parts={"reel": reel.key},
            size=found.st_size,
            changed=found.st_mtime_ns,
            file_sum=checksum.of_file(reel.path),
        )
        self._journals[reel.path.parent].append(row)

    @property
    def notes(self) -> list[str]:
        """What a log should say of the movies."""
        return [note for writer in self._writers.values() for note in writer.notes]

    def abandon(self) -> None:
        """Remove what is unfinished, and give the movies up."""
        for writer in self._writers.values():
            with suppress(Exception):
                writer.abandon()
        while self._claims is not None and self._held:
            self._claims.release(self._held.pop())
