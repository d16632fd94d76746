"""Errors of color management: configs, spaces and transforms."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

from grade.errors import RequestError


class ConfigError(RequestError):
    """The config cannot be found or read."""


class UnknownSpace(RequestError):
    """The config has no such color space, display, view or look; the message names the nearest."""


class NoLinearSpace(RequestError):
    """The config has no linear space with the primaries of the space."""


class UntranslatedTransform(RequestError):
    """The conversion needs an OpenColorIO transform that has no translation.

    Such a transform is never baked to a LUT behind the user's back.
    """

    def __init__(self, primitive: str, why: str = "", needed_by: str = "") -> None:
        self.primitive, self.why, self.needed_by = primitive, why, needed_by
        reason = f" ({why})" if why else ""
        wanted = f"{needed_by}: " if needed_by else ""
        super().__init__(
            f"{wanted}the transform {primitive}{reason} is not translated; nothing was"
            " approximated. Choose another space or view, or bake a LUT outside and use FileLUT."
        )


def find_nearest(word: str, known: Iterable[str], count: int = 3) -> list[str]:
    """Find the known names that were most likely meant, best first.

    Only letters and digits are compared.
    """
    by_letters: dict[str, str] = {}
    for name in known:
        by_letters.setdefault(_letters(name), name)
    typed = _letters(word)
    close = difflib.get_close_matches(typed, by_letters, n=count, cutoff=0.5)
    inside = [low for low in by_letters if typed in low] if len(typed) > 2 else []
    return [by_letters[low] for low in dict.fromkeys(close + sorted(inside, key=len))][:count]


def _letters(name: str) -> str:
    return "".join(c for c in name.lower() if c.isalnum())
