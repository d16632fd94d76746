"""Opens the look of a job: a file or a shipped look, with a version, a CDL and knobs set."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from grade.errors import RequestError
from grade.graph.file.shipped import find_shipped_look, is_shipped
from grade.graph.look import Look
from grade.io.errors import AmbiguousPathError
from grade.io.sequence.named_files import named_files
from grade.log import LOGGER, Log


def open_look(
    look: Look | str | os.PathLike[str], config: str | None = None, log: Log = LOGGER
) -> Look:
    """Open a look from its file, or a shipped look by its bare name.

    Parameters
    ----------
    look
        The path or the name. A look that is open already stays as it is.
    config
        The OpenColorIO config for a look that names none. A look that names one must name this one.
    log
        Receives a line where a look is no longer shipped.

    Raises
    ------
    LookFileError
        If the file is wrong; the message begins with ``file:line:``.
    RequestError
        If the look is made for another config, or a shipped look has no such version.
    """
    if isinstance(look, Look):
        return look if config is None else with_config(look, config, look.name)
    if not isinstance(look, str | os.PathLike):
        raise RequestError(f"look = {look!r}: takes a look, the path of a look file, or a name")
    path = os.fspath(look)
    opened = Look.load(_shipped(path, log) or path)
    return opened if config is None else with_config(opened, config, path)


def with_config(look: Look, config: str, path: str) -> Look:
    """Give a look a config, if it names none or the same one.

    `path` is the name of the look in messages.
    """
    from grade.color.config.config import open_config
    from grade.graph.model.change import rebuild

    own = look.pinned or (None if look.config is None else os.fspath(look.config))
    wanted = open_config(config)
    if own is not None and wanted.name != (own if look.pinned else open_config(own).name):
        raise RequestError(
            f"{path}: the look is made for the config {own}, --config is {wanted.name}; "
            "edit the line config: of the look to change it for good"
        )
    return rebuild(look, {}, config=config, pinned=None)


def override(
    look: Look,
    *,
    version: str | None = None,
    cdl: str | os.PathLike[str] | None = None,
    values: Mapping[str, Any] | None = None,
    without: Sequence[str] = (),
    tell: Callable[[str], Any] = lambda line: None,
) -> Look:
    """Give a look a version, then a CDL, then single values; a later one wins.

    Parameters
    ----------
    version
        The name of a version of the look.
    cdl
        A cc, ccc or cdl file for the CDL node of the look, as ``FILE`` or ``FILE#ID``.
    values
        Values by ``node.parameter`` or by knob.
    without
        The nodes to leave out.
    tell
        Receives a line for each animation that a value replaces.

    Raises
    ------
    RequestError
        If a version, node or parameter is unknown, and the message names the nearest; or if the
        file has no such correction.
    """
    if without:
        look = look.without(*without)
    if version is not None:
        look = look.version(version)
    if cdl is not None:
        from grade.color.files.cdl.read import split_identifier

        look = look.with_cdl(*split_identifier(os.fspath(cdl)))
    if values:
        for name in values:
            _tell_replaced(look, look.knob_path(name), tell)
        look = look.set(values)
    return look


def _tell_replaced(look: Look, path: str, tell: Callable[[str], Any]) -> None:
    """Say that a value replaces keyframes."""
    node, _, field = path.partition(".")
    if "@" not in path and node in look and field in look.op(node).animated():
        count = len(look.op(node).values[field])
        tell(f"{path}: the value takes the place of {count} keyframes")


def _shipped(name: str, log: Log) -> Path | None:
    """The file of the shipped look of this name; None for a path."""
    if "." in name or Path(name).name != name or Path(name).exists():
        return None
    return find_shipped_look(name, log) if is_shipped(name) else None


def decide_inputs(look: Look, literal: bool | None) -> Look:
    """The look, with ``literal`` set in inputs that the disk alone leaves open.

    All other inputs mean what they mean without the flag: a still plate that is taken literally
    may have a sequence as its matte.
    """
    if literal is None:
        return look
    return look.set(
        {f"{name}.literal": literal for name, op in look.inputs().items() if _is_open(op.values)}
    )


def _is_open(values: dict[str, object]) -> bool:
    files = values["files"]
    if not isinstance(files, str) or values["literal"] is not None:
        return False
    try:
        named_files(files)
    except AmbiguousPathError:
        return True
    return False
