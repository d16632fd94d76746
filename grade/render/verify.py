"""Files held against the journal: their bytes, their pixels, their header, and a sample done again.

The journal is enough for all but the sample: for that the plate is read again and graded on this
machine with the uniforms of the journal, and must give the pixels that were written.
"""

from __future__ import annotations

import math
import os
import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from grade.errors import GradeError
from grade.graph.look import Look
from grade.io import Frame, MissingError, Pattern, read
from grade.io.formats.movie import is_movie
from grade.render.errors import PlanError
from grade.render.frame import anomalies, checksum, provenance
from grade.render.frame.delivery import deliver
from grade.render.frame.destination import Destination
from grade.render.frame.grader import Grader
from grade.render.ledger import file_identity
from grade.render.ledger.journal import Entry, Journals, Row
from grade.render.plan import tags_of
from grade.render.status import files_of, patterns_in, wanted_frames


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is wrong with one file; empty if nothing is. ``sampled``: it was also done again."""

    frame: int
    file: str
    faults: tuple[str, ...] = ()
    sampled: bool = False


class Verification:
    """Verifies the files of a pattern.

    Parameters
    ----------
    text
        The pattern, or one file.
    look, executor
        For the sample; None without one.
    share
        Which part of the files is done again, 0 to 1; which ones depends on their names alone.
    threads
        Files at a time.

    Raises
    ------
    MissingError
        If there is no journal of these files.
    """

    def __init__(
        self,
        text: str | os.PathLike[str],
        look: Look | None = None,
        executor: Any = None,
        share: float = 0.0,
        threads: int = 1,
    ) -> None:
        if Path(text).is_dir():
            listed = ", ".join(map(str, patterns_in(Journals(Path(text))))) or "name.####.exr"
            raise PlanError(f"{text}: a folder; name the files in it, as in {listed}")
        self.pattern = Pattern.parse(text)
        self.look, self.executor, self.threads = look, executor, threads
        journals = Journals(self.pattern.folder)
        self.entries = files_of(self.pattern, journals)
        if not self.entries:
            raise MissingError(
                f"{text}: no journal of grade in {self.pattern.folder} speaks of these files"
            )
        there = {entry.row.frame for entry in self.entries}
        self.absent = [n for n in wanted_frames(self.pattern, journals) if n not in there]
        self.sample = _sample([e for e in self.entries if not is_movie(e.row.file)], share)
        self._graders: dict[str, Grader] = {}

    def verdicts(self) -> Iterator[Verdict]:
        """Every file in the order of frames, then the frames that no journal has."""
        with ThreadPoolExecutor(self.threads) as pool:
            yield from pool.map(self._verdict, self.entries)
        for frame in self.absent:
            yield Verdict(frame, self.pattern.name(frame), ("was never written",))

    def _verdict(self, entry: Entry) -> Verdict:
        row, path = entry.row, self.pattern.folder / entry.row.file
        sampled = row.file in self.sample
        faults = list(self._faults(row, path))
        if sampled and not faults:
            try:
                faults += self._again(row, path)
            except (GradeError, OSError) as error:
                faults.append(f"cannot be done again: {error}")
        return Verdict(row.frame, row.file, tuple(faults), sampled)

    def _faults(self, row: Row, path: Path) -> Iterator[str]:
        if row.status != "ok":
            yield f"failed: {row.message}"
            return
        if not path.exists():
            yield "is gone"
            return
        try:
            if checksum.of_file(path) != row.file_sum:
                yield "the bytes of the file are not those that were written"
            if is_movie(path):  # its bytes are all that the journal knows
                return
            frame = read(path, row.frame)
            if checksum.of_planes(frame.planes) != row.pixel_sum:
                yield "the pixels are not those that were written"
            yield from _header_faults(row, frame)
        except (GradeError, OSError) as error:
            yield f"cannot be read: {error}"

    def _again(self, row: Row, path: Path) -> Iterator[str]:
        """Grade the plate again and compare the pixels."""
        parts, folder = row.parts, path.parent
        plate = Path(os.path.normpath(folder / parts["source"]["path"]))
        if said := file_identity.difference(parts["source"], plate, folder):
            yield f"cannot be done again: the source has changed: {said}"
            return
        frame = read(plate, row.frame)
        if parts["black"]:
            frame = frame.with_planes({n: np.zeros_like(p) for n, p in frame.planes.items()})
        frame, _ = anomalies.of_plate(frame, parts["store"]["nan"])
        grader = self._grader(row, frame)
        beside = grader.beside(frame, row.frame, [row.output])
        kind = grader.kind(frame, row.output, beside)
        if grader.prepared(kind, row.output).hash != parts["program"]:
            yield "cannot be done again: the look has another program than the one that was used"
            return
        graded = grader.grade(frame, row.frame, [row.output], beside, row.knobs)[row.output]
        with tempfile.TemporaryDirectory(prefix="grade-verify-") as scratch:
            destination, nan = grader.destinations[row.output], parts["store"]["nan"]
            done = deliver(graded.frame, Path(scratch) / row.file, destination, nan)
        if done.pixel_sum != row.pixel_sum:
            yield "done again here, the pixels are others"

    def _grader(self, row: Row, frame: Any) -> Grader:
        """The grader of an output, as it was stored."""
        from grade.graph.running.plate_space import resolve_input

        look, store = self.look, row.parts["store"]
        if look is None:
            raise PlanError("a sample is done again with the look: give --look")
        if row.output not in look.outputs:
            raise PlanError(f"the look {look.name} has no output {row.output}")
        key = f"{row.output} {store}"
        if key not in self._graders:
            look = resolve_input(look, frame) if look.input == "auto" else look
            destination = Destination(
                row.output, self.pattern, store["bits"], store["compression"], store["scale"],
                store["dither"], tags_of(look, row.output),
            )  # fmt: skip
            self._graders[key] = Grader(look, self.executor, [destination], store["alpha"])
        return self._graders[key]


def parse_share(text: str) -> float:
    """Read a part of a whole: ``1%``, ``100%``, ``0.05``.

    >>> parse_share("1%"), parse_share("0.25")
    (0.01, 0.25)

    Raises
    ------
    PlanError
        For anything that is not above 0 and at most the whole.
    """
    try:
        share = float(text.removesuffix("%")) / (100 if text.endswith("%") else 1)
    except ValueError:
        share = math.nan
    if not 0 < share <= 1:
        raise PlanError(f"--sample {text}: takes a part such as 1% or 0.05, at most 100%")
    return share


def _sample(entries: list[Entry], share: float) -> set[str]:
    """Names of files, chosen by a hash of the name: the same ones every time, on every machine."""
    rank: Callable[[str], str] = checksum.of_text
    names = sorted((entry.row.file for entry in entries if entry.row.status == "ok"), key=rank)
    return set(names[: math.ceil(share * len(names))])


def _header_faults(row: Row, frame: Frame) -> Iterator[str]:
    said = frame.attributes.get(provenance.PROGRAM)
    if said is not None and said != row.parts.get("program"):
        yield f"its header names the program {str(said)[:12]}, the journal another"
    number = frame.attributes.get(provenance.FRAME)
    if number is not None and str(number) != str(row.frame):
        yield f"its header says frame {number}, the journal {row.frame}"
