"""The configs built into OpenColorIO: their names, and which of them has a space, view or look."""

from __future__ import annotations

from functools import cache
from typing import Any


@cache
def list_built_in_configs() -> tuple[str, ...]:
    """List the full names of the built-in configs, newest studio config first."""
    import PyOpenColorIO as ocio

    rows = ocio.BuiltinConfigRegistry().getBuiltinConfigs()
    names = [f"ocio://{row[0]}" for row in rows]
    return tuple(sorted(names, key=lambda n: ("studio" in n, n), reverse=True))


@cache
def load_built_in_config(name: str) -> Any:
    """Load a built-in config as a ``PyOpenColorIO.Config``."""
    import PyOpenColorIO as ocio

    level = ocio.GetLoggingLevel()
    ocio.SetLoggingLevel(ocio.LOGGING_LEVEL_WARNING)  # old configs log remarks
    try:
        return ocio.Config.CreateFromFile(name)
    finally:
        ocio.SetLoggingLevel(level)


def find_configs_with_space(name: str) -> list[str]:
    """Find the built-in configs that have a space with this name or alias."""
    return [
        b
        for b in list_built_in_configs()
        if load_built_in_config(b).getColorSpace(name) is not None
    ]


def find_configs_with_view(display: str, view: str) -> list[str]:
    """Find the built-in configs whose display of this name has this view."""
    return [
        b
        for b in list_built_in_configs()
        if view in list(load_built_in_config(b).getViews(display))
    ]


def find_configs_with_look(look: str) -> list[str]:
    """Find the built-in configs that have this look."""
    return [b for b in list_built_in_configs() if load_built_in_config(b).getLook(look)]


def suggest_config(configs: list[str], own: str) -> str:
    """Write the sentence that suggests the first config other than one's own."""
    others = [c for c in configs if c != own]
    return f" There is one in {others[0]}: config= or $OCIO selects it." if others else ""
