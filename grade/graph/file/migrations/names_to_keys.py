"""From version 0 to 1: lists of named entries become mappings from names to entries."""

from __future__ import annotations

from grade.graph.file.edits import Edits
from grade.graph.file.migrations.step import Refusal
from grade.graph.file.yaml_tree import Listing, Mapping, Scalar, Tree
from grade.op import NODE_NAME


def move_names_to_keys(tree: Mapping, edits: Edits, refuse: Refusal) -> None:
    """Edit the text: ``- {name: trim, op: cdl}`` becomes ``trim: {op: cdl}``."""
    for section in ("mattes", "nodes"):
        entry = tree.entries.get(section)
        if entry is None or entry.value.plain is None:
            continue
        listing = entry.value
        if not isinstance(listing, Listing):
            raise refuse(entry.key.line, f"{section}: in version 0 of the format it is a list")
        if listing.flow:
            edits.changes.append((listing.start, listing.start + 1, "{"))
            edits.changes.append((listing.end - 1, listing.end, "}"))
        else:
            _indent(listing, edits)
        for item in listing.items:
            why = f"{section}: in version 0 an entry begins with its name, as in - name: trim"
            if not _move_name_to_key(item, listing.flow, edits):
                raise refuse(item.line, why)


def _move_name_to_key(item: Tree, listed: bool, edits: Edits) -> bool:
    """Edit one entry; False if it does not begin with its name."""
    if not isinstance(item, Mapping) or next(iter(item.entries)) != "name":
        return False
    key, name = item.entries["name"].key, item.entries["name"].value
    if not isinstance(name, Scalar) or not NODE_NAME.match(name.text):
        return False
    start = item.start
    if not listed:  # the dash is replaced too
        line = edits.text.rfind("\n", 0, start) + 1
        start = line + len(edits.text[line:start].rstrip()) - 1
        if edits.text[line : start + 1].strip() != "-":
            return False
    if not item.flow:  # the other entries are indented by two more columns already
        edits.changes.append((start, name.content_end, f"{name.text}:"))
        return True
    if edits.text[item.start] != "{":
        return False
    following = list(item.entries.values())[1:2]
    end = following[0].key.start if following else name.content_end
    edits.changes.append((start, key.start, f"{name.text}: {{"))
    edits.changes.append((key.start, end, ""))
    return True


def _indent(listing: Listing, edits: Edits) -> None:
    """Indent a list by two columns if its dashes stand in the first one, where keys may not."""
    start = edits.text.rfind("\n", 0, listing.items[0].start) + 1
    if edits.text[start] != "-":
        return
    while 0 < start < listing.content_end:
        edits.changes.append((start, start, "  "))
        start = edits.text.find("\n", start) + 1
