"""XML as a tree of elements that know their lines. Prefixes do not count, and nothing expands."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from xml.parsers import expat

from grade.color.files.errors import FileError

DEEPEST = 64


@dataclass
class Element:
    """An element: its name without a prefix, attributes, text, line and children."""

    name: str
    attributes: dict[str, str]
    line: int
    text: str = ""
    children: list[Element] = field(default_factory=list)

    def walk(self, name: str) -> Iterator[Element]:
        """All elements of this name, itself included, in the order of the file."""
        stack = [self]
        while stack:
            here = stack.pop()
            if here.name == name:
                yield here
            stack.extend(reversed(here.children))


def parse(data: bytes, shown: str) -> Element:
    """Parse XML and return its root.

    Raises
    ------
    FileError
        If it is not well formed, has a document type, or nests too deeply; with the line.
    """
    parser = expat.ParserCreate()
    parser.buffer_text = True
    root = Element("", {}, 1)
    opened = [root]

    def start(tag: str, attributes: dict[str, str]) -> None:
        if len(opened) > DEEPEST:
            raise FileError(shown, f"nests more than {DEEPEST} elements", parser.CurrentLineNumber)
        plain = {_local(name): value for name, value in attributes.items()}
        element = Element(_local(tag), plain, parser.CurrentLineNumber)
        opened[-1].children.append(element)
        opened.append(element)

    def end(tag: str) -> None:
        opened.pop()

    def text(words: str) -> None:
        opened[-1].text += words

    def doctype(*declared: object) -> None:
        raise FileError(shown, "has <!DOCTYPE>, which is not read", parser.CurrentLineNumber)

    parser.StartElementHandler, parser.EndElementHandler = start, end
    parser.CharacterDataHandler, parser.StartDoctypeDeclHandler = text, doctype
    try:
        parser.Parse(data, True)
    except expat.ExpatError as error:
        raise FileError(shown, expat.ErrorString(error.code), error.lineno) from None
    except (ValueError, LookupError) as error:
        raise FileError(shown, f"its encoding is not read: {error}", 1) from None
    return root.children[0]


def _local(name: str) -> str:
    return name.rpartition(":")[2]
