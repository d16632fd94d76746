"""The resume key of a movie, and whether the movie that exists must be written again."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from grade.errors import GradeError
from grade.graph.tracing.geometry import Geometry
from grade.io import Frame, Sequence
from grade.io.sequence.sources import MovieSequence
from grade.render.frame.checksum import hash_text
from grade.render.frame.grader import Grader, OutputProgram
from grade.render.frame_selection import Task
from grade.render.ledger.file_identity import FileStat
from grade.render.ledger.resume import NEW, Resume
from grade.render.ledger.resume_key import input_paths
from grade.render.movie_plan import PlannedMovie


def with_resume_key(
    movie: PlannedMovie,
    grader: Grader,
    made: OutputProgram,
    sequence: Sequence,
    tasks: list[Task],
    sample: Frame,
    store: Mapping[str, Any],
) -> PlannedMovie:
    """The movie with its resume key: equal keys mean equal movies.

    The files of the plate count by size and time, not by content, because all of them are in it.
    """
    try:
        geometry = Geometry.of_frame(sample)
        frames = []
        for task in tasks:
            timecode = sample.timecode
            if isinstance(sequence, MovieSequence):
                timecode = sequence.movie.timecode_of(task.source)
            values = grader.uniform_values(made.program, task.number, geometry, timecode)
            plate = sequence.path(task.source)
            inputs = input_paths(grader.look, movie.output, plate, task.number)
            files = [_file_state(path) for path in (plate, *inputs)]
            frames.append([task.number, task.source, task.black, values, files])
    except GradeError:
        return movie
    sound = None if movie.sound is None else (movie.sound, _file_state(movie.sound.path))
    how = (movie.recipe, movie.preset.sizes, movie.rate, movie.timecode, sound)
    meaning = {"program": made.hash, "frames": frames, "made": repr(how), "store": dict(store)}
    return replace(movie, key=hash_text(json.dumps(meaning, sort_keys=True, default=str)))


def reason_to_write(movie: PlannedMovie, resume: Resume) -> str:
    """Why a movie must be written; empty if it exists and is up to date."""
    entry = resume.entry(movie.path)
    try:
        stat = movie.path.stat()
    except OSError:
        return NEW if entry is None else "the file is gone"
    if entry is None:
        return "no journal tells how it was made"
    row = entry.row
    if (stat.st_size, stat.st_mtime_ns) != (row.size, row.changed):
        return "the file is not the one that was written"
    if not movie.key or row.key != movie.key:
        return "the look, its options or a source changed"
    return ""


def _file_state(path: Path) -> list[Any]:
    try:
        found = FileStat.read(path)
    except OSError:
        return [str(path)]
    return [path.name, found.size, found.changed]
