"""The OpenColorIO config of a look: its own, the one of ``$OCIO``, or the built-in one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from grade.graph.errors import GraphError
from grade.op import Op


def open_configuration(look: str, stated: str | None, pinned: str | None) -> Any:
    """Open the config of a look: its own, else ``$OCIO``, else the built-in studio config.

    A look from a file is pinned to the config that it was saved with, because another config
    would change its pictures silently. A config file is pinned by its content, and ``$OCIO`` must
    name that file.

    Parameters
    ----------
    look
        The name of the look, for messages.
    stated, pinned
        The config that the look names, and the resolved config that it was saved with.

    Raises
    ------
    GraphError
        If the look is pinned to one config and ``$OCIO`` names another.
    ConfigError
        If there is no such config.
    """
    from grade.color.config.config import open_config
    from grade.settings import settings

    named = settings().ocio
    if pinned is None:
        return open_config(stated or named)
    if named is not None:
        found = open_config(named)
        if found.name != pinned:
            raise GraphError(
                f"the look {look} is pinned to the config {pinned}, and $OCIO is"
                f" {named} ({found.name}); set $OCIO to the pinned config, or unset it"
                + _repin_hint(pinned)
            )
        return found
    if pinned.startswith("sha256:"):
        raise GraphError(
            f"the look {look} is pinned to the config file with the digest {pinned};"
            " set $OCIO to that file" + _repin_hint(pinned)
        )
    return open_config(pinned)


def configuration_of(op: Op, of_look: Callable[[], Any]) -> Any:
    """The config of an op: the one that it names, else that of its look; with its context."""
    return named_configuration(op.values, of_look)


def named_configuration(values: Mapping[str, Any], of_look: Callable[[], Any]) -> Any:
    """The config that the fields ``config`` and ``context`` name, else that of the look."""
    named, context = values.get("config"), values.get("context")
    if named is None and context is None:
        return of_look()
    from grade.color.config.config import open_config

    return open_config(named or of_look().path, context)


def _repin_hint(pinned: str) -> str:
    return f"; to change the config for good, edit the line config: {pinned} of the look"
