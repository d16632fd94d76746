"""New looks from old ones with other values, fewer nodes or another input; keys set in place."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any, NamedTuple, TypeVar, cast

from grade.graph.errors import GraphError, UnknownName
from grade.graph.model.graph import Graph
from grade.graph.model.picture import Matte
from grade.graph.model.wire import Wire, walk
from grade.log import LOGGER
from grade.op import Animation, AnimationError, Op, ParameterError
from grade.suggestion import suggest

G = TypeVar("G", bound=Graph)


def rebuild(graph: G, replacements: Mapping[int, Op | None], kept: bool = True, **fields: Any) -> G:
    """Make the same graph with some ops replaced.

    Parameters
    ----------
    graph
        The graph to start from; it stays as it is.
    replacements
        The new op by the ``id`` of the op that it replaces. None removes the node.
    kept
        Whether the new graph lives on beside the old one: then no key may be set on a node that
        both have. False is for a graph that serves one picture.
    **fields
        Other values for fields of the graph.
    """
    images: dict[Wire, Wire] = {}
    for wire in walk(graph.outputs.values()):
        inputs = tuple(images[given] for given in wire.inputs)
        matte = None if wire.matte is None else cast(Matte, images[wire.matte])
        op = replacements.get(id(wire.op), wire.op)
        if op is None and wire.op is not None:
            images[wire] = inputs[0]
        elif op is wire.op and inputs == wire.inputs and matte is wire.matte:
            images[wire] = wire
        else:
            images[wire] = replace(wire, op=op, inputs=inputs, matte=matte)
        if op is not None and kept:
            op.shared = op is wire.op  # two looks have it now, so no key may change it
    new = graph.derive({name: images[end] for name, end in graph.outputs.items()}, **fields)
    names = graph.memory.get("names")
    new_ops = replacements.values()
    if names is not None and not any(op is None or op.changes_space for op in new_ops):
        # Values change no name. A conversion may: one that only delivers an output has no name.
        new.memory.keep("names", names.carry_over(images, replacements))
    return new


def without(graph: G, nodes: Iterable[str]) -> G:
    """The graph without these nodes: pictures bypass them, and mattes select everything."""
    replacements: dict[int, Op | None] = {}
    for node in nodes:
        op = graph.op(node)
        removed = op.makes == "picture" and bool(op.pictures)
        replacements[id(op)] = None if removed else _copy_op(graph, op, {"enable": False})
    return rebuild(graph, replacements)


def set_values(graph: G, values: Mapping[str, Any]) -> G:
    """The graph with other values under dotted names."""
    if not isinstance(values, Mapping) or not all(isinstance(name, str) for name in values):
        raise GraphError(
            f'{values!r}: takes values by name, as in {{"trim.slope": (1.1, 1, 0.95)}}'
        )
    return rebuild(graph, replacements_for(graph, values))


def check_value(graph: Graph, name: str, value: Any) -> None:
    """Refuse a value that `set` would refuse alone; how values go together is not checked."""
    target = _find_target(graph, name)
    op, node, field = target.op, target.node, target.field
    if target.frame is not None:
        # As the only key: to try each beside a thousand others would take minutes.
        field, value = _whole_key(op, node, field, target.frame, value, op.values)
        with_key(setting_of(op, node, field), node, None, target.frame, value, graph.rate)
    else:
        _new_value(op, node, field, value, {})


def replacements_for(graph: Graph, values: Mapping[str, Any]) -> dict[int, Op | None]:
    """The new ops for values under dotted names, by the ``id`` of the op that each replaces."""
    changes: dict[int, dict[str, Any]] = {}
    ops: dict[int, Op] = {}
    for name, value in values.items():
        target = _find_target(graph, name)
        op = target.op
        ops[id(op)] = op
        fields = changes.setdefault(id(op), {})
        if target.frame is not None:
            field, new = _new_animation(graph, op, target.field, target.frame, value, fields)
        else:
            field, new = _new_value(op, graph.names.of(op), target.field, value, fields)
        fields[field] = new
    return {key: _copy_op(graph, op, changes[key]) for key, op in ops.items()}


class _Target(NamedTuple):
    """What a dotted name addresses; ``open.stops@1040`` is a key at that frame."""

    op: Op
    node: str
    field: str
    frame: str | None


def _find_target(graph: Graph, name: str) -> _Target:
    path, at, frame = graph.knob_path(name).partition("@")
    node, _, field = path.partition(".")
    op = graph.op(node)
    if not field:
        raise UnknownName(f"{path}: name a parameter too, as in {node}.{_first_parameter(op)}")
    return _Target(op, node, field, frame if at else None)


def _new_value(
    op: Op, node: str, rest: str, value: Any, before: Mapping[str, Any]
) -> tuple[str, Any]:
    """The field that a name addresses, and its whole new value."""
    field, _, component = rest.partition(".")
    setting = setting_of(op, node, field)
    if not component:
        return field, setting.accept(value, node)
    now = before.get(field, op.values[field])
    if isinstance(now, Animation):
        raise GraphError(
            f"{node}.{field}.{component}: {node}.{field} has keyframes; set the whole value, which"
            f" replaces them, or one key, as in {node}.{field}.{component}@{now.keys[0].frame:g}"
        )
    return field, setting.accept(_with_part(setting, node, now, component, value), node)


def _with_part(setting: Any, node: str, now: Any, component: str, value: Any) -> Any:
    """A value with one of its parts changed: a channel, an index, a part by its name."""
    try:
        return setting.with_number(now, f".{component}", value)
    except (KeyError, AttributeError, TypeError):
        known = [name[1:] for name in getattr(setting, "names", lambda v: [])(now) if name]
        hint = suggest(component, known) if known else " It is one value."
        raise UnknownName(f"{node}.{setting.name} has no part {component!r}.{hint}") from None


def _new_animation(
    graph: Graph, op: Op, rest: str, frame: str, value: Any, before: Mapping[str, Any]
) -> tuple[str, Animation]:
    """The field, and its animation with this key, as for ``open.stops@1040``.

    A key that is there keeps its ease.
    """
    node = graph.names.of(op)
    field, value = _whole_key(op, node, rest, frame, value, {**op.values, **before})
    now = before.get(field, op.values[field])
    there = now.key_at(frame) if isinstance(now, Animation) else None
    how: dict[str, Any] = {} if there is None else {"ease": there.ease, "handles": there.handles}
    setting = setting_of(op, node, field)
    return field, with_key(setting, node, now, frame, value, graph.rate, **how)


def _whole_key(
    op: Op, node: str, rest: str, frame: Any, value: Any, values: Mapping[str, Any]
) -> tuple[str, Any]:
    """The field of a key, and its whole value: one of a part has the others as they are there."""
    field, _, component = rest.partition(".")
    setting = setting_of(op, node, field)
    if not component:
        return field, value
    now = values[field]
    if isinstance(now, Animation):
        now = now.at_key(frame)
    return field, _with_part(setting, node, now, component, value)


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
        The parameter, and the name of its node.
    now
        The value before: an animation, or a plain value that the first key replaces.
    frame
        A frame number, or a timecode at ``rate``.

    Raises
    ------
    UnknownName, ParameterError
        If the frame is not valid, or the parameter has no keyframes or does not take the value.
    """
    label = f"{node}.{setting.name}"
    entry = {"value": value, "ease": ease, "handles": handles}
    try:
        if isinstance(now, Animation):
            made = now.with_key(frame, value, ease, handles)
        else:
            made = Animation.of({frame: entry}, rate)
    except AnimationError as error:
        error_type = UnknownName if "is a frame number" in str(error) else ParameterError
        raise error_type(f"{label}@{frame}: {error}") from None
    accepted: Animation = setting.accept(made, node)
    return accepted


