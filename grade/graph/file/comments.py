"""Comments and blank lines of a look file, by the entry that each belongs to."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from grade.graph.file.yaml_tree import Entry, Listing, Mapping, Scalar, Tree


@dataclass
class Comments:
    """The comments around the entries of block mappings.

    Attributes
    ----------
    above
        Comments on lines of their own above an entry, by the start of its key. None is a blank
        line.
    beside
        The comment behind an entry and its column, by the start of the key.
    below
        Comments behind the last entry of a mapping, by the start of the mapping.
    head
        Comments above the first entry of the file.
    """

    above: dict[int, list[str | None]] = field(default_factory=dict)
    beside: dict[int, tuple[str, int]] = field(default_factory=dict)
    below: dict[int, list[str | None]] = field(default_factory=dict)
    head: list[str | None] = field(default_factory=list)


@dataclass(frozen=True)
class _Anchor:
    """An entry that begins a line, and the block mappings around it, outermost first."""

    text: str
    entry: Entry
    inside: tuple[Mapping, ...]

    @property
    def start(self) -> int:
        return self.entry.key.start

    @property
    def end(self) -> int:
        """The end of the entry's own lines; the entries of a block mapping have lines of theirs."""
        value = self.entry.value
        if isinstance(value, Mapping) and not value.flow:
            return self.entry.key.end
        return max(visible_end(self.text, value), self.entry.key.end)


def visible_end(text: str, value: Tree) -> int:
    """The end of the last visible character of a value, block scalars included."""
    end = value.content_end
    if text[value.start : value.start + 1] in ("|", ">"):
        return value.start + len(text[value.start : end].rstrip())
    return end


def find_comments(text: str, tree: Mapping) -> Comments:
    """Find the comments and blank lines of a text.

    A comment behind an entry is beside it. A comment on its own line is above the entry that
    follows; if it is indented further than that entry, it is at the end of the block with its
    indentation. A comment inside a list or braces of several lines is above the entry of that
    value.
    """
    found = Comments()
    anchors = [_Anchor(text, entry, inside) for entry, inside in _line_entries(tree, ())]
    blank, index = False, -1  # `index` is that of the last anchor before the comment
    for place, comment in _find_pieces(text, tree):
        while index + 1 < len(anchors) and anchors[index + 1].start < place:
            index += 1
            _note_blank(found, anchors[index], blank and (index > 0 or bool(found.head)))
            blank = False
        here = anchors[index] if index >= 0 else None
        within = here is not None and place < here.end
        if comment is None:
            blank = blank or not within
            continue
        line = text.rfind("\n", 0, place) + 1
        alone = not text[line:place].strip()
        if here is None:
            found.head += [None, comment] if blank and found.head else [comment]
        elif not alone and _is_beside(text, here, place):
            found.beside[here.start] = (comment, place - line)
            continue
        elif within or not alone:
            found.above.setdefault(here.start, []).append(comment)
        else:
            following = anchors[index + 1] if index + 1 < len(anchors) else None
            target = _choose_list(found, here, following, place - line)
            target += [None, comment] if blank else [comment]
        blank = False
    for anchor in anchors[index + 1 :]:
        _note_blank(found, anchor, blank)
        blank = False
    return found


def _note_blank(found: Comments, anchor: _Anchor, blank: bool) -> None:
    """Give an entry its list of comments, with the blank line above it."""
    above = found.above.setdefault(anchor.start, [])
    if blank:
        above.append(None)


def _is_beside(text: str, anchor: _Anchor, place: int) -> bool:
    """Whether a comment stands on the last line of an entry."""
    value = anchor.entry.value
    if isinstance(value, Scalar) and text[value.start : value.start + 1] in ("|", ">"):
        return "\n" not in text[value.start : place]
    return anchor.end <= place and "\n" not in text[anchor.end : place]


def _choose_list(
    found: Comments, here: _Anchor, following: _Anchor | None, column: int
) -> list[str | None]:
    """The list for a comment on its own line: above the entry that follows, or below a block."""
    if following is not None:
        first_inside = len(following.inside) > len(here.inside)
        if first_inside or column <= following.inside[-1].column:
            return found.above.setdefault(following.start, [])
    block = here.inside[0]
    for mapping in here.inside:
        if mapping.column <= column:
            block = mapping
    return found.below.setdefault(block.start, [])


def _line_entries(
    mapping: Mapping, inside: tuple[Mapping, ...]
) -> Iterator[tuple[Entry, tuple[Mapping, ...]]]:
    """The entries that begin lines, in the order of the text."""
    for entry in mapping.entries.values():
        yield entry, (*inside, mapping)
        if isinstance(entry.value, Mapping) and not entry.value.flow:
            yield from _line_entries(entry.value, (*inside, mapping))


def _find_pieces(text: str, tree: Mapping) -> Iterator[tuple[int, str | None]]:
    """Comments with their places, and None for blank lines, in the order of the text."""
    place = 0
    for start, end in [*_spans(text, tree), (len(text), len(text))]:
        yield from _scan_gap(text, place, start)
        place = max(place, end)


def _scan_gap(text: str, start: int, end: int) -> Iterator[tuple[int, str | None]]:
    """The comments and blank lines between two scalars."""
    place = start
    while place < end:
        newline = text.find("\n", place, end)
        stop = end if newline < 0 else newline
        mark = text.find("#", place, stop)
        whole = not place or text[place - 1] == "\n"
        if mark >= 0:
            stop = text.find("\n", mark)
            stop = len(text) if stop < 0 else stop
            yield mark, text[mark:stop].rstrip()
        elif whole and newline >= 0 and not text[place:stop].strip():
            yield place, None
        place = stop + 1


def _spans(text: str, tree: Tree) -> Iterator[tuple[int, int]]:
    """The start and end of every scalar, in the order of the text, without marks of blocks."""
    if isinstance(tree, Scalar):
        start, end = tree.start, visible_end(text, tree)
        if text[start : start + 1] in ("|", ">"):
            line = text.find("\n", start)
            start = end if line < 0 else min(line + 1, end)
        yield start, end
    elif isinstance(tree, Listing):
        for item in tree.items:
            yield from _spans(text, item)
    elif isinstance(tree, Mapping):
        for entry in tree.entries.values():
            yield from _spans(text, entry.key)
            yield from _spans(text, entry.value)
