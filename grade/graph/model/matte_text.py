"""Matte expressions as text: ``skin & spot - lamps``, as a look file has them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from grade.graph.errors import GraphError
from grade.graph.model.picture import Matte, combine
from grade.graph.model.wire import Wire

PRECEDENCE = {"|": 1, "&": 2, "-": 3, "~": 4}
"""How tightly an operator binds, as in Python."""
LONGEST = 1000
HINT = "combine mattes with & | - ~ and brackets, as in skin & spot - lamps"
INSTEAD = {"and": "&", "or": "|", "not": "~", "+": "|", "*": "&", "!": "~"}
"""The operator that is meant by one of another language; a sum is a union, a product both."""
_NAME = re.compile(r"[a-z][a-z0-9_]*")
_TOKEN = re.compile(r"\s*(?:([a-z][a-z0-9_]*)|([&|~()-]))")


def expression_of(matte: Wire, names: Mapping[Any, str]) -> str:
    """The text of a matte, from the names of the mattes that it combines."""
    return _to_text(matte, names, 0)


def _to_text(wire: Wire, names: Mapping[Any, str], around: int) -> str:
    """The text of a matte, in brackets if the operator around it binds tighter."""
    if wire in names:
        return names[wire]
    assert isinstance(wire, Matte)
    operator = str(wire.operator)
    precedence = PRECEDENCE[operator]
    if operator == "~":
        text = f"~{_to_text(wire.inputs[0], names, precedence)}"
    else:
        left, right = wire.inputs
        text = (
            f"{_to_text(left, names, precedence)} {operator}"
            f" {_to_text(right, names, precedence + 1)}"
        )
    return f"({text})" if precedence < around else text


def parse_expression(text: str, find: Callable[[str], Matte]) -> Matte:
    """The matte of an expression.

    Parameters
    ----------
    text
        Names, ``& | - ~`` and brackets; ``~`` binds first, then ``-``, ``&``, ``|``, as in Python.
    find
        Gives the matte of a name.

    Raises
    ------
    GraphError
        If it is not an expression, and what ``find`` raises.
    """
    if len(text) > LONGEST:
        raise GraphError(f"an expression of {len(text)} characters; it may have {LONGEST}")
    parser = _Parser(text, find)
    made = parser.parse_binary(1)
    if parser.token:
        raise parser.refuse(parser.token)
    return made


def names_in(text: str) -> list[str]:
    """The names in an expression, each once, whether or not it can be parsed."""
    return list(dict.fromkeys(_NAME.findall(text[:LONGEST])))


class _Parser:
    """Parses an expression by precedence climbing; it reads one token ahead."""

    DEEPEST = 40

    def __init__(self, text: str, find: Callable[[str], Matte]) -> None:
        self.text, self.find, self.place, self.depth = text, find, 0, 0
        self.token = ""
        self.advance()

    def advance(self) -> None:
        rest = self.text[self.place :]
        match = _TOKEN.match(rest)
        if match is None:
            if rest.strip():
                raise self.refuse(rest.strip()[0])
            self.token = ""
            return
        self.token = match.group(1) or match.group(2)
        self.place += match.end()

    def parse_binary(self, least: int) -> Matte:
        """Operands joined by operators of this precedence or a higher one."""
        made = self.parse_operand()
        while PRECEDENCE.get(self.token, 0) >= least and self.token != "~":
            operator = self.token
            self.advance()
            other = self.parse_binary(PRECEDENCE[operator] + 1)
            made = combine(operator, (made, other))
        return made

    def parse_operand(self) -> Matte:
        """A name, ``~`` of an operand, or an expression in brackets."""
        self.depth += 1
        if self.depth > self.DEEPEST:
            raise GraphError(f"{self.text[:40]!r}...: nested deeper than {self.DEEPEST} levels")
        token = self.token
        self.advance()
        if token == "~":
            inner = self.parse_operand()
            made = combine("~", (inner,))
        elif token == "(":
            made = self.parse_binary(1)
            if self.token != ")":
                raise GraphError(f"{self.text!r}: a bracket is not closed; {HINT}")
            self.advance()
        elif token and token[0].isalpha():
            made = self.find_matte(token)
        else:
            what = repr(token) if token else "the end"
            raise GraphError(f"{self.text!r}: a matte is missing before {what}; {HINT}")
        self.depth -= 1
        return made

    def find_matte(self, name: str) -> Matte:
        """The matte of a name; a word that is no name, such as ``not``, is an operator."""
        try:
            return self.find(name)
        except GraphError:
            if name in INSTEAD:
                raise self.refuse(name) from None
            raise

    def refuse(self, token: str) -> GraphError:
        """The error for a token that is not valid; the hint is the operator that was meant."""
        instead = INSTEAD.get(token)
        return GraphError(
            f"{self.text!r}: {token!r} is not valid here; {f'use {instead}' if instead else HINT}"
        )


def normalize(text: str) -> str:
    """The expression with the brackets and spaces of :func:`expression_of`."""
    leaves: dict[Any, str] = {}

    def make_leaf(name: str) -> Matte:
        made = Matte(label=name)
        leaves[made] = name
        return made

    try:
        return expression_of(parse_expression(text, make_leaf), leaves)
    except GraphError:
        return text
