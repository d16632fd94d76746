"""The resume key: a file that was written under this key need not be written again.

It is made of the program after the relaxed rules (tables and all), of every uniform at the frame,
of how the file is stored, and of the files it was read from. It names no version: another version
of grade renders again exactly what it computes in another way.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from grade.graph.identity.identity import as_json
from grade.graph.look import Look
from grade.graph.tracing.geometry import Geometry
from grade.io import Pattern
from grade.op import still
from grade.render.frame import checksum
from grade.render.frame.destination import Destination
from grade.render.frame.layouts import Kind
from grade.render.ledger.file_identity import Identity


@dataclass(frozen=True, slots=True)
class Parts:
    """What a key is made of, and what must be known to make it without reading the plate.

    Attributes
    ----------
    program
        Hash of the program.
    store
        See `store_of`.
    source, inputs
        The files that were read.
    black
        Whether black was graded in place of a frame that is missing.
    kind, geometry, timecode
        What the plate told: while it is the same file, they are the same.
    """

    program: str
    store: Mapping[str, Any]
    source: Identity
    inputs: tuple[Identity, ...]
    black: bool
    kind: Kind
    geometry: Geometry
    timecode: str | None

    def data(self) -> dict[str, Any]:
        """As plain data, for a row of the journal."""
        return {
            "program": self.program,
            "store": dict(self.store),
            "source": self.source.data(),
            "inputs": [identity.data() for identity in self.inputs],
            "black": self.black,
            "kind": self.kind.data(),
            "geometry": asdict(self.geometry),
            "timecode": self.timecode,
        }

    def key(self, frame: int, knobs: Mapping[str, float]) -> str:
        """The key of a frame with these uniforms."""
        meaning = {
            "frame": frame,
            "program": self.program,
            "knobs": dict(knobs),
            "store": dict(self.store),
            "source": self.source.meaning,
            "inputs": [identity.meaning for identity in self.inputs],
            "black": self.black,
        }
        return checksum.of_text(json.dumps(meaning, sort_keys=True, default=str))


def store_of(look: Look, destination: Destination, alpha: str | None, nan: str) -> dict[str, Any]:
    """How the files of an output are stored, and what their headers say of the look."""
    return {
        "look": look.name,
        "format": destination.suffix,
        "bits": destination.bits,
        "compression": destination.compression,
        "scale": destination.scale,
        "dither": destination.dither,
        "tags": {name: str(value) for name, value in destination.tags.items()},
        "alpha": alpha,
        "nan": nan,
    }


def input_paths(look: Look, output: str, plate: Path, number: int) -> list[Path]:
    """The files that an output takes beside the plate at a frame, each once."""
    found: dict[Path, None] = {}
    for op in look.inputs(output).values():
        files = op.values["files"]
        path = plate if files is None else Pattern.parse(files).path(number)
        if path != plate:
            found[path] = None
    return list(found)


def digests(look: Look) -> dict[str, str]:
    """A digest of the structure of each node: what decides the program, and no moving number."""
    found = {}
    for name, op in look.names.ops.items():
        fields = {
            field: as_json(still(op.values[field]))
            for field, setting in op.settings.items()
            if setting.structural
        }
        found[name] = checksum.of_text(json.dumps([op.kind, fields], sort_keys=True, default=str))[
            :12
        ]
    return found
