"""Reads `--set node.param=value` as values of a look."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from grade.errors import RequestError


def parse_knobs(texts: Iterable[str]) -> dict[str, Any]:
    """Read ``trim.slope=1.1,1,0.95`` as ``{"trim.slope": (1.1, 1.0, 0.95)}``.

    A value is a number, numbers joined by commas, ``true`` or ``false``, or else a text.

    Raises
    ------
    RequestError
        A text is not NODE.PARAM=VALUE, or a knob is given twice.
    """
    found: dict[str, Any] = {}
    for text in texts:
        knob, mark, value = text.partition("=")
        knob = knob.strip()
        if not mark or not knob or not value.strip():
            raise RequestError(f"--set {text}: write NODE.PARAM=VALUE, as in trim.slope=1.1,1,0.95")
        if knob in found:
            raise RequestError(f"--set {text}: {knob} was set before to {found[knob]}")
        found[knob] = _value(value.strip())
    return found


def _value(text: str) -> Any:
    words = {"true": True, "false": False}
    if text.lower() in words:
        return words[text.lower()]
    parts = text.split(",")
    try:
        numbers = tuple(float(part) for part in parts)
    except ValueError:
        return text
    return numbers if len(parts) > 1 else numbers[0]
