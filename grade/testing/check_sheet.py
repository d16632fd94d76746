"""The sheet of a check: before, after, expected and where they differ, with causes and numbers.

A golden file holds hashes and samples, no picture. What was expected is computed again from the
look as it was; if that has the hash of the golden file it is shown, and it is exact. Otherwise the
sheet shows the samples at their places.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from pathlib import Path
from typing import Any

import numpy as np

from grade.errors import GradeError
from grade.testing import html_page, probe_render
from grade.testing.failure_causes import before
from grade.testing.golden_file import Golden
from grade.testing.probe_picture import SAMPLES, digest
from grade.testing.probe_render import Plate, Trial
from grade.testing.sample_distance import Meter
from grade.testing.sheet_pictures import Codes, Pixels, brightest, heat, on_screen
from grade.testing.verdict import Part, Row, Verdict

MOST_PICTURES = 40  # outputs that fail with pictures: beyond that the page would not open any more
_MARK = 7  # half the width of a sample's place, in pixels


def sheet(verdicts: Sequence[Verdict]) -> str:
    """The page of a check whose verdicts have kept their pixels."""
    failed = [verdict for verdict in verdicts if not verdict.passed]
    passed = [verdict for verdict in verdicts if verdict.passed]
    left = MOST_PICTURES
    sections = []
    for verdict in failed:
        sections.append(_failed(verdict, left))
        left -= sum(not part.passed for part in verdict.parts)
    if passed:
        sections.append(_passed(passed))
    summary = f'<span class="good">{len(passed)} as expected</span>'
    if failed:
        summary = f'<span class="bad">{len(failed)} not as expected</span>, {summary}'
    return html_page.page("grade check", summary, sections)


def _failed(verdict: Verdict, left: int) -> str:
    head = [
        f'<h2><span class="bad">{escape(verdict.name)}</span></h2>',
        f"<p>{escape(verdict.path.as_posix())}</p>",
        html_page.listing([verdict.problem] if verdict.problem else verdict.causes),
    ]
    well = [part.label for part in verdict.parts if part.passed]
    bodies = []
    if verdict.trial is not None:
        plate, golden = verdict.trial
        known = expected(golden, verdict.path.parent)
        for part in verdict.parts:
            if not part.passed:
                bodies.append(_part(part, plate, golden, known, left > 0))
                left -= 1
    if well:
        bodies.append(f'<h3 class="good">as expected: {escape(", ".join(well))}</h3>')
    return f"<section>{''.join([*head, *bodies])}</section>"


def expected(golden: Golden, folder: Path) -> dict[str, Pixels]:
    """What a golden file stands for, as far as it can be computed again to the bit."""
    from grade.testing.golden_file import column

    old = before(golden, folder)
    if old is None:
        return {}
    try:
        found = Trial().run(probe_render.plate(old), probe_render.moments(old))
    except GradeError:
        return {}
    named = {column(output, moment.label): pixels for (output, moment), pixels in found.items()}
    return {name: p for name, p in named.items() if golden.pixels.get(name) == digest(p)}


def _part(
    part: Part, plate: Plate, golden: Golden, known: Mapping[str, Pixels], with_pictures: bool
) -> str:
    title = f"<h3>{escape(part.label)} <span class=bad>{escape(part.failure)}</span></h3>"
    if part.pixels is None or part.output not in plate.look.outputs:
        return title
    look, space = plate.look, plate.look.output_space(part.output)
    meter = Meter(look, part.output)
    figures = ""
    if with_pictures:
        after = on_screen(look, space, part.pixels)
        source = on_screen(look, look.input or look.working, plate.pixels)
        if part.label in known:
            was = on_screen(look, space, known[part.label])
            apart = meter.apart(known[part.label][..., :3], part.pixels[..., :3])
            most = brightest(apart)
            caption, where = "expected, exactly: the look as it was", heat(apart, most)
        else:
            was, where, most = _by_samples(part, golden, look, space, after)
            caption = "expected, at the samples"
        swap = was if part.label in known else None
        hint = "after" if swap is None else "after; expected under the pointer"
        figures = html_page.pictures(
            [
                html_page.figure("before", source),
                html_page.figure(hint, after, swap),
                html_page.figure(caption, was),
                html_page.heat_figure("where they differ", where, most),
            ]
        )
    rows = html_page.folded(
        f"{len(part.rows)} samples, the farthest first",
        html_page.table(part.rows, _swatches(part.rows, look, space)),
    )
    hashes = html_page.folded(
        "hashes", f"<pre>expected {part.expected or '-'}\nnow      {part.found or '-'}</pre>"
    )
    return f"{title}{figures}{rows}{hashes}"


def _by_samples(
    part: Part, golden: Golden, look: Any, space: str | None, after: Codes
) -> tuple[Codes, Codes, float]:
    """Expected colors, and differences, at the places of the samples."""
    kept = {n: row[part.label] for n, row in golden.samples.items() if part.label in row}
    was = (after * 0.25).astype(np.uint8)
    place = np.zeros(after.shape[:2])
    if not kept:
        return was, heat(place, 1.0), 1.0
    colors = on_screen(look, space, np.array([[*kept.values()]], np.float32))[0]
    differs = {row.name: row.apart for row in part.rows}
    for name, color in zip(kept, colors, strict=True):
        x, y = SAMPLES[name]
        area = (slice(max(0, y - _MARK), y + _MARK + 1), slice(max(0, x - _MARK), x + _MARK + 1))
        was[area] = color
        place[area] = differs.get(name, 0.0)
    most = brightest(place)
    return was, heat(place, most), most


def _swatches(rows: Sequence[Row], look: Any, space: str | None) -> list[tuple[str, str]]:
    """Expected and found of each sample as colors of the screen."""
    if not rows:
        return []
    pairs = np.array([[row.expected for row in rows], [row.found for row in rows]], np.float32)
    shown = on_screen(look, space, pairs)
    return [(_css(a), _css(b)) for a, b in zip(shown[0], shown[1], strict=True)]


def _css(code: Any) -> str:
    red, green, blue = (int(value) for value in code)
    return f"#{red:02x}{green:02x}{blue:02x}"


def _passed(verdicts: Sequence[Verdict]) -> str:
    """Thumbnails of what is as it should be."""
    figures = []
    for verdict in verdicts:
        for part in verdict.parts:
            if part.pixels is None or verdict.trial is None:
                continue
            look = verdict.trial[0].look
            shown = on_screen(look, look.output_space(part.output), part.pixels)
            figures.append(html_page.figure(f"{verdict.name} {part.label}", _quarter(shown)))
    grid = f'<div class="passed">{"".join(figures)}</div>'
    return f'<section><h2 class="good">as expected</h2><h3></h3>{grid}</section>'


def _quarter(shown: Codes) -> Codes:
    """Half as wide and high: the mean of four pixels."""
    height, width, _ = shown.shape
    boxes = shown[: height // 2 * 2, : width // 2 * 2].reshape(height // 2, 2, width // 2, 2, 3)
    small: Codes = (boxes.mean(axis=(1, 3)) + 0.5).astype(np.uint8)
    return small
