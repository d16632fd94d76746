"""Path templates with variables, such as ``plates/$SHOT/$SHOT.####.exr``."""

from __future__ import annotations

import re
from collections.abc import Mapping

from grade.render.errors import PlanError
from grade.suggestion import suggest

_VARIABLE = re.compile(
    r"\$(?:\{(?P<braced>[A-Za-z_][A-Za-z0-9_]*)\}|(?P<bare>[A-Za-z_][A-Za-z0-9_]*))"
)
_FRAME = re.compile(r"F[0-9]*")


def expand(text: str, variables: Mapping[str, str]) -> str:
    """Replace each ``$NAME`` and ``${NAME}`` in a text; ``$F4`` is a frame field and stays.

    >>> expand("plates/$SHOT/${SHOT}_v2.$F4.exr", {"SHOT": "sh010"})
    'plates/sh010/sh010_v2.$F4.exr'

    Raises
    ------
    PlanError
        For an unknown variable, naming the nearest.
    """

    def value(found: re.Match[str]) -> str:
        name = found["braced"] or found["bare"]
        if name in variables:
            return variables[name]
        if found["bare"] and _FRAME.fullmatch(name):
            return found[0]
        known = [known for known in variables if name.startswith(known)]
        if found["bare"] and known:
            longest = max(known, key=len)
            rest = name[len(longest) :]
            raise PlanError(f"{text}: there is no ${name}; write ${{{longest}}}{rest}")
        raise PlanError(f"{text}: there is no ${name}.{suggest(name, variables)}")

    return _VARIABLE.sub(value, text)


def is_template(text: str) -> bool:
    """Whether a text has variables."""
    return any(not _FRAME.fullmatch(m["bare"] or "") for m in _VARIABLE.finditer(text))
