"""Verifies files against the journal: bytes, pixels and header; a sample is graded again.

The journal alone is enough, but for the sample: its plates are read again and graded on this
machine, with the uniforms of the journal, and must give the pixels that were written.
"""

from __future__ import annotations

import math
import os
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from grade.errors import GradeError
from grade.graph.look import Look
from grade.graph.open_look import decide_inputs
from grade.graph.running.plate_space import resolve_input
from grade.graph.tracing.spaces import output_tags
from grade.io import Frame, MissingError, read
from grade.io.formats.movie import is_movie
from grade.io.sequence.named_files import named_files
from grade.render.errors import PlanError
from grade.render.frame import provenance
from grade.render.frame.anomalies import prepare_plate
from grade.render.frame.checksum import hash_file, hash_planes, hash_text
from grade.render.frame.delivery import deliver
from grade.render.frame.destination import Destination
from grade.render.frame.grader import Grader
from grade.render.ledger.file_identity import describe_change
from grade.render.ledger.journal import JournalRow
from grade.render.ledger.journal_reader import JournalEntry, JournalReader
from grade.run import Executor


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is wrong with one file.

    Attributes
    ----------
    frame, file
        The number of the frame, and the name of the file.
    faults
        What is wrong; empty if nothing is.
    sampled
        Whether the frame was also graded again.
    """

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
        What the sample is graded with; None without a sample.
    share
        The part of the files that is graded again, 0 to 1. Their names alone decide which ones.
    threads
        How many files are verified at a time.
    literal
        Whether the text is the name of a file as it stands, see `grade.io.sequence.named_files`.

    Raises
    ------
    PlanError
        If the text names a folder.
    MissingError
        If no journal has these files.
    """

    def __init__(
        self,
        text: str | os.PathLike[str],
        look: Look | None = None,
        executor: Executor | None = None,
        share: float = 0.0,
        threads: int = 1,
        literal: bool | None = None,
    ) -> None:
        if Path(text).is_dir():
            listed = ", ".join(map(str, JournalReader(Path(text)).patterns())) or "name.####.exr"
            raise PlanError(f"{text}: a folder; name the files in it, as in {listed}")
        self.pattern = named_files(text, literal)
        self.look = None if look is None else decide_inputs(look, literal)
        self.executor, self.threads = executor, threads
        journals = JournalReader(self.pattern.folder)
        self.entries = journals.entries_of(self.pattern)
        if not self.entries:
            raise MissingError(
                f"{text}: no journal of grade in {self.pattern.folder} has these files"
            )
        journaled = {entry.row.frame for entry in self.entries}
        requested = journals.requested_frames(self.pattern)
        self.absent = [number for number in requested if number not in journaled]
        self.sample = _choose_sample([e for e in self.entries if not is_movie(e.row.file)], share)
        self._graders: dict[str, Grader] = {}

    def verdicts(self) -> Iterator[Verdict]:
        """Verify every file in the order of frames, then name the frames that no journal has."""
        with ThreadPoolExecutor(self.threads) as pool:
            yield from pool.map(self._verify, self.entries)
        for frame in self.absent:
            yield Verdict(frame, self.pattern.name(frame), ("was never written",))

    def _verify(self, entry: JournalEntry) -> Verdict:
        row, path = entry.row, self.pattern.folder / entry.row.file
        sampled = row.file in self.sample
        faults = list(self._faults(row, path))
        if sampled and not faults:
            try:
                faults += self._grade_again(row, path)
            except (GradeError, OSError) as error:
                faults.append(f"cannot be graded again: {error}")
        return Verdict(row.frame, row.file, tuple(faults), sampled)

    def _faults(self, row: JournalRow, path: Path) -> Iterator[str]:
        if row.status != "ok":
            yield f"failed: {row.message}"
            return
        if not path.exists():
            yield "is gone"
            return
        try:
            if hash_file(path) != row.file_sum:
                yield "the bytes of the file are not those that were written"
            if is_movie(path):  # the journal knows nothing but its bytes
                return
            frame = read(path, row.frame, literal=True)
            if hash_planes(frame.planes) != row.pixel_sum:
                yield "the pixels are not those that were written"
            yield from _header_faults(row, frame)
        except (GradeError, OSError) as error:
            yield f"cannot be read: {error}"

    def _grade_again(self, row: JournalRow, path: Path) -> Iterator[str]:
        """Grade the plate again and compare the pixels."""
        parts, folder = row.parts, path.parent
        plate = Path(os.path.normpath(folder / parts["source"]["path"]))
        if change := describe_change(parts["source"], plate, folder):
            yield f"cannot be graded again: the source has changed: {change}"
            return
        frame = read(plate, row.frame, literal=True)
        if parts["black"]:
            frame = frame.with_planes({n: np.zeros_like(p) for n, p in frame.planes.items()})
        frame, _ = prepare_plate(frame, parts["store"]["nan"])
        grader = self._grader(row, frame)
        inputs = grader.read_inputs(frame, row.frame, [row.output])
        kind = grader.frame_kind(frame, row.output, inputs)
        if grader.program_for(kind, row.output).hash != parts["program"]:
            yield "cannot be graded again: the look has another program than the one that was used"
            return
        graded = grader.grade(frame, row.frame, [row.output], inputs, row.knobs)[row.output]
        with tempfile.TemporaryDirectory(prefix="grade-verify-") as scratch:
            destination, nan = grader.destinations[row.output], parts["store"]["nan"]
            delivered = deliver(graded.frame, Path(scratch) / row.file, destination, nan)
        if delivered.pixel_sum != row.pixel_sum:
            yield "graded again here, the pixels differ"

    def _grader(self, row: JournalRow, frame: Frame) -> Grader:
        """The grader of an output, with the store settings of the journal."""
        look, store = self.look, row.parts["store"]
        if look is None or self.executor is None:
            raise PlanError("a sample is graded again with the look: give --look")
        if row.output not in look.outputs:
            raise PlanError(f"the look {look.name} has no output {row.output}")
        key = f"{row.output} {store}"
        if key not in self._graders:
            look = resolve_input(look, frame) if look.input == "auto" else look
            destination = Destination(
                row.output, self.pattern, store["bits"], store["compression"], store["scale"],
                store["dither"], output_tags(look, row.output),
            )  # fmt: skip
            self._graders[key] = Grader(look, self.executor, [destination], store["alpha"])
        return self._graders[key]


def parse_share(text: str) -> float:
    """Read a share: ``1%``, ``100%``, ``0.05``.

    >>> parse_share("1%"), parse_share("0.25")
    (0.01, 0.25)

    Raises
    ------
    PlanError
        For anything that is not above 0 and at most 100%.
    """
    try:
        share = float(text.removesuffix("%")) / (100 if text.endswith("%") else 1)
    except ValueError:
        share = math.nan
    if not 0 < share <= 1:
        raise PlanError(f"--sample {text}: takes a share such as 1% or 0.05, at most 100%")
    return share


def _choose_sample(entries: list[JournalEntry], share: float) -> set[str]:
    """Choose files by a hash of their names: the same ones every time, on every machine."""
    names = sorted((e.row.file for e in entries if e.row.status == "ok"), key=hash_text)
    return set(names[: math.ceil(share * len(names))])


def _header_faults(row: JournalRow, frame: Frame) -> Iterator[str]:
    program = frame.attributes.get(provenance.PROGRAM)
    if program is not None and program != row.parts.get("program"):
        yield f"its header names the program {str(program)[:12]}, the journal another"
    number = frame.attributes.get(provenance.FRAME)
    if number is not None and str(number) != str(row.frame):
        yield f"its header says frame {number}, the journal {row.frame}"
