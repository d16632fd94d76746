"""What the plates of a look are: of a space, made by a view, or encoded as their file says."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from grade.color.tags.encoding import RGBEncoding
from grade.graph.errors import GraphError

AUTO = "auto"
_BETWEEN = " / "


@dataclass(frozen=True, slots=True)
class InputView:
    """Code values for a display that a view made: graphics, or archive material.

    The look takes them back through the view, to light as it was before.
    """

    display: str
    view: str

    def __str__(self) -> str:
        return f"{self.display}{_BETWEEN}{self.view}"

    @property
    def entry(self) -> dict[str, str]:
        """The view as a look file has it."""
        return {"display": self.display, "view": self.view}


# An encoding comes from the tags of a plate, where the look says auto. A look file cannot say it.
PlateInput = str | InputView | RGBEncoding


def read_input(label: str, given: Any) -> PlateInput | None:
    """Read an input: the name of a space, or a mapping of display and view.

    Raises
    ------
    GraphError
        If it is something else.
    """
    if given is None or isinstance(given, str | InputView | RGBEncoding):
        return given
    if isinstance(given, Mapping) and set(given) == {"display", "view"}:
        display, view = given["display"], given["view"]
        if isinstance(display, str) and isinstance(view, str):
            return InputView(display, view)
    raise GraphError(
        f"{label} = {given!r}: takes the name of a space, a view as in"
        ' {"display": "sRGB - Display", "view": "Un-tone-mapped"}, or None'
    )


def parse_input(given: Any, config: Callable[[], Any]) -> PlateInput | None:
    """Read an input as it is typed: a space, or ``DISPLAY / VIEW`` where no space is called so."""
    if not isinstance(given, str) or _BETWEEN not in given:
        return read_input("input", given)
    if config().raw.getColorSpace(given) is not None:
        return given
    display, _, view = given.partition(_BETWEEN)
    return InputView(display.strip(), view.strip())


def as_entry(given: PlateInput | None) -> str | Mapping[str, object] | None:
    """An input as plain data, which is that of a look file unless it is an encoding."""
    return given.entry if isinstance(given, InputView | RGBEncoding) else given
