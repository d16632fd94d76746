"""Find a config by its name or path, and load it."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from grade.color.config.built_in_configs import list_built_in_configs
from grade.color.config.referenced_files import FileStamp, read_stamp
from grade.color.config.transform_texts import list_stated, list_texts
from grade.color.config.variables import find_without_value
from grade.color.errors import ConfigError, find_nearest

LONGEST = 1000  # OpenColorIO matches names by a recursion that is as deep as the name is long


def identify(name: str) -> tuple[str, FileStamp | None]:
    """Find the full name of a config, and its stamp if it is a file, else None.

    Raises
    ------
    ConfigError
        If it is neither a built-in config nor a file.
    """
    import PyOpenColorIO as ocio

    if len(name) > LONGEST:
        raise ConfigError(f"{name[:40]}...: a config has a name of up to {LONGEST} characters")
    try:
        name.encode()
    except UnicodeEncodeError:  # a file name of bytes that are no text
        raise ConfigError(
            f"{name}: OpenColorIO takes only names that are UTF-8; rename it"
        ) from None
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
        return str(path.absolute()), read_stamp(path)
    near = find_nearest(builtin, list_built_in_configs())
    hint = f" Nearest: {', '.join(near)}." if near else ""
    known = ", ".join(b.removeprefix("ocio://") for b in list_built_in_configs())
    raise ConfigError(f"{name}: neither a config file nor a built-in config.{hint} Known: {known}.")


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except OSError:  # a part of the path is longer than a file name may be
        return False


def load(resolved: str, values: Mapping[str, str]) -> Any:
    """Load the ``PyOpenColorIO.Config`` of a full name, with values of context variables.

    Raises
    ------
    ConfigError
        If OpenColorIO refuses it; the message gives its reason. What waits for a variable without a
        value is not refused before it is used.
    """
    import PyOpenColorIO as ocio

    if not resolved.startswith("ocio://"):
        ocio.ClearAllCaches()  # else a LUT that was edited on disk stays the old one
    try:
        config = ocio.Config.CreateFromFile(resolved)
        _validate(config, values)
    except ocio.Exception as error:
        raise ConfigError(f"{resolved}: {error}") from None
    return config


def _validate(config: Any, values: Mapping[str, str]) -> None:
    """Let OpenColorIO check a config, as it is with these values of variables.

    A transform with a variable that has no value cannot be checked: OpenColorIO would refuse the
    whole config for it.
    """
    import PyOpenColorIO as ocio

    trial = copy.deepcopy(config)
    for name, value in values.items():
        trial.addEnvironmentVar(name, value)
    try:
        trial.validate()
    except ocio.Exception:
        context, without = trial.getCurrentContext(), ocio.MatrixTransform()
        known = dict(context.getStringVars())
        waiting = [
            stated
            for stated in list_stated(copy.deepcopy(trial))
            if any(
                find_without_value(context.resolveStringVar(text), known)
                for text in list_texts(stated.transform)
            )
        ]
        if not waiting:
            raise
        for stated in waiting:
            stated.replace(trial, without)
        trial.validate()
