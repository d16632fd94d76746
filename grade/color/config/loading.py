"""Find a config by its name or path, and load it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from grade.color.config.built_in_configs import list_built_in_configs
from grade.color.config.referenced_files import hash_file, read_stamp
from grade.color.errors import ConfigError, find_nearest

LONGEST = 1000  # OpenColorIO matches names by a recursion that is as deep as the name is long


def identify(name: str) -> tuple[str, str | None]:
    """Find the full name of a config, and its sha256 if it is a file, else None.

    Raises
    ------
    ConfigError
        If it is neither a built-in config nor a file.
    """
    import PyOpenColorIO as ocio

    if len(name) > LONGEST:
        raise ConfigError(f"{name[:40]}...: a config has a name of up to {LONGEST} characters")
    builtin = name if name.startswith("ocio://") else f"ocio://{name}"
    try:
        resolved = ocio.ResolveConfigPath(builtin)
    except ocio.Exception:
        resolved = builtin
    if resolved in list_built_in_configs():
        return resolved, None
    try:
        path = Path(name).expanduser()
    except RuntimeError:  # ~nobody
        path = Path(name)
    if not name.startswith("ocio://") and _is_file(path):
        return str(path.absolute()), hash_file(read_stamp(path))
    near = find_nearest(builtin, list_built_in_configs())
    hint = f" Nearest: {', '.join(near)}." if near else ""
    known = ", ".join(b.removeprefix("ocio://") for b in list_built_in_configs())
    raise ConfigError(f"{name}: neither a config file nor a built-in config.{hint} Known: {known}.")


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except OSError:  # a part of the path is longer than a file name may be
        return False


def load(resolved: str) -> Any:
    """Load the ``PyOpenColorIO.Config`` of a full name.

    Raises
    ------
    ConfigError
        If OpenColorIO refuses it; the message gives its reason.
    """
    import PyOpenColorIO as ocio

    if not resolved.startswith("ocio://"):
        ocio.ClearAllCaches()  # else a LUT that was edited on disk stays the old one
    try:
        config = ocio.Config.CreateFromFile(resolved)
        config.validate()
    except ocio.Exception as error:
        raise ConfigError(f"{resolved}: {error}") from None
    return config
