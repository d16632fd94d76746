"""Timecode in the fields of SMPTE ST 12-1, which EXR and DPX have: digits, drop flag, field phase.

The fields count to 29 frames. From 31 to 60 frames per second two frames share a number, and the
field phase is set in the second one (ST 12-1, 12). No field of these formats holds a higher rate,
nor a number above 29 whose rate is unknown. Such a timecode goes to an attribute of our own.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path
from typing import Any

from grade.io.errors import FrameError
from grade.io.frame import Frame
from grade.io.frame_rates import rate_of
from grade.science.timecode import TimecodeError, count_frames, nominal_rate

NATIVE = "grade:timecode"
"""The attribute of a timecode that no standard field holds, as a text."""
_FORM = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9]):([0-5][0-9])([:;])([0-9]{2,3})")
_DIGITS = 30  # numbers that the fields have for frames
_PAIRED = 60  # frames per second that pairs reach


def timecode_of_entries(attributes: Mapping[str, Any], library: Any) -> str | None:
    """Return the timecode that header entries state, with the count of frames of their rate."""
    code = attributes.get("timeCode")
    if code is not None:
        return text_of_code(code, rate_of(attributes), library)
    return checked(attributes.get(NATIVE), rate_of(attributes))


def timecode_at(frame: Frame, rate: Fraction) -> str | None:
    """Return the timecode of a frame whose header may not say its rate, but which has this one."""
    import OpenEXR

    code = frame.attributes.get("timeCode")
    if code is None or rate_of(frame.attributes) is not None:
        return frame.timecode
    if text_of_code(code, None, OpenEXR) != frame.timecode:
        return frame.timecode
    return text_of_code(code, rate, OpenEXR)


def checked(text: object, rate: Fraction | None) -> str | None:
    """Return a text that a file has for its timecode; None unless there is such a timecode."""
    if not isinstance(text, str) or not _FORM.fullmatch(text):
        return None
    try:
        count_frames(text, 1000.0 if rate is None else float(rate))
    except TimecodeError:
        return None
    return text


def text_of_code(value: Any, rate: Fraction | None, library: Any) -> str | None:
    """Return ``hh:mm:ss:ff`` for a ``timeCode`` of OpenEXR; None for anything else.

    None too where two frames share a number, and the number does not exist at the rate.
    """
    if not isinstance(value, library.TimeCode):
        return None
    frame = value.frame
    if rate is not None and nominal_rate(float(rate)) > _DIGITS:
        frame = 2 * frame + bool(value.fieldPhase)
        if frame >= nominal_rate(float(rate)):
            return None
    mark = ";" if value.dropFrame else ":"
    return f"{value.hours:02d}:{value.minutes:02d}:{value.seconds:02d}{mark}{frame:02d}"


def field_note(frame: Frame, path: Path) -> str | None:
    """Return a sentence for a timecode that an EXR or DPX has no field for; None else."""
    if frame.timecode is None or path.suffix.lower() not in (".exr", ".dpx"):
        return None
    rate = rate_of(frame.attributes)
    if has_field(frame.timecode, rate):
        return None
    at = "of a rate that is not stated" if rate is None else f"at {float(rate):.6g} a second"
    return (
        f"{path}: timecode {frame.timecode} {at}: no standard field holds it, so it is written as "
        f"the attribute {NATIVE} alone"
    )


def has_field(text: str, rate: Fraction | None) -> bool:
    """Whether EXR and DPX have a field that holds a timecode of this rate."""
    if rate is None:
        return int(re.split("[:;]", text)[-1]) < _DIGITS
    return nominal_rate(float(rate)) <= _PAIRED


def code_of_text(text: str, rate: Fraction | None, library: Any) -> Any:
    """Return the ``timeCode`` of OpenEXR for a text; None where no field holds it.

    Raises
    ------
    FrameError
        The text is no timecode, or there is none such at the rate.
    """
    found = _FORM.fullmatch(text)
    if found is None:
        raise FrameError(f"timecode {text!r}: write hh:mm:ss:ff")
    if rate is not None:
        try:
            count_frames(text, float(rate))
        except TimecodeError as error:
            raise FrameError(f"{error}; correct it, or the framesPerSecond of the frame") from error
    if not has_field(text, rate):
        return None
    frame, phase = int(found[5]), 0
    if rate is not None and nominal_rate(float(rate)) > _DIGITS:
        frame, phase = divmod(frame, 2)
    digits = [int(found[1]), int(found[2]), int(found[3]), frame]
    try:
        return library.TimeCode(*digits, int(found[4] == ";"), 0, phase, *([0] * 11))
    except RuntimeError as error:
        raise FrameError(f"timecode {text}: {error}") from error


def entries_for(attributes: Mapping[str, Any], text: str | None, library: Any) -> dict[str, Any]:
    """Return the entries of a timecode to write: ``timeCode``, or our own where no field holds it.

    The ``timeCode`` that was read is kept, with its flags and user bits, if it still says this.

    Raises
    ------
    FrameError
        As `code_of_text`.
    """
    rate = rate_of(attributes)
    code = attributes.get("timeCode")
    if code is not None and text_of_code(code, rate, library) == text:
        return {"timeCode": code}
    if text is None:
        return {}
    code = code_of_text(text, rate, library)
    return {NATIVE: text} if code is None else {"timeCode": code}
