"""Migrates look files of older versions of the format, one version per step.

A step edits the text, so comments and layout stay. Messages name the lines of the file as it is,
also where a step adds lines. A look that was loaded is saved in the newest version, which `grade
fmt` writes too.

Versions
--------
0
    The prototype. ``nodes`` and ``mattes`` are lists, and an entry begins with its ``name``.
1
    ``nodes`` and ``mattes`` are mappings from names to entries.
2
    Defaults, domains and formulas of some ops are others; the tables of ``old_meanings`` name them.
"""

from __future__ import annotations

from grade.graph.errors import LookFileError
from grade.graph.file.edits import Edits
from grade.graph.file.format_version import NEWEST
from grade.graph.file.migrations.names_to_keys import move_names_to_keys
from grade.graph.file.migrations.old_meanings import write_old_meanings
from grade.graph.file.migrations.step import Step
from grade.graph.file.reader import parse
from grade.graph.file.yaml_tree import Listing, Mapping, Tree

STEPS: dict[int, Step] = {0: move_names_to_keys, 1: write_old_meanings}
"""Step by the version that it starts from; one for every version before the newest."""


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
        before, tree = tree, parse(text, file_name)
        _restore_lines(tree, edits.original_lines())
        tree.line = before.line
    return text, tree


def _restore_lines(tree: Tree, lines: list[int]) -> None:
    """Give values and keys the lines that they had before an edit; ``lines`` by new line."""
    stack = [tree]
    while stack:
        value = stack.pop()
        value.line = lines[value.line - 1]
        if isinstance(value, Mapping):
            for entry in value.entries.values():
                entry.key.line = lines[entry.key.line - 1]
                stack.append(entry.value)
        elif isinstance(value, Listing):
            stack.extend(value.items)
