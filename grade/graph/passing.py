"""A passing twin of a look: the same nodes with other ends, for one picture to be computed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from grade.graph.model.outputs import Outputs
from grade.graph.model.wire import Wire
from grade.graph.running.plate_space import FrameLike, for_frame

if TYPE_CHECKING:
    from grade.graph.look import Look


def ending(look: Look, ends: Mapping[str, Wire]) -> Look:
    """The look with other ends; it is not to be kept, so its nodes do not count as shared."""
    new = object.__new__(type(look))
    new.__dict__.update(look.__dict__)
    new._made = {"config": look._made["config"]} if "config" in look._made else {}
    new._outputs = Outputs(look.source, new._changed)
    new._outputs.fill(ends)  # type: ignore[arg-type]  # a matte is one as well, for a preview
    return new


def ending_for(look: Look, picture: Any, ends: Mapping[str, Wire]) -> Look:
    """The same for a picture: ``auto`` becomes the space of the frame.

    Raises
    ------
    GraphError
        If the frame's tags contradict the look, or nothing says which space it is in.
    """
    made = ending(look, ends)
    if isinstance(picture, FrameLike):
        made.input = for_frame(ending(look, {}), picture).input
    return made
