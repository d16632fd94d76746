"""Timecode, keycode, frame rate and pixel aspect: DPX fields to the entries of OpenEXR and back.

A frame has the fields themselves too, under ``dpx:``. They are written as they are if the entry
still agrees with them. An entry that was changed, or comes from an EXR, replaces them.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from grade.io.formats import smpte_timecode
from grade.io.frame_rates import rate_of
from grade.science.frame_rate import snap_rate

_KEYCODE = ("film_manufacturer", "film_type", "film_prefix", "film_count",
            "film_perforation_offset")  # fmt: skip
_DIGITS = dict(zip(_KEYCODE, (2, 2, 6, 4, 2), strict=True))
PERFORATIONS = (4, 64)
"""Perforations per frame and per count of 35 mm film; DPX has no fields for them."""


# --- timecode: eight digits, the flags of SMPTE ST 12 in the bits that tens leave free ------------

_FLAGS = ("dropFrame", "colorFrame", "fieldPhase", "bgf0", "bgf1", "bgf2")
_BITS = (6, 7, 15, 23, 30, 31)
_BITS_OF_50 = (6, 7, 31, 15, 30, 23)


def _flag_bits(rate: Fraction | None) -> dict[str, int]:
    """Return the bit of each flag: ST 12-1 moves some of them at 50 frames per second."""
    return dict(zip(_FLAGS, _BITS_OF_50 if rate == 50 else _BITS, strict=True))


def timecode_of_words(word: int, user_bits: int, rate: Fraction | None = None) -> Any:
    """Return the ``timeCode`` for two words of a header; None if the digits are no time of day."""
    import OpenEXR

    digits = [
        (word >> shift & low) + 10 * (word >> shift + 4 & high)
        for shift, low, high in ((24, 15, 3), (16, 15, 7), (8, 15, 7), (0, 15, 3))
    ]
    if any((word >> shift & 15) > 9 for shift in (0, 8, 16, 24)):
        return None
    flags = [word >> bit & 1 for bit in _flag_bits(rate).values()]
    groups = [user_bits >> 4 * number & 15 for number in range(8)]
    try:
        return OpenEXR.TimeCode(*digits, *flags, *groups)
    except RuntimeError:
        return None


def timecode_words(value: Any, rate: Fraction | None = None) -> tuple[int, int]:
    """Return the two words of a ``timeCode``."""
    word = 0
    for number, shift in ((value.hours, 24), (value.minutes, 16), (value.seconds, 8),
                          (value.frame, 0)):  # fmt: skip
        word |= (number // 10 << 4 | number % 10) << shift
    for flag, bit in _flag_bits(rate).items():
        word |= bool(getattr(value, flag)) << bit
    return word, int(value.userData) & 0xFFFFFFFF


# --- entries of a frame ---------------------------------------------------------------------------


def entries(fields: Mapping[str, Any], perforations: Any = None) -> dict[str, Any]:
    """Return ``timeCode``, ``keyCode`` and ``framesPerSecond``, where the fields define them."""
    found: dict[str, Any] = {}
    rate = frame_rate(fields)
    if rate is not None:
        found["framesPerSecond"] = rate
    if "timecode" in fields:
        word, user_bits = (int(str(fields.get(name, 0)), 0) for name in ("timecode", "user_bits"))
        code = timecode_of_words(word, user_bits, rate)
        if code is not None:
            found["timeCode"] = code
    code = keycode_of_fields(fields, perforations)
    if code is not None:
        found["keyCode"] = code
    return found


def keycode_of_fields(fields: Mapping[str, Any], perforations: Any = None) -> Any:
    """Return the ``keyCode`` of the film fields; None unless all of them are digits."""
    texts = [str(fields.get(name, "")) for name in _KEYCODE]
    if not all(text.isascii() and text.isdigit() for text in texts):
        return None
    import OpenEXR

    try:
        return OpenEXR.KeyCode(*map(int, texts), *(perforations or PERFORATIONS))
    except (RuntimeError, TypeError):
        return None


def keycode_fields(code: Any) -> dict[str, str]:
    """Return the film fields of a ``keyCode``."""
    numbers = (code.filmMfcCode, code.filmType, code.prefix, code.count, code.perfOffset)
    return {
        name: f"{number:0{digits}d}"
        for (name, digits), number in zip(_DIGITS.items(), numbers, strict=True)
    }


def frame_rate(fields: Mapping[str, Any]) -> Fraction | None:
    """Return the rate of the television field, else of the film field, as the exact fraction.

    >>> frame_rate({"frame_rate": 23.976})
    Fraction(24000, 1001)
    >>> frame_rate({"film_frame_rate": 24.0})
    Fraction(24, 1)
    """
    stated = (fields.get(name) for name in ("frame_rate", "film_frame_rate"))
    value = next((rate for rate in stated if rate is not None and 0 < rate <= 100_000), None)
    if value is None:
        return None
    return snap_rate(float(value)) or None


def pixel_aspect(fields: Mapping[str, Any]) -> float:
    """Return the width of a pixel over its height; 1 where the field is undefined or absurd."""
    try:
        across, down = (int(word, 0) for word in str(fields.get("pixel_aspect", "")).split())
    except ValueError:
        return 1.0
    ratio = across / down if across and down else 1.0
    return ratio if 1e-3 <= ratio <= 1e3 else 1.0


# --- fields of a frame ----------------------------------------------------------------------------


def fields_of(
    kept: Mapping[str, Any], attributes: Mapping[str, Any], text: str | None, aspect: float
) -> dict[str, Any]:
    """Return the fields for the entries of a frame; None removes a kept field.

    Parameters
    ----------
    kept
        The fields that the frame was read with.
    attributes, text, aspect
        Its attributes, timecode and pixel aspect.
    """
    import OpenEXR

    made: dict[str, Any] = {}
    code = smpte_timecode.entries_for(attributes, text, OpenEXR).get("timeCode")
    rate = rate_of(attributes)
    if not isinstance(code, OpenEXR.TimeCode):  # or an entry of this name that is none
        if timecode_of_words(int(str(kept.get("timecode", 0)), 0), 0) is not None:
            made["timecode"] = None
    else:
        word, user_bits = timecode_words(code, rate)
        made["timecode"] = word
        if user_bits or "user_bits" in kept:
            made["user_bits"] = user_bits
    code = attributes.get("keyCode")
    if isinstance(code, OpenEXR.KeyCode):
        before = keycode_of_fields(kept)
        if before is None or keycode_fields(before) != keycode_fields(code):
            made |= keycode_fields(code)
    if rate is not None and rate != frame_rate(kept):
        made |= {"frame_rate": float(rate), "film_frame_rate": float(rate)}
    if aspect != pixel_aspect(kept) or ("pixel_aspect" not in kept and aspect != 1.0):
        exact = Fraction(aspect).limit_denominator(100_000)
        made["pixel_aspect"] = f"{exact.numerator} {exact.denominator}"
    return made
