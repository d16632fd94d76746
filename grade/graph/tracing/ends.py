"""How an output ends: the conversion that brings it to its space, and the space it is in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from grade.graph.model.wire import Wire
from grade.graph.tracing.spaces import changes_space, display_space

if TYPE_CHECKING:
    from grade.graph.look import Look


def is_delivery(picture: Wire) -> bool:
    """Whether a picture only brings an output to its space: written as ``space`` or ``view``."""
    op = picture.op
    plain = op is None or op.name is not None or picture.matte is not None
    if plain or op is None or not changes_space(op):
        return False
    allowed = {"dst", "display", "view"}
    return all(
        value == op.settings[field].default or field in allowed
        for field, value in op.values.items()
    )


def space_of(look: Look, end: Wire) -> str | None:
    """The space that a picture of a look is in; None where it is not known."""
    for picture in _back(end):
        op = picture.op
        if op is not None and op.values["enable"] and changes_space(op):
            if "dst" in op.values:
                return str(look.configuration.space(op.values["dst"]).name)
            return display_space(look.configuration, op.values["display"], op.values["view"])
    working = look.working or (None if look.input == "auto" else look.input)
    return None if working is None else str(look.configuration.space(working).name)


def _back(picture: Wire) -> list[Wire]:
    """The picture, and what came before it along first inputs."""
    way = [picture]
    while way[-1].inputs:
        way.append(way[-1].inputs[0])
    return way
