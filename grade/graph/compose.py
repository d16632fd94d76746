"""Looks put together: a stack of group and clip grades, a dissolve, a compound node.

Each flattens to one graph of plain nodes, whose names begin with the part they come from.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, cast

from grade.graph.errors import GraphError
from grade.graph.identity.identity import changed_fields
from grade.graph.look import Look
from grade.graph.model.connect import load_op, mix
from grade.graph.model.outputs import is_delivery
from grade.graph.model.picture import Matte, Picture, place
from grade.graph.model.wire import Wire, walk
from grade.op import NODE_NAME, Animation, Chain, Op

LEVELS = ("pre_clip", "clip", "post_clip", "timeline")


def stack(name: str = "stack", **levels: Look | None) -> Look:
    """The grade of a shot from its levels, in the order in which a finishing suite applies them.

    Parameters
    ----------
    name
        What the result is called.
    pre_clip, clip, post_clip, timeline
        Looks; any may be left out. Each takes what the one before gives at its first output, in the
        working space; what brings an output to its space counts at the last level alone, whose
        outputs are those of the stack.

    Returns
    -------
    Look
        One flat graph. Nodes, knobs and versions bear the level in front: ``clip_trim``.

    Raises
    ------
    GraphError
        If there is no level or an unknown one, or the looks work in different spaces.
    """
    unknown = [level for level in levels if level not in LEVELS]
    if unknown:
        raise GraphError(f"there is no level {unknown[0]!r}; the levels are {', '.join(LEVELS)}")
    parts = [(level, look) for level in LEVELS if (look := levels.get(level)) is not None]
    if not parts:
        raise GraphError(f"a stack without a look; give one of {', '.join(LEVELS)}")
    made = _begun(name, [look for _, look in parts])
    picture: Wire = made.source
    for level, look in parts[:-1]:
        end = look.output
        picture = graft(look, _inner(end), picture, level)
    level, last = parts[-1]
    onto: dict[Wire, Wire] = {last.source: picture}
    ops: dict[int, Op] = {}
    for output, end in last.outputs.items():
        made.outputs[output] = cast(Picture, graft(last, end, picture, level, onto, ops))
    for level, look in parts:
        _carry_knobs(look, made, level)
    return made


def dissolve(
    outgoing: Look,
    incoming: Look,
    frames: tuple[float, float],
    name: str = "dissolve",
    ease: str = "linear",
) -> Look:
    """From one look to another over a range of frames.

    Parameters
    ----------
    outgoing, incoming
        Looks of one working space, with outputs of the same names and spaces.
    frames
        The last frame that is all ``outgoing``, and the first that is all ``incoming``.
    ease
        How it goes on between: see :class:`grade.Key`.

    Returns
    -------
    Look
        Nodes are called ``outgoing_...`` and ``incoming_...``; the node ``dissolve`` of each output
        holds the keys. At either end it has the bits of that look.

    Raises
    ------
    GraphError
        If their outputs or spaces differ, or the range is empty.
    """
    if frames[1] <= frames[0]:
        raise GraphError(f"frames {frames}: a dissolve ends after it begins")
    if list(outgoing.outputs) != list(incoming.outputs):
        raise GraphError(
            f"{outgoing.name} has the outputs {', '.join(outgoing.outputs)}, {incoming.name} has"
            f" {', '.join(incoming.outputs)}; a dissolve needs the same"
        )
    if outgoing.input != incoming.input:
        raise GraphError(
            f"{outgoing.name} takes {outgoing.input}, {incoming.name} takes {incoming.input}; a"
            " dissolve is between two looks of one plate"
        )
    made = _begun(name, [outgoing, incoming])
    amount = Animation.of({frames[0]: 0.0, frames[1]: {"value": 1.0, "ease": ease}})
    fade = load_op("mix")(amount=amount, name="dissolve")
    known: tuple[Any, ...] = (
        {outgoing.source: made.source}, {}, {incoming.source: made.source}, {},
    )  # fmt: skip
    for output, end in outgoing.outputs.items():
        other = incoming.outputs[output]
        if _delivery(end) != _delivery(other):
            raise GraphError(f"output {output}: the two looks bring it to different spaces")
        a = graft(outgoing, _inner(end), made.source, "outgoing", known[0], known[1])
        b = graft(incoming, _inner(other), made.source, "incoming", known[2], known[3])
        joined: Any = place(fade, a, b, label=None if not made.outputs else f"dissolve_{output}")
        if is_delivery(end) and end.op is not None:
            joined = joined >> end.op.copy()
        made.outputs[output] = joined
    _carry_knobs(outgoing, made, "outgoing")
    _carry_knobs(incoming, made, "incoming")
    return made


def compound(
    picture: Picture,
    chain: Chain | Op,
    name: str,
    amount: float = 1.0,
    matte: Any = None,
) -> Picture:
    """A chain as one node: switched, mixed and limited to a matte as a whole.

    ``look.set({"day.amount": 0.5})`` and ``look.set({"day.enable": False})`` concern all of it; its
    members are nodes of their own, called ``day_trim``.

    Parameters
    ----------
    picture
        What comes in.
    chain
        One or more ops; they are copied. Placing the result's members elsewhere shares them.
    name
        Of the compound; its members have it in front.
    amount, matte
        Of the whole.

    Raises
    ------
    GraphError, ParameterError
        If the name, the amount or the matte does not fit.
    """
    if not NODE_NAME.match(name):
        raise GraphError(
            f"compound {name!r}: a name is lower-case letters, digits and _, a letter first"
        )
    members = list(chain) if isinstance(chain, Chain) else [chain]
    copies: dict[int, Op] = {}
    result = picture
    for member in members:
        own = f"{name}_{member.name or member.kind}"
        copies.setdefault(id(member), member.copy(name=own))
        result = result >> copies[id(member)]
    return mix(picture, result, amount=amount, matte=matte, name=name)


def graft(
    look: Look,
    end: Wire,
    onto: Wire,
    prefix: str,
    images: dict[Wire, Wire] | None = None,
    ops: dict[int, Op] | None = None,
) -> Wire:
    """A picture of a look over another source, its nodes renamed.

    Parameters
    ----------
    look, end
        What is taken.
    onto
        What stands in for its source.
    prefix
        In front of every name.
    images, ops
        What was taken before, so that shared pictures and settings stay shared.
    """
    images = {look.source: onto} if images is None else images
    ops = {} if ops is None else ops
    names = look.names
    root = onto.source
    for wire in walk([end]):
        if wire in images:
            continue
        op = wire.op
        if op is not None and id(op) not in ops:
            ops[id(op)] = (
                op
                if is_delivery(wire) and wire not in names.places
                else op.copy(name=f"{prefix}_{names.of(op)}", matte=None)
            )
        inputs = tuple(images[given] for given in wire.inputs)
        matte = None if wire.matte is None else cast(Matte, images[wire.matte])
        label = None if wire.label is None else f"{prefix}_{wire.label}"
        images[wire] = replace(
            wire,
            op=None if op is None else ops[id(op)],
            inputs=inputs,
            matte=matte,
            label=label,
            root=root if wire.root is not None else None,
        )
    return images[end]


def _begun(name: str, looks: list[Look]) -> Look:
    """A look without nodes that has the spaces of these."""
    first = looks[0]
    for other in looks[1:]:
        for field in ("working", "time"):
            a, b = getattr(first, field), getattr(other, field)
            if field == "working":
                a, b = a or first.input, b or other.input
            if a != b:
                raise GraphError(
                    f"{first.name} has {field} {a}, {other.name} has {b}; they cannot be one graph"
                )
        if first.configuration.name != other.configuration.name:
            raise GraphError(
                f"{first.name} has the config {first.configuration.name}, {other.name} has"
                f" {other.configuration.name}; they cannot be one graph"
            )
    return Look(
        name, first.input, first.working, first.config, first.intent, first.time,
        pinned=first.pinned,
    )  # fmt: skip


def _inner(end: Picture) -> Wire:
    """The picture of an output before it is brought to its space."""
    return end.inputs[0] if is_delivery(end) else end


def _delivery(end: Picture) -> Mapping[str, Any] | None:
    return changed_fields(end.op) if is_delivery(end) and end.op is not None else None


def _carry_knobs(look: Look, made: Look, prefix: str) -> None:
    for knob, path in look.knobs.items():
        made.knobs[f"{prefix}_{knob}"] = f"{prefix}_{path}"
    for version, values in look.versions.items():
        made.versions[f"{prefix}_{version}"] = {
            f"{prefix}_{path}": value for path, value in values.items()
        }
