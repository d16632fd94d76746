"""Check of looks against their golden files, and update of these files."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from grade.errors import GradeError, RequestError, TemporaryError
from grade.graph.look import Look
from grade.qc.limits import Limits
from grade.qc.picture_light import Kind
from grade.testing import golden_file, probe_render
from grade.testing.extra_plates import ExtraPlates
from grade.testing.failure_causes import describe_config, find_causes
from grade.testing.golden_file import Golden, Triple, name_column, take_samples
from grade.testing.probe_picture import Pixels, hash_pixels
from grade.testing.probe_render import ProbeMoment, Trial
from grade.testing.sample_distance import Meter
from grade.testing.verdict import SampleDifference, Verdict, VerdictPart

DIFFERS = "other pixels"
NO_LIMITS = Limits()


@dataclass(frozen=True)
class Checker:
    """Checks or updates looks, one after the other, with the same settings.

    Parameters
    ----------
    limits
        The largest dE ITP of a sample of a display that passes, and the largest number of codes of
        one of a scene. Outputs of a kind without a limit need equal bits of the probe picture.
    device, threads
        The device, and the number of CPU threads.
    twin
        Also run the CUDA text through g++ and compare its bits with those of the CPU.
    plates
        Extra pictures to grade beside the probe picture.
    keeps_pixels
        Whether to keep the graded pixels, for a sheet.
    """

    limits: Limits = NO_LIMITS
    device: str = "cpu"
    threads: int | None = None
    twin: bool = False
    plates: ExtraPlates | None = None
    keeps_pixels: bool = False

    def check(self, path: Path, look: Look | None = None, golden: Path | None = None) -> Verdict:
        """Compare a look with its golden file.

        Parameters
        ----------
        path
            The look file; messages name it.
        look
            The look, if it is not the one in the file.
        golden
            The golden file, if it does not lie beside the look.

        Raises
        ------
        TemporaryError
            If the device, or g++, is not available.
        """
        started = time.monotonic()
        place = golden or golden_file.find_golden_path(path)
        name = path.name.removesuffix(golden_file.LOOK)
        try:
            look = Look.load(path) if look is None else look
            name = look.name
            if not place.exists():
                raise RequestError(_explain_missing(path, place))
            verdict = self._compare(path, place, look, golden_file.read(place))
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
            If the look cannot be read or traced; then nothing is written.
        """
        from grade.io import atomic_write

        place = golden or golden_file.find_golden_path(path)
        look = Look.load(path) if look is None else look
        text = golden_file.format_golden(self._make_golden(look, path.parent))
        known = place.read_text(encoding="utf-8") if place.is_file() else None
        left = "" if self.plates is not None else _warn_of_plates(place)
        if text != known:
            with atomic_write(place) as part:
                part.write_text(text, encoding="utf-8", newline="\n")
        size = len(text.encode())
        wrote = "written" if known is None else "unchanged" if text == known else "changed"
        long = "; more than 10 KB: fewer plates or outputs?" if size > golden_file.MOST else ""
        return Verdict(look.name, path, place, wrote=f"{wrote} ({size / 1000:.1f} KB{long}{left})")

    # --- writing ----------------------------------------------------------------------------------

    def _make_golden(self, look: Look, folder: Path) -> Golden:
        """Grade the probe picture and make the golden file of the result."""
        probe = probe_render.make_probe(look)
        when = probe_render.choose_moments(look)
        found = Trial(self.device, self.threads).run(probe, when)
        traced = probe_render.trace_programs(probe.look)
        config, opencolorio = describe_config(look)
        samples: dict[str, dict[str, Triple]] = {
            name: {"in": value} for name, value in take_samples(probe.pixels).items()
        }
        for (output, moment), pixels in _sort(found, look, when):
            brief = moment != when[0]
            for name, value in take_samples(pixels, brief).items():
                samples[name][name_column(output, moment.label)] = value
        return Golden(
            look=look.name,
            hash=look.hash,
            config=config,
            opencolorio=opencolorio,
            probe=probe.digest,
            nodes=probe_render.hash_nodes(probe.look),
            outputs=probe_render.hash_outputs(traced),
            spaces={output: look.output_space(output) for output in look.outputs},
            pixels={
                name_column(output, moment.label): hash_pixels(pixels)
                for (output, moment), pixels in _sort(found, look, when)
            },
            samples=samples,
            plates={} if self.plates is None else self.plates.hash_pictures(look, when[0], self),
            was=_format_look(look, folder),
        )

    # --- comparing --------------------------------------------------------------------------------

    def _compare(self, path: Path, place: Path, look: Look, golden: Golden) -> Verdict:
        probe = probe_render.make_probe(look)
        when = probe_render.choose_moments(look)
        found = Trial(self.device, self.threads).run(probe, when)
        parts = []
        for (output, moment), pixels in _sort(found, look, when):
            label = name_column(output, moment.label)
            parts.append(self._compare_output(look, output, moment, label, pixels, golden))
        made = {part.label for part in parts}
        for label in golden.pixels:
            if label not in made:
                output = label.partition("@")[0]
                parts.append(
                    VerdictPart(label, output, "in the golden file, and not of the look", "", "")
                )
        if self.twin:
            parts += self._compare_twin(probe, when, found)
        if self.plates is not None:
            parts += self.plates.compare(look, when[0], golden, self)
        why: Sequence[str] = ()
        if not all(part.passed for part in parts):
            traced = probe_render.trace_programs(probe.look)
            why = find_causes(
                golden, look, path.parent, probe.digest,
                probe_render.hash_nodes(probe.look), probe_render.hash_outputs(traced),
            )  # fmt: skip
        kept = (probe, golden) if self.keeps_pixels else None
        return Verdict(look.name, path, place, tuple(parts), tuple(why), trial=kept)

    def _compare_output(
        self,
        look: Look,
        output: str,
        moment: ProbeMoment,
        label: str,
        pixels: Pixels,
        golden: Golden,
    ) -> VerdictPart:
        """Compare one output with its hash, and with its samples where the hash differs."""
        expected, found = golden.pixels.get(label, ""), hash_pixels(pixels)
        kind = Meter(look, output).kind
        rows = _find_differences(look, output, label, pixels, golden)
        failure = ""
        if not expected:
            failure = "of the look, and not in the golden file"
        elif expected == found and rows:
            failure = "the golden file contradicts itself; write it with grade check --update"
        elif expected != found:
            total = sum(label in row for row in golden.samples.values())
            failure = self._explain_failure(rows, total, kind)
        kept = pixels if self.keeps_pixels else None
        return VerdictPart(label, output, failure, expected, found, rows, moment, kept, kind)

    def _explain_failure(
        self, rows: Sequence[SampleDifference], total: int, kind: Kind | None
    ) -> str:
        """Explain why different pixels are a failure; empty if they are within the limit."""
        apart = max((row.apart for row in rows), default=0.0)
        beyond = self.limits.judge(kind, apart) if self.limits.given else ""
        if self.limits.of(kind) is not None:
            return beyond
        count = f"{len(rows)} of {total} samples differ" if rows else "no sample differs"
        return f"{DIFFERS}, {count}" + (f"; {beyond}" if beyond else "")

    def _compare_twin(
        self,
        probe: probe_render.Probe,
        when: Sequence[ProbeMoment],
        found: Mapping[tuple[str, ProbeMoment], Pixels],
    ) -> list[VerdictPart]:
        """Compare the result of the CUDA text, run through g++, with that of the CPU."""
        twins = Trial("twin", self.threads).run(probe, when)
        parts = []
        for key, pixels in _sort(found, probe.look, when):
            output, moment = key
            label = f"{name_column(output, moment.label)} twin"
            failure = _explain_first_bit(pixels, twins[key])
            parts.append(
                VerdictPart(label, output, failure, hash_pixels(pixels), hash_pixels(twins[key]))
            )
        return parts


