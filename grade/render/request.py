"""The request for a render job, before anything of it is checked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Literal

from grade.graph.look import Look
from grade.io.formats.movie import Range
from grade.render.frame.grader import AlphaPolicy
from grade.render.ledger.claim import STALE

Missing = Literal["error", "skip", "hold", "black"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """A job as it was asked for.

    Attributes
    ----------
    look
        The look, with every knob set.
    input
        The plate: a file or a pattern of files.
    outputs
        The file or pattern of each output of the look, with options as `Destination.parse` reads
        them.
    frames
        The frames as ranges; None: all that exist.
    chunk
        A share of the frames, such as ``3/20``. Shares are disjoint, and together are all frames.
    first
        The first frame of the shot, for looks whose keyframes count from there; None: that of the
        plate.
    device, threads
        Where it runs; None takes the settings.
    memory
        Bytes for the frames in flight; None: half of what the process may use.
    gpu_memory
        Bytes for the frames that a CUDA device holds at one time; None: as many frames as keep the
        device busy.
    bits, compression, scale, dither
        As in `Destination`, for outputs that do not set them.
    alpha
        What alpha means; None believes the file.
    missing
        What to do if the plate has a gap: stop before anything is written, skip the frame, hold the
        frame before, or grade black.
    nan
        "black" grades and stores 0 in place of NaN.
    strict
        NaN, Inf, clipped values and filled gaps count as failures.
    input_stated
        Whether the look's input was set for this job, by ``--input`` or by a row of a show.
    trust_input
        Believe the look if the tags of the plate contradict it.
    force
        Render every frame, and overwrite files that grade did not write.
    as_is
        Allow scene-referred outputs in display-referred formats.
    movie_first, range
        The number of a movie's first frame, and the range of its code values, as in `Movie`.
    preset, preset_folder
        The name of a delivery preset for all outputs; a folder that may have presets, that of the
        look.
    out_range, rate, sound, audio
        For movies that are written: the range of code values, ``auto``, ``full`` or ``legal``; the
        frames per second; an audio file or ``none``, where None takes the audio of the source; the
        audio codec.
    literal
        Whether paths are names of files as they stand; None: those that are files on disk are.
    stale
        Seconds without a touch after which the claim of another host is given up.
    """

    look: Look
    input: str
    outputs: Mapping[str, str]
    frames: str | None = None
    chunk: str | None = None
    first: int | None = None
    device: str | None = None
    threads: int | None = None
    memory: int | None = None
    gpu_memory: int | None = None
    bits: str | None = None
    compression: str | None = None
    scale: str = "1"
    dither: str = "triangular"
    alpha: AlphaPolicy | None = None
    missing: Missing = "skip"
    nan: Literal["keep", "black"] = "keep"
    strict: bool = False
    trust_input: bool = False
    input_stated: bool = False
    force: bool = False
    as_is: bool = False
    movie_first: int | None = None
    range: Range = "auto"
    preset: str | None = None
    preset_folder: Path | None = None
    out_range: Range = "auto"
    rate: Fraction | None = None
    sound: str | None = None
    audio: str | None = None
    literal: bool | None = None
    stale: float = STALE
