"""Checks that stop a job before it writes anything: its outputs, and the files in their place."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from grade.graph.look import Look
from grade.graph.tracing.spaces import described_space
from grade.io import Frame, Pattern, Sequence, format_for
from grade.io.field_order import order_in
from grade.io.formats.movie import is_movie
from grade.io.sequence.sources import MovieSequence
from grade.render.errors import NotDisplayReferred, PlanError, WouldOverwrite
from grade.render.frame.destination import Destination
from grade.render.frame.provenance import unmarked_files
from grade.render.frame_selection import Task
from grade.render.ledger.resume import Resume
from grade.render.request import Request

_NAMED = 3  # paths that a message lists


def check_outputs(
    request: Request, look: Look, destinations: Mapping[str, Destination], tasks: list[Task]
) -> None:
    """Raise `PlanError` unless the look has every output and its format can hold it."""
    for output, destination in destinations.items():
        if output not in look.outputs:
            raise PlanError(
                f"the look {look.name} has no output {output}; it has {', '.join(look.outputs)}"
            )
        destination.check()
        pattern = destination.pattern
        path = pattern.path(0)
        if pattern.is_still and len(tasks) > 1 and not is_movie(path):
            there = path.is_file() and not Pattern.parse(path.name).is_still
            raise PlanError(
                f"{pattern}: one file for {len(tasks)} frames; "
                + ("a file of this name is there, --no-literal writes frames; or " if there else "")
                + f"write a pattern such as {path.stem}.####{path.suffix}"
            )
        if not request.as_is:
            _check_range(look, output, pattern)


def check_frame_number(request: Request, look: Look, sequence: Sequence) -> None:
    """Raise `PlanError` if keyframes count frames, and the plate is a still without a number.

    The number in the name of a single file may be a version or a take, so the user must give one,
    as `Look.apply` asks for ``frame=``. For keyframes that count from the start of the shot, a
    still is the first frame.
    """
    keyed = look.keyed_by_frame
    if sequence.is_still and request.frames is None and look.time == "frame" and keyed:
        raise PlanError(
            f"{sequence.pattern}: {keyed[0]} has keyframes, and a still has no number of its own: "
            "say at which frame, as in --frames 1001"
        )


def check_frame_rate(sequence: Sequence) -> None:
    """Raise `PlanError` for a movie of variable frame rate that no rate was stated for.

    Its pictures have times and no numbers, so nothing says which frame is which, and a movie of
    them would run at another speed.
    """
    if not isinstance(sequence, MovieSequence):
        return
    movie = sequence.movie
    if movie.is_variable and movie.conformed is None:
        raise PlanError(
            f"{movie.path}: variable frame rate: its pictures do not follow at one rate; give "
            f"--rate, as in --rate {float(movie.rate):.6g}, and it is conformed to that by time"
        )


def check_code_range(request: Request, destinations: Mapping[str, Destination]) -> None:
    """Raise `PlanError` for frames that are to have legal range, which their files cannot say.

    An EXR beside a movie has no code values, so nothing is meant for it.
    """
    if request.out_range != "legal":
        return
    patterns = [destination.pattern for destination in destinations.values()]
    frames = [pattern for pattern in patterns if not is_movie(pattern.path(0))]
    alone = len(frames) == len(patterns)
    refused = [
        pattern
        for pattern in frames
        if alone or format_for(pattern.path(0), written=True).name != "OpenEXR"
    ]
    if refused:
        raise PlanError(
            f"{refused[0]}: --out-range legal is for movies, which have a tag for it; readers take "
            "the code values of such files as full range. Leave it out, or write a movie"
        )


def check_fields(sample: Frame, destinations: Mapping[str, Destination]) -> None:
    """Raise `PlanError` if an interlaced plate is to be scaled down, across its two fields."""
    if order_in(sample.attributes) is None:
        return
    for destination in destinations.values():
        if destination.scale != 1:
            raise PlanError(
                f"{destination.pattern}: scale 1/{destination.scale}: the plate is interlaced, and "
                "lines of two fields, which are of two times, are not averaged; leave the scale "
                "out, or make the plate progressive first"
            )


def _check_range(look: Look, output: str, pattern: Pattern) -> None:
    """Raise `NotDisplayReferred` for a scene-referred output in a format whose values end at 1."""
    holds = format_for(pattern.path(0)).holds
    space = described_space(look, output)
    if holds == "scene" or space is None or space.is_display:
        return
    if holds == "log" and space.encoding == "log":
        return
    also = ", a log encoding" if holds == "log" else ""
    raise NotDisplayReferred(
        f"{pattern}: this output is {space.name}; add a Display{also} or --as-is"
    )


def check_paths(
    request: Request, sequence: Sequence, targets: Mapping[str, Pattern], tasks: list[Task]
) -> None:
    """Raise if an output would overwrite the plate or another output of the job."""
    plate = {sequence.path(task.source).resolve(): task.source for task in tasks}
    taken: dict[Path, str] = {}
    for output, pattern in targets.items():
        paths = {task.number: pattern.path(task.number) for task in tasks}
        for number, path in paths.items():
            final = path.resolve()
            if (other := taken.setdefault(final, output)) != output:
                raise PlanError(f"{path}: the outputs {other} and {output} are one file")
            own = plate.get(final)
            if own is not None and (not request.force or own != number):
                raise WouldOverwrite(
                    f"{path}: the output is the plate itself; name another, or --force"
                )


def check_foreign_files(resume: Resume, targets: Mapping[str, Pattern], tasks: list[Task]) -> None:
    """Raise `WouldOverwrite` for files without our header entries that are in no journal."""
    for pattern in targets.values():
        paths = [pattern.path(task.number) for task in tasks]
        in_the_way = unmarked_files(path for path in paths if not resume.knows(path))
        if in_the_way:
            listed = ", ".join(path.name for path in in_the_way[:_NAMED])
            more = f" and {len(in_the_way) - _NAMED} more" if len(in_the_way) > _NAMED else ""
            one = len(in_the_way) == 1
            what = "a file is there" if one else f"{len(in_the_way)} files are there"
            raise WouldOverwrite(
                f"{pattern}: {what} that grade did not write "
                f"({listed}{more}); name another folder, or --force"
            )
