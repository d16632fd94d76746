"""Writes the movies of a job: one file for all frames, in their order.

Frames come from several threads, not in order. A frame that comes early waits, and keeps its ticket
in the stream, so the frames in flight bound what waits. A movie is whole or not written at all:
after a failed frame it is given up, and the other outputs go on.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Literal

from grade.errors import GradeError, TemporaryError
from grade.io import Frame, TemporaryWriteError
from grade.io.formats.movie import MovieWriter
from grade.render.frame.anomalies import count_anomalies, replace_nan
from grade.render.frame.checksum import hash_file
from grade.render.frame_selection import Task
from grade.render.ledger.claim import Claim, Claims
from grade.render.ledger.journal import Journal, JournalRow
from grade.render.movie_plan import PlannedMovie
from grade.render.report import Outcome


class MovieOutputs:
    """The movies of a job while they are written.

    Parameters
    ----------
    movies
        The movies, by output.
    tasks
        All frames, in order.
    journals
        The journal of each folder.
    nan
        As in `Request`.
    metadata
        Texts for the headers, by output.
    threads
        Threads of each encoder.
    """

    def __init__(
        self,
        movies: Mapping[str, PlannedMovie],
        tasks: tuple[Task, ...],
        journals: Mapping[Path, Journal],
        nan: Literal["keep", "black"],
        metadata: Mapping[str, Mapping[str, str]],
        threads: int,
    ) -> None:
        self.movies, self._journals, self._nan = movies, journals, nan
        self._order = [task.number for task in tasks]
        self._metadata, self._threads = metadata, threads
        self._lock = threading.Lock()
        self._writers: dict[str, MovieWriter] = {}
        self._waiting: dict[int, dict[str, Frame]] = {}
        self._next = 0
        self._is_writing = False
        self._failures: dict[str, GradeError] = {}
        self._claims: Claims | None = None
        self._claimed: list[Claim] = []

    def claim(self, claims: Claims) -> None:
        """Claim the movies, each once for the whole job."""
        self._claims = claims
        for output, movie in self.movies.items():
            claim = claims.take(movie.path)
            if claim is None:
                self._failures[output] = TemporaryWriteError(
                    f"{movie.path}: another process writes this movie; try again later"
                )
            else:
                self._claimed.append(claim)

    @property
    def failure(self) -> GradeError | None:
        """The first error, if every movie has failed; else None."""
        if not self.movies or len(self._failures) < len(self.movies):
            return None
        return next(iter(self._failures.values()))

    def put(self, number: int, frames: dict[str, Frame]) -> int:
        """Take the frames of all movies at a number; return how many numbers were written now."""
        with self._lock:
            self._waiting[number] = frames
            if self._is_writing:
                return 0
            self._is_writing = True
        written = 0
        try:
            while (ready := self._take_next()) is not None:
                for output, frame in ready.items():
                    self._write(output, frame)
                written += 1
        except BaseException:
            with self._lock:
                self._is_writing = False
            raise
        return written

    def _take_next(self) -> dict[str, Frame] | None:
        with self._lock:
            frames = None
            if self._next < len(self._order):
                frames = self._waiting.pop(self._order[self._next], None)
            if frames is None:
                self._is_writing = False
            else:
                self._next += 1
            return frames

    def give_up(self, number: int, error: GradeError) -> int:
        """Give the movies up, because a frame failed; return the same as `put`."""
        with self._lock:
            for output in self.movies:
                self._failures.setdefault(output, error)
        return self.put(number, {})

    def _write(self, output: str, frame: Frame) -> None:
        if output in self._failures:
            return
        movie = self.movies[output]
        try:
            if count_anomalies(frame).nan and self._nan == "black":
                frame = replace_nan(frame)
            if output not in self._writers:
                self._writers[output] = MovieWriter(
                    movie.path,
                    movie.recipe,
                    movie.rate,
                    timecode=movie.timecode,
                    sound=movie.sound,
                    metadata=self._metadata[output],
                    threads=self._threads,
                )
            self._writers[output].write(replace(movie.fit(frame), carried=None))
        except GradeError as error:
            self._failures[output] = error

    def finish(self, complete: bool) -> list[Outcome]:
        """Give the whole movies their names and remove the others; return the failures.

        Parameters
        ----------
        complete
            Whether the job ran to its end without a stop.
        """
        outcomes = []
        whole = complete and self._next == len(self._order)
        for output, movie in self.movies.items():
            error = self._failures.get(output)
            try:
                if output in self._writers and error is None and whole:
                    self._writers[output].close()
                    self._append_row(movie)
            except GradeError as failure:
                error = failure
            if error is not None:
                first, *others = self._order
                outcomes.append(
                    Outcome(
                        first,
                        "failed",
                        message=f"{movie.path}: the movie is not written: {error}",
                        temporary=isinstance(error, TemporaryError),
                        others=tuple(others),
                    )
                )
        self.abandon()
        return outcomes

    def _append_row(self, movie: PlannedMovie) -> None:
        stat = movie.path.stat()
        row = JournalRow(
            frame=self._order[0],
            output=movie.output,
            file=movie.path.name,
            key=movie.key,
            parts={"reel": movie.key},
            size=stat.st_size,
            changed=stat.st_mtime_ns,
            file_sum=hash_file(movie.path),
        )
        self._journals[movie.path.parent].append(row)

    @property
    def notes(self) -> list[str]:
        """Remarks of the encoders for the log."""
        return [note for writer in self._writers.values() for note in writer.notes]

    @property
    def limited(self) -> dict[str, int]:
        """The pixels that the limiter of each movie that has one moved, by output."""
        return {
            output: writer.limited
            for output, writer in self._writers.items()
            if writer.recipe.limit is not None
        }

    def abandon(self) -> None:
        """Remove unfinished movies, and give their claims back."""
        for writer in self._writers.values():
            with suppress(Exception):
                writer.abandon()
        while self._claims is not None and self._claimed:
            self._claims.release(self._claimed.pop())
