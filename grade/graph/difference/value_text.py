"""Values of parameters as text for a reader."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from grade.op import Animation, Band, Record
from grade.op.animation.keyframes import STRAIGHT, Key, format_frame
from grade.science import timecode

LONGEST = 60
MOST_KEYS = 12


def to_text(value: Any) -> str:
    """A value as short text for a reader.

    >>> [to_text(v) for v in (1.0, (1.04, 1.0, 0.97), None, False, Band(8.0, 35.0, 8.0))]
    ['1', '1.04, 1, 0.97', 'none', 'false', '8..35 soft 8']
    """
    if value is None:
        return "none"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float):
        return repr(value).removesuffix(".0")
    if isinstance(value, Animation):
        if len(value) > MOST_KEYS:
            return f"{len(value)} keys"
        return "keys " + "; ".join(f"{frame_of(value, key)}: {key_text(key)}" for key in value)
    if isinstance(value, Band):
        soft = "" if value.soft == 0.0 else f" soft {to_text(value.soft)}"
        return f"{to_text(value.low)}..{to_text(value.high)}{soft}"
    if isinstance(value, tuple | list):
        if len(value) == 3 and value[0] == value[1] == value[2] and isinstance(value[0], float):
            return to_text(value[0])
        parts = [f"[{to_text(v)}]" if isinstance(v, tuple | list) else to_text(v) for v in value]
        return ", ".join(parts) or "nothing"
    if isinstance(value, Record):
        return to_text(value.changed()) or "neutral"
    if isinstance(value, Mapping):
        return ", ".join(f"{key}: {to_text(part)}" for key, part in value.items())
    text = str(value)
    return text if len(text) <= LONGEST and text.isprintable() else content_text(value)


def content_text(value: Any) -> str:
    """A file or table by its digest; another value that is too long, cut."""
    parts = value if isinstance(value, tuple) else (value,)
    if all(hasattr(part, "digest") for part in parts):
        return ", ".join(dict.fromkeys(f"sha256 {part.digest[:12]}" for part in parts))
    text = repr(value)
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 3]}..."


def frame_of(animation: Animation, key: Key) -> str:
    """The frame of a key, or its timecode."""
    if animation.rate is None:
        return format_frame(key.frame)
    return timecode.format_timecode(int(key.frame), animation.rate)


def key_text(key: Key) -> str:
    """The value of a key, and its ease if it is not linear."""
    return to_text(key.value) + ("" if key.ease == "linear" else f" {ease_text(key)}")


def ease_text(key: Key) -> str:
    """The ease of a key, with its handles if they are bent."""
    drawn = key.ease == "bezier" and key.handles != STRAIGHT
    return f"bezier {to_text(key.handles)}" if drawn else key.ease
