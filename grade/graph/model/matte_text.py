"""The matte algebra in words: ``skin & spot - lamps``, as a look file has it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from grade.graph.errors import GraphError
from grade.graph.model.picture import Matte, combine
from grade.graph.model.wire import Wire

STRENGTH = {"|": 1, "&": 2, "-": 3, "~": 4}
"""How tightly an operator binds, as in Python."""
LONGEST = 1000
_NAME = re.compile(r"[a-z][a-z0-9_]*")
_TOKEN = re.compile(r"\s*(?:([a-z][a-z0-9_]*)|([&|~()-]))")


def expression_of(matte: Wire, names: Mapping[Any, str]) -> str:
    """The expression of a matte, from the names of what it combines."""
    return _to_text(matte, names, 0)


def _to_text(wire: Wire, names: Mapping[Any, str], around: int) -> str:
    if wire in names:
        return names[wire]
    assert isinstance(wire, Matte)
    operator = str(wire.operator)
    strength = STRENGTH[operator]
    if operator == "~":
        text = f"~{_to_text(wire.inputs[0], names, strength)}"
    else:
        left, right = wire.inputs
        text = (
            f"{_to_text(left, names, strength)} {operator} {_to_text(right, names, strength + 1)}"
        )
    return f"({text})" if strength < around else text


def parse_expression(text: str, found: Callable[[str], Matte]) -> Matte:
    """The matte that an expression means.

    Parameters
    ----------
    text
        Names, ``& | - ~`` and brackets; ``~`` binds first, then ``-``, ``&``, ``|``, as in Python.
    found
        The matte of a name.

    Raises
    ------
    GraphError
        If it is no expression; what ``found`` raises.
    """
    if len(text) > LONGEST:
        raise GraphError(f"an expression of {len(text)} characters; it may have {LONGEST}")
    parser = _Parser(text, found)
    made = parser.binary(1)
    if parser.token:
        raise GraphError(f"{text!r}: {parser.token!r} is not valid here; {HOW}")
    return made


def names_in(text: str) -> list[str]:
    """The names that an expression has, each once, whether it can be read or not."""
    return list(dict.fromkeys(_NAME.findall(text[:LONGEST])))


HOW = "mattes combine by & | - ~ and brackets, as in skin & spot - lamps"


class _Parser:
    """Reads one token ahead."""

    DEEPEST = 40

    def __init__(self, text: str, found: Callable[[str], Matte]) -> None:
        self.text, self.found, self.place, self.depth = text, found, 0, 0
        self.token = ""
        self.next()

    def next(self) -> None:
        rest = self.text[self.place :]
        match = _TOKEN.match(rest)
        if match is None:
            if rest.strip():
                raise GraphError(f"{self.text!r}: {rest.strip()[0]!r} has no meaning; {HOW}")
            self.token = ""
            return
        self.token = match.group(1) or match.group(2)
        self.place += match.end()

    def binary(self, least: int) -> Matte:
        made = self.single()
        while STRENGTH.get(self.token, 0) >= least and self.token != "~":
            operator = self.token
            self.next()
            other = self.binary(STRENGTH[operator] + 1)
            made = combine(operator, (made, other))
        return made

    def single(self) -> Matte:
        self.depth += 1
        if self.depth > self.DEEPEST:
            raise GraphError(f"{self.text[:40]!r}...: nested deeper than {self.DEEPEST} levels")
        token = self.token
        self.next()
        if token == "~":
            inner = self.single()
            made = combine("~", (inner,))
        elif token == "(":
            made = self.binary(1)
            if self.token != ")":
                raise GraphError(f"{self.text!r}: a bracket is not closed; {HOW}")
            self.next()
        elif token and (token[0].isalpha()):
            made = self.found(token)
        else:
            what = repr(token) if token else "the end"
            raise GraphError(f"{self.text!r}: a matte is missing before {what}; {HOW}")
        self.depth -= 1
        return made


def normalize(text: str) -> str:
    """An expression with the brackets and spaces that :func:`in_words` would give it."""
    leaves: dict[Any, str] = {}

    def leaf(name: str) -> Matte:
        made = Matte(label=name)
        leaves[made] = name
        return made

    try:
        return expression_of(parse_expression(text, leaf), leaves)
    except GraphError:
        return text
