"""What two looks do differently, in sentences."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from grade.graph.identity.identity import as_json, changed_fields, hash_of, meaning_of, uses_spaces
from grade.graph.model.graph import Graph
from grade.graph.model.matte_text import expression_of
from grade.graph.model.naming import SOURCE
from grade.graph.model.picture import Matte, Picture
from grade.op import Animation, Band, Op
from grade.op.animation.keyframes import STRAIGHT, Key, shown
from grade.science import timecode

LONGEST = 60
MOST_KEYS = 12


def compare(before: Graph, after: Graph) -> list[str]:
    """The sentences of a difference, such as ``trim.slope 1.04, 1, 0.97 -> 1.1, 1, 0.95``.

    In the order of the graph: spaces and config, then inputs, mattes and nodes in serial order,
    outputs, knobs and versions. Name, intent and notes say nothing about the picture, so they are
    left out; as they are by ``==``. Empty for looks that are equal and have equal knobs and
    versions.
    """
    found: list[str] = []
    if hash_of(before) != hash_of(after):
        found += _header(before, after)
        found += _nodes(before, after)
        found += _outputs(before, after)
        found = found or _rest(before, after)
    return [*found, *_knobs(before, after), *_versions(before, after)]


def _header(before: Graph, after: Graph) -> list[str]:
    def said(graph: Graph) -> dict[str, Any]:
        config = graph.configuration.name if uses_spaces(graph) else None
        fields = ("input", "working", "time", "rate")
        return {"config": config, **{field: getattr(graph, field) for field in fields}}

    return list(_entries("", said(before), said(after)))


# --- nodes ----------------------------------------------------------------------------------------


def _nodes(before: Graph, after: Graph) -> Iterator[str]:
    """Everything that has a name: inputs, mattes and nodes, in serial order."""
    old, new = before.names.places, after.names.places
    olds, news = {n: w for w, n in old.items()}, {n: w for w, n in new.items()}
    for name in merge_names(olds, news):
        if name not in olds:
            yield f"{name}: added"
        elif name not in news:
            yield f"{name}: removed"
        else:
            a, b = _Place(before, name, olds), _Place(after, name, news)
            yield from _node(name, a, b, {*olds} & {*news})


class _Place:
    """A node of a look: what it is made of, in words."""

    def __init__(self, graph: Graph, name: str, wires: Mapping[str, Any]) -> None:
        self.names, self.wire, self.op = graph.names, wires[name], wires[name].op
        others = [n for n, wire in wires.items() if isinstance(wire, Picture)]
        self.above = others[: others.index(name)] if name in others else []

    def kind(self) -> str:
        """Its op, or that it takes the settings of another node, or that it is an expression."""
        if self.op is None:
            return "expression"
        own = self.names.of(self.op)
        return self.op.kind if own == self.names.places[self.wire] else f"like {own}"

    def taken(self) -> dict[str, str]:
        """What it takes, by the entry of a look file."""
        if self.op is None:
            places = {w: n for w, n in self.names.places.items() if w is not self.wire}
            return {"": expression_of(self.wire, places)}
        given = [self._word(wire) for wire in self.wire.inputs]
        found = dict(zip(self.op.pictures, given, strict=False))
        if self.op.more is not None:
            found[self.op.more] = ", ".join(given[len(self.op.pictures) :])
        if isinstance(self.wire, Picture):
            matte = self.wire.matte
            found["matte"] = "none" if matte is None else self._word(matte)
        return found

    def follows(self, common: Iterable[str]) -> str | None:
        """The nearest node above that another look has too, if this takes the one just above."""
        if self.taken().get("from") != ([SOURCE, *self.above][-1]):
            return None
        there = [name for name in self.above if name in common]
        return [SOURCE, *there][-1]

    def _word(self, wire: Any) -> str:
        if isinstance(wire, Matte):
            return expression_of(wire, self.names.places)
        return self.names.places.get(wire, SOURCE)


def _node(name: str, a: _Place, b: _Place, common: set[str]) -> Iterator[str]:
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
        yield from _settings(name, a.op, b.op)


def _settings(name: str, a: Op, b: Op) -> Iterator[str]:
    changed = {**changed_fields(a), **changed_fields(b)}
    for field in (f for f in [*_own(a), *Op.NODE_FIELDS] if f in changed and f != "note"):
        yield from _value(f"{name}.{field}", a.values[field], b.values[field])


def _own(op: Op) -> list[str]:
    return [field for field in op.settings if field not in Op.NODE_FIELDS]


# --- values ---------------------------------------------------------------------------------------


def _value(label: str, a: Any, b: Any) -> Iterator[str]:
    """One setting: key by key where it is animated, point by point where it is drawn."""
    if as_json(a) == as_json(b):
        return
    if isinstance(a, Animation) and isinstance(b, Animation):
        yield from _keys(label, a, b)
    elif _drawn(a) and _drawn(b) and len(a) == len(b):
        for i, (left, right) in enumerate(zip(a, b, strict=True)):
            if left != right:
                yield f"{label}.{i} {to_text(left)} -> {to_text(right)}"
    else:
        left, right = to_text(a), to_text(b)
        if left == right:  # a file of the same name
            left, right = f"{left}, {_content(a)}", _content(b)
        yield f"{label} {left} -> {right}"


def _drawn(value: Any) -> bool:
    return isinstance(value, tuple) and bool(value) and all(isinstance(p, tuple) for p in value)


def _keys(label: str, a: Animation, b: Animation) -> Iterator[str]:
    old, new = {_frame(a, key): key for key in a}, {_frame(b, key): key for key in b}
    differing = [f for f in merge_names(old, new) if old.get(f) != new.get(f)]
    if len(differing) > MOST_KEYS:
        yield f"{label}: {len(differing)} of {len({*old, *new})} keys differ"
        return
    for frame in differing:
        start = f"{label}: key {frame}"
        if frame not in old:
            yield f"{start} added, {_key(new[frame])}"
        elif frame not in new:
            yield f"{start} removed"
        elif old[frame].value != new[frame].value:
            ease = "" if _ease(old[frame]) == _ease(new[frame]) else f", {_ease(new[frame])}"
            yield f"{start} {to_text(old[frame].value)} -> {to_text(new[frame].value)}{ease}"
        else:
            yield f"{start} {_ease(old[frame])} -> {_ease(new[frame])}"


def _frame(animation: Animation, key: Key) -> str:
    """Where a key is: a frame, or a timecode."""
    if animation.rate is None:
        return shown(key.frame)
    return timecode.shown(int(key.frame), animation.rate)


def _key(key: Key) -> str:
    return to_text(key.value) + ("" if key.ease == "linear" else f" {_ease(key)}")


def _ease(key: Key) -> str:
    drawn = key.ease == "bezier" and key.handles != STRAIGHT
    return f"bezier {to_text(key.handles)}" if drawn else key.ease


def to_text(value: Any) -> str:
    """A value as somebody would say it.

    >>> [in_text(v) for v in (1.0, (1.04, 1.0, 0.97), None, False, Band(8.0, 35.0, 8.0))]
    ['1', '1.04, 1, 0.97', 'none', 'false', '8..35 soft 8']
    """
    if value is None:
        return "none"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float):
        return repr(value).removesuffix(".0")
    if isinstance(value, Animation):
        if len(value) > MOST_KEYS:
            return f"{len(value)} keys"
        return "keys " + "; ".join(f"{_frame(value, key)}: {_key(key)}" for key in value)
    if isinstance(value, Band):
        soft = "" if value.soft == 0.0 else f" soft {to_text(value.soft)}"
        return f"{to_text(value.low)}..{to_text(value.high)}{soft}"
    if isinstance(value, tuple | list):
        if len(value) == 3 and value[0] == value[1] == value[2] and isinstance(value[0], float):
            return to_text(value[0])
        parts = [f"[{to_text(v)}]" if isinstance(v, tuple | list) else to_text(v) for v in value]
        return ", ".join(parts) or "nothing"
    if isinstance(value, Mapping):
        return ", ".join(f"{key}: {to_text(part)}" for key, part in value.items())
    text = str(value)
    return text if len(text) <= LONGEST and text.isprintable() else _content(value)


def _content(value: Any) -> str:
    """A file or table by what is in it."""
    parts = value if isinstance(value, tuple) else (value,)
    if all(hasattr(part, "digest") for part in parts):
        return ", ".join(dict.fromkeys(f"sha256 {part.digest[:12]}" for part in parts))
    text = repr(value)
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 3]}..."


# --- outputs, knobs, versions ---------------------------------------------------------------------


def _outputs(before: Graph, after: Graph) -> Iterator[str]:
    old, new = (_ends(look) for look in (before, after))
    last = {id(look): next(reversed(_pictures(look)), SOURCE) for look in (before, after)}
    for name in merge_names(old, new):
        if name not in old:
            yield f"output {name}: added"
        elif name not in new:
            yield f"output {name}: removed"
        else:
            ends = (old[name]["from"], new[name]["from"])
            if ends == (last[id(before)], last[id(after)]) and ends[0] not in _pictures(after):
                continue  # it takes the last node, and that one was taken out or put in
            yield from _entries(f"output {name}: ", old[name], new[name])
    if list(old) != list(new) and {*old} == {*new}:
        yield f"outputs {', '.join(old)} -> {', '.join(new)}"


def _pictures(graph: Graph) -> list[str]:
    return [name for wire, name in graph.names.places.items() if isinstance(wire, Picture)]


def _ends(graph: Graph) -> dict[str, dict[str, Any]]:
    from grade.graph.file.yaml_text import outputs_of

    return outputs_of(graph)


def _knobs(before: Graph, after: Graph) -> Iterator[str]:
    yield from _named("knob ", before.knobs, after.knobs)


def _versions(before: Graph, after: Graph) -> Iterator[str]:
    old, new = before.versions, after.versions
    for name in merge_names(old, new):
        if name in old and name in new:
            yield from _named(f"version {name}: ", old[name], new[name])
        else:
            yield f"version {name}: {'removed' if name in old else 'added'}"


def _named(start: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[str]:
    """Entries that may be there or not."""
    for name in merge_names(old, new):
        if name not in old:
            yield f"{start}{name}: added, {to_text(new[name])}"
        elif name not in new:
            yield f"{start}{name}: removed"
    there = [name for name in old if name in new]
    yield from _entries(start, {n: old[n] for n in there}, {n: new[n] for n in there})


def _entries(start: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[str]:
    """Entries that differ, each on its own."""
    for name in merge_names(old, new):
        a, b = (_tuples(side.get(name)) for side in (old, new))
        if a != b:
            yield f"{start}{name} {to_text(a)} -> {to_text(b)}"


def _tuples(value: Any) -> Any:
    return tuple(map(_tuples, value)) if isinstance(value, list | tuple) else value


def _rest(before: Graph, after: Graph) -> list[str]:
    """What no sentence above is about: files behind the spaces, or how the graph is joined."""
    old, new = meaning_of(before), meaning_of(after)
    files = old.get("files") != new.get("files")
    return ["files of the config: other contents" if files else "graph: joined in another way"]


def merge_names(old: Iterable[str], new: Iterable[str]) -> list[str]:
    """The names of both in the order of the second; those of the first behind what they followed.

    >>> merged(["a", "x", "b"], ["a", "b", "c"])
    ['a', 'x', 'b', 'c']
    """
    found = list(new)
    place = 0
    for name in old:
        if name in found:
            place = found.index(name) + 1
        else:
            found.insert(place, name)
            place += 1
    return found
