"""Holds the frames of a plate against what the plate says it is.

A frame has the same pixels whatever frames a job was asked for. So the color tags of each frame are
held against those of the first frame of the plate, and not of the job. Headers are read before the
first frame is rendered, as far as that takes under `SECONDS`; frames whose headers were not read
are held against the same when they are read, and fail alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from grade.errors import GradeError
from grade.graph.look import Look
from grade.graph.model.plate_input import AUTO
from grade.graph.running.plate_space import contradiction, resolve_auto
from grade.io import Frame, Sequence, format_ranges
from grade.io.sequence.frame_headers import FrameHeader, group_by_words, read_headers
from grade.io.sequence.sources import MovieSequence
from grade.render.errors import OddFrame, PlanError

SECONDS = 2.0
_TAGS = "color tags"


@dataclass(frozen=True)
class PlateTraits:
    """What each frame of a plate must be like.

    Attributes
    ----------
    words
        The words of `FrameHeader`, by field, without the color tags.
    tags
        The words of the color tags that mean the same here; None: the tags decide nothing.
    """

    words: Mapping[str, str]
    tags: frozenset[str] | None

    def check(self, frame: Frame) -> None:
        """Raise `OddFrame` for a frame that is unlike the plate."""
        header = FrameHeader.of_frame(frame)
        said = header.words
        odd = [
            f"{said[field]}, and that of the plate is {usual.removeprefix(field).strip()}"
            for field, usual in self.words.items()
            if said.get(field, usual) != usual
        ]
        if self.tags is not None and header.tag_words not in self.tags:
            usual = " or ".join(sorted(self.tags))
            odd.append(f"{header.tag_words}, and the plate has {usual}")
        if odd:
            raise OddFrame(
                f"{frame.path}: unlike the plate: {'; '.join(odd)}; --input SPACE renders it all"
                " the same"
            )


@dataclass(frozen=True)
class PlateHeaders:
    """What the headers of a plate say.

    Attributes
    ----------
    reference
        The header that says what the plate is.
    traits
        What frames are held against as they come; None: nothing.
    mixed
        A sentence on frames that do not agree; None if all do that were looked at.
    """

    reference: FrameHeader
    traits: PlateTraits | None
    mixed: str | None


def check_headers(
    look: Look, sequence: Sequence, first: int, numbers: list[int], sample: Frame, decided: bool
) -> PlateHeaders:
    """Read the headers of the frames of a job, and compare them.

    Parameters
    ----------
    look
        The look, as it was asked for.
    sequence, first
        The plate, and the number of its first frame.
    numbers
        The frames that the chunks of the job read.
    sample
        A frame of them, as read.
    decided
        Whether ``--input`` or ``--trust-input`` decides what the frames are.

    Raises
    ------
    PlanError
        If frames do not agree, and nothing decides; the groups of frames are named.
    """
    own = FrameHeader.of_frame(sample)
    if isinstance(sequence, MovieSequence) or sequence.is_still:
        return PlateHeaders(own, None, None)
    place, reference = _first_header(sequence, first) or (numbers[0], own)
    headers = read_headers(sequence, dict.fromkeys(numbers), SECONDS)
    words = {number: _without_tags(header) for number, header in headers.items()}
    tags = _meaning_of_tags(look, reference, [*headers.values(), own], decided)
    if any(word is not None for word in tags.values()):
        everything = {place: reference, **headers}
        for number, header in everything.items():
            words[number] = {_TAGS: header.tag_words, **words.get(number, {})}
    groups = group_by_words(words)
    mixed = None
    if groups:
        said = "; ".join(f"{format_ranges(found)}: {text}" for text, found in groups.items())
        mixed = f"{sequence.pattern}: the frames do not agree: {said}"
        if not decided:
            reason = next((word for word in tags.values() if word), "")
            raise PlanError(
                f"{mixed}{reason and f' ({reason})'}; give --input SPACE, which takes them all as"
                " one, or leave out by --frames those that are not meant"
            )
    alike = frozenset(text for text, word in tags.items() if word is None)
    asked = None if look.input is None else alike
    traits = None if decided else PlateTraits(_without_tags(own), asked)
    return PlateHeaders(reference, traits, mixed)


def _first_header(sequence: Sequence, first: int) -> tuple[int, FrameHeader] | None:
    """The first frame of the plate whose header can be read."""
    for number in sequence.frames:
        if number >= first and (found := read_headers(sequence, [number])):
            return number, found[number]
    return None


def _without_tags(header: FrameHeader) -> dict[str, str]:
    return {field: word for field, word in header.words.items() if field != _TAGS}


def _meaning_of_tags(
    look: Look, reference: FrameHeader, headers: list[FrameHeader], decided: bool
) -> dict[str, str | None]:
    """What is wrong with each set of color tags, by its words; None if it means the same."""
    found: dict[str, str | None] = {reference.tag_words: None}
    usual = _input_by(look, reference)
    for header in headers:
        if header.tag_words not in found:
            # What --input decides is said, whatever the tags mean.
            why = "other tags" if decided and look.input is not None else None
            found[header.tag_words] = why or _why_unlike(look, header, usual)
    return found


def _why_unlike(look: Look, header: FrameHeader, usual: Any) -> str | None:
    """Why a frame is not what the plate is; None if it is."""
    if look.input is None:
        return None
    if look.input != AUTO:
        wrong = contradiction(look, header)
        return None if wrong is None else wrong.text
    own = _input_by(look, header)
    return None if own == usual else f"{header.path} is taken as {own}, the first as {usual}"


def _input_by(look: Look, header: FrameHeader) -> Any:
    """The input of a look that says ``auto`` by a header; a text where it names none."""
    if look.input != AUTO:
        return None
    try:
        return resolve_auto(look, header).input
    except GradeError:
        return "no space that is known"
