"""New looks from old ones: other values, fewer nodes, another input."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any, TypeVar, cast

from grade.graph.errors import GraphError, UnknownName
from grade.graph.model.graph import Graph
from grade.graph.model.picture import Matte
from grade.graph.model.wire import Wire, walk
from grade.op import Animation, AnimationError, Op, ParameterError, suggestion

G = TypeVar("G", bound=Graph)


def rebuild(graph: G, exchange: Mapping[int, Op | None], kept: bool = True, **fields: Any) -> G:
    """The same graph with some ops exchanged, by ``id``; None takes a node out.

    ``kept`` False is for a graph that serves one picture: its nodes may still be given keys.
    """
    images: dict[Wire, Wire] = {}
    for wire in walk(graph.outputs.values()):
        inputs = tuple(images[given] for given in wire.inputs)
        matte = None if wire.matte is None else cast(Matte, images[wire.matte])
        op = exchange.get(id(wire.op), wire.op)
        if op is None and wire.op is not None:
            images[wire] = inputs[0]
        elif op is wire.op and inputs == wire.inputs and matte is wire.matte:
            images[wire] = wire
        else:
            images[wire] = replace(wire, op=op, inputs=inputs, matte=matte)
        if op is not None and kept:
            op.shared = op is wire.op  # two looks hold it now: no key may move it
    new = graph.derived({name: images[end] for name, end in graph.outputs.items()}, **fields)
    names = graph.memory.get("names")
    if names is not None and not any(op is None or op.changes_space for op in exchange.values()):
        # Values change no name, unless a conversion becomes one that only brings an output home.
        new.memory.keep("names", names.exchanged(images, exchange))
    return new


def without(graph: G, nodes: Iterable[str]) -> G:
    """The look without these nodes: pictures pass them by, mattes of theirs are everywhere."""
    exchange: dict[int, Op | None] = {}
    for node in nodes:
        op = graph.op(node)
        gone = op.gives == "picture" and bool(op.pictures)
        exchange[id(op)] = None if gone else _copy_op(graph, op, {"enable": False})
    return rebuild(graph, exchange)


def set_values(graph: G, values: Mapping[str, Any]) -> G:
    """The look with other values under dotted names."""
    return rebuild(graph, replacements_for(graph, values))


def check_value(graph: Graph, given: str, value: Any) -> None:
    """Refuse what `set` would refuse by itself; what values decide together is not looked at."""
    path, at, frame = graph.knob_path(given).partition("@")
    node, _, rest = path.partition(".")
    op = graph.op(node)
    if not rest:
        raise UnknownName(f"{path}: name a parameter too, as in {node}.{_first_parameter(op)}")
    if at:  # as the only key: beside a thousand others a thousand of them would take minutes
        with_key(setting_of(op, node, rest), node, None, frame, value, graph.rate)
    else:
        _new_value(op, node, rest, value, {})


def replacements_for(graph: Graph, values: Mapping[str, Any]) -> dict[int, Op | None]:
    """The ops that take the place of others, by ``id``, for values under dotted names."""
    asked: dict[int, dict[str, Any]] = {}
    ops: dict[int, Op] = {}
    for given, value in values.items():
        path, at, frame = graph.knob_path(given).partition("@")
        node, _, rest = path.partition(".")
        op = graph.op(node)
        if not rest:
            raise UnknownName(f"{path}: name a parameter too, as in {node}.{_first_parameter(op)}")
        ops[id(op)] = op
        fields = asked.setdefault(id(op), {})
        if at:
            field, new = rest, _new_animation(graph, op, rest, frame, value, fields)
        else:
            field, new = _new_value(op, graph.names.of(op), rest, value, fields)
        fields[field] = new
    return {key: _copy_op(graph, op, asked[key]) for key, op in ops.items()}


def _new_value(
    op: Op, node: str, rest: str, value: Any, before: Mapping[str, Any]
) -> tuple[str, Any]:
    """The field that a name means, and its whole new value."""
    field, dot, component = rest.partition(".")
    setting = setting_of(op, node, field)
    if not component:
        return field, setting.accept(value, node)
    now = before.get(field, op.values[field])
    if isinstance(now, Animation):
        raise GraphError(
            f"{node}.{field}.{component}: {node}.{field} has keyframes; set the whole value, which"
            f" replaces them, or a key, as in {node}.{field}@{now.keys[0].frame:g}"
        )
    try:
        return field, setting.accept(setting.with_number(now, dot + component, value), node)
    except (KeyError, AttributeError, TypeError):
        known = [name[1:] for name in getattr(setting, "names", lambda v: [])(now) if name]
        hint = suggestion(component, known) if known else " It is one value."
        raise UnknownName(f"{node}.{field} has no part {component!r}.{hint}") from None


def _new_animation(
    graph: Graph, op: Op, field: str, frame: str, value: Any, before: Mapping[str, Any]
) -> Animation:
    """``open.stops@1040``: the animation with this key, reached as the one that was there."""
    node = graph.names.of(op)
    setting = setting_of(op, node, field)
    now = before.get(field, op.values[field])
    there = now.key_at(frame) if isinstance(now, Animation) else None
    how: dict[str, Any] = {} if there is None else {"ease": there.ease, "handles": there.handles}
    return with_key(setting, node, now, frame, value, graph.rate, **how)


def with_key(
    setting: Any,
    node: str,
    now: Any,
    frame: Any,
    value: Any,
    rate: float | None,
    ease: str = "linear",
    handles: Any = None,
) -> Animation:
    """A value with one more key, checked.

    Parameters
    ----------
    setting, node
        What it is a value of.
    now
        The value before: an animation, or what the first key takes the place of.
    frame
        A frame number, or a timecode at ``rate``.

    Raises
    ------
    UnknownName, ParameterError
        If the frame is none, or the setting has no keyframes or does not take the value.
    """
    label = f"{node}.{setting.name}"
    entry = {"value": value, "ease": ease, "handles": handles}
    try:
        if isinstance(now, Animation):
            made = now.with_key(frame, value, ease, handles)
        else:
            made = Animation.of({frame: entry}, rate)
    except AnimationError as error:
        kind = UnknownName if "is a frame number" in str(error) else ParameterError
        raise kind(f"{label}@{frame}: {error}") from None
    accepted: Animation = setting.accept(made, node)
    return accepted


def _copy_op(graph: Graph, op: Op, fields: Mapping[str, Any]) -> Op:
    """A copy; a node without a name keeps having none, though errors say which it is."""
    return op.copy_as(graph.names.of(op), fields)


def setting_of(op: Op | type[Op], node: str, field: str) -> Any:
    """The declaration of a field; the error names the node, not the kind.

    Raises
    ------
    ParameterError
        Naming the nearest field.
    """
    try:
        return op.setting(field)
    except ParameterError as error:
        text = str(error).removeprefix(f"{op.kind}.")
        raise ParameterError(f"{node}.{text}") from None


def _first_parameter(op: Op) -> str:
    return next((field for field in op.settings if field not in Op.NODE_FIELDS), "amount")


def set_key(graph: Graph, knob: str, frame: Any, value: Any, ease: str, handles: Any) -> None:
    """Set a key on a node of this look, in place."""
    path = graph.knob_path(knob)
    node, _, field = path.partition(".")
    op = graph.op(node)
    name = graph.names.of(op)
    if not field:
        raise UnknownName(f"{path}: name a parameter too, as in {node}.{_first_parameter(op)}")
    if op.shared:
        raise GraphError(
            f"{name}: stands in two looks, since one was made of the other by set, without or"
            f" with_input, and a key would change both; look.set({{'{path}': grade.Animation.of("
            "{1001: 0.0, ...})}) gives a new look"
        )
    setting, now = setting_of(op, name, field), op.values[field]
    moved = with_key(setting, name, now, frame, value, graph.rate, ease, handles)
    op.exchange(field, moved)
    graph.changed()


def with_cdl(graph: G, path: str, identifier: str | None) -> G:
    """The look with the numbers of a CDL file in its CDL node."""
    from grade.color.files.correction import correction

    node = cdl_node(graph)
    found = correction(path, identifier)
    names = ("slope", "offset", "power", "saturation")
    return set_values(graph, {f"{node}.{name}": getattr(found, name) for name in names})


def cdl_node(graph: Graph) -> str:
    """The node that the knob ``cdl`` names, else the only one of the kind."""
    named = graph.knobs.get("cdl")
    if named is not None:
        if graph.op(named).kind != "cdl":
            raise GraphError(f"knobs.cdl: {named} is {graph.op(named).kind}, no cdl")
        return named
    found = [name for name, op in graph.names.ops.items() if op.kind == "cdl"]
    if len(found) == 1:
        return found[0]
    what = f"has {len(found)} nodes of the kind cdl ({', '.join(found)})" if found else "has no cdl"
    raise GraphError(
        f"the look {graph.name} {what}, and no knob says which a CDL file is for; give it one,"
        " as in knobs: {cdl: trim}"
    )
