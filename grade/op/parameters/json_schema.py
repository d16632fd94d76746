"""Building blocks of the JSON Schema by which each kind of parameter describes its value."""

from __future__ import annotations

import math
from typing import Any

Schema = dict[str, Any]
NULL: Schema = {"type": "null"}


def number_within(low: float, high: float) -> Schema:
    """A number within a range. JSON has no infinity, so an infinite end is left out."""
    found: Schema = {"type": "number"}
    if math.isfinite(low):
        found["minimum"] = low
    if math.isfinite(high):
        found["maximum"] = high
    return found


def any_of(schemas: list[Schema]) -> Schema:
    """One of several schemas; nested alternatives become one list."""
    flat: list[Schema] = []
    for schema in schemas:
        flat += schema["anyOf"] if set(schema) == {"anyOf"} else [schema]
    return {"anyOf": flat}


def fixed_list(items: list[Schema]) -> Schema:
    """A list with one entry for each schema, in this order."""
    size = {"minItems": len(items), "maxItems": len(items)}
    if all(item == items[0] for item in items):
        return {"type": "array", "items": items[0], **size}
    return {"type": "array", "prefixItems": items, **size}


def open_list(item: Schema, fewest: int, most: int) -> Schema:
    """A list of ``fewest`` to ``most`` entries of one schema."""
    return {"type": "array", "items": item, "minItems": fewest, "maxItems": most}


def sentence(text: str) -> str:
    """A text with a capital at its start and a full stop at its end."""
    return f"{text[:1].upper()}{text[1:]}."
