"""YAML as a tree, where every value knows its place in the text."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

_INTEGER = re.compile(r"[-+]?[0-9]+\Z")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?\Z")
_WORDS: dict[str, Any] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
    **dict.fromkeys((".inf", "+.inf", ".Inf", ".INF"), float("inf")),
    **dict.fromkeys(("-.inf", "-.Inf", "-.INF"), float("-inf")),
    **dict.fromkeys((".nan", ".NaN", ".NAN"), float("nan")),
}


@dataclass
class Tree:
    """A value: its start and end in the text, and its line (from 1)."""

    start: int
    end: int
    line: int

    @property
    def plain(self) -> Any:
        """The value as Python data."""
        raise NotImplementedError

    @property
    def content_end(self) -> int:
        """The end of the last visible character of the value."""
        return self.end


@dataclass
class Scalar(Tree):
    """One word, number or text."""

    value: Any = None
    text: str = ""

    @property
    def plain(self) -> Any:
        return self.value


@dataclass
class Listing(Tree):
    """A list."""

    items: list[Tree] = field(default_factory=list)
    flow: bool = False

    @property
    def plain(self) -> Any:
        return [item.plain for item in self.items]

    @property
    def content_end(self) -> int:
        return self.end if self.flow or not self.items else self.items[-1].content_end


@dataclass
class Entry:
    """A key and its value."""

    key: Scalar
    value: Tree


@dataclass
class Mapping(Tree):
    """Entries in the order of the text; ``column`` is that of the keys of a block."""

    entries: dict[str, Entry] = field(default_factory=dict)
    flow: bool = False
    column: int = 0

    @property
    def plain(self) -> Any:
        return {name: entry.value.plain for name, entry in self.entries.items()}

    @property
    def content_end(self) -> int:
        if self.flow or not self.entries:
            return self.end
        return list(self.entries.values())[-1].value.content_end

    def line_of(self, name: str) -> int:
        """The line of a key; the line of the mapping if it has no such key."""
        return self.entries[name].key.line if name in self.entries else self.line


def number_or_text(text: str) -> Any:
    """The value of a plain scalar in the YAML 1.2 core schema.

    >>> [number_or_text(t) for t in ("off", "1e-3", "10:30", "true", "07", "~")]
    ['off', 0.001, '10:30', True, 7, None]
    """
    if text in _WORDS:
        return _WORDS[text]
    if len(text) < 400:
        if _INTEGER.match(text):
            # A number with more digits than a float can hold is infinite, outside of every range.
            return int(text) if len(text) < 300 else float(text)
        if _FLOAT.match(text):
            return float(text)
    return text
