"""Migrates look files of older versions of the format, one version per step.

A step edits the text, so comments, layout and line numbers stay, and messages name the lines of the
file. A look that was loaded is saved in the newest version, which `grade fmt` writes too.

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
from grade.graph.file.edits import Edits
from grade.graph.file.reader import parse
from grade.graph.file.yaml_tree import Listing, Mapping, Scalar, Tree
from grade.op import NODE_NAME

NEWEST = 1

Refusal = Callable[[int, str], LookFileError]
Step = Callable[[Mapping, Edits, Refusal], None]


def migrate(text: str, tree: Mapping, file_name: str) -> tuple[str, Mapping]:
    """Bring a text and its tree to the newest version of the format.

    Parameters
    ----------
    text, tree
        The text of a look file, and its tree from :func:`grade.graph.file.reader.parse`.
    file_name
        The name of the file in messages.

    Raises
    ------
    LookFileError
        If the version is newer than this release knows, or the text does not follow its version.
    """

    def refuse(line: int, why: str) -> LookFileError:
        return LookFileError(f"{file_name}:{line}: {why}")

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
        text = edits.apply()
        tree = parse(text, file_name)
    return text, tree


def _move_names_to_keys(tree: Mapping, edits: Edits, refuse: Refusal) -> None:
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


STEPS: dict[int, Step] = {0: _move_names_to_keys}
"""Step by the version that it starts from; one for every version before the newest."""
