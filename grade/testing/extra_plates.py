"""Extra pictures of the user (`--plates DIR`), checked bit by bit beside the probe picture."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from grade.errors import GradeError, RequestError
from grade.testing.verdict import VerdictPart

if TYPE_CHECKING:
    from grade.graph.look import Look
    from grade.io import Frame
    from grade.testing.golden_check import Checker
    from grade.testing.golden_file import Golden
    from grade.testing.probe_render import ProbeMoment

CONTENT = "content"


class ExtraPlates:
    """The pictures of a folder.

    Parameters
    ----------
    folder
        The folder; its files of formats that grade reads are taken, by name.

    Raises
    ------
    RequestError
        If there is no such folder, or no picture in it.
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

    def hash_pictures(
        self, look: Look, moment: ProbeMoment, checker: Checker
    ) -> dict[str, dict[str, str]]:
        """Hash each file, and its result at each output, by file name."""
        return {
            path.name: {CONTENT: hash_file(path), **_hash_outputs(look, path, moment, checker)}
            for path in self.paths
        }

    def compare(
        self, look: Look, moment: ProbeMoment, golden: Golden, checker: Checker
    ) -> list[VerdictPart]:
        """Compare each picture with the golden file, bit by bit."""
        found = []
        there = {path.name: path for path in self.paths}
        for name in sorted({*there, *golden.plates}):
            expected = golden.plates.get(name, {})
            if name not in there:
                failure = f"in the golden file, and not in {self.folder}"
            elif not expected:
                failure = "not in the golden file; add it with grade check --update --plates"
            elif hash_file(there[name]) != expected[CONTENT]:
                failure = "another picture than the one in the golden file"
            else:
                found += _compare(look, there[name], moment, expected, checker)
                continue
            found.append(VerdictPart(name, "", failure, "", ""))
        return found


def hash_file(path: Path) -> str:
    """Compute the sha256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def hash_frame(frame: Frame) -> str:
    """Compute the sha256 of the color of a frame: channel names, types, sizes and numbers."""
    found = hashlib.sha256()
    for name in frame.color:
        plane = frame.planes[name]
        found.update(f"{name} {plane.dtype.name} {plane.shape} ".encode())
        found.update(plane.astype(plane.dtype.newbyteorder("<")).tobytes())
    return found.hexdigest()


def grade_picture(
    look: Look, path: Path, output: str, moment: ProbeMoment, checker: Checker
) -> Any:
    """Grade a picture with an output of a look."""
    from grade.io import read

    return look.apply(
        read(path, literal=True),
        output=output,
        device=checker.device,
        threads=checker.threads,
        frame=moment.frame,
        first=0,
        timecode=moment.timecode,
    )


def _hash_outputs(look: Look, path: Path, moment: ProbeMoment, checker: Checker) -> dict[str, str]:
    return {
        output: hash_frame(grade_picture(look, path, output, moment, checker))
        for output in look.outputs
    }


def _compare(
    look: Look, path: Path, moment: ProbeMoment, expected: Mapping[str, str], checker: Checker
) -> list[VerdictPart]:
    parts = []
    for output in look.outputs:
        label = f"{output} of {path.name}"
        known = expected.get(output, "")
        try:
            found = hash_frame(grade_picture(look, path, output, moment, checker))
        except GradeError as error:
            parts.append(VerdictPart(label, output, str(error), known, ""))
            continue
        failure = "" if found == known else "other pixels"
        parts.append(VerdictPart(label, output, failure, known, found))
    return parts
