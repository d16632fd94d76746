"""Which movies a job writes, and how: preset, rate, timecode and sound of each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path

from grade.errors import TemporaryError
from grade.io import Frame, ReadError, Sequence, UnsupportedError
from grade.io.formats import smpte_timecode
from grade.io.formats.movie import Recipe, Sound, frame_rate_of, is_movie, read_tracks, try_encode
from grade.io.presets.catalog import find_preset
from grade.io.presets.preset import Preset
from grade.io.sequence.sources import MovieSequence, rate_of_source
from grade.render.delivery_presets import preset_for, written_size
from grade.render.errors import PlanError
from grade.render.frame.destination import Destination
from grade.render.frame.downscale import downscale
from grade.render.frame_selection import Task
from grade.render.request import Request

# The preset of each container, if none is named.
_USUAL = {
    ".mov": "prores-422hq", ".mp4": "h264-review", ".m4v": "h264-review", ".mkv": "ffv1-archive",
    ".mxf": "dnxhr-hqx",
}  # fmt: skip
_LEGAL = {"legal": True, "full": False, "auto": None}


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedMovie:
    """A movie that a job writes.

    Attributes
    ----------
    output, path
        The output of the look, and the file.
    preset, recipe
        How it is written; the recipe is that of the preset, changed by what the request says.
    rate, timecode
        Frames per second, and the timecode of the first frame.
    sound
        The sound, or None.
    scale
        As in `Destination`.
    key
        The resume key: a hash of everything that the movie is made of.
    notes
        Sentences on what is not as the source has it.
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
    notes: tuple[str, ...] = ()

    def fit(self, frame: Frame) -> Frame:
        """The frame in the size of the movie."""
        return self.preset.fit_frame(downscale(frame, self.scale))


def plan_movies(
    request: Request,
    sequence: Sequence,
    destinations: Mapping[str, Destination],
    tasks: list[Task],
    missing: list[int],
    sample: Frame,
) -> dict[str, PlannedMovie]:
    """The movies among the outputs, by output.

    Raises
    ------
    PlanError, PresetError, UnsupportedError, MissingError
        A chunk of the frames or frames with gaps are to become a movie, the frame rate is unknown,
        the preset does not fit, or there is no sound.
    """
    movies: dict[str, PlannedMovie] = {}
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
        named = preset_for(request, destination)
        fits = named is not None and path.suffix.lower() in named.suffixes
        own = named if fits and named is not None and named.recipe is not None else None
        used = own or find_preset(_USUAL[path.suffix.lower()])
        recipe = _recipe(request, used, destination)
        recipe.check(path)
        rate = _rate(request, sequence, sample, path)
        if own is not None:
            own.check(path, destination.tags, None, rate)
        sound, notes = _sound(request, sequence, tasks, rate, path)
        movies[output] = PlannedMovie(
            output=output,
            path=path,
            preset=used,
            recipe=recipe,
            rate=rate,
            timecode=_timecode(sequence, tasks, sample, rate),
            sound=sound,
            scale=destination.scale,
            notes=tuple(notes),
        )
    return movies


def rehearse_movies(
    movies: Mapping[str, PlannedMovie], destinations: Mapping[str, Destination], sample: Frame
) -> None:
    """Write a picture of every movie to a scratch file, before the first frame is read.

    Raises
    ------
    UnsupportedError, MissingError
        The encoder or the container refuses such pictures or such sound.
    """
    for output, movie in movies.items():
        size = movie.preset.fit_size(written_size(sample, movie.scale))
        try_encode(
            movie.path, movie.recipe, movie.rate, size, timecode=movie.timecode, sound=movie.sound,
            tags=destinations[output].tags, attributes=sample.attributes,
        )  # fmt: skip


def _recipe(request: Request, used: Preset, destination: Destination) -> Recipe:
    assert used.recipe is not None
    recipe = replace(used.recipe, dither=destination.dither)
    if (legal := _LEGAL[request.out_range]) is not None:
        recipe = replace(recipe, legal=legal)
    if request.audio is not None:
        recipe = replace(recipe, audio=request.audio)
    return recipe


def _rate(request: Request, sequence: Sequence, sample: Frame, path: Path) -> Fraction:
    look = request.look.rate
    found = request.rate or rate_of_source(sequence) or frame_rate_of(sample)
    if found is None and look is not None:
        found = frame_rate_of(sample.with_attributes({"framesPerSecond": float(look)}))
    if found is None:
        raise PlanError(f"{path}: the number of frames per second is unknown; give --rate")
    return found


def _timecode(sequence: Sequence, tasks: list[Task], sample: Frame, rate: Fraction) -> str | None:
    """The timecode of the first frame; None if there is none such at the rate of the movie."""
    if isinstance(sequence, MovieSequence):
        text = sequence.movie.timecode_of(tasks[0].source)
    else:
        text = smpte_timecode.timecode_at(sample, rate)
    return smpte_timecode.checked(text, rate)


def _sound(
    request: Request, sequence: Sequence, tasks: list[Task], rate: Fraction, path: Path
) -> tuple[Sound | None, list[str]]:
    """The sound of the source movie, or of the named file, which starts with the plate.

    Sentences tell what of it is left out.
    """
    if request.sound == "none":
        return None, []
    speed = rate  # at which the frames of the plate go by in the sound
    if request.sound is not None:
        source = Path(request.sound)
        _check_sound(source)
    elif isinstance(sequence, MovieSequence):
        source, speed = sequence.movie.path, sequence.movie.rate
    else:
        return None, []
    numbers = [task.number for task in tasks]
    if numbers != list(range(numbers[0], numbers[-1] + 1)):
        left = f"{path}: the sound of {source.name} is left out: the frames have a step or a gap"
        return None, [left] if request.sound or read_tracks(source) else []
    sound = Sound(
        source, Fraction(numbers[0] - sequence.first) / speed, Fraction(len(numbers)) / rate
    )
    notes = _sound_notes(sound, path, rate)
    if speed != rate and read_tracks(source):
        notes.append(
            f"{path}: sound of {float(speed):.6g} frames per second is not stretched to the "
            f"{float(rate):.6g} of the picture"
        )
    return sound, notes


def _sound_notes(sound: Sound, path: Path, rate: Fraction) -> list[str]:
    """Sentences on tracks that end before the picture by more than a frame."""
    assert sound.length is not None
    notes = []
    tracks = read_tracks(sound.path)
    for number, track in enumerate(tracks, 1):
        if track.seconds is None:
            continue
        there = max(0.0, track.seconds - float(sound.start))
        missing = float(sound.length) - there
        if missing > float(1 / rate):
            name = "the sound" if len(tracks) == 1 else f"sound track {number}"
            notes.append(
                f"{path}: {name} of {sound.path.name} ends {missing:.2f} s before the picture, "
                f"which is {float(sound.length):.2f} s long; the rest is silent"
            )
    return notes


def _check_sound(path: Path) -> None:
    """Raise `UnsupportedError` if the file that is named for its sound has none."""
    remedy = "name a file with sound, or --sound none"
    try:
        found = read_tracks(path)
    except TemporaryError:
        raise
    except ReadError as error:
        raise UnsupportedError(f"{error}; {remedy}") from error
    if not found:
        raise UnsupportedError(f"{path}: there is no sound in it; {remedy}")
