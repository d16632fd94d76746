"""Which movies a job writes, how, and whether what is there is what would be written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

from grade.errors import GradeError, TemporaryError
from grade.graph.tracing.geometry import Geometry
from grade.io import Frame, ReadError, Sequence, UnsupportedError
from grade.io.formats.movie import Sound, frame_rate_of, is_movie, read_tracks, try_encode
from grade.io.presets.catalog import find_preset
from grade.io.presets.preset import Preset
from grade.io.sequence.sources import MovieSequence, rate_of_source
from grade.render.errors import PlanError
from grade.render.frame.destination import Destination
from grade.render.frame.grader import Grader, Prepared
from grade.render.frames import Task
from grade.render.ledger.file_identity import Glance
from grade.render.ledger.resume import Resume
from grade.render.ledger.resume_key import input_paths
from grade.render.movie import Reel, key_of
from grade.render.request import Request

# What a movie is written by where no preset is named.
_USUAL = {
    ".mov": "prores-422hq", ".mp4": "h264-review", ".m4v": "h264-review", ".mkv": "ffv1-archive",
    ".mxf": "dnxhr-hqx",
}  # fmt: skip
_LEGAL = {"legal": True, "full": False, "auto": None}


def preset_of(request: Request, destination: Destination) -> Preset | None:
    """The preset that was asked for by name: the output's own, else the one for all."""
    name = destination.preset or request.preset
    return None if name is None else find_preset(name, request.beside)


def check_preset(
    request: Request, destinations: Mapping[str, Destination], sample: Frame
) -> list[str]:
    """Hold the outputs that a preset is for against it; return what could not be held.

    Raises
    ------
    PresetError
        One of them is not what the preset asks for, or it is for none of them.
    """
    said = []
    idle: list[Destination] = []  # to which the preset for all is given, and it does not fit
    for destination in destinations.values():
        named = preset_of(request, destination)
        if named is None:
            continue
        if destination.preset is None and destination.suffix not in named.suffixes:
            idle.append(destination)
            continue
        size = proxy_size(sample, destination.scale)
        said += named.check(destination.pattern.path(0), destination.tags, size)
    if idle and len(idle) == len([d for d in destinations.values() if d.preset is None]):
        named = preset_of(request, idle[0])
        assert named is not None
        named.check(idle[0].pattern.path(0), idle[0].tags)
    return said


def reels_of(
    request: Request,
    sequence: Sequence,
    destinations: Mapping[str, Destination],
    tasks: list[Task],
    missing: list[int],
    sample: Frame,
) -> dict[str, Reel]:
    """The movies among the outputs.

    Raises
    ------
    PlanError, PresetError, UnsupportedError, MissingError
        A share of the frames or frames with gaps are wanted as a movie, nothing says the rate, the
        preset does not fit, or the sound is not there.
    """
    reels: dict[str, Reel] = {}
    for output, destination in destinations.items():
        path = destination.pattern.path(0)
        if not is_movie(path):
            continue
        if request.chunk is not None:
            raise PlanError(f"{path}: a movie is one file; --chunk is for files of frames")
        if missing and request.missing in ("skip", "error"):
            raise PlanError(
                f"{path}: a movie has no gaps, and the plate has {len(missing)}; "
                "--missing hold or black fills them"
            )
        named = preset_of(request, destination)
        fits = named is not None and path.suffix.lower() in named.suffixes
        own = named if fits and named is not None and named.recipe is not None else None
        made = own or find_preset(_USUAL[path.suffix.lower()])
        assert made.recipe is not None
        recipe = replace(made.recipe, dither=destination.dither)
        if (legal := _LEGAL[request.out_range]) is not None:
            recipe = replace(recipe, legal=legal)
        if request.audio is not None:
            recipe = replace(recipe, audio=request.audio)
        recipe.check(path)
        rate = _rate(request, sequence, sample, path)
        if own is not None:
            own.check(path, destination.tags, None, rate)
        reels[output] = Reel(
            output=output,
            path=path,
            preset=made,
            recipe=recipe,
            rate=rate,
            timecode=_timecode(sequence, tasks, sample),
            sound=_sound(request, sequence, tasks, rate),
            scale=destination.scale,
        )
    return reels


