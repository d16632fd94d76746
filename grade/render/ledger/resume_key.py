"""The resume key of a file: a file that was written under this key need not be written again.

It is a hash of the program after the relaxed rules, with its tables, of every uniform at the frame,
of the store settings and of the files that were read. It holds no version number: another version
of grade renders again exactly the files that it computes differently.
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
from grade.io.sequence.named_files import named_files
from grade.op import first_value
from grade.render.frame.checksum import hash_text
from grade.render.frame.destination import Destination
from grade.render.frame.layouts import FrameKind
from grade.render.ledger.file_identity import FileIdentity


@dataclass(frozen=True, slots=True)
class KeyParts:
    """What a resume key is made of, and what a later run needs to make it without the plate.

    Attributes
    ----------
    program
        The hash of the program.
    store
        The settings of `store_settings`.
    source, inputs
        The plate and the other files that were read.
    black
        Whether black was graded in place of a missing frame.
    kind, geometry, timecode
        Properties of the plate's pixels: they stay the same as long as its file does.
    """

    program: str
    store: Mapping[str, Any]
    source: FileIdentity
    inputs: tuple[FileIdentity, ...]
    black: bool
    kind: FrameKind
    geometry: Geometry
    timecode: str | None

    def data(self) -> dict[str, Any]:
        """The parts as plain data, for a row of the journal."""
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

    def resume_key(self, frame: int, knobs: Mapping[str, float]) -> str:
        """The resume key of a frame with these uniforms."""
        meaning = {
            "frame": frame,
            "program": self.program,
            "knobs": dict(knobs),
            "store": dict(self.store),
            "source": self.source.meaning,
            "inputs": [identity.meaning for identity in self.inputs],
            "black": self.black,
        }
        return hash_text(json.dumps(meaning, sort_keys=True, default=str))


def store_settings(
    look: Look, destination: Destination, alpha: str | None, nan: str
) -> dict[str, Any]:
    """How the files of an output are stored, and what their headers say about the look."""
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
    """The files that an output reads beside the plate at a frame, each once."""
    found: dict[Path, None] = {}
    for op in look.inputs(output).values():
        files = op.values["files"]
        path = plate if files is None else named_files(files, op.values["literal"]).path(number)
        if path != plate:
            found[path] = None
    return list(found)


def node_digests(look: Look) -> dict[str, str]:
    """A digest of each node's structure: what decides the program, without animated numbers."""
    digests = {}
    for name, op in look.names.ops.items():
        fields = {
            field: as_json(first_value(op.values[field]))
            for field, setting in op.settings.items()
            if setting.structural
        }
        text = json.dumps([op.kind, fields], sort_keys=True, default=str)
        digests[name] = hash_text(text)[:12]
    return digests
