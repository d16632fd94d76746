"""The HTML sheet of a check: before, after, expected and differences, with causes and numbers.

A golden file holds hashes and samples but no picture. The expected picture is computed again from
the look that the golden file has kept. If its hash is that of the golden file, it is exact and is
shown. Otherwise the sheet shows the expected colors at the places of the samples.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from pathlib import Path
from typing import Any

import numpy as np

from grade.errors import GradeError
from grade.testing import html_page, probe_render
from grade.testing.failure_causes import restore_look
from grade.testing.golden_file import Golden
from grade.testing.probe_picture import SAMPLES, hash_pixels
from grade.testing.probe_render import Probe, Trial
from grade.testing.sample_distance import Meter
from grade.testing.sheet_pictures import Codes, Pixels, draw_heat_map, find_brightest, to_screen
from grade.testing.verdict import SampleDifference, Verdict, VerdictPart

MOST_PICTURES = 40  # failed outputs with pictures; a page with more would not open
_MARK = 7  # half the width of the mark of a sample, in pixels


def make_sheet(verdicts: Sequence[Verdict]) -> str:
    """Make the page of a check from verdicts that have kept their pixels."""
    failed = [verdict for verdict in verdicts if not verdict.passed]
    passed = [verdict for verdict in verdicts if verdict.passed]
    left = MOST_PICTURES
    sections = []
    for verdict in failed:
        sections.append(_show_failed(verdict, left))
        left -= sum(not part.passed for part in verdict.parts)
    if passed:
        sections.append(_show_passed(passed))
    summary = f'<span class="good">{len(passed)} as expected</span>'
    if failed:
        summary = f'<span class="bad">{len(failed)} not as expected</span>, {summary}'
    return html_page.page("grade check", summary, sections)


def _show_failed(verdict: Verdict, left: int) -> str:
    head = [
        f'<h2><span class="bad">{escape(verdict.name)}</span></h2>',
        f"<p>{escape(verdict.path.as_posix())}</p>",
        html_page.listing([verdict.problem] if verdict.problem else verdict.causes),
    ]
    well = [part.label for part in verdict.parts if part.passed]
    bodies = []
    if verdict.trial is not None:
        probe, golden = verdict.trial
        recomputed = recompute_expected(golden, verdict.path.parent)
        for part in verdict.parts:
            if not part.passed:
                bodies.append(_show_part(part, probe, golden, recomputed, left > 0))
                left -= 1
    if well:
        bodies.append(f'<h3 class="good">as expected: {escape(", ".join(well))}</h3>')
    return f"<section>{''.join([*head, *bodies])}</section>"


def recompute_expected(golden: Golden, folder: Path) -> dict[str, Pixels]:
    """Compute the expected pictures again, as far as that gives the hashes of the golden file."""
    from grade.testing.golden_file import name_column

    old = restore_look(golden, folder)
    if old is None:
        return {}
    try:
        found = Trial().run(probe_render.make_probe(old), probe_render.choose_moments(old))
    except GradeError:
        return {}
    named = {
        name_column(output, moment.label): pixels for (output, moment), pixels in found.items()
    }
    return {name: p for name, p in named.items() if golden.pixels.get(name) == hash_pixels(p)}


def _show_part(
    part: VerdictPart,
    probe: Probe,
    golden: Golden,
    recomputed: Mapping[str, Pixels],
    with_pictures: bool,
) -> str:
    title = f"<h3>{escape(part.label)} <span class=bad>{escape(part.failure)}</span></h3>"
    if part.pixels is None or part.output not in probe.look.outputs:
        return title
    look, space = probe.look, probe.look.output_space(part.output)
    meter = Meter(look, part.output)
    figures = ""
    if with_pictures:
        after = to_screen(look, space, part.pixels)
        source = to_screen(look, probe.space, probe.pixels)
        if part.label in recomputed:
            was = to_screen(look, space, recomputed[part.label])
            apart = meter.measure(recomputed[part.label][..., :3], part.pixels[..., :3])
            most = find_brightest(apart)
            caption, where = "expected, exactly: the look as it was", draw_heat_map(apart, most)
        else:
            was, where, most = _show_samples(part, golden, look, space, after)
            caption = "expected, at the samples"
        swap = was if part.label in recomputed else None
        hint = "after" if swap is None else "after; expected under the pointer"
        figures = html_page.pictures(
            [
                html_page.figure("before", source),
                html_page.figure(hint, after, swap),
                html_page.figure(caption, was),
                html_page.heat_figure("where they differ", where, most, meter.light.unit),
            ]
        )
    rows = html_page.folded(
        f"{len(part.rows)} samples, the farthest first",
        html_page.table(part.rows, _color_swatches(part.rows, look, space)),
    )
    hashes = html_page.folded(
        "hashes", f"<pre>expected {part.expected or '-'}\nnow      {part.found or '-'}</pre>"
    )
    return f"{title}{figures}{rows}{hashes}"


def _show_samples(
    part: VerdictPart, golden: Golden, look: Any, space: str | None, after: Codes
) -> tuple[Codes, Codes, float]:
    """Show expected colors, and differences, at the places of the samples."""
    kept = {n: row[part.label] for n, row in golden.samples.items() if part.label in row}
    was = (after * 0.25).astype(np.uint8)
    place = np.zeros(after.shape[:2])
    if not kept:
        return was, draw_heat_map(place, 1.0), 1.0
    colors = to_screen(look, space, np.array([[*kept.values()]], np.float32))[0]
    differs = {row.name: row.apart for row in part.rows}
    for name, color in zip(kept, colors, strict=True):
        x, y = SAMPLES[name]
        area = (slice(max(0, y - _MARK), y + _MARK + 1), slice(max(0, x - _MARK), x + _MARK + 1))
        was[area] = color
        place[area] = differs.get(name, 0.0)
    most = find_brightest(place)
    return was, draw_heat_map(place, most), most


def _color_swatches(
    rows: Sequence[SampleDifference], look: Any, space: str | None
) -> list[tuple[str, str]]:
    """Convert expected and found color of each sample to the screen."""
    if not rows:
        return []
    pairs = np.array([[row.expected for row in rows], [row.found for row in rows]], np.float32)
    shown = to_screen(look, space, pairs)
    return [(_format_css(a), _format_css(b)) for a, b in zip(shown[0], shown[1], strict=True)]


def _format_css(code: Any) -> str:
    red, green, blue = (int(value) for value in code)
    return f"#{red:02x}{green:02x}{blue:02x}"


def _show_passed(verdicts: Sequence[Verdict]) -> str:
    """Show thumbnails of the outputs that are as expected."""
    figures = []
    for verdict in verdicts:
        for part in verdict.parts:
            if part.pixels is None or verdict.trial is None:
                continue
            look = verdict.trial[0].look
            shown = to_screen(look, look.output_space(part.output), part.pixels)
            figures.append(html_page.figure(f"{verdict.name} {part.label}", _halve(shown)))
    grid = f'<div class="passed">{"".join(figures)}</div>'
    return f'<section><h2 class="good">as expected</h2><h3></h3>{grid}</section>'


def _halve(shown: Codes) -> Codes:
    """Halve width and height by the mean of four pixels."""
    height, width, _ = shown.shape
    boxes = shown[: height // 2 * 2, : width // 2 * 2].reshape(height // 2, 2, width // 2, 2, 3)
    small: Codes = (boxes.mean(axis=(1, 3)) + 0.5).astype(np.uint8)
    return small
