"""What can be wrong with a request about colour."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

from grade.errors import RequestError


class ConfigError(RequestError):
    """The config cannot be found or read."""


class UnknownSpace(RequestError):
    """The config has no such colour space, display or view; the message names the nearest."""


class NoLinearSibling(RequestError):
    """The space has no linear counterpart with the same primaries in its config."""


class UntranslatedTransform(RequestError):
    """The conversion needs a primitive that has no translation.

    It is never replaced by a baked LUT behind the user's back.
    """

    def __init__(self, primitive: str, why: str = "", needed_by: str = "") -> None:
        self.primitive, self.why, self.needed_by = primitive, why, needed_by
        reason = f" ({why})" if why else ""
        wanted = f"{needed_by}: " if needed_by else ""
        super().__init__(
            f"{wanted}the transform {primitive}{reason} is not translated; nothing was"
            " approximated. Choose another space or view, or bake a LUT outside and use FileLUT."
        )


def nearest(word: str, known: Iterable[str], count: int = 3) -> list[str]:
    """The known names that a typist most likely meant, best first."""
    by_lower = {name.lower(): name for name in known}
    typed = word.lower()
    inside = [low for low in by_lower if typed in low] if len(typed) > 2 else []
    close = difflib.get_close_matches(typed, by_lower, n=count, cutoff=0.5)
    return [by_lower[low] for low in dict.fromkeys(close + sorted(inside, key=len))][:count]