def _copy_op(graph: Graph, op: Op, fields: Mapping[str, Any]) -> Op:
    """Copy an op with other fields; it stays without a name if it had none, but errors name it."""
    return op.copy_as(graph.names.of(op), fields)


def setting_of(op: Op | type[Op], node: str, field: str) -> Any:
    """The declaration of a field; the error names the node, not the kind of op.

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
    """Set a key on a node of this graph, in place."""
    path = graph.knob_path(knob)
    node, _, field = path.partition(".")
    op = graph.op(node)
    name = graph.names.of(op)
    if not field:
        raise UnknownName(f"{path}: name a parameter too, as in {node}.{_first_parameter(op)}")
    if op.shared:
        raise GraphError(
            f"{name}: the node stands in two looks, because set, without or with_input made one of"
            f" the other, and a key would change both; look.set({{'{path}': grade.Animation.of("
            "{1001: 0.0, ...})}) gives a new look"
        )
    field, value = _whole_key(op, name, field, frame, value, op.values)
    setting, now = setting_of(op, name, field), op.values[field]
    moved = with_key(setting, name, now, frame, value, graph.rate, ease, handles)
    added = moved.key_at(frame)
    assert added is not None
    op.check_key(field, moved, added.frame, name)
    op.exchange(field, moved)
    graph.mark_changed()


def with_cdl(graph: G, path: str, identifier: str | None) -> G:
    """The graph with the numbers of a CDL file in its CDL node."""
    from grade.color.files.cdl.read import read_correction

    node = cdl_node(graph)
    found = read_correction(path, identifier)
    if found.note:
        LOGGER.info(f"{path}: {found.identifier or 'the correction'}: {found.note}")
    names = ("slope", "offset", "power", "saturation")
    return set_values(graph, {f"{node}.{name}": getattr(found, name) for name in names})


def cdl_node(graph: Graph) -> str:
    """The node that the knob ``cdl`` names, else the only node of the kind ``cdl``."""
    named = graph.knobs.get("cdl")
    if named is not None:
        if graph.op(named).kind != "cdl":
            raise GraphError(f"knobs.cdl: {named} is {graph.op(named).kind}, not cdl")
        return named
    found = [name for name, op in graph.names.ops.items() if op.kind == "cdl"]
    if len(found) == 1:
        return found[0]
    what = f"has {len(found)} nodes of the kind cdl ({', '.join(found)})" if found else "has no cdl"
    raise GraphError(
        f"the look {graph.name} {what}, and no knob says which node a CDL file is for; add one,"
        " as in knobs: {cdl: trim}"
    )
