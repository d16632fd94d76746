"""Errors of color management: configs, spaces and transforms."""

from __future__ import annotations

import difflib
import re
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

    A name that says the same and more is nearer than one that is spelled alike: ``ARRI LogC3`` is
    ``ARRI LogC3 (EI800)`` rather than ``ARRI LogC4``. So names that go on behind the letters and
    digits of the word come first, then those that have them inside, then those that have all its
    parts in any order, each the shortest first. Names that are spelled alike follow, those with the
    same numbers before others.
    """
    by_letters: dict[str, str] = {}
    for name in known:
        by_letters.setdefault(_letters(name), name)
    typed, parts = _letters(word), _parts(word)
    meant: list[str] = []
    if len(typed) > 2:
        shortest = sorted(by_letters, key=len)
        meant += [low for low in shortest if low.startswith(typed)]
        meant += [low for low in shortest if typed in low]
        meant += [low for low in shortest if parts <= _parts(by_letters[low])]
    close = difflib.get_close_matches(typed, by_letters, n=max(count, 8), cutoff=0.5)
    numbers = _numbers(word)
    alike = sorted(close, key=lambda low: _numbers(by_letters[low]) != numbers)
    return [by_letters[low] for low in dict.fromkeys(meant + alike)][:count]


def _letters(name: str) -> str:
    return "".join(c for c in name.lower() if c.isalnum())


def _parts(name: str) -> set[str]:
    """The words and numbers of a name: those of ``S-Log3 S-Gamut3.Cine`` are s, log, 3, gamut."""
    return set(re.findall(r"[a-z]+|[0-9]+", name.lower()))


def _numbers(name: str) -> list[str]:
    return re.findall(r"[0-9]+", name)
