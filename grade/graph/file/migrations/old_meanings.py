"""From version 1 to 2: what a file left unsaid in version 1 is written out.

Between the two, defaults, domains and formulas of some ops changed. A look file of version 1 keeps
its pictures, to the bit, because the step states the old meaning:

- a parameter that the file leaves out gets its old default;
- a node of an op that took the picture as it came, and now converts it to its own domain, gets
  ``space: as_is``;
- a node of an op whose formula changed gets the op that has the old formula; where only values that
  are unset or have keys mean something else, only such a node.

The tables below are all there is to say about an op. Whoever changes a default, a domain or a
formula adds a line here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from grade.graph.file.edits import Edits
from grade.graph.file.migrations.step import Refusal
from grade.graph.file.yaml_tree import Mapping, Scalar, Tree
from grade.op import AS_IS

DEFAULTS: dict[str, dict[str, str]] = {
    "bezier": {"falloff": "linear"},
    "ellipse": {"falloff": "linear"},
    "linear_gradient": {"falloff": "linear"},
    "polygon": {"falloff": "linear"},
    "rectangle": {"falloff": "linear"},
    "white_balance": {"locus": "blackbody"},
}
"""By op: the parameters whose default changed, with the text of the old one."""

TOOK_ANY_SPACE = frozenset(
    {"color_correct", "hue_luma_curve", "nuke_grade", "saturation_luma_curve"}
)
"""The ops whose domain was ``any``."""

RENAMED = {"layer": "code_layer"}
"""By op: the name under which its old formula is kept."""

SAME_AS_NUMBER = {"white_balance": ("temperature", "kelvin_balance")}
"""By op: the parameter that means the same while it is a plain number, and the op that it takes
where that is unset or has keys."""


def write_old_meanings(tree: Mapping, edits: Edits, refuse: Refusal) -> None:
    """Edit the text: what it left unsaid is written into it."""
    changed, given = set(), list(_given_by_versions(tree))
    moving = {p.partition("@")[0] for p, value in given if "@" in p or not _is_number(value)}
    for section in ("mattes", "nodes"):
        for name, node in _entries_of(tree, section):
            if isinstance(node, Mapping) and _write_into(name, node, moving, edits):
                changed.add(f"{name}.space")
    for path, value in given:
        if path in changed and value.plain is None:
            edits.replace(value, AS_IS)


def _entries_of(tree: Mapping, section: str) -> Iterator[tuple[str, Tree]]:
    """The names and values of a section; none where there is none."""
    found = tree.entries.get(section)
    if found is not None and isinstance(found.value, Mapping):
        for name, entry in found.value.entries.items():
            yield name, entry.value


def _given_by_versions(tree: Mapping) -> Iterator[tuple[str, Tree]]:
    """What versions give, by paths such as ``balance.temperature@1001``, also through knobs."""
    knobs = {name: str(target.plain) for name, target in _entries_of(tree, "knobs")}
    for _, version in _entries_of(tree, "versions"):
        if isinstance(version, Mapping):
            for path, entry in version.entries.items():
                head = re.split("[.@]", path, maxsplit=1)[0]
                yield knobs.get(head, head) + path[len(head) :], entry.value


def _is_number(value: Tree) -> bool:
    return isinstance(value, Scalar) and type(value.plain) in (int, float)


def _write_into(name: str, node: Mapping, moving: set[str], edits: Edits) -> bool:
    """Edit a node or matte; True where its space was any and must stay what it is."""
    stated = node.entries.get("op")
    if stated is None or not isinstance(stated.value, Scalar):
        return False
    kind = stated.value.plain
    if kind in RENAMED:
        edits.replace(stated.value, RENAMED[kind])
    if kind in SAME_AS_NUMBER:
        parameter, old = SAME_AS_NUMBER[kind]
        given = node.entries.get(parameter)
        if given is None or not _is_number(given.value) or f"{name}.{parameter}" in moving:
            edits.replace(stated.value, old)
            return False
    for parameter, text in DEFAULTS.get(kind, {}).items():
        if parameter not in node.entries:
            edits.insert(node, parameter, text)
    if kind not in TOOK_ANY_SPACE:
        return False
    space = node.entries.get("space")
    if space is None:
        edits.insert(node, "space", AS_IS)
    elif space.value.plain is None:
        edits.replace(space.value, AS_IS)
    return True
