"""Assertions for tests of looks and pictures.

Pictures of a display are compared by dE ITP (Rec. ITU-R BT.2124), pictures of a scene by
codes: 1023 times their distance in linear AP1 on the ACEScct curve, made odd.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from grade.graph.look import Look
    from grade.io import Frame

    Array = NDArray[Any]
    Picture = str | os.PathLike[str] | Frame | np.ndarray[Any, Any]


def assert_images_equal(
    a: Picture,
    b: Picture,
    max_de: float | None = None,
    max_abs: float | None = None,
    *,
    max_codes: float | None = None,
    space: str | None = None,
    sheet: str | os.PathLike[str] | None = None,
) -> None:
    """Fail if two pictures differ in any number, or by more than the limits that are given.

    Parameters
    ----------
    a, b
        Files, frames or arrays (height, width, 3 or 4) of equal size. Integers are normalized to
        0..1. Tags of files and frames tell their space. Untagged pictures of 8 bits are taken as
        Rec.709 display code values; ``space`` tells that of others.
    max_de
        The largest dE ITP of display-referred pictures that passes. It never passes pictures of a
        scene that differ.
    max_abs
        The largest absolute difference that passes.
    max_codes
        The largest number of codes of scene-referred pictures that passes.
    space
        The space of arrays, and of files without tags, by the studio config or ``$OCIO``.
    sheet
        The path of an HTML sheet of both that is written on failure; None for no sheet.

    Raises
    ------
    AssertionError
        If they differ; the message gives the largest difference and its place.
    RequestError
        If they cannot be compared, because their sizes differ or a file is missing; or if there is
        a limit of dE or codes, and nobody knows what the numbers mean.

    >>> import numpy as np
    >>> grey = np.full((2, 2, 3), 0.18, np.float32)
    >>> assert_images_equal(grey, grey * 1.001, max_codes=0.1, space="ACEScg")
    """
    __tracebackhide__ = True  # pytest shows the line of the test, not of this function
    from grade.qc import Limits, compare
    from grade.qc.picture_difference import find_lights

    first, second = _to_frame(a), _to_frame(b)
    lights = find_lights(first, second, space)
    found = compare(first, second, lights=lights)
    limits = Limits(max_de, max_codes, "max_", "space=", "max_abs")
    failures = []
    if not limits.given and max_abs is None and not found.identical:
        failures.append("the pictures differ")
    if max_abs is not None and found.maximum > max_abs:
        failures.append(f"the absolute difference {found.maximum:.6g} is past max_abs {max_abs:g}")
    if beyond := found.judge(limits):
        failures.append(beyond)
    if not failures:
        return
    light = ""
    if found.distance is not None:
        light = f", {lights[0].unit} max {found.distance:.3g}"
    message = (
        f"{'; '.join(failures)}: max {found.maximum:.6g} at {found.x},{found.y} {found.channel}"
        f" ({found.a:.6g} against {found.b:.6g}), mean {found.mean:.3g}{light}"
    )
    if sheet is not None:
        from grade.testing.comparison_sheet import make_comparison_sheet

        place = Path(sheet)
        place.write_text(make_comparison_sheet(first, second, lights, message), encoding="utf-8")
        message += f"; see {place}"
    raise AssertionError(message)


def assert_samples(
    look: Look | str | os.PathLike[str],
    samples: Mapping[Any, Sequence[float]],
    max_de: float = 0.0,
    *,
    max_codes: float = 0.0,
    output: str | None = None,
    frame: float | None = None,
) -> None:
    """Fail if a look grades some colors to other results than expected.

    Parameters
    ----------
    look
        A look, or its file.
    samples
        The expected R, G, B of the output by input color. An input color is a triple in the look's
        input space, or the name of a sample of the probe picture, such as ``light_skin``. Each is
        graded as a picture of one pixel in the middle of the frame.
    max_de
        The largest dE ITP that passes, of a display-referred output; 0 requires five equal digits.
    max_codes
        The same for a scene-referred output, in codes. Numbers of no known space, and an output
        whose limit is not given, need five equal digits.
    output
        The output; None for the first.
    frame
        The frame, for a look that changes in time.

    Raises
    ------
    AssertionError
        If a color differs; the message has a line for each, expected and found: ``light_skin 0.412
        0.355 0.318 -> 0.409 0.355 0.318 dE 0.6``.
    RequestError
        If there is no such sample or output.
    """
    __tracebackhide__ = True
    import numpy as np

    from grade.graph.look import Look
    from grade.qc.limits import Limits
    from grade.testing.golden_file import round_numbers
    from grade.testing.sample_distance import Meter
    from grade.testing.verdict import SampleDifference

    opened = look if isinstance(look, Look) else Look.load(look)
    name = opened.output_name(output)
    given = np.array([_read_color(opened, key) for key in samples], np.float32).reshape(-1, 1, 1, 3)
    expected = np.array([list(value) for value in samples.values()], np.float32).reshape(-1, 3)
    if not len(given):
        return
    batch = np.ascontiguousarray(given)
    found = opened.apply(batch, output=name, frame=frame, first=0).reshape(-1, 3)
    meter = Meter(opened, name)
    limits = Limits(max_de or None, max_codes or None, "max_")
    limit = limits.of(meter.kind)
    rows = []
    for key, wanted, got, apart in zip(
        samples, expected, found, meter.measure(expected, found), strict=True
    ):
        same = round_numbers(map(float, wanted)) == round_numbers(map(float, got))
        if (not same) if limit is None else apart > limit:
            label = key if isinstance(key, str) else " ".join(f"{v:g}" for v in key)
            ends = _to_triple(wanted), _to_triple(got)
            rows.append(SampleDifference(label, *ends, float(apart), meter.kind))
    if rows:
        most = max(row.apart for row in rows)
        past = limits.judge(meter.kind, most) if limits.given else "other than in five digits"
        count = f"{len(rows)} of {len(samples)} samples"
        raise AssertionError(
            "\n".join([f"{opened.name} {name}: {count}: {past}", *(f"  {row}" for row in rows)])
        )


def _read_color(look: Look, key: Any) -> tuple[float, float, float]:
    """Read the input color of a key."""
    if not isinstance(key, str):
        return _to_triple(key)
    from grade.errors import RequestError
    from grade.suggestion import suggest
    from grade.testing import probe_render
    from grade.testing.probe_picture import SAMPLES

    if key not in SAMPLES:
        raise RequestError(f"the probe picture has no sample {key!r}.{suggest(key, SAMPLES)}")
    x, y = SAMPLES[key]
    return _to_triple(probe_render.make_probe(look).pixels[y, x, :3])


def _to_triple(values: Any) -> tuple[float, float, float]:
    red, green, blue = (float(value) for value in values)
    return red, green, blue


def _to_frame(picture: Any) -> Frame:
    """Convert a picture to a frame."""
    from grade.io import Frame, read

    if isinstance(picture, Frame):
        return picture
    if isinstance(picture, str | os.PathLike):
        return read(picture)
    return Frame.from_pixels(picture)
