"""What stops a job before anything is written: outputs that do not fit, and files in the way."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from grade.graph.look import Look
from grade.io import Pattern, Sequence, format_for
from grade.io.formats.movie import is_movie
from grade.render.errors import NotDisplayReferred, PlanError, WouldOverwrite
from grade.render.frame import provenance
from grade.render.frame.destination import Destination
from grade.render.frame_selection import Task
from grade.render.ledger.resume import Resume
from grade.render.request import Request

_NAMED = 3  # paths that a message lists


def check_outputs(
    request: Request, look: Look, destinations: Mapping[str, Destination], tasks: list[Task]
) -> None:
    """Every output is one of the look, and its files can hold it."""
    for output, destination in destinations.items():
        if output not in look.outputs:
            raise PlanError(
                f"the look {look.name} has no output {output}; it has {', '.join(look.outputs)}"
            )
        destination.check()
        pattern = destination.pattern
        path = pattern.path(0)
        if pattern.is_still and len(tasks) > 1 and not is_movie(path):
            raise PlanError(
                f"{pattern}: one file for {len(tasks)} frames; write a pattern such as "
                f"{path.stem}.####{path.suffix}"
            )
        if not request.as_is:
            _check_range(look, output, pattern)


def check_moment(request: Request, look: Look, sequence: Sequence) -> None:
    """A still has no number of its own, and keys that count frames need one.

    The number in the name of a single file may be anything, a version or a take; so it is asked
    for, as `Look.apply` asks for ``frame=``. Keys that count from the start of the shot stand at
    its first frame, which a still is.
    """
    keyed = look.keyed_by_frame
    if sequence.is_still and request.frames is None and look.time == "frame" and keyed:
        raise PlanError(
            f"{sequence.pattern}: {keyed[0]} has keyframes, and a still has no number of its own: "
            "say at which frame, as in --frames 1001"
        )


def _check_range(look: Look, output: str, pattern: Pattern) -> None:
    """Scene light has no place in a file that ends at 1."""
    holds = format_for(pattern.path(0)).holds
    space = look.output_space(output)
    if holds == "scene" or space is None or look.output_is_display(output):
        return
    if holds == "log" and look.configuration.space(space).encoding == "log":
        return
    also = ", a log encoding" if holds == "log" else ""
    raise NotDisplayReferred(f"{pattern}: this output is {space}; add a Display{also} or --as-is")


def check_paths(
    request: Request, sequence: Sequence, targets: Mapping[str, Pattern], tasks: list[Task]
) -> None:
    """Nobody's files are overwritten, not even by another output of this job."""
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


def check_strangers(resume: Resume, targets: Mapping[str, Pattern], tasks: list[Task]) -> None:
    """What neither bears our mark nor stands in a journal is somebody else's."""
    for pattern in targets.values():
        paths = [pattern.path(task.number) for task in tasks]
        in_the_way = provenance.foreign(path for path in paths if not resume.knows(path))
        if in_the_way:
            listed = ", ".join(path.name for path in in_the_way[:_NAMED])
            more = f" and {len(in_the_way) - _NAMED} more" if len(in_the_way) > _NAMED else ""
            one = len(in_the_way) == 1
            what = "a file is there" if one else f"{len(in_the_way)} files are there"
            raise WouldOverwrite(
                f"{pattern}: {what} that grade did not write "
                f"({listed}{more}); name another folder, or --force"
            )
