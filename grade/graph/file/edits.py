"""Edits of the text of a look file: values replaced, entries inserted and deleted."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from grade.graph.file.yaml_tree import Entry, Mapping, Tree

_BREAKS = "\n\r\x85\u2028\u2029"  # of lines, for the parser too
_BREAK = re.compile(f"\r\n|[{_BREAKS}]")


@dataclass
class Edits:
    """Changes of one text, by start and end in the original text; nothing else is touched."""

    text: str
    changes: list[tuple[int, int, str]] = field(default_factory=list)

    @property
    def newline(self) -> str:
        """The line ending of the text: that of its first line."""
        found = re.search("\r\n|[\n\r]", self.text)
        return found.group() if found else "\n"

    def replace(self, tree: Tree, text: str) -> None:
        """Replace a value; one that is empty stands right behind its colon."""
        space = " " if tree.start == tree.content_end else ""
        self.changes.append((tree.start, tree.content_end, space + text))

    def insert(self, mapping: Mapping, key: str, value: str, indent: str = "") -> None:
        """Insert an entry behind the last one.

        Parameters
        ----------
        mapping
            The mapping that gets the entry.
        key, value
            The text of the entry. A value of several lines must be indented already.
        indent
            The indentation of keys, for an empty block mapping.
        """
        if mapping.flow:
            last = list(mapping.entries.values())[-1:]
            place = last[0].value.content_end if last else mapping.start + 1
            self.changes.append((place, place, f"{', ' if last else ''}{key}: {value}"))
            return
        column = " " * mapping.column if mapping.entries else indent
        place = self.line_end(mapping.content_end)
        self.changes.append((place, place, f"{self.newline}{column}{key}: {value}"))

    def delete(self, mapping: Mapping, name: str) -> None:
        """Delete an entry: its lines in a block, its text between braces."""
        entry, names = mapping.entries[name], list(mapping.entries)
        if not mapping.flow:
            start = max(
                (b.end() for b in _BREAK.finditer(self.text, 0, entry.key.start)), default=0
            )
            last = _BREAK.search(self.text, self.line_end(entry.value.content_end))
            self.changes.append((start, last.end() if last else len(self.text), ""))
        elif names[-1] != name:
            following = mapping.entries[names[names.index(name) + 1]]
            self.changes.append((entry.key.start, following.key.start, ""))
        else:
            before: list[Entry] = [mapping.entries[n] for n in names[-2:-1]]
            start = before[0].value.content_end if before else entry.key.start
            self.changes.append((start, entry.value.content_end, ""))

    def line_end(self, place: int) -> int:
        """The end of the line of a place; a place right behind a newline belongs to that line."""
        if place and self.text[place - 1] in _BREAKS:
            place -= 2 if self.text.endswith("\r\n", 0, place) else 1
        found = _BREAK.search(self.text, place)
        return found.start() if found else len(self.text)

    def apply(self) -> str:
        """The text with all changes; changes at one place keep their order."""
        text = self.text
        for start, end, new in reversed(self._in_order()):
            text = text[:start] + new + text[end:]
        return text

    def original_lines(self) -> list[int]:
        """For each line of the changed text, the line that it had; that above for a new one."""
        lines = list(range(1, _count_breaks(self.text) + 2))
        for start, end, new in reversed(self._in_order()):
            here = _count_breaks(self.text[:start]) + 1
            lost = _count_breaks(self.text[start:end])
            lines[here : here + lost] = [here] * _count_breaks(new)
        return lines

    def _in_order(self) -> list[tuple[int, int, str]]:
        """The changes by their places."""
        return [c for _, c in sorted(enumerate(self.changes), key=lambda c: (c[1][0], c[0]))]


def _count_breaks(text: str) -> int:
    return len(_BREAK.findall(text))
