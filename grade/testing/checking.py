"""Looks against their golden files: compare, or write the golden files anew."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from grade.errors import GradeError, RequestError, TemporaryError
from grade.graph.look import Look
from grade.testing import golden as files
from grade.testing import probe_render
from grade.testing.failure_causes import causes, config_of
from grade.testing.golden import Golden, Triple, column, samples_of
from grade.testing.own_plates import Plates
from grade.testing.probe_picture import Pixels, digest
from grade.testing.probe_render import Moment, Trial
from grade.testing.sample_distance import Meter
from grade.testing.verdict import Part, Row, Verdict

DIFFERS = "other pixels"


@dataclass(frozen=True)
class Checker:
    """Checks looks in the same way, one after the other.

    Parameters
    ----------
    most
        The largest dE ITP of a sample that passes. None: every bit of the probe picture counts.
    device, threads
        Where it runs.
    twin
        Also run the CUDA text through g++ and compare its bits with the CPU's.
    plates
        Own pictures to grade beside the probe picture.
    keeps_pixels
        Keep what came out, for a sheet.
    """

    most: float | None = None
    device: str = "cpu"
    threads: int | None = None
    twin: bool = False
    plates: Plates | None = None
    keeps_pixels: bool = False

    def check(self, path: Path, look: Look | None = None, golden: Path | None = None) -> Verdict:
        """Compare a look with its golden file.

        Parameters
        ----------
        path
            The look file; messages name it.
        look
            The look, where it is not the one in the file.
        golden
            The golden file, where it does not lie beside the look.

        Raises
        ------
        TemporaryError
            If the device, or g++, is not there.
        """
        started = time.monotonic()
        place = golden or files.path_of(path)
        name = path.name.removesuffix(files.LOOK)
        try:
            look = Look.load(path) if look is None else look
            name = look.name
            if not place.exists():
                raise RequestError(_how_to_make(path, place))
            verdict = self._compared(path, place, look, files.read(place))
        except TemporaryError:
            raise
        except GradeError as error:
            verdict = Verdict(name, path, place, problem=str(error))
        return replace(verdict, seconds=time.monotonic() - started)

    def update(self, path: Path, look: Look | None = None, golden: Path | None = None) -> Verdict:
        """Write the golden file of a look.

        Raises
        ------
        GradeError
            If the look cannot be read or traced; nothing is written then.
        """
        from grade.io import atomic_write

        place = golden or files.path_of(path)
        look = Look.load(path) if look is None else look
        text = files.text_of(self._made(look, path.parent))
        known = place.read_text(encoding="utf-8") if place.is_file() else None
        left = "" if self.plates is not None else _plates_left_out(place)
        if text != known:
            with atomic_write(place) as part:
                part.write_text(text, encoding="utf-8", newline="\n")
        size = len(text.encode())
        wrote = "written" if known is None else "unchanged" if text == known else "changed"
        long = "; more than 10 KB: fewer plates or outputs?" if size > files.MOST else ""
        return Verdict(look.name, path, place, wrote=f"{wrote} ({size / 1000:.1f} KB{long}{left})")

    # --- writing ----------------------------------------------------------------------------------

    def _made(self, look: Look, folder: Path) -> Golden:
        """What a look gives now."""
        plate = probe_render.plate(look)
        when = probe_render.moments(look)
        found = Trial(self.device, self.threads).run(plate, when)
        traced = probe_render.programs(plate.look)
        config, opencolorio = config_of(look)
        samples: dict[str, dict[str, Triple]] = {
            name: {"in": value} for name, value in samples_of(plate.pixels).items()
        }
        for (output, moment), pixels in _ordered(found, look, when):
            brief = moment != when[0]
            for name, value in samples_of(pixels, brief).items():
                samples[name][column(output, moment.label)] = value
        return Golden(
            look=look.name,
            hash=look.hash,
            config=config,
            opencolorio=opencolorio,
            probe=plate.digest,
            nodes=probe_render.node_digests(plate.look),
            outputs=probe_render.output_digests(traced),
            spaces={output: look.output_space(output) for output in look.outputs},
            pixels={
                column(output, moment.label): digest(pixels)
                for (output, moment), pixels in _ordered(found, look, when)
            },
            samples=samples,
            plates={} if self.plates is None else self.plates.digests(look, when[0], self),
            was=_text(look, folder),
        )

    # --- comparing --------------------------------------------------------------------------------

    def _compared(self, path: Path, place: Path, look: Look, golden: Golden) -> Verdict:
        plate = probe_render.plate(look)
        when = probe_render.moments(look)
        found = Trial(self.device, self.threads).run(plate, when)
        parts = []
        for (output, moment), pixels in _ordered(found, look, when):
            label = column(output, moment.label)
            parts.append(self._part(look, output, moment, label, pixels, golden))
        made = {part.label for part in parts}
        for label in golden.pixels:
            if label not in made:
                output = label.partition("@")[0]
                parts.append(Part(label, output, "in the golden file, and not of the look", "", ""))
        if self.twin:
            parts += self._twins(plate, when, found)
        if self.plates is not None:
            parts += self.plates.parts(look, when[0], golden, self)
        why: Sequence[str] = ()
        if not all(part.passed for part in parts):
            traced = probe_render.programs(plate.look)
            why = causes(
                golden, look, path.parent, plate.digest,
                probe_render.node_digests(plate.look), probe_render.output_digests(traced),
            )  # fmt: skip
        kept = (plate, golden) if self.keeps_pixels else None
        return Verdict(look.name, path, place, tuple(parts), tuple(why), trial=kept)

    def _part(
        self, look: Look, output: str, moment: Moment, label: str, pixels: Pixels, golden: Golden
    ) -> Part:
        """One output against its hash, and against its samples where that differs."""
        expected, found = golden.pixels.get(label, ""), digest(pixels)
        rows = _rows(look, output, label, pixels, golden)
        failure = ""
        if not expected:
            failure = "of the look, and not in the golden file"
        elif expected == found and rows:
            failure = "the golden file contradicts itself; write it with grade check --update"
        elif expected != found:
            failure = self._failure(rows, sum(label in row for row in golden.samples.values()))
        kept = pixels if self.keeps_pixels else None
        return Part(label, output, failure, expected, found, rows, moment, kept)

    def _failure(self, rows: Sequence[Row], total: int) -> str:
        """Why other pixels are a failure; empty where they are within the limit."""
        apart = max((row.apart for row in rows), default=0.0)
        if self.most is None:
            count = f"{len(rows)} of {total} samples differ" if rows else "no sample differs"
            return f"{DIFFERS}, {count}"
        if apart > self.most:
            return f"dE ITP {apart:.3g} is past --max-de {self.most:g}"
        return ""

    def _twins(
        self,
        plate: probe_render.Plate,
        when: Sequence[Moment],
        found: Mapping[tuple[str, Moment], Pixels],
    ) -> list[Part]:
        """The CUDA text through g++ against what came out."""
        twins = Trial("twin", self.threads).run(plate, when)
        parts = []
        for key, pixels in _ordered(found, plate.look, when):
            output, moment = key
            label = f"{column(output, moment.label)} twin"
            failure = _first_bit(pixels, twins[key])
            parts.append(Part(label, output, failure, digest(pixels), digest(twins[key])))
        return parts


def check(path: str | Path, *, max_de: float | None = None) -> Verdict:
    """Compare a look file with its golden file; see `grade check`.

    Parameters
    ----------
    path
        The look file.
    max_de
        The largest dE ITP of a sample that passes. None: every bit counts.
    """
    return Checker(most=max_de).check(Path(path))


def _plates_left_out(place: Path) -> str:
    """A word on own pictures that a golden file knows and is about to forget."""
    try:
        count = len(files.read(place).plates) if place.is_file() else 0
    except GradeError:
        return ""
    return f"; without its {count} plates: add --plates DIR to keep them" if count else ""


def _how_to_make(path: Path, place: Path) -> str:
    return f"there is no {place}; make it with: grade check {path} --update"


def _ordered(
    found: Mapping[tuple[str, Moment], Pixels], look: Look, when: Sequence[Moment]
) -> list[tuple[tuple[str, Moment], Pixels]]:
    """By moment, then by output."""
    return [((o, moment), found[o, moment]) for moment in when for o in look.outputs]


def _rows(look: Look, output: str, label: str, pixels: Pixels, golden: Golden) -> tuple[Row, ...]:
    """The samples that differ in the digits that a golden file keeps, the farthest first."""
    now = samples_of(pixels)
    kept = {name: row[label] for name, row in golden.samples.items() if label in row}
    names = [n for n in kept if n in now and _texts(kept[n]) != _texts(now[n])]
    if not names:
        return ()
    expected, got = (np.array([side[n] for n in names]) for side in (kept, now))
    apart = Meter(look, output).apart(expected, got)
    rows = [Row(n, kept[n], now[n], float(de)) for n, de in zip(names, apart, strict=True)]
    return tuple(sorted(rows, key=lambda row: -row.apart))


def _texts(values: Triple) -> list[str]:
    """Numbers as text: NaN equals NaN, and -0 is not 0."""
    return [repr(value) for value in values]


def _first_bit(ours: Pixels, theirs: Pixels) -> str:
    """Where the bits of two pictures differ first, in words; empty where they do not."""
    differ = ours.view(np.uint32) != theirs.view(np.uint32)
    if not differ.any():
        return ""
    y, x, channel = (int(index) for index in np.argwhere(differ)[0])
    a, b = ours[y, x, channel], theirs[y, x, channel]
    return (
        f"the CUDA text gives other bits than the CPU in {int(differ.any(axis=-1).sum())} pixels,"
        f" first at {x},{y} {'RGBA'[channel]}: {b!r} against {a!r}; please report it"
    )


def _text(look: Look, folder: Path) -> str:
    """The look as a text without comments, to say later what was edited."""
    from grade.graph.file.new_text import new_text

    try:
        return new_text(look, folder)
    except GradeError:
        return ""
