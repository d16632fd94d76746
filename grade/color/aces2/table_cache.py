"""A disk cache of tables over hue, keyed by their parameters and by the source that builds them."""

from __future__ import annotations

import hashlib
import os
import tempfile
from dataclasses import astuple, fields
from functools import cache
from pathlib import Path

import numpy as np

from grade.color.aces2 import (
    appearance_float32,
    gamut_cusps,
    gamut_hull,
    hue_samples,
    table_builder,
)
from grade.color.aces2 import parameters as numbers
from grade.color.aces2.hue_samples import SIZE, HueSamples
from grade.color.aces2.parameters import Parameters
from grade.science import (
    correctly_rounded_math,
    matrices,
    portable_array_math,
    primaries,
    white_points,
)
from grade.settings import settings

# The modules whose source decides what a table holds.
_BUILDERS = (
    table_builder, gamut_cusps, gamut_hull, hue_samples, appearance_float32, numbers,
    correctly_rounded_math, portable_array_math, matrices, primaries, white_points,
)  # fmt: skip
_SHAPE = (len(fields(HueSamples)), SIZE)


def load_samples(parameters: Parameters) -> HueSamples:
    """Load the tables of these parameters from the cache, or build and store them.

    A damaged file, or a cache that cannot be written, costs a build and nothing else.
    """
    path = settings().cache / "aces2" / f"{_key(parameters)}.npy"
    found = _read(path)
    if found is None:
        found = table_builder.build_samples(parameters)
        _write(path, found)
    return found


def _key(parameters: Parameters) -> str:
    values = repr((parameters.peak, parameters.limiting.numbers))
    return hashlib.sha256(f"{_hash_builders()}\n{values}".encode()).hexdigest()


@cache
def _hash_builders() -> str:
    """Hash the source that builds the tables, so that those of another version are not used."""
    digest = hashlib.sha256()
    for module in _BUILDERS:
        digest.update(Path(str(module.__file__)).read_bytes())
    return digest.hexdigest()


def _read(path: Path) -> HueSamples | None:
    try:
        checksum, _, content = path.read_bytes().partition(b"\n")
    except OSError:
        return None
    if hashlib.sha256(content).hexdigest().encode() != checksum:
        return None
    return HueSamples(*np.frombuffer(content, dtype="<f8").reshape(_SHAPE))


def _write(path: Path, samples: HueSamples) -> None:
    content = np.stack(astuple(samples)).astype("<f8").tobytes()
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=path.parent)
        with open(handle, "wb") as file:
            file.write(hashlib.sha256(content).hexdigest().encode() + b"\n" + content)
        os.replace(temporary, path)
    except OSError:
        return
