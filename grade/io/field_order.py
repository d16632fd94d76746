"""The order of the two fields of an interlaced frame, in its header entries."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, get_args

FieldOrder = Literal["top_first", "bottom_first"]
ATTRIBUTE = "grade:field_order"
"""The attribute of a frame whose lines are those of two fields, in turn."""


def order_in(attributes: Mapping[str, Any]) -> FieldOrder | None:
    """Return the order of the fields; None for a progressive frame."""
    value = attributes.get(ATTRIBUTE)
    return value if value in get_args(FieldOrder) else None
