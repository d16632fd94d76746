"""Which OpenColorIO config a look means."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from grade.graph.errors import GraphError

if TYPE_CHECKING:
    from grade.graph.look import Look


def open_configuration(look: Look) -> Any:
    """The config of a look: its own, else ``$OCIO``, else the built-in studio config.

    A look from a file is pinned: pictures would change without a word if another config were
    taken. A config that was a file is pinned by its content, and must be found by ``$OCIO``.

    Raises
    ------
    GraphError
        If the look is pinned to one config, and ``$OCIO`` is another.
    ConfigError
        If there is no such config.
    """
    from grade.color.config.config import open_config
    from grade.settings import settings

    named = settings().ocio
    if look.pinned is None:
        return open_config(look.config or named)
    if named is not None:
        found = open_config(named)
        if found.name != look.pinned:
            raise GraphError(
                f"the look {look.name} is pinned to the config {look.pinned}, and $OCIO is"
                f" {named} ({found.name}); set $OCIO to the former, or unset it"
                + _repin(look.pinned)
            )
        return found
    if look.pinned.startswith("sha256:"):
        raise GraphError(
            f"the look {look.name} is pinned to a config file with the content {look.pinned};"
            " set $OCIO to that file" + _repin(look.pinned)
        )
    return open_config(look.pinned)


def _repin(pinned: str) -> str:
    return f"; to change the config for good, edit the line config: {pinned} of the look"
