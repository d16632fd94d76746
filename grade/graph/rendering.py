"""``Look.render``: a render job on disk, done by `grade.render`, which lies above this package."""

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
        If something about the request is wrong; then nothing was written.
    """
    # The one call to a higher floor: rendering knows looks, and a look knows nothing of rendering
    # until it is called. The import is by name, so that no module here depends on `grade.render`.
    return import_module("grade.render.job").render(look, input, outputs, **options)
