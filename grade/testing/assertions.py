"""Assertions for tests of looks and pictures; dE is dE ITP (Rec. ITU-R BT.2124)."""

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
    sheet: str | os.PathLike[str] | None = None,
) -> None:
    """Fail if two pictures differ: in any number, or with limits by more than these.

    Parameters
    ----------
    a, b
        Files, frames or arrays (height, width, 3 or 4) of equal size. Integers count 0..1. What the
        numbers of files and frames mean is told by their tags; floats without are linear Rec.709
        with 1.0 at 100 cd/m2, integers a Rec.709 display.
    max_de
        The largest dE ITP that passes.
    max_abs
        The largest absolute difference that passes.
    sheet
        Where to leave an HTML sheet of both on failure. None: nowhere.

    Raises
    ------
    AssertionError
        With the largest difference and where it is.
    RequestError
        If they cannot be compared: another size, no such file.

    >>> import numpy as np
    >>> grey = np.full((2, 2, 3), 0.18, np.float32)
    >>> assert_images_equal(grey, grey * 1.001, max_de=0.5)
    """
    from grade.qc import compare

    first, second = _frame(a), _frame(b)
    found = compare(first, second)
    said = []
    if max_de is None and max_abs is None and not found.identical:
        said.append("the pictures differ")
    if max_abs is not None and found.maximum > max_abs:
        said.append(f"the absolute difference {found.maximum:.6g} is past max_abs {max_abs:g}")
    if max_de is not None:
        # A NaN against a number has no dE, and is as far as can be.
        de = float("inf") if found.maximum == float("inf") else found.itp_maximum or 0.0
        if de > max_de:
            said.append(f"dE ITP {de:.3g} is past max_de {max_de:g}")
    if not said:
        return
    itp = "" if found.itp_maximum is None else f", dE ITP max {found.itp_maximum:.3g}"
    message = (
        f"{'; '.join(said)}: max {found.maximum:.6g} at {found.x},{found.y} {found.channel}"
        f" ({found.a:.6g} against {found.b:.6g}), mean {found.mean:.3g}{itp}"
    )
    if sheet is not None:
        from grade.testing.comparison_sheet import pair_sheet

        place = Path(sheet)
        place.write_text(pair_sheet(first, second, message), encoding="utf-8")
        message += f"; see {place}"
    raise AssertionError(message)


def assert_samples(
    look: Look | str | os.PathLike[str],
    samples: Mapping[Any, Sequence[float]],
    max_de: float = 0.0,
    *,
    output: str | None = None,
    frame: float | None = None,
) -> None:
    """Fail if a look makes something else of some colors than is expected.

    Parameters
    ----------
    look
        A look, or its file.
    samples
        What is expected, as R, G, B of the output, by what goes in: a triple in the look's input
        space, or the name of a sample of the probe picture, such as ``light_skin``. Each is graded
        as a picture of one pixel in the middle of the frame.
    max_de
        The largest dE ITP that passes. 0: equal to five digits.
    output
        None: the first.
    frame
        For a look that changes in time.

    Raises
    ------
    AssertionError
        With a line for each sample that is too far: ``light_skin 0.412 0.355 0.318 -> 0.409 0.355
        0.318 dE 0.6``, expected and found.
    RequestError
        If there is no such sample or output.
    """
    import numpy as np

    from grade.graph.look import Look
    from grade.testing.golden_file import rounded
    from grade.testing.sample_distance import Meter
    from grade.testing.verdict import Row

    opened = look if isinstance(look, Look) else Look.load(look)
    name = opened.output_name(output)
    given = np.array([_color(opened, key) for key in samples], np.float32).reshape(-1, 1, 1, 3)
    expected = np.array([list(value) for value in samples.values()], np.float32).reshape(-1, 3)
    if not len(given):
        return
    batch = np.ascontiguousarray(given)
    found = opened.apply(batch, output=name, frame=frame, first=0).reshape(-1, 3)
    apart = Meter(opened, name).apart(expected, found)
    lines = []
    for key, wanted, got, de in zip(samples, expected, found, apart, strict=True):
        same = rounded(map(float, wanted)) == rounded(map(float, got))
        if (max_de == 0 and not same) or (max_de > 0 and not de <= max_de):
            label = key if isinstance(key, str) else " ".join(f"{v:g}" for v in key)
            lines.append(str(Row(label, _triple(wanted), _triple(got), float(de))))
    if lines:
        limit = f"max_de {max_de:g}" if max_de else "five digits"
        count = f"{len(lines)} of {len(samples)} samples"
        raise AssertionError(
            "\n".join([f"{opened.name} {name}: {count} past {limit}", *(f"  {x}" for x in lines)])
        )


def _color(look: Look, key: Any) -> tuple[float, float, float]:
    """What goes in for a key."""
    if not isinstance(key, str):
        return _triple(key)
    from grade.errors import RequestError
    from grade.op import suggestion
    from grade.testing import probe_render
    from grade.testing.probe_picture import SAMPLES

    if key not in SAMPLES:
        raise RequestError(f"the probe picture has no sample {key!r}.{suggestion(key, SAMPLES)}")
    x, y = SAMPLES[key]
    return _triple(probe_render.plate(look).pixels[y, x, :3])


def _triple(values: Any) -> tuple[float, float, float]:
    red, green, blue = (float(value) for value in values)
    return red, green, blue


def _frame(picture: Any) -> Frame:
    """A picture as a frame."""
    from grade.io import Frame, read

    if isinstance(picture, Frame):
        return picture
    if isinstance(picture, str | os.PathLike):
        return read(picture)
    return Frame.from_pixels(picture)
