"""From a look to its file: as few lines change as mean something else."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from typing import Any

from grade.errors import TemporaryError
from grade.graph.errors import LookFileError
from grade.graph.file.edit import Edits
from grade.graph.file.load import from_text
from grade.graph.file.new_text import flow_text, new_text, node_lines, section_lines
from grade.graph.file.reader import parse
from grade.graph.file.yaml_text import (
    HERE,
    Entries,
    as_maps,
    collapse_rgb,
    header_of,
    inputs_of,
    mattes_of,
    nodes_of,
    outputs_of,
    to_yaml,
)
from grade.graph.file.yaml_tree import Listing, Mapping, Tree
from grade.graph.identity.identity import hash_of
from grade.graph.model.change import setting_of
from grade.graph.model.graph import Graph
from grade.graph.model.naming import SOURCE
from grade.op import Animation, Op
from grade.op.animation.track import is_track
from grade.op.parameters.scalar import is_frames


def save(graph: Graph, path: Path) -> Path:
    """Write a look, whole or not at all; see ``Look.save``."""
    graph.outputs[graph.output_name(None)]  # a look without an output is no file
    text = text_of(graph, path.parent)
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with part.open("w", encoding="utf-8", newline="") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    except OSError as error:
        with suppress(OSError):
            part.unlink()
        raise TemporaryError(f"{path}: cannot be written: {error.strerror}") from None
    return path


def text_of(graph: Graph, folder: Path) -> str:
    """The text of the file: the one it came from with what has changed, else a new one."""
    if graph.text is not None:
        edited = edit_text(graph, graph.text, folder)
        try:
            if hash_of(from_text(edited, graph.name, folder, Graph)) == hash_of(graph):
                return edited
        except LookFileError:
            pass  # a layout that the edits do not know: written anew below
    return new_text(graph, folder)


def edit_text(graph: Graph, text: str, folder: Path = HERE) -> str:
    """The text of a look file, changed where the look differs from it."""
    tree, edits = parse(text, graph.name), Edits(text)
    _header(graph, tree, edits)
    _section(graph, tree, edits, "inputs", dict(inputs_of(graph, folder)), folder)
    _section(graph, tree, edits, "mattes", mattes_of(graph, folder), folder)
    wanted = nodes_of(graph, folder)
    last = _nodes(graph, tree, edits, wanted, folder)
    _outputs(graph, tree, edits, last)
    return edits.result()


def _header(graph: Graph, tree: Mapping, edits: Edits) -> None:
    above: str | None = None
    for name, value in header_of(graph).items():
        entry = tree.entries.get(name)
        if entry is None:
            if value is not None and above is not None:
                place = edits.line_end(tree.entries[above].value.content_end)
                edits.changes.append((place, place, f"{edits.newline}{name}: {to_yaml(value)}"))
            continue
        above = name
        if name == "config" and _same_config(graph, entry.value.plain):
            continue
        if value is None and entry.value.plain not in (None, "", "frame"):
            edits.delete(tree, name)
        elif value is not None and entry.value.plain != value:
            edits.replace(entry.value, to_yaml(value))


def _same_config(graph: Graph, stated: Any) -> bool:
    """Whether the file names the config in its own words, such as by a path."""
    return stated is not None and graph.pinned is None and graph.config is not None


# --- nodes ----------------------------------------------------------------------------------------


def _nodes(
    graph: Graph, tree: Mapping, edits: Edits, wanted: dict[str, Entries], folder: Path
) -> str:
    """Edit the nodes; gives the name of the last one."""
    section = tree.entries.get("nodes")
    block = section.value if section and isinstance(section.value, Mapping) else None
    there = {} if block is None else block.entries
    kept = [name for name in there if name in wanted]
    if section is not None and not kept and not wanted:
        edits.delete(tree, "nodes")
        return SOURCE
    before = SOURCE
    for name in there:
        if name not in wanted:
            assert block is not None
            edits.delete(block, name)
            continue
        _node(graph.op(name), name, there[name].value, edits, wanted[name], before, folder)
        before = name
    added = [name for name in wanted if name not in there]
    lines = []
    for name in added:
        entry = wanted[name]
        if entry.get("from") == before:
            entry = {field: value for field, value in entry.items() if field != "from"}
        lines += node_lines(name, entry, " " * (2 if block is None else block.column))
        before = name
    if lines:
        _add_nodes(tree, edits, block, lines)
    return before


def _add_nodes(tree: Mapping, edits: Edits, block: Mapping | None, lines: list[str]) -> None:
    if block is not None:
        place = edits.line_end(block.content_end)
        text = "".join(edits.newline + line for line in lines)
    else:
        place = tree.entries["outputs"].key.start
        text = "".join(line + edits.newline for line in ["nodes:", *lines])
    edits.changes.append((place, place, text))


def _node(
    op: Op, name: str, tree: Tree, edits: Edits, wanted: Entries, before: str, folder: Path
) -> None:
    """Edit one node that is in the file and in the look."""
    if not isinstance(tree, Mapping) or _kind(tree.plain) != _kind(wanted):
        entry = {field: value for field, value in wanted.items() if field != "from"}
        first = {"from": wanted["from"]} if "from" in wanted else {}
        edits.replace(tree, flow_text({**entry, **first}))
        return
    for field, value in wanted.items():
        if field == "from":
            _from(tree, edits, value, before)
        elif field not in tree.entries:
            edits.insert(tree, field, to_yaml(collapse_rgb(value)))
        elif field == "matte":
            if not _same_matte(tree.entries[field].value.plain, value):
                edits.replace(tree.entries[field].value, value)
        elif field in (*op.pictures, op.more, "op", "like"):
            if tree.entries[field].value.plain != value:
                edits.replace(tree.entries[field].value, to_yaml(value))
        else:
            _value(op, name, field, tree, edits, value, folder)
    for field in tree.entries:
        if field not in wanted and field != "from":
            default = None if field == "matte" else op.settings[field].default
            if default is None:
                edits.delete(tree, field)
            else:
                _value(op, name, field, tree, edits, default, folder)


def _section(
    graph: Graph,
    tree: Mapping,
    edits: Edits,
    name: str,
    wanted: dict[str, Entries | str],
    folder: Path,
) -> None:
    """Edit the inputs or the mattes, whose order says nothing."""
    entry = tree.entries.get(name)
    block = entry.value if entry and isinstance(entry.value, Mapping) else None
    if entry is not None and not wanted:
        edits.delete(tree, name)
        return
    if block is None or not block.entries:
        lines = section_lines(name, wanted)
        before = next(s for s in ("mattes", "nodes", "outputs") if s in tree.entries and s != name)
        place = tree.entries[before].key.start
        text = "".join(line + edits.newline for line in lines)
        edits.changes.append((place, place, text))
        return
    for key, given in block.entries.items():
        if key not in wanted:
            edits.delete(block, key)
        elif isinstance(new := wanted[key], str):
            if given.value.plain != new and not _same_matte(given.value.plain, new):
                edits.replace(given.value, new)
        elif isinstance(given.value, Mapping):
            _node(graph.op(key), key, given.value, edits, new, SOURCE, folder)
        else:
            edits.replace(given.value, flow_text(new))
    for key, new in wanted.items():
        if key not in block.entries:
            edits.insert(block, key, new if isinstance(new, str) else flow_text(new))


def _same_matte(a: Any, b: str) -> bool:
    """Whether two expressions differ in spaces and brackets alone."""
    from grade.graph.model.matte_text import normalize

    return isinstance(a, str) and normalize(a) == normalize(b)


def _kind(entries: Any) -> tuple[Any, Any]:
    return entries.get("op"), entries.get("like")


def _from(tree: Mapping, edits: Edits, wanted: str, before: str) -> None:
    if "from" in tree.entries:
        if tree.entries["from"].value.plain != wanted:
            edits.replace(tree.entries["from"].value, wanted)
    elif wanted != before:
        edits.insert(tree, "from", wanted)


def _value(
    op: Op, node: str, field: str, tree: Mapping, edits: Edits, wanted: Any, folder: Path
) -> None:
    """Edit one parameter; of a list only the numbers that differ."""
    setting, given = setting_of(op, node, field), tree.entries[field].value
    if hasattr(setting, "within"):
        if setting.within(given.plain, folder) != setting.within(wanted, folder):
            edits.replace(given, to_yaml(wanted))
    elif is_track(wanted):
        if given.plain != {key: _as_list(value) for key, value in wanted.items()}:
            edits.replace(given, to_yaml(wanted))
    elif is_track(given.plain) or _differs(setting, given.plain, node, wanted):
        _exchange(given, as_maps(wanted), edits)


def _differs(setting: Any, given: Any, node: str, wanted: Any) -> bool:
    """Whether a value of the file is another than the one of the look."""
    if isinstance(wanted, Animation) and wanted.rate is not None and is_frames(given):
        given = Animation.of(given, wanted.rate)
    return bool(setting.accept(given, node) != wanted)


def _as_list(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value


def _exchange(tree: Tree, wanted: Any, edits: Edits) -> None:
    if isinstance(tree, Mapping) and isinstance(wanted, dict):
        _exchange_entries(tree, wanted, edits)
        return
    parts = isinstance(tree, Listing) and isinstance(wanted, tuple)
    if parts and len(tree.items) == len(wanted):  # type: ignore[attr-defined]
        for item, part in zip(tree.items, wanted, strict=True):  # type: ignore[attr-defined]
            if isinstance(item, Listing) or item.plain != part:
                _exchange(item, part, edits)
    else:
        edits.replace(tree, to_yaml(collapse_rgb(wanted)))


def _exchange_entries(tree: Mapping, wanted: dict[str, Any], edits: Edits) -> None:
    """Keys of an animation, numbers of a band: each on its own."""
    if not set(tree.entries) & set(wanted):
        edits.replace(tree, to_yaml(wanted))
        return
    for name, entry in tree.entries.items():
        if name not in wanted:
            edits.delete(tree, name)
        elif entry.value.plain != wanted[name] and list_of(entry.value.plain) != wanted[name]:
            _exchange(entry.value, wanted[name], edits)
    for name, value in wanted.items():
        if name not in tree.entries:
            edits.insert(tree, name, to_yaml(collapse_rgb(value)))


def list_of(value: Any) -> Any:
    """A list as the tuple that a value is."""
    return tuple(map(list_of, value)) if isinstance(value, list) else value


# --- outputs --------------------------------------------------------------------------------------


def _outputs(graph: Graph, tree: Mapping, edits: Edits, last: str) -> None:
    block = tree.entries["outputs"].value
    assert isinstance(block, Mapping)
    wanted = outputs_of(graph)
    for name, entry in block.entries.items():
        if name not in wanted:
            edits.delete(block, name)
        elif isinstance(entry.value, Mapping):
            _output(entry.value, edits, wanted[name], last)
    for name, entries in wanted.items():
        if name not in block.entries:
            edits.insert(block, name, flow_text(entries))


def _output(tree: Mapping, edits: Edits, wanted: Entries, last: str) -> None:
    for field, value in wanted.items():
        if field == "from":
            _from(tree, edits, value, last)
        elif field not in tree.entries:
            edits.insert(tree, field, to_yaml(value))
        elif tree.entries[field].value.plain != value:
            edits.replace(tree.entries[field].value, to_yaml(value))
    for field in tree.entries:
        if field not in wanted and field != "from":
            edits.delete(tree, field)
