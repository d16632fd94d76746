"""Compares two values of a parameter, key by key and point by point."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from grade.graph.difference.names import merge_names
from grade.graph.difference.value_text import (
    MOST_KEYS,
    content_text,
    ease_text,
    frame_of,
    key_text,
    to_text,
)
from grade.graph.identity.identity import as_json
from grade.op import Animation, Record


def compare_values(label: str, a: Any, b: Any) -> Iterator[str]:
    """Compare two values: by keys, by points, by parts."""
    if as_json(a) == as_json(b):
        return
    if isinstance(a, Animation) and isinstance(b, Animation):
        yield from _compare_keys(label, a, b)
    elif isinstance(a, Record) and isinstance(b, Record):
        for name, left, right in zip(a.names, a.cells, b.cells, strict=True):
            if left != right:
                yield f"{label}.{name} {to_text(left)} -> {to_text(right)}"
    elif _is_drawn(a) and _is_drawn(b) and len(a) == len(b):
        for i, (left, right) in enumerate(zip(a, b, strict=True)):
            if left != right:
                yield f"{label}.{i} {to_text(left)} -> {to_text(right)}"
    else:
        left, right = to_text(a), to_text(b)
        if left == right:  # a file of the same name
            left, right = f"{left}, {content_text(a)}", content_text(b)
        yield f"{label} {left} -> {right}"


def _is_drawn(value: Any) -> bool:
    """Whether a value is a list of points or rows."""
    return isinstance(value, tuple) and bool(value) and all(isinstance(p, tuple) for p in value)


def _compare_keys(label: str, a: Animation, b: Animation) -> Iterator[str]:
    old, new = {frame_of(a, key): key for key in a}, {frame_of(b, key): key for key in b}
    differing = [f for f in merge_names(old, new) if old.get(f) != new.get(f)]
    if len(differing) > MOST_KEYS:
        yield f"{label}: {len(differing)} of {len({*old, *new})} keys differ"
        return
    for frame in differing:
        start = f"{label}: key {frame}"
        if frame not in old:
            yield f"{start} added, {key_text(new[frame])}"
        elif frame not in new:
            yield f"{start} removed"
        elif old[frame].value != new[frame].value:
            ease = ease_text(new[frame])
            ease = "" if ease == ease_text(old[frame]) else f", {ease}"
            yield f"{start} {to_text(old[frame].value)} -> {to_text(new[frame].value)}{ease}"
        else:
            yield f"{start} {ease_text(old[frame])} -> {ease_text(new[frame])}"
