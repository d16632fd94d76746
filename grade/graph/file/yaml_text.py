"""Values as YAML text."""

from __future__ import annotations

import json
import math
import re
from typing import Any

from grade.graph.file.yaml_tree import number_or_text
from grade.op import Animation, Band, Record

_BARE = re.compile(r"[A-Za-z0-9_.~/][\w .~/()+-]*(?:[:=][\w./-][\w .~/()+-]*)*\Z")


def to_yaml(value: Any) -> str:
    """A value as YAML text on one line, which reads back as the same value.

    >>> [to_yaml(v) for v in (1.0, True, (0.9, 1.0), "ACES 2.0 - SDR (x)", "off", "1e-3", "a: b")]
    ['1.0', 'true', '[0.9, 1.0]', 'ACES 2.0 - SDR (x)', 'off', '"1e-3"', '"a: b"']
    """
    if value is None:
        return "null"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float) and not math.isfinite(value):
        return ".nan" if value != value else ".inf" if value > 0 else "-.inf"
    if isinstance(value, int | float):
        return repr(value)
    if isinstance(value, Animation | Band | Record):
        value = as_maps(value)
    if isinstance(value, dict):
        return (
            "{" + ", ".join(f"{key}: {to_yaml(collapse_rgb(v))}" for key, v in value.items()) + "}"
        )
    if isinstance(value, tuple | list):
        return f"[{', '.join(map(to_yaml, value))}]"
    text = str(value)
    bare = _BARE.match(text) and text.isprintable() and not text.endswith(" ")
    if bare and isinstance(number_or_text(text), str) and not text.startswith("..."):
        return text
    return "".join(map(_escape, json.dumps(text, ensure_ascii=False)))


def _escape(character: str) -> str:
    """The character; escaped where a reader would refuse it or end the line at it."""
    code = ord(character)
    if character.isprintable():
        return character
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def as_maps(value: Any) -> Any:
    """A value as a file has it: keyframes, bands and records as maps."""
    if isinstance(value, Animation):
        return {frame: as_maps(entry) for frame, entry in value.to_mapping().items()}
    if isinstance(value, dict):
        return {key: as_maps(entry) for key, entry in value.items()}
    if isinstance(value, Band):
        soft = {} if value.soft == 0.0 else {"soft": value.soft}
        return {"low": value.low, "high": value.high, **soft}
    if isinstance(value, Record):
        return value.changed()
    return value


def collapse_rgb(value: Any) -> Any:
    """One number for three equal ones."""
    if isinstance(value, tuple) and len(value) == 3 and len(set(value)) == 1:
        return value[0]
    return value
