"""Edits one value in the text of a look file: only the numbers that differ."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from grade.graph.file.edits import Edits
from grade.graph.file.yaml_text import as_maps, collapse_rgb, to_yaml
from grade.graph.file.yaml_tree import Listing, Mapping, Tree
from grade.graph.model.change import setting_of
from grade.op import Animation, Op, Record
from grade.op.animation.keyframes import is_keyframes
from grade.op.animation.tracker_table import is_track
from grade.op.parameters.files import PathSetting


def edit_value(
    op: Op, node: str, field: str, given: Tree, edits: Edits, wanted: Any, folder: Path
) -> None:
    """Edit the value of a parameter.

    Parameters
    ----------
    op, node, field
        The op, the name of its node, and the parameter.
    given
        The value in the text.
    edits
        The edits of the text.
    wanted
        The value in the look.
    folder
        The folder that relative paths start from.
    """
    setting = setting_of(op, node, field)
    if isinstance(setting, PathSetting):
        if setting.resolve_path(given.plain, folder) != setting.resolve_path(wanted, folder):
            edits.replace(given, to_yaml(wanted))
    elif is_track(wanted):
        if given.plain != {key: _as_list(value) for key, value in wanted.items()}:
            edits.replace(given, to_yaml(wanted))
    elif is_track(given.plain) or _differs(setting, given.plain, node, wanted):
        _replace_value(given, _as_stated(wanted, given.plain), edits)


def _as_stated(value: Any, given: Any) -> Any:
    """A value as a file has it; a record with every part that the file states, changed or not."""
    stated = given if isinstance(given, dict) else {}
    if isinstance(value, Animation):
        return _as_stated(value.to_mapping(), given)
    if isinstance(value, dict):
        return {key: _as_stated(entry, stated.get(key)) for key, entry in value.items()}
    if isinstance(value, Record):
        pairs = zip(value.names, value.cells, strict=True)
        return {n: cell for n, cell in pairs if n in stated or n in value.changed()}
    return as_maps(value)


def _differs(setting: Any, given: Any, node: str, wanted: Any) -> bool:
    """Whether the value in the file differs from the value in the look."""
    if isinstance(wanted, Animation) and wanted.rate is not None and is_keyframes(given):
        given = Animation.of(given, wanted.rate)
    return bool(setting.accept(given, node) != wanted)


def _as_list(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value


def _replace_value(tree: Tree, wanted: Any, edits: Edits) -> None:
    """Replace a value; only the parts that differ, where it has the same parts."""
    if isinstance(tree, Mapping) and isinstance(wanted, dict):
        _replace_entries(tree, wanted, edits)
        return
    parts = isinstance(tree, Listing) and isinstance(wanted, tuple)
    if parts and len(tree.items) == len(wanted):  # type: ignore[attr-defined]
        for item, part in zip(tree.items, wanted, strict=True):  # type: ignore[attr-defined]
            if isinstance(item, Listing) or item.plain != part:
                _replace_value(item, part, edits)
    else:
        edits.replace(tree, to_yaml(collapse_rgb(wanted)))


def _replace_entries(tree: Mapping, wanted: dict[str, Any], edits: Edits) -> None:
    """Replace the entries that differ: keys of an animation, numbers of a band."""
    if not set(tree.entries) & set(wanted):
        edits.replace(tree, to_yaml(wanted))
        return
    for name, entry in tree.entries.items():
        if name not in wanted:
            edits.delete(tree, name)
        elif entry.value.plain != wanted[name] and _as_tuples(entry.value.plain) != wanted[name]:
            _replace_value(entry.value, wanted[name], edits)
    for name, value in wanted.items():
        if name not in tree.entries:
            edits.insert(tree, name, to_yaml(collapse_rgb(value)))


def _as_tuples(value: Any) -> Any:
    """A value with tuples for lists, as parameters have them."""
    return tuple(map(_as_tuples, value)) if isinstance(value, list) else value
