"""The nodes of a look in their places, as listings, files and messages go through them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from grade.graph.model.inputs import Input
from grade.graph.model.matte_text import in_words
from grade.graph.model.naming import SOURCE
from grade.graph.model.wire import Matte, Picture, Wire, walk
from grade.op import Op

if TYPE_CHECKING:
    from grade.graph.look import Look


class Placed(NamedTuple):
    """A node in its place: its name, its op, the names of what it takes, its matte in words."""

    name: str
    op: Op
    inputs: tuple[str, ...]
    matte: str | None = None


def pictures(look: Look) -> list[Placed]:
    """What makes pictures, in serial order."""
    return [_placed(look, w, n) for w, n in look.names.places.items() if isinstance(w, Picture)]


def mattes(look: Look) -> list[Placed]:
    """Windows, keys and mattes from files, in serial order."""
    places = look.names.places.items()
    return [_placed(look, w, n) for w, n in places if isinstance(w, Matte) and w.op is not None]


def on_the_way(look: Look, output: str) -> list[Wire]:
    """Every wire on the way to an output, in serial order."""
    found: list[Wire] = look._once(("wires", output), lambda: list(walk([look.outputs[output]])))
    return found


def inputs(look: Look, output: str) -> dict[str, Input]:
    """What an output takes beside the plate; a matte that is switched off is not read."""
    places = look.names.places
    return {
        places[wire]: wire.op
        for wire in on_the_way(look, output)
        if isinstance(wire.op, Input) and (wire.op.values["enable"] or isinstance(wire, Picture))
    }


def _placed(look: Look, wire: Wire, name: str) -> Placed:
    places = look.names.places
    taken = tuple(
        in_words(given, places) if isinstance(given, Matte) else places.get(given, SOURCE)
        for given in wire.inputs
    )
    assert wire.op is not None
    return Placed(
        name, wire.op, taken, None if wire.matte is None else in_words(wire.matte, places)
    )
