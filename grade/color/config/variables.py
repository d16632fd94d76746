"""The context variables that a config names, and which of the environment reach it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import NamedTuple, Self

from grade.color.config.referenced_files import FileStamp, read_content
from grade.settings import environment

_IN_USE = 1024
_NAMED = re.compile(r"\$\{([^{}\s]+)\}|\$(\w+)|%([^%\s]+)%")
# OpenColorIO itself reads these, whatever the config says.
READ_BY_LIBRARY = ("OCIO_ACTIVE_DISPLAYS", "OCIO_ACTIVE_VIEWS", "OCIO_INACTIVE_COLORSPACES")

Variables = tuple[tuple[str, str], ...]
"""Names and values, sorted by name."""


class NamedVariables(NamedTuple):
    """The variables that a text names.

    OpenColorIO replaces every variable that it knows in ``${NAME}``, ``%NAME%`` and ``$NAME``; the
    last may be followed by anything, so ``$SHOTx`` names the variable ``SHOT`` too.
    """

    whole: frozenset[str]
    beginnings: frozenset[str]

    @classmethod
    def of(cls, text: str) -> Self:
        """Find the variables in a text."""
        whole: set[str] = set()
        beginnings: set[str] = set()
        for braces, dollar, percent in _NAMED.findall(text):
            whole.update(filter(None, (braces, percent)))
            beginnings.update(filter(None, (dollar,)))
        return cls(frozenset(whole), frozenset(beginnings))

    def __or__(self, other: NamedVariables) -> NamedVariables:
        """The variables that one text or the other names."""
        return NamedVariables(self.whole | other.whole, self.beginnings | other.beginnings)

    def names(self, variable: str) -> bool:
        """Whether a variable of this name is replaced."""
        return variable in self.whole or any(word.startswith(variable) for word in self.beginnings)

    def shown(self) -> list[str]:
        """The names, sorted."""
        return sorted(self.whole | self.beginnings)


NONE = NamedVariables(frozenset(), frozenset())


@lru_cache(_IN_USE)
def find_in_file(stamp: FileStamp) -> NamedVariables:
    """Find the variables that a file names; it is read once per stamp."""
    return NamedVariables.of(read_content(stamp).decode("utf-8", "replace"))


def reaching(named: NamedVariables) -> Variables:
    """List the variables of the environment that reach a text now, with their values.

    A value may name other variables, which then reach the text too.
    """
    known = environment()
    found = {name: known[name] for name in READ_BY_LIBRARY if known.get(name)}
    added = [name for name in known if named.names(name)]
    while added:
        found |= {name: known[name] for name in added}
        named = NamedVariables.of(" ".join(found.values()))
        added = [name for name in known if name not in found and named.names(name)]
    return tuple(sorted(found.items()))


def find_without_value(text: str, values: Mapping[str, str] | Iterable[str]) -> list[str]:
    """Find the variables that a text names and that have no value, sorted."""
    known = set(values)
    named = NamedVariables.of(text)
    return sorted(
        {name for name in named.whole if name not in known}
        | {word for word in named.beginnings if not any(word.startswith(name) for name in known)}
    )