def check(
    path: str | Path, *, max_de: float | None = None, max_codes: float | None = None
) -> Verdict:
    """Compare a look file with its golden file; see `grade check`.

    Parameters
    ----------
    path
        The look file.
    max_de
        The largest dE ITP of a sample of a display that passes. None: every bit of one counts.
    max_codes
        The same for samples of a scene, in codes.
    """
    return Checker(Limits(max_de, max_codes, "max_")).check(Path(path))


def _warn_of_plates(place: Path) -> str:
    """Warn of extra pictures that the golden file has and is about to lose."""
    try:
        count = len(golden_file.read(place).plates) if place.is_file() else 0
    except GradeError:
        return ""
    return f"; without its {count} plates: add --plates DIR to keep them" if count else ""


def _explain_missing(path: Path, place: Path) -> str:
    return f"there is no {place}; make it with: grade check {path} --update"


def _sort(
    found: Mapping[tuple[str, ProbeMoment], Pixels], look: Look, when: Sequence[ProbeMoment]
) -> list[tuple[tuple[str, ProbeMoment], Pixels]]:
    """Sort by moment, then by output."""
    return [((o, moment), found[o, moment]) for moment in when for o in look.outputs]


def _find_differences(
    look: Look, output: str, label: str, pixels: Pixels, golden: Golden
) -> tuple[SampleDifference, ...]:
    """Find the samples that differ in the digits that a golden file keeps, the farthest first."""
    now = take_samples(pixels)
    kept = {name: row[label] for name, row in golden.samples.items() if label in row}
    names = [n for n in kept if n in now and _format_values(kept[n]) != _format_values(now[n])]
    if not names:
        return ()
    expected, got = (np.array([side[n] for n in names]) for side in (kept, now))
    meter = Meter(look, output)
    rows = [
        SampleDifference(name, kept[name], now[name], float(apart), meter.kind)
        for name, apart in zip(names, meter.measure(expected, got), strict=True)
    ]
    return tuple(sorted(rows, key=lambda row: -row.apart))


def _format_values(values: Triple) -> list[str]:
    """Format numbers as text, so that NaN equals NaN and -0 differs from 0."""
    return [repr(value) for value in values]


def _explain_first_bit(ours: Pixels, theirs: Pixels) -> str:
    """Explain where the bits of two pictures first differ; empty if they do not."""
    differ = ours.view(np.uint32) != theirs.view(np.uint32)
    if not differ.any():
        return ""
    y, x, channel = (int(index) for index in np.argwhere(differ)[0])
    a, b = ours[y, x, channel], theirs[y, x, channel]
    return (
        f"the CUDA text gives other bits than the CPU in {int(differ.any(axis=-1).sum())} pixels,"
        f" first at {x},{y} {'RGBA'[channel]}: {b!r} against {a!r}; please report it"
    )


def _format_look(look: Look, folder: Path) -> str:
    """Format the look as text without comments, from which later edits can be named."""
    from grade.graph.file.new_text import new_text

    try:
        return new_text(look, folder)
    except GradeError:
        return ""
