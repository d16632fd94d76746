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
    changed, moving = set(), _keyed_by_versions(tree)
    for section in ("mattes", "nodes"):
        entries = tree.entries.get(section)
        if entries is None or not isinstance(entries.value, Mapping):
            continue
        for name, entry in entries.value.entries.items():
            if isinstance(entry.value, Mapping) and _write_into(name, entry.value, moving, edits):
                changed.add(name)
    versions = tree.entries.get("versions")
    if versions is not None and isinstance(versions.value, Mapping):
        for version in versions.value.entries.values():
            _write_into_version(version.value, changed, edits)


def _keyed_by_versions(tree: Mapping) -> set[str]:
    """The parameters, such as ``balance.temperature``, that a version gives other than a number."""
    versions = tree.entries.get("versions")
    if versions is None or not isinstance(versions.value, Mapping):
        return set()
    return {
        path
        for version in versions.value.entries.values()
        if isinstance(version.value, Mapping)
        for path, entry in version.value.entries.items()
        if not _is_number(entry.value)
    }


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


def _write_into_version(version: object, nodes: set[str], edits: Edits) -> None:
    """Edit a version that takes the stated space from a node."""
    if not isinstance(version, Mapping):
        return
    for path, entry in version.entries.items():
        node, _, field = path.partition(".")
        if field == "space" and node in nodes and entry.value.plain is None:
            edits.replace(entry.value, AS_IS)
