"""Parses the text of a look file into a tree.

Only the YAML that a look needs is read: mappings with text keys, lists, and scalars of the YAML 1.2
core schema (``off`` is text, ``1e-3`` a number, ``10:30`` text). Tags, anchors, aliases and
directives are refused, so reading a file runs no code, builds no object, and expands nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from grade.graph.errors import LookFileError
from grade.graph.file.format_version import NEWEST
from grade.graph.file.missing import explain_missing
from grade.graph.file.yaml_tree import Entry, Listing, Mapping, Scalar, Tree, number_or_text

LARGEST = 128_000
DEEPEST = 12
MOST = 6_000


def read_text(path: Path, file_name: str) -> str:
    """Read the text of a look file.

    Raises
    ------
    LookFileError
        If the file cannot be read, is not UTF-8, or is too large for a look.
    """
    try:
        with path.open("rb") as file:
            raw = file.read(LARGEST + 1)
    except FileNotFoundError:
        why = explain_missing(file_name)
        raise LookFileError(f"{file_name}: cannot be read: {why}") from None
    except OSError as error:
        raise LookFileError(f"{file_name}: cannot be read: {error.strerror}") from None
    return decode(raw, file_name)


def decode(raw: bytes, file_name: str) -> str:
    """Decode the bytes of a look file.

    Raises
    ------
    LookFileError
        If they are not UTF-8, or too many for a look.
    """
    if len(raw) > LARGEST:
        raise LookFileError(f"{file_name}: more than {LARGEST:,} bytes: not a look file")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        raise LookFileError(f"{file_name}:{line}: not UTF-8 text") from None


def parse(text: str, file_name: str) -> Mapping:
    """Parse the text of a look file.

    Parameters
    ----------
    text
        The text of the whole file.
    file_name
        The name of the file in messages.

    Raises
    ------
    LookFileError
        If the text is not YAML of this kind; the message has file and line.
    """
    from ruamel.yaml import YAML
    from ruamel.yaml.error import MarkedYAMLError, YAMLError

    def refuse(line: int, why: str) -> LookFileError:
        return LookFileError(f"{file_name}:{line}: {why}")

    try:
        tree = _Reader(text, YAML(typ="safe", pure=True).parse(text), refuse).read_document()
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = 1 if mark is None else mark.line + 1
        why = str(error.problem or error.context or "not YAML")
        if "'\\t'" in why:
            why = "a tab is not valid here; use spaces"
        raise refuse(line, why) from None
    except YAMLError as error:
        position = getattr(error, "position", 0)
        line = text[:position].count("\n") + 1 if isinstance(position, int) else 1
        raise refuse(line, "a character that is not valid in text") from None
    except (ValueError, RecursionError):
        raise refuse(1, "not YAML") from None
    if not isinstance(tree, Mapping):
        raise refuse(tree.line, f"a look file is a mapping, beginning with grade: {NEWEST}")
    return tree


class _Reader:
    """Builds the tree from the events of the YAML parser, which itself does not recurse."""

    def __init__(
        self, text: str, events: Iterator[Any], refuse: Callable[[int, str], Exception]
    ) -> None:
        self.text, self.events, self.refuse = text, events, refuse
        self.count = 0

    def read_document(self) -> Tree:
        from ruamel.yaml import events

        tree: Tree = Scalar(0, 0, 1)
        documents = 0
        for event in self.events:
            line = event.start_mark.line + 1
            if isinstance(event, events.DocumentStartEvent):
                documents += 1
                if event.version or event.tags:
                    raise self.refuse(line, "a look file has no % directives")
                if documents > 1:
                    raise self.refuse(line, "a look file holds one document; there is a second ---")
                tree = self.read_value(next(self.events), 0)
        return tree

    def read_value(self, event: Any, depth: int) -> Tree:
        from ruamel.yaml import events

        line = event.start_mark.line + 1
        if isinstance(event, events.AliasEvent) or event.anchor is not None:
            raise self.refuse(
                line,
                "anchors and aliases (& and *) are not read; quote the text, or use like: NODE",
            )
        if isinstance(event, events.ScalarEvent):
            return self.read_scalar(event)
        if getattr(event, "ctag", None) is not None and str(event.ctag) not in ("None", ""):
            raise self.refuse(line, f"tags such as {event.ctag} are not read")
        if depth >= DEEPEST:
            raise self.refuse(line, f"nested deeper than {DEEPEST} levels")
        if isinstance(event, events.MappingStartEvent):
            return self.read_mapping(event, depth)
        return self.read_listing(event, depth)

    def read_scalar(self, event: Any) -> Scalar:
        line = event.start_mark.line + 1
        self.count += 1
        if self.count > MOST:
            raise self.refuse(line, f"more than {MOST:,} words and numbers: not a look file")
        if event.ctag is not None and str(event.ctag) not in ("None", ""):
            raise self.refuse(line, f"tags such as {event.ctag} are not read")
        plain = event.style in (None, "")
        value = number_or_text(event.value) if plain else event.value
        return Scalar(event.start_mark.index, event.end_mark.index, line, value, event.value)

    def end_of_key(self, key: Scalar) -> int:
        """The place right behind the colon of a key, or behind the key where it has none."""
        colon = self.text.find(":", key.end)
        return colon + 1 if colon >= 0 and not self.text[key.end : colon].strip() else key.end

    def read_listing(self, event: Any, depth: int) -> Listing:
        from ruamel.yaml.events import SequenceEndEvent

        result = Listing(*_position(event), flow=bool(event.flow_style))
        for item in self.events:
            if isinstance(item, SequenceEndEvent):
                result.end = item.end_mark.index
                break
            result.items.append(self.read_value(item, depth + 1))
        return result

    def read_mapping(self, event: Any, depth: int) -> Mapping:
        from ruamel.yaml.events import MappingEndEvent

        result = Mapping(*_position(event), flow=bool(event.flow_style))
        result.column = event.start_mark.column
        for item in self.events:
            if isinstance(item, MappingEndEvent):
                result.end = item.end_mark.index
                break
            key = self.read_value(item, depth + 1)
            if not isinstance(key, Scalar) or not key.text:
                raise self.refuse(key.line, "a key is one word")
            value = self.read_value(next(self.events), depth + 1)
            if value.start == value.end:  # the parser puts it where the next word begins
                value.start = value.end = self.end_of_key(key)
            if key.text in result.entries:
                first = result.entries[key.text].key.line
                raise self.refuse(key.line, f"{key.text}: given twice, first in line {first}")
            result.entries[key.text] = Entry(key, value)
        return result


def _position(event: Any) -> tuple[int, int, int]:
    return event.start_mark.index, event.end_mark.index, event.start_mark.line + 1