def check_reels(
    reels: Mapping[str, Reel], destinations: Mapping[str, Destination], sample: Frame
) -> None:
    """Write a picture of every movie elsewhere, before the first frame is read.

    Raises
    ------
    UnsupportedError, MissingError
        The encoder or the container refuses such pictures or such sound.
    """
    for output, reel in reels.items():
        size = reel.preset.fit_size(proxy_size(sample, reel.scale))
        try_encode(
            reel.path, reel.recipe, reel.rate, size, timecode=reel.timecode, sound=reel.sound,
            tags=destinations[output].tags,
        )  # fmt: skip


def proxy_size(frame: Frame, scale: int) -> tuple[int, int]:
    """Width and height of what is seen, at a scale."""
    box = frame.display_window
    return box.width // scale, box.height // scale


def _rate(request: Request, sequence: Sequence, sample: Frame, path: Path) -> Fraction:
    look = request.look.rate
    found = request.rate or rate_of_source(sequence) or frame_rate_of(sample)
    if found is None and look is not None:
        found = frame_rate_of(sample.with_attributes({"framesPerSecond": float(look)}))
    if found is None:
        raise PlanError(f"{path}: nothing says how many frames a second there are; give --rate")
    return found


def _timecode(sequence: Sequence, tasks: list[Task], sample: Frame) -> str | None:
    if isinstance(sequence, MovieSequence):
        return sequence.movie.timecode_of(tasks[0].source)
    return sample.timecode


def _sound(request: Request, sequence: Sequence, tasks: list[Task], rate: Fraction) -> Sound | None:
    """The sound of a movie, or the file that is named, which begins with the plate."""
    if request.sound == "none":
        return None
    if request.sound is not None:
        path = Path(request.sound)
        _check_sound(path)
    elif isinstance(sequence, MovieSequence):
        path = sequence.movie.path
    else:
        return None
    numbers = [task.number for task in tasks]
    if numbers != list(range(numbers[0], numbers[-1] + 1)):
        return None  # of every second frame there is no sound in sync
    start = Fraction(numbers[0] - sequence.first) / rate
    return Sound(path, start, Fraction(len(numbers)) / rate)


def _check_sound(path: Path) -> None:
    """Hold that a file that is named for its sound has some."""
    remedy = "name a file with sound, or --sound none"
    try:
        found = read_tracks(path)
    except TemporaryError:
        raise
    except ReadError as error:
        raise UnsupportedError(f"{error}; {remedy}") from error
    if not found:
        raise UnsupportedError(f"{path}: there is no sound in it; {remedy}")


def keyed(
    reel: Reel,
    grader: Grader,
    prepared: Prepared,
    sequence: Sequence,
    tasks: list[Task],
    sample: Frame,
    store: Mapping[str, Any],
) -> Reel:
    """The reel with its key: equal keys, equal movies.

    Files count by size and time, not by content: a movie is made of all of them.
    """
    try:
        frames = []
        for task in tasks:
            timecode = sample.timecode
            if isinstance(sequence, MovieSequence):
                timecode = sequence.movie.timecode_of(task.source)
            geometry = Geometry.of_frame(sample)
            values = grader.values(prepared.program, task.number, geometry, timecode)
            plate = sequence.path(task.source)
            beside = input_paths(grader.look, reel.output, plate, task.number)
            files = [_glance(path) for path in (plate, *beside)]
            frames.append([task.number, task.source, task.black, values, files])
    except GradeError:
        return reel
    sound = None if reel.sound is None else (reel.sound, _glance(reel.sound.path))
    made = (reel.recipe, reel.preset.sizes, reel.rate, reel.timecode, sound)
    meaning = {
        "program": prepared.hash, "frames": frames, "made": repr(made), "store": dict(store),
    }  # fmt: skip
    return replace(reel, key=key_of(meaning))


def _glance(path: Path) -> list[Any]:
    try:
        found = Glance.at(path)
    except OSError:
        return [str(path)]
    return [path.name, found.size, found.changed]


def why(reel: Reel, resume: Resume) -> str:
    """Why a movie must be written; empty if it is there and right."""
    entry = resume.entry(reel.path)
    try:
        there = reel.path.stat()
    except OSError:
        return "new" if entry is None else "the file is gone"
    if entry is None:
        return "no journal tells how it was made"
    row = entry.row
    if (there.st_size, there.st_mtime_ns) != (row.size, row.changed):
        return "the file is another than was written"
    if not reel.key or row.key != reel.key:
        return "the look, its options or a source changed"
    return ""
