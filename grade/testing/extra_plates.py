"""Own pictures beside the probe picture: graded, and known by their content."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from grade.errors import GradeError, RequestError
from grade.testing.verdict import Part

if TYPE_CHECKING:
    from grade.graph.look import Look
    from grade.io import Frame
    from grade.testing.golden_check import Checker
    from grade.testing.golden_file import Golden
    from grade.testing.probe_render import Moment

CONTENT = "content"


class Plates:
    """The pictures of a folder.

    Parameters
    ----------
    folder
        Every file in it of a format that grade reads, by name.

    Raises
    ------
    RequestError
        There is no such folder, or no picture in it.
    """

    def __init__(self, folder: Path) -> None:
        from grade.io.formats.registry import extensions

        if not folder.is_dir():
            raise RequestError(f"--plates {folder}: there is no such folder")
        known = set(extensions())
        self.folder = folder
        self.paths = sorted(p for p in folder.iterdir() if p.suffix.lower() in known)
        if not self.paths:
            listed = ", ".join(sorted(known))
            raise RequestError(f"--plates {folder}: no picture in it; grade reads {listed}")

    def digests(self, look: Look, moment: Moment, checker: Checker) -> dict[str, dict[str, str]]:
        """By file name the sha256 of the file, and of what each output makes of it."""
        return {
            path.name: {CONTENT: content(path), **_graded(look, path, moment, checker)}
            for path in self.paths
        }

    def parts(self, look: Look, moment: Moment, golden: Golden, checker: Checker) -> list[Part]:
        """Each picture against the golden file; every bit counts."""
        found = []
        there = {path.name: path for path in self.paths}
        for name in sorted({*there, *golden.plates}):
            expected = golden.plates.get(name, {})
            if name not in there:
                failure = f"in the golden file, and not in {self.folder}"
            elif not expected:
                failure = "not in the golden file; add it with grade check --update --plates"
            elif content(there[name]) != expected[CONTENT]:
                failure = "another picture than the one in the golden file"
            else:
                found += _compared(look, there[name], moment, expected, checker)
                continue
            found.append(Part(name, "", failure, "", ""))
        return found


def content(path: Path) -> str:
    """sha256 of a file's bytes."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def pixels_digest(frame: Frame) -> str:
    """sha256 of the color of a frame: names, types, sizes, numbers."""
    found = hashlib.sha256()
    for name in frame.color:
        plane = frame.planes[name]
        found.update(f"{name} {plane.dtype.name} {plane.shape} ".encode())
        found.update(plane.astype(plane.dtype.newbyteorder("<")).tobytes())
    return found.hexdigest()


def graded(look: Look, path: Path, output: str, moment: Moment, checker: Checker) -> Any:
    """A picture through an output of a look."""
    from grade.io import read

    return look.apply(
        read(path),
        output=output,
        device=checker.device,
        threads=checker.threads,
        frame=moment.frame,
        first=0,
        timecode=moment.timecode,
    )


def _graded(look: Look, path: Path, moment: Moment, checker: Checker) -> dict[str, str]:
    return {
        output: pixels_digest(graded(look, path, output, moment, checker))
        for output in look.outputs
    }


def _compared(
    look: Look, path: Path, moment: Moment, expected: Mapping[str, str], checker: Checker
) -> list[Part]:
    parts = []
    for output in look.outputs:
        label = f"{output} of {path.name}"
        known = expected.get(output, "")
        try:
            found = pixels_digest(graded(look, path, output, moment, checker))
        except GradeError as error:
            parts.append(Part(label, output, str(error), known, ""))
            continue
        failure = "" if found == known else "other pixels"
        parts.append(Part(label, output, failure, known, found))
    return parts
