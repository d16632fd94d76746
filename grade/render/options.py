"""The options of a render job: the flags of ``grade render`` as values of Python."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from fractions import Fraction
from math import isfinite
from pathlib import Path
from typing import Any, Literal, TypedDict, get_args

from grade.graph.look import Look
from grade.graph.open_look import decide_inputs
from grade.io import format_ranges
from grade.io.formats.movie import Range
from grade.ir.dither import Dither
from grade.render.errors import PlanError, UnknownOption
from grade.render.frame.destination import DITHERS, SCALES
from grade.render.frame.grader import AlphaPolicy
from grade.render.frame.memory import parse_bytes
from grade.render.request import Missing, Request
from grade.science.frame_rate import snap_rate
from grade.settings import settings
from grade.suggestion import suggest

Frames = str | int | Iterable[int]
"""Ranges such as ``"1001-1100x2,1200"``, or the numbers, as in ``range(1001, 1101)``."""
Nan = Literal["keep", "black"]
Audio = Literal["copy", "aac", "pcm_s16le", "pcm_s24le", "none"]
Bits = Literal["half", "float", "8", "10", "12", "16"]

CHOICES: dict[str, tuple[str, ...]] = {
    "missing": get_args(Missing),
    "nan": get_args(Nan),
    "alpha": get_args(AlphaPolicy),
    "bits": get_args(Bits),
    "scale": tuple(SCALES),
    "dither": DITHERS,
    "range": get_args(Range),
    "out_range": get_args(Range),
    "audio": get_args(Audio),
}
"""The words that an option takes, for options with a fixed choice."""
MOST_THREADS = 4096
LEAST_STALE = 0.01  # minutes
_SWITCHES = ("strict", "trust_input", "force", "as_is")
_TEXTS = ("chunk", "version", "preset", "input_space", "compression", "device")
_PATHS = ("cdl", "sound", "config")


class Keywords(TypedDict, total=False):
    """The options as keywords, for type checkers and editors; `Options` says what they mean."""

    frames: Frames | None
    chunk: str | None
    version: str | None
    cdl: str | os.PathLike[str] | None
    set: Mapping[str, Any]
    without: str | Sequence[str]
    preset: str | None
    first: int | None
    range: Range
    out_range: Range
    rate: str | float | Fraction | None
    sound: str | os.PathLike[str] | None
    audio: Audio | None
    input_space: str | None
    config: str | os.PathLike[str] | None
    alpha: AlphaPolicy | None
    bits: str | int | None
    compression: str | None
    scale: str | float
    dither: Dither
    device: str | None
    threads: int | None
    memory: str | int | None
    gpu_memory: str | int | None
    missing: Missing
    nan: Nan
    strict: bool
    trust_input: bool
    force: bool
    stale: float
    as_is: bool
    literal: bool | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """The options of a job. Each has the name and the default of its flag.

    Attributes
    ----------
    frames
        The frames as ranges, ``"1001-1100x2,1200"``, or their numbers. None: all that exist.
    chunk
        A share of the frames, such as ``"3/20"``. Shares are disjoint, and together are all frames.
    version, cdl, set, without
        Changes to the look: one of its versions; a file, with ``#ID``, that fills its CDL; values
        by ``node.param`` or knob; nodes to leave out. The nodes are left out first. If several of
        the others set a value, the last one wins.
    preset
        The name of a delivery preset. Presets of a project lie beside its looks, so they are found
        only if the look is given by its path.
    first
        The number of a movie's first frame.
    range, out_range
        The range of code values, of a movie that is read and of one that is written.
    rate
        Frames per second of a movie that is written, such as 24 or ``"24000/1001"``; a plate of
        variable frame rate is conformed to it by time.
    sound, audio
        The audio file of a movie that is written, or ``"none"``; the audio codec.
    input_space
        The space of the plate, whatever the look says; the flag is ``--input``.
    config
        The OpenColorIO config, if the look names none.
    alpha
        What alpha means; None believes the file.
    bits, compression
        How files are written; None: like the plate, but PNG with 16 bits and DPX with 10.
    scale
        ``"1/2"``, ``"1/4"`` or ``"1/8"`` writes a smaller picture of averaged pixels.
    dither
        Noise of one code value in files of 12 bits or fewer, or ``"none"``.
    device
        ``auto``, ``cpu``, ``cuda`` or ``cuda:N``; CUDA never falls back. None: the setting.
    threads
        CPU threads; None: as many as the process may use.
    memory, gpu_memory
        Memory for frames in flight, and for frames on a CUDA device: ``"8G"``, or bytes.
    missing
        What to do at a gap of the plate: ``error`` stops before anything is written, ``skip``
        leaves the frame out, ``hold`` grades the frame before it, ``black`` grades black.
    nan
        ``black`` grades and stores 0 in place of NaN.
    strict
        NaN, Inf, values clipped at the half-float limit, and gaps count as failures.
    trust_input
        Believe the look if the tags of the plate contradict it.
    force
        Render every frame, and overwrite files that grade did not write.
    stale
        Minutes until the claim of another host is given up.
    as_is
        Allow scene-referred outputs in display-referred formats.
    literal
        Whether paths are names of files as they stand: True, or False for patterns. None: a path
        that is a file on disk is that file, see `grade.io.sequence.named_files`.

    Raises
    ------
    PlanError
        If an option does not take a value.
    """

    frames: Frames | None = None
    chunk: str | None = None
    version: str | None = None
    cdl: str | os.PathLike[str] | None = None
    set: Mapping[str, Any] = field(default_factory=dict)
    without: str | Sequence[str] = ()
    preset: str | None = None
    first: int | None = None
    range: Range = "auto"
    out_range: Range = "auto"
    rate: str | float | Fraction | None = None
    sound: str | os.PathLike[str] | None = None
    audio: Audio | None = None
    input_space: str | None = None
    config: str | os.PathLike[str] | None = None
    alpha: AlphaPolicy | None = None
    bits: str | int | None = None
    compression: str | None = None
    scale: str | float = "1"
    dither: Dither = "triangular"
    device: str | None = None
    threads: int | None = None
    memory: str | int | None = None
    gpu_memory: str | int | None = None
    missing: Missing = "skip"
    nan: Nan = "keep"
    strict: bool = False
    trust_input: bool = False
    force: bool = False
    stale: float = 15
    as_is: bool = False
    literal: bool | None = None

    def __post_init__(self) -> None:
        for name, choices in CHOICES.items():
            value = getattr(self, name)
            if value is not None and _word(value) not in choices:
                raise _wrong(name, value, ", ".join(choices))
        for name in _SWITCHES:
            if not isinstance(getattr(self, name), bool):
                raise _wrong(name, getattr(self, name), "True or False")
        if not isinstance(self.literal, bool | None):
            raise _wrong("literal", self.literal, "True, False or None")
        for name in _TEXTS:
            if not isinstance(getattr(self, name), str | None) or getattr(self, name) == "":
                raise _wrong(name, getattr(self, name), "a text")
        for name in _PATHS:
            if not isinstance(getattr(self, name), str | os.PathLike | None) or (
                getattr(self, name) == ""
            ):
                raise _wrong(name, getattr(self, name), "a path")
        if not isinstance(self.set, Mapping) or not all(isinstance(n, str) for n in self.set):
            raise _wrong("set", self.set, 'values by name, as in {"trim.slope": (1.1, 1, 0.95)}')
        nodes = [self.without] if isinstance(self.without, str) else self.without
        if not isinstance(nodes, Sequence) or not all(isinstance(node, str) for node in nodes):
            raise _wrong("without", self.without, "the name of a node, or several")
        if self.threads is not None and not _is_whole(self.threads, 1, MOST_THREADS):
            raise _wrong("threads", self.threads, f"a whole number from 1 to {MOST_THREADS}")
        if self.first is not None and not _is_whole(self.first):
            raise _wrong("first", self.first, "a whole number")
        if not isinstance(self.stale, int | float) or not self.stale >= LEAST_STALE:
            raise _wrong("stale", self.stale, f"minutes, {LEAST_STALE} or more")

    @classmethod
    def of_keywords(cls, given: Mapping[str, Any]) -> Options:
        """The options from keyword arguments.

        Raises
        ------
        UnknownOption
            For an unknown option; the message names the nearest.
        PlanError
            If an option does not take a value.
        """
        known = [option.name for option in fields(cls)]
        for name in given:
            if name not in known:
                raise UnknownOption(f"there is no option {name}.{suggest(name, known)}")
        return cls(**given)

    @property
    def nodes_left_out(self) -> tuple[str, ...]:
        """The nodes of ``without``."""
        return (self.without,) if isinstance(self.without, str) else tuple(self.without)

    def make_request(
        self,
        look: Look,
        input: str | os.PathLike[str],
        outputs: Mapping[str, str | os.PathLike[str]],
        preset_folder: Path | None,
    ) -> Request:
        """The request of these options, for one look over one plate.

        Parameters
        ----------
        look
            The look, with all changes that the options make.
        input, outputs
            The plate; the file or pattern of each output.
        preset_folder
            The folder of the look, which may have presets; or None.
        """
        check_path("input", input)
        for name, path in outputs.items():
            check_path(f"outputs[{name!r}]", path)
        gpu_memory = self.gpu_memory
        return Request(
            look=decide_inputs(look, self.literal),
            input=os.fspath(input),
            outputs={name: os.fspath(path) for name, path in outputs.items()},
            frames=_format_frames(self.frames),
            chunk=self.chunk,
            device=self.device or settings().device,
            threads=self.threads or settings().threads,
            memory=None if self.memory is None else parse_bytes(str(self.memory)),
            gpu_memory=None if gpu_memory is None else parse_bytes(str(gpu_memory), "--gpu-memory"),
            bits=None if self.bits is None else _word(self.bits),
            compression=self.compression,
            scale=_word(self.scale),
            dither=self.dither,
            alpha=self.alpha,
            missing=self.missing,
            nan=self.nan,
            strict=self.strict,
            trust_input=self.trust_input,
            input_stated=self.input_space is not None,
            force=self.force,
            as_is=self.as_is,
            literal=self.literal,
            movie_first=self.first,
            range=self.range,
            preset=self.preset,
            preset_folder=preset_folder,
            out_range=self.out_range,
            rate=None if self.rate is None else _frame_rate(self.rate),
            sound=None if self.sound is None else os.fspath(self.sound),
            audio=self.audio,
            stale=60 * self.stale,
        )


def _word(value: object) -> str:
    """A choice as text: 16 is ``16``, and 0.5 is ``1/2``."""
    return str(Fraction(value)) if isinstance(value, float) and isfinite(value) else str(value)


def _is_whole(value: object, least: int | None = None, most: int | None = None) -> bool:
    if not isinstance(value, int) or isinstance(value, bool):
        return False
    return (least is None or least <= value) and (most is None or value <= most)


def _wrong(name: str, value: object, takes: str) -> PlanError:
    return PlanError(f"{name} = {value!r}: takes {takes}")


def check_path(name: str, value: object) -> None:
    """Refuse what is not the path of a file.

    Raises
    ------
    PlanError
        Naming the argument.
    """
    text = os.fspath(value) if isinstance(value, os.PathLike) else value
    if not isinstance(text, str) or not text:
        raise _wrong(name, value, "the path of a file, or a pattern such as out/sh010.####.exr")


def _format_frames(frames: Frames | None) -> str | None:
    """Frames as ranges."""
    if frames is None or isinstance(frames, str):
        return frames
    numbers = list(frames) if isinstance(frames, Iterable) else [frames]
    if not numbers or not all(_is_whole(number) for number in numbers):
        raise _wrong("frames", frames, 'ranges such as "1001-1100x2", or whole numbers')
    return format_ranges(numbers)


def _frame_rate(rate: str | float | Fraction) -> Fraction:
    text = str(rate)
    try:
        found = snap_rate(Fraction(text))
    except (ValueError, ZeroDivisionError):
        found = Fraction(0)
    if not 0 < found <= 1000:
        raise PlanError(f"--rate {text}: write frames per second, as 24, 23.976 or 24000/1001")
    return found
