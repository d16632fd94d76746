"""Several looks as one: a stack of group and clip grades, a dissolve, a compound node.

Each result is one flat graph. The name of a node begins with the part that it comes from.
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
    """Stack the grades of a shot by level, in the order of a finishing suite.

    Parameters
    ----------
    name
        The name of the result.
    pre_clip, clip, post_clip, timeline
        The looks of the levels; any may be left out. Each level takes the first output of the level
        before, in the working space. The conversion of an output to its space counts only at the
        last level, whose outputs are the outputs of the stack.

    Returns
    -------
    Look
        One flat graph. Names of nodes, knobs and versions begin with the level: ``clip_trim``.

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
        raise GraphError(f"a stack needs a look for one of its levels: {', '.join(LEVELS)}")
    made = _empty_look(name, [look for _, look in parts])
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
    """Dissolve from one look to another over a range of frames.

    Parameters
    ----------
    outgoing, incoming
        Looks of one working space, with outputs of the same names and spaces.
    frames
        The last frame that is all ``outgoing``, and the first that is all ``incoming``.
    ease
        The ease of the keys; see :class:`grade.Key`.

    Returns
    -------
    Look
        One flat graph. Its nodes are called ``outgoing_...`` and ``incoming_...``; the node
        ``dissolve`` of each output has the keys. At either end it has the bits of that look.

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
    if (outgoing.input, outgoing.untagged) != (incoming.input, incoming.untagged):
        raise GraphError(
            f"{outgoing.name} takes {outgoing.input}, {incoming.name} takes {incoming.input}; a"
            " dissolve is between two looks of one plate"
        )
    made = _empty_look(name, [outgoing, incoming])
    amount = Animation.of({frames[0]: 0.0, frames[1]: {"value": 1.0, "ease": ease}})
    fade = load_op("mix")(amount=amount, name="dissolve")
    out_images: dict[Wire, Wire] = {outgoing.source: made.source}
    in_images: dict[Wire, Wire] = {incoming.source: made.source}
    out_ops: dict[int, Op] = {}
    in_ops: dict[int, Op] = {}
    for output, end in outgoing.outputs.items():
        other = incoming.outputs[output]
        if _delivery(end) != _delivery(other):
            raise GraphError(f"output {output}: the two looks deliver it in different spaces")
        a = graft(outgoing, _inner(end), made.source, "outgoing", out_images, out_ops)
        b = graft(incoming, _inner(other), made.source, "incoming", in_images, in_ops)
        mixed: Any = place(fade, a, b, label=None if not made.outputs else f"dissolve_{output}")
        if is_delivery(end) and end.op is not None:
            mixed = mixed >> end.op.copy()
        made.outputs[output] = mixed
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
    """Make a chain one node, which is switched, mixed and limited by a matte as a whole.

    ``look.set({"day.amount": 0.5})`` and ``look.set({"day.enable": False})`` affect the whole
    compound. Its members are nodes of their own, such as ``day_trim``.

    Parameters
    ----------
    picture
        The input of the chain.
    chain
        One or more ops. They are copied.
    name
        The name of the compound. The names of its members begin with it.
    amount, matte
        The amount and the matte of the whole compound.

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
    """Copy a picture of a look onto another source, with new names for its nodes.

    Parameters
    ----------
    look, end
        The look, and the picture to copy.
    onto
        The picture that replaces the source of the look.
    prefix
        The beginning of every new name.
    images, ops
        The copies so far, by wire and by ``id`` of the op. With them, shared pictures and settings
        stay shared.
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


def _empty_look(name: str, looks: list[Look]) -> Look:
    """A look without nodes, with the spaces that these looks have in common."""
    first = looks[0]
    for other in looks[1:]:
        for field in ("working", "time"):
            a, b = getattr(first, field), getattr(other, field)
            if field == "working":
                a, b = a or first.input, b or other.input
            if a != b:
                raise GraphError(
                    f"{first.name} has {field} {a}, {other.name} has {b}; one graph needs the same"
                )
        if first.configuration.name != other.configuration.name:
            raise GraphError(
                f"{first.name} has the config {first.configuration.name}, {other.name} has"
                f" {other.configuration.name}; one graph needs the same"
            )
    return Look(
        name, first.input, first.working, first.config, first.intent, first.time,
        pinned=first.pinned, untagged=first.untagged,
    )  # fmt: skip


def _inner(end: Picture) -> Wire:
    """The picture of an output before the conversion that delivers it."""
    return end.inputs[0] if is_delivery(end) else end


def _delivery(end: Picture) -> Mapping[str, Any] | None:
    """The settings of the conversion that delivers an output; None if there is none."""
    return changed_fields(end.op) if is_delivery(end) and end.op is not None else None


def _carry_knobs(look: Look, made: Look, prefix: str) -> None:
    for knob, path in look.knobs.items():
        made.knobs[f"{prefix}_{knob}"] = f"{prefix}_{path}"
    for version, values in look.versions.items():
        made.versions[f"{prefix}_{version}"] = {
            f"{prefix}_{path}": value for path, value in values.items()
        }
