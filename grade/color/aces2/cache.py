"""Tables that were built once are kept on disk, by parameters and by the text that builds them."""

from __future__ import annotations

import hashlib
import os
import tempfile
from dataclasses import astuple, fields
from functools import cache
from pathlib import Path

import numpy as np

from grade.color.aces2 import build as building
from grade.color.aces2 import cusps, hull, single
from grade.color.aces2 import parameters as numbers
from grade.color.aces2.nodes import SIZE, Nodes
from grade.color.aces2.parameters import Parameters
from grade.science import (
    correctly_rounded_math,
    matrices,
    portable_array_math,
    primaries,
    white_points,
)
from grade.settings import settings

_SHAPE = (len(fields(Nodes)), SIZE)


def nodes_of(parameters: Parameters) -> Nodes:
    """The tables of these parameters: from the cache, or built and put there.

    A file that is not what was written, or a cache that cannot be written, costs a build.
    """
    path = settings().cache / "aces2" / f"{_key(parameters)}.npy"
    found = _read(path)
    if found is None:
        found = building.build(parameters)
        _write(path, found)
    return found


def _key(parameters: Parameters) -> str:
    said = repr((parameters.peak, parameters.limiting.numbers))
    return hashlib.sha256(f"{_builder()}\n{said}".encode()).hexdigest()


@cache
def _builder() -> str:
    """The digest of the text that builds the tables: an older version's are not ours."""
    digest = hashlib.sha256()
    science = (
        correctly_rounded_math,
        portable_array_math,
        matrices,
        primaries,
        white_points,
    )
    for module in (building, cusps, hull, single, numbers, *science):
        digest.update(Path(str(module.__file__)).read_bytes())
    return digest.hexdigest()


def _read(path: Path) -> Nodes | None:
    try:
        held, _, content = path.read_bytes().partition(b"\n")
    except OSError:
        return None
    if hashlib.sha256(content).hexdigest().encode() != held:
        return None
    return Nodes(*np.frombuffer(content, dtype="<f8").reshape(_SHAPE))


def _write(path: Path, nodes: Nodes) -> None:
    content = np.stack(astuple(nodes)).astype("<f8").tobytes()
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=path.parent)
        with open(handle, "wb") as file:
            file.write(hashlib.sha256(content).hexdigest().encode() + b"\n" + content)
        os.replace(temporary, path)
    except OSError:
        return
