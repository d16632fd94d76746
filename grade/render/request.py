"""A job as it was asked for, before anything of it is checked."""

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
        With every knob set.
    input
        A file or a pattern.
    outputs
        Output of the look to file or pattern, with options as `Destination.parse` reads them.
    frames
        Ranges, or None for all that are there.
    chunk
        A share of them, such as ``3/20``: shares are disjoint and together are all.
    first
        The first frame of the shot, for looks whose keys count from there; None: of the plate.
    device, threads
        Where it runs; None takes the settings.
    memory, gpu_memory
        Bytes for frames in flight; None is half of what the machine has. Bytes for those that a
        CUDA device holds at one time; None lets as many on it as keep it busy.
    bits, compression, scale, dither
        As in `Destination`, where an output says nothing itself.
    alpha
        What alpha means; None believes the file.
    missing
        What happens where the plate has a gap: stop before anything is written, leave it out,
        hold the frame before, or grade black.
    nan
        "black" grades and stores 0 for NaN.
    strict
        NaN, Inf, saturated values and gaps that are filled count as failures.
    trust_input
        Believe the look where the tags of the plate say something else.
    force
        Render every frame, and overwrite what is not ours.
    as_is
        Scene-referred numbers may go into PNG.
    movie_first, range
        Number of a movie's first frame, and what its code values span, as in `Movie`.
    preset, beside
        Name of a delivery preset, and the folder of the look, beside which there may be some.
    out_range, rate, sound, audio
        Of movies that are written: ``auto``, ``full`` or ``legal``; frames per second; a sound
        file or ``none``, where None takes the source's; what sound is encoded in.
    stale
        Seconds without a touch after which another host's claim counts no more.
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
    force: bool = False
    as_is: bool = False
    movie_first: int | None = None
    range: Range = "auto"
    preset: str | None = None
    beside: Path | None = None
    out_range: Range = "auto"
    rate: Fraction | None = None
    sound: str | None = None
    audio: str | None = None
    stale: float = STALE
