"""The canonical layout of a look file, with its comments, as `grade fmt` writes it.

Sections and the fields of a node are in their normal order. A level is indented by two columns, and
one space follows ``:`` and ``,``. Numbers stay as they are written; text loses quotes that it does
not need. A value on one line stays on one line. A list or braces on several lines are joined if
they fit into 100 columns; else a list is filled, and braces become lines. Rows such as
``- {border: 2}`` keep a line each. Blank lines stay, but never two in a row.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Callable, Iterable
from functools import partial

from grade.graph.errors import LookFileError
from grade.graph.file.comments import Comments, find_comments
from grade.graph.file.document import Document, InputEntry, OutputEntry, ViewEntry, validate
from grade.graph.file.migrations.migrate import migrate
from grade.graph.file.new_text import WIDEST
from grade.graph.file.reader import parse
from grade.graph.file.yaml_text import to_yaml
from grade.graph.file.yaml_tree import Entry, Listing, Mapping, Scalar, Tree

_KEY = re.compile(r"(?:-?[A-Za-z0-9_.]|[A-Za-z0-9_.][A-Za-z0-9_.@+-]*)[A-Za-z0-9_.@+-]*\Z")
Order = Callable[[str], "Order | None"]


def format_text(text: str, file_name: str) -> str:
    """Format the text of a look file, in the newest version of the format.

    Parameters
    ----------
    text
        A look file. Files that it refers to need not exist.
    file_name
        The name of the file in messages.

    Raises
    ------
    LookFileError
        If it is not a look file, or if the layout would change what it says; then nothing may be
        written. The message has file and line.
    """
    text, tree = migrate(text, parse(text, file_name), file_name)
    validate(tree, file_name)
    newline = "\r\n" if "\r\n" in text else "\n"
    made = _Layout(text, tree).text().replace("\n", newline)
    again = parse(made, file_name)
    if _content(again) != _content(tree) or _comments(made, again) != _comments(text, tree):
        raise LookFileError(
            f"{file_name}:1: the layout cannot be formatted without changing the look; it is left"
            " as it is"
        )
    return made


def _content(tree: Mapping) -> tuple[object, list[str]]:
    """What the layout must not change: the entries, and the order of the nodes."""
    plain = tree.plain
    return repr(_sort_keys(plain)), list(plain.get("nodes") or ())


def _sort_keys(value: object) -> object:
    if isinstance(value, dict):
        return sorted((key_text, _sort_keys(part)) for key_text, part in value.items())
    return [_sort_keys(part) for part in value] if isinstance(value, list) else value


def _comments(text: str, tree: Mapping) -> list[str]:
    found = find_comments(text, tree)
    groups: Iterable[list[str | None]] = (found.head, *found.above.values(), *found.below.values())
    alone = [comment for group in groups for comment in group if comment is not None]
    return sorted([*alone, *(comment for comment, _ in found.beside.values())])


class _Layout:
    """Writes a tree in canonical layout."""

    def __init__(self, text: str, tree: Mapping) -> None:
        self.source, self.tree = text, tree
        self.remarks: Comments = find_comments(text, tree)

    def text(self) -> str:
        lines = [line or "" for line in self.remarks.head]
        if lines and next(iter(self.remarks.above.values()), [])[:1] == [None]:
            lines.append("")
        first = len(lines)
        lines += self.block(self.tree, "", ())
        while len(lines) > first and not lines[first]:
            del lines[first]
        return "\n".join(lines) + "\n"

    # --- lines ------------------------------------------------------------------------------------

    def block(self, mapping: Mapping, indent: str, path: tuple[str, ...]) -> list[str]:
        """A mapping as lines."""
        lines: list[str] = []
        for name in order_entries(mapping, path):
            entry = mapping.entries[name]
            above = self.remarks.above.get(entry.key.start, [])
            lines += self.comments(above, indent, first=not lines and bool(path))
            lines += self.entry(entry, indent, (*path, name))
        return lines + self.comments(self.remarks.below.get(mapping.start, []), indent)

    def comments(self, comments: list[str | None], indent: str, first: bool = False) -> list[str]:
        """Comments on their own lines; no two blank lines in a row, and none at the start."""
        lines: list[str] = []
        for comment in comments:
            if comment is not None:
                lines.append(indent + comment)
            elif lines[-1:] != [""] and (lines or not first):
                lines.append("")
        return lines

    def entry(self, entry: Entry, indent: str, path: tuple[str, ...]) -> list[str]:
        """An entry as lines, with the comment beside it."""
        start, value = f"{indent}{key_text(entry.key)}:", entry.value
        inside = indent + "  "
        if isinstance(value, Mapping) and self.spreads(value, start):
            return [self.beside(start, entry), *self.block(value, inside, path)]
        if isinstance(value, Scalar):
            lines = self.scalar(value, start, inside)
            if len(lines) > 1:
                return [self.beside(lines[0], entry), *lines[1:]]
        elif isinstance(value, Listing) and self.spreads(value, start):
            items = [self.flow(item) for item in value.items]
            if _has_rows(value):
                return [self.beside(start, entry), *(f"{indent}- {item}" for item in items)]
            lines = fill_list(items, start, inside)
        else:
            lines = [f"{start} {self.flow(value, path)}"]
        return [*lines[:-1], self.beside(lines[-1], entry)]

    def beside(self, line: str, entry: Entry) -> str:
        """A line with the comment beside an entry, in its old column if that is free."""
        comment, column = self.remarks.beside.get(entry.key.start, ("", 0))
        return (
            f"{line.ljust(column)}{comment}"
            if column > len(line) + 1
            else (f"{line}  {comment}" if comment else line)
        )

    def spreads(self, value: Mapping | Listing, start: str) -> bool:
        """Whether a value takes several lines."""
        if isinstance(value, Mapping) and not value.flow:
            return bool(value.entries)
        if isinstance(value, Listing) and not value.flow and _has_rows(value):
            return True
        several = "\n" in self.source[value.start : value.content_end]
        return several and len(start) + 1 + len(self.flow(value)) > WIDEST

    # --- values -----------------------------------------------------------------------------------

    def flow(self, value: Tree, path: tuple[str, ...] = ()) -> str:
        """A value on one line."""
        if isinstance(value, Mapping):
            names = order_entries(value, path)
            entries = [(value.entries[name], (*path, name)) for name in names]
            inside = (f"{key_text(e.key)}: {self.flow(e.value, way)}" for e, way in entries)
            return "{" + ", ".join(inside) + "}"
        if isinstance(value, Listing):
            return f"[{', '.join(map(self.flow, value.items))}]"
        assert isinstance(value, Scalar)
        if not isinstance(value.value, str):
            return value.text or "null"
        return bare_text(value.value, "{{b: {}, c: 1}}") or quote(value.value)

    def scalar(self, value: Scalar, start: str, indent: str) -> list[str]:
        """A number or text behind its key, as lines."""
        if not isinstance(value.value, str):
            return [f"{start} {value.text}".rstrip()]
        text = value.value
        line = f"{start} {bare_text(text, '{}') or quote(text)}"
        several = "\n" in self.source[value.start : value.content_end].rstrip()
        if not several or (not text.isprintable() and not _is_lines(text)):
            return [line]
        if "\n" in text:
            mark = "|" if text.endswith("\n") else "|-"
            return [f"{start} {mark}", *(f"{indent}{part}".rstrip() for part in text.splitlines())]
        if len(line) <= WIDEST or " ".join(text.split()) != text:
            return [line]
        return [f"{start} >-", *_wrap(text, indent)]


def _has_rows(value: Listing) -> bool:
    return any(isinstance(item, Mapping) for item in value.items)


def _is_lines(text: str) -> bool:
    """Whether a text of several lines can be a block scalar."""
    lines = text.removesuffix("\n").split("\n")
    plain = all(line.isprintable() and line.strip() == line for line in lines)
    return plain and bool(lines[0]) and bool(lines[-1])


def _wrap(text: str, indent: str) -> list[str]:
    return textwrap.wrap(
        text,
        WIDEST,
        initial_indent=indent,
        subsequent_indent=indent,
        break_long_words=False,
        break_on_hyphens=False,
    )


def bare_text(text: str, around: str) -> str:
    """The text, if YAML reads it back without quotes; else an empty text."""
    if not text or not text.isprintable() or text.strip() != text:
        return ""
    try:
        there = parse(f"a: {around.format(text)}\n", "").entries["a"].value.plain
    except LookFileError:
        return ""
    return text if there in (text, {"b": text, "c": 1}) else ""


def quote(text: str) -> str:
    """Put the text in quotes."""
    found = to_yaml(text)
    return found if found.startswith('"') else f'"{found}"'


def key_text(scalar: Scalar) -> str:
    """A key as text: a name, a frame or a dotted path, and anything else in quotes."""
    return scalar.text if _KEY.match(scalar.text) else quote(scalar.text)


def fill_list(items: list[str], start: str, indent: str) -> list[str]:
    """A list on several lines, each as full as possible."""
    lines = [f"{start} ["]
    for number, item in enumerate(items):
        piece = item + ("," if number < len(items) - 1 else "]")
        if not number:
            lines[-1] += piece
        elif len(lines[-1]) + 1 + len(piece) <= WIDEST:
            lines[-1] += f" {piece}"
        else:
            lines.append(indent + piece)
    return lines


# --- order ----------------------------------------------------------------------------------------


def order_entries(mapping: Mapping, path: tuple[str, ...]) -> list[str]:
    """The names of entries in their normal order, unknown ones last."""
    wanted = _fields(mapping, path)
    place = partial(_position, {name: number for number, name in enumerate(wanted)})
    return sorted(mapping.entries, key=place)  # stable: unknown names keep their order


def _position(known: dict[str, int], name: str) -> int:
    return known.get(name, len(known))


def _fields(mapping: Mapping, path: tuple[str, ...]) -> list[str]:
    if not path:
        return list(Document.model_fields)
    if path in (("input",), ("untagged",)):
        return list(ViewEntry.model_fields)
    if len(path) != 2:
        return []
    if path[0] == "outputs":
        return [field.alias or name for name, field in OutputEntry.model_fields.items()]
    if path[0] == "inputs":
        return [*InputEntry.model_fields, *_node_fields()]
    if path[0] in ("nodes", "mattes"):
        given = mapping.entries.get("op")
        return _fields_of_node(str(given.value.plain) if given is not None else "")
    return []


def _fields_of_node(kind: str) -> list[str]:
    import grade.ops  # noqa: F401  the package registers its ops when it is loaded
    from grade.op import OPS

    op = OPS.get(kind)
    taken = ["from"] if op is None else ["from", *op.pictures[1:], *filter(None, [op.more])]
    own = [] if op is None else [name for name in op.settings if name not in op.NODE_FIELDS]
    return ["op", "like", *taken, *own, "matte", *_node_fields()]


def _node_fields() -> tuple[str, ...]:
    from grade.op import Op

    return Op.NODE_FIELDS
