"""Older versions of the format: each step brings a text one version further.

A step makes edits of the text, so comments, layout and the numbers of the lines stay; messages name
the line of the file as it is. What is loaded goes on as a text of the newest version, which `save`
and `grade fmt` write.

Versions
--------
0
    The prototype. ``nodes`` and ``mattes`` are lists, and an entry begins with its ``name``.
1
    ``nodes`` and ``mattes`` are mappings from names to entries.
"""

from __future__ import annotations

from collections.abc import Callable

from grade.graph.errors import LookFileError
from grade.graph.file.edit import Edits
from grade.graph.file.reader import parse
from grade.graph.file.yaml_tree import Listing, Mapping, Scalar, Tree
from grade.op import NODE_NAME

NEWEST = 1

Refusal = Callable[[int, str], LookFileError]
Step = Callable[[Mapping, Edits, Refusal], None]


def migrate(text: str, tree: Mapping, shown: str) -> tuple[str, Mapping]:
    """The text and its tree in the newest version of the format.

    Parameters
    ----------
    text, tree
        A look file, and what :func:`grade.graph.file.reader.parse` makes of it.
    shown
        What messages call it.

    Raises
    ------
    LookFileError
        With file and line, if the version is a later one, or the text is not of its version.
    """

    def refuse(line: int, why: str) -> LookFileError:
        return LookFileError(f"{shown}:{line}: {why}")

    stated = tree.entries.get("grade")
    if stated is None:
        return text, tree
    version, line = stated.value.plain, stated.key.line
    if type(version) is not int or version < 0:  # True and 1.0 would equal 1
        raise refuse(
            line, f"grade: format version {version!r}; this version of grade reads {NEWEST}"
        )
    if version > NEWEST:
        raise refuse(
            line,
            f"grade: format version {version}; this version of grade reads {NEWEST} and older;"
            " install a newer grade-toolkit",
        )
    for number in range(version, NEWEST):
        edits = Edits(text)
        edits.replace(tree.entries["grade"].value, str(number + 1))
        STEPS[number](tree, edits, refuse)
        text = edits.result()
        tree = parse(text, shown)
    return text, tree


def _names_become_keys(tree: Mapping, edits: Edits, refuse: Refusal) -> None:
    """From 0 to 1: ``- {name: trim, op: cdl}`` becomes ``trim: {op: cdl}``."""
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
            if not _name_becomes_key(item, listing.flow, edits):
                raise refuse(item.line, why)


def _name_becomes_key(item: Tree, listed: bool, edits: Edits) -> bool:
    """Edit one entry; False if it is of another form."""
    if not isinstance(item, Mapping) or next(iter(item.entries)) != "name":
        return False
    key, name = item.entries["name"].key, item.entries["name"].value
    if not isinstance(name, Scalar) or not NODE_NAME.match(name.text):
        return False
    start = item.start
    if not listed:  # from the dash on
        line = edits.text.rfind("\n", 0, start) + 1
        start = line + len(edits.text[line:start].rstrip()) - 1
        if edits.text[line : start + 1].strip() != "-":
            return False
    if not item.flow:  # the other entries stand two columns further in already
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
    """Two columns to the right, if the dashes stand in the first one: as keys they may not."""
    start = edits.text.rfind("\n", 0, listing.items[0].start) + 1
    if edits.text[start] != "-":
        return
    while 0 < start < listing.content_end:
        edits.changes.append((start, start, "  "))
        start = edits.text.find("\n", start) + 1


STEPS: dict[int, Step] = {0: _names_become_keys}
"""Step by the version that it starts from; one for every version before the newest."""
