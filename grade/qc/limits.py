"""The limits of a comparison: dE ITP for displays, codes for scenes, and neither for the other."""

from __future__ import annotations

from dataclasses import dataclass

from grade.errors import RequestError
from grade.qc.picture_light import Kind


class UnknownLight(RequestError):
    """There is a limit, and nobody knows what the numbers of the pictures mean."""


@dataclass(frozen=True, slots=True)
class Limits:
    """The largest differences that pass.

    Attributes
    ----------
    de
        The largest dE ITP of display-referred pictures, or None.
    codes
        The largest number of codes of scene-referred pictures, or None.
    before
        What messages put before the names: ``--max-`` for flags, ``max_`` for arguments.
    space, numbers
        How messages call the space of untagged pictures, and the limit of their numbers.
    """

    de: float | None = None
    codes: float | None = None
    before: str = "--max-"
    space: str = "--space"
    numbers: str = "--max"

    @property
    def given(self) -> bool:
        """Whether any limit is given."""
        return self.de is not None or self.codes is not None

    def of(self, kind: Kind | None) -> float | None:
        """The limit of pictures of a kind; None if there is none."""
        return {"display": self.de, "scene": self.codes, None: None}[kind]

    def judge(self, kind: Kind | None, distance: float) -> str:
        """Say why pictures of a kind that are so far apart fail; empty if they pass.

        Pictures without a limit of their kind pass only if they are equal.
        """
        if kind is None:
            return "numbers of no known space, which neither dE nor codes measure"
        limit = self.of(kind)
        if limit is not None and distance <= limit:
            return ""
        if kind == "display":
            size, name, other = f"dE ITP {distance:.3g}", f"{self.before}de", "a display, not codes"
        else:
            size, name, other = f"{distance:.3g} codes", f"{self.before}codes", "a scene, not dE"
        if limit is not None:
            return f"{size} is past {name} {limit:g}"
        return f"{size}: {name} is the limit of {other}"
