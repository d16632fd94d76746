"""New looks from old ones: other values, fewer nodes, another input."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from grade.graph.errors import UnknownName
from grade.graph.picture import Picture, walk
from grade.graph.values import replaced
from grade.op import Op, ParameterError, suggestion

if TYPE_CHECKING:
    from grade.graph.look import Look


def rebuilt(look: Look, exchange: Mapping[int, Op | None], **entries: Any) -> Look:
    """The same look with some ops exchanged, by ``id``; None takes a node out."""
    new = object.__new__(type(look))
    new.__dict__.update(look.__dict__)
    new.__dict__.update(entries)
    new._made = {}
    new._outputs = type(look.outputs)(look.source, new._changed)
    images: dict[Picture, Picture] = {}
    for picture in walk(look.outputs.values()):
        inputs = tuple(images[given] for given in picture.inputs)
        op = exchange.get(id(picture.op), picture.op)
        if op is None and picture.op is not None:
            images[picture] = inputs[0]
        elif op is picture.op and inputs == picture.inputs:
            images[picture] = picture
        else:
            images[picture] = Picture(op, inputs, picture.label)
    new._outputs.fill({name: images[picture] for name, picture in look.outputs.items()})
    if "config" in look._made and look.config == new.config:
        new._made["config"] = look._made["config"]
    return new


def without(look: Look, nodes: Iterable[str]) -> Look:
    """The look without these nodes."""
    return rebuilt(look, {id(look[node]): None for node in nodes})


def set_values(look: Look, values: Mapping[str, Any]) -> Look:
    """The look with other values under dotted names."""
    asked: dict[int, dict[str, Any]] = {}
    ops: dict[int, Op] = {}
    for path, value in values.items():
        node, _, rest = path.partition(".")
        op = look[node]
        if not rest:
            raise UnknownName(f"{path}: name a parameter too, as in {node}.{_first(op)}")
        ops[id(op)] = op
        fields = asked.setdefault(id(op), {})
        field, new = _asked(op, look.names.of(op), rest, value, fields)
        fields[field] = new
    return rebuilt(look, {key: _with(look, op, asked[key]) for key, op in ops.items()})


def _asked(op: Op, node: str, rest: str, value: Any, before: Mapping[str, Any]) -> tuple[str, Any]:
    """The field that a name means, and its whole new value."""
    field, dot, component = rest.partition(".")
    setting = setting_of(op, node, field)
    if not component:
        return field, setting.check(value, node)
    now = before.get(field, op.values[field])
    try:
        return field, setting.check(replaced(setting, now, dot + component, value), node)
    except (KeyError, AttributeError, TypeError):
        known = [name[1:] for name in getattr(setting, "names", lambda v: [])(now) if name]
        hint = suggestion(component, known) if known else " It is one value."
        raise UnknownName(f"{node}.{field} has no part {component!r}.{hint}") from None


def _with(look: Look, op: Op, fields: Mapping[str, Any]) -> Op:
    """A copy; a node without a name keeps having none, though errors say which it is."""
    new = op.copy(name=look.names.of(op), **fields)
    new.name = op.name
    return new


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


def _first(op: Op) -> str:
    return next((field for field in op.settings if field not in Op.NODE_FIELDS), "amount")
