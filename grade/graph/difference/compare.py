"""Compares two looks: spaces, nodes, outputs, knobs and versions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from grade.color.tags.encoding import RGBEncoding
from grade.graph.difference.names import merge_names
from grade.graph.difference.value_text import to_text
from grade.graph.difference.values import compare_values
from grade.graph.file.entries import outputs_of
from grade.graph.identity.identity import changed_fields, hash_of, meaning_of, uses_spaces
from grade.graph.model.graph import Graph
from grade.graph.model.matte_text import expression_of
from grade.graph.model.naming import SOURCE
from grade.graph.model.picture import Matte, Picture
from grade.graph.model.plate_input import InputView
from grade.op import Op


def compare(before: Graph, after: Graph) -> list[str]:
    """Compare two looks in sentences, such as ``trim.slope 1.04, 1, 0.97 -> 1.1, 1, 0.95``.

    The sentences are in the order of the graph: spaces and config, then inputs, mattes and nodes in
    serial order, outputs, knobs and versions. Name, intent and notes do not change the picture, so
    they are left out here as by ``==``. There is no sentence for equal looks with equal knobs and
    versions.
    """
    found: list[str] = []
    if hash_of(before) != hash_of(after):
        found += _compare_header(before, after)
        found += _compare_nodes(before, after)
        found += _compare_outputs(before, after)
        found = found or _explain_rest(before, after)
    found += _compare_named("knob ", before.knobs, after.knobs)
    return [*found, *_compare_versions(before, after)]


def _compare_header(before: Graph, after: Graph) -> list[str]:
    def fields_of(graph: Graph) -> dict[str, Any]:
        config = graph.configuration.name if uses_spaces(graph) else None
        names = ("input", "untagged", "working", "time", "rate")
        fields = {field: getattr(graph, field) for field in names}
        plain = {
            f: str(v) if isinstance(v, InputView | RGBEncoding) else v for f, v in fields.items()
        }
        return {"config": config, **plain}

    return list(_compare_entries("", fields_of(before), fields_of(after)))


# --- nodes ----------------------------------------------------------------------------------------


def _compare_nodes(before: Graph, after: Graph) -> Iterator[str]:
    """Compare inputs, mattes and nodes by name, in serial order."""
    old, new = before.names.places, after.names.places
    olds, news = {n: w for w, n in old.items()}, {n: w for w, n in new.items()}
    for name in merge_names(olds, news):
        if name not in olds:
            yield f"{name}: added"
        elif name not in news:
            yield f"{name}: removed"
        else:
            a, b = _NodePlace(before, name, olds), _NodePlace(after, name, news)
            yield from _compare_node(name, a, b, {*olds} & {*news})


class _NodePlace:
    """A node of a look: its kind and its inputs, as text."""

    def __init__(self, graph: Graph, name: str, wires: Mapping[str, Any]) -> None:
        self.names, self.wire, self.op = graph.names, wires[name], wires[name].op
        others = [n for n, wire in wires.items() if isinstance(wire, Picture)]
        self.above = others[: others.index(name)] if name in others else []

    def kind(self) -> str:
        """The kind of its op, ``like`` another node, or ``expression``."""
        if self.op is None:
            return "expression"
        own = self.names.of(self.op)
        return self.op.kind if own == self.names.places[self.wire] else f"like {own}"

    def taken(self) -> dict[str, str]:
        """The names of its inputs, by the entries of a look file."""
        if self.op is None:
            places = {w: n for w, n in self.names.places.items() if w is not self.wire}
            return {"": expression_of(self.wire, places)}
        given = [self._name_of(wire) for wire in self.wire.inputs]
        found = dict(zip(self.op.pictures, given, strict=False))
        if self.op.more is not None:
            found[self.op.more] = ", ".join(given[len(self.op.pictures) :])
        if isinstance(self.wire, Picture):
            matte = self.wire.matte
            found["matte"] = "none" if matte is None else self._name_of(matte)
        return found

    def follows(self, common: Iterable[str]) -> str | None:
        """The nearest node above that both looks have, if this node takes the node above it."""
        if self.taken().get("from") != ([SOURCE, *self.above][-1]):
            return None
        there = [name for name in self.above if name in common]
        return [SOURCE, *there][-1]

    def _name_of(self, wire: Any) -> str:
        if isinstance(wire, Matte):
            return expression_of(wire, self.names.places)
        return self.names.places.get(wire, SOURCE)


def _compare_node(name: str, a: _NodePlace, b: _NodePlace, common: set[str]) -> Iterator[str]:
    if a.kind() != b.kind():
        yield f"{name}: {a.kind()} -> {b.kind()}"
    old, new = a.taken(), b.taken()
    for field in dict.fromkeys([*old, *new]):
        left, right = old.get(field, "none"), new.get(field, "none")
        moved = (
            field != "from" or a.follows(common) is None or (a.follows(common) != b.follows(common))
        )
        if left != right and moved:
            yield f"{name}: {field} {left} -> {right}".replace(":  ", ": ")
    if a.op is not None and b.op is not None and a.kind() == b.kind() == a.op.kind:
        yield from _compare_settings(name, a.op, b.op)


def _compare_settings(name: str, a: Op, b: Op) -> Iterator[str]:
    changed = {**changed_fields(a), **changed_fields(b)}
    for field in (f for f in [*_own_fields(a), *Op.NODE_FIELDS] if f in changed and f != "note"):
        yield from compare_values(f"{name}.{field}", a.values[field], b.values[field])


def _own_fields(op: Op) -> list[str]:
    return [field for field in op.settings if field not in Op.NODE_FIELDS]


# --- outputs, knobs, versions ---------------------------------------------------------------------


def _compare_outputs(before: Graph, after: Graph) -> Iterator[str]:
    old, new = (outputs_of(look) for look in (before, after))
    last = {id(look): next(reversed(_picture_names(look)), SOURCE) for look in (before, after)}
    for name in merge_names(old, new):
        if name not in old:
            yield f"output {name}: added"
        elif name not in new:
            yield f"output {name}: removed"
        else:
            ends = (old[name]["from"], new[name]["from"])
            if ends == (last[id(before)], last[id(after)]) and ends[0] not in _picture_names(after):
                continue  # it takes the last node, which was removed or added
            yield from _compare_entries(f"output {name}: ", old[name], new[name])
    if list(old) != list(new) and {*old} == {*new}:
        yield f"outputs {', '.join(old)} -> {', '.join(new)}"


def _picture_names(graph: Graph) -> list[str]:
    return [name for wire, name in graph.names.places.items() if isinstance(wire, Picture)]


def _compare_versions(before: Graph, after: Graph) -> Iterator[str]:
    old, new = before.versions, after.versions
    for name in merge_names(old, new):
        if name in old and name in new:
            yield from _compare_named(f"version {name}: ", old[name], new[name])
        else:
            yield f"version {name}: {'removed' if name in old else 'added'}"


def _compare_named(start: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[str]:
    """Compare entries by name, and say which were added or removed."""
    for name in merge_names(old, new):
        if name not in old:
            yield f"{start}{name}: added, {to_text(new[name])}"
        elif name not in new:
            yield f"{start}{name}: removed"
    there = [name for name in old if name in new]
    yield from _compare_entries(start, {n: old[n] for n in there}, {n: new[n] for n in there})


def _compare_entries(start: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[str]:
    """Compare entries that both looks have."""
    for name in merge_names(old, new):
        a, b = (_tuples(side.get(name)) for side in (old, new))
        if a != b:
            yield f"{start}{name} {to_text(a)} -> {to_text(b)}"


def _tuples(value: Any) -> Any:
    return tuple(map(_tuples, value)) if isinstance(value, list | tuple) else value


def _explain_rest(before: Graph, after: Graph) -> list[str]:
    """The sentence for a difference that no other names: LUT files of the config, or the wiring."""
    old, new = meaning_of(before), meaning_of(after)
    files = old.get("files") != new.get("files")
    return ["files of the config: other contents" if files else "graph: joined in another way"]
