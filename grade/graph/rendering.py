"""``Look.render``: a job on disk, by the room that renders, which lies above this one."""

from __future__ import annotations

import os
from collections.abc import Mapping
from importlib import import_module
from typing import Any

from grade.graph.model.graph import Graph


def render(
    look: Graph,
    input: str | os.PathLike[str],
    outputs: str | os.PathLike[str] | Mapping[str, str | os.PathLike[str]],
    **options: Any,
) -> Any:
    """Grade a still, a sequence or a movie onto disk, as ``grade.render(look, ...)`` does.

    Parameters
    ----------
    input
        The plate: a file or a pattern, such as ``plates/sh010.####.exr``.
    outputs
        A file or a pattern, for the only or first output; or output to file or pattern.
    **options
        ``progress=``, ``stop=``, ``dry_run=`` and the flags of ``grade render``; see
        ``grade.render.job.render``.

    Returns
    -------
    grade.render.Report
        The outcome of each frame.

    Raises
    ------
    RequestError
        Something about the request is wrong, and nothing was written.
    """
    # The one call to a higher floor: rendering knows looks, and a look knows nothing of rendering
    # until it is asked to. It goes by name, so that this room does not import the one above it.
    return import_module("grade.render.job").render(look, input, outputs, **options)
