"""One pixel through every node of a look, as a table and as JSON."""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING, Any

from grade.cli.job.plate_frame import read_plate_frame
from grade.errors import RequestError

if TYPE_CHECKING:
    from grade.graph import Look
    from grade.graph.viewing.probe import ProbedNode

_HEADINGS = ("node", "op", "space", "R", "G", "B", "hue", "sat", "luma", "matte", "change")


def rows(look: Look, plate: str | None, output: str, options: dict[str, Any]) -> list[ProbedNode]:
    """The rows of a pixel of a plate, or of three numbers.

    Raises
    ------
    RequestError
        The pixel is not named or is not there; the message has the remedy.
    """
    pixel, value, number = options["pixel"], options["value"], options["frame"]
    if value and (plate or pixel):
        raise RequestError(
            "--value replaces a plate and a pixel; give --value alone, or PLATE and --pixel"
        )
    if value:
        if beside := look.inputs(output):
            raise RequestError(
                f"--value: the look has other inputs, {', '.join(beside)}, so the place of a pixel"
                " matters; give PLATE and --pixel X,Y"
            )
        picture: Any = _numbers("--value", value, "three numbers, as in 0.18,0.18,0.18", 3, float)
        x, y = 0, 0
    elif not plate or not pixel:
        raise RequestError(
            "to trace a pixel give PLATE and --pixel X,Y, or --value R,G,B without a plate"
        )
    else:
        picture = read_plate_frame(plate, number, options["literal"])
        if options["trust_input"]:
            picture = picture.with_tags({})
        x, y = _numbers("--pixel", pixel, "column and row, as in 960,540", 2, int)
    if look.keyed_by_frame and number is None:
        raise RequestError(
            f"{look.keyed_by_frame[0]} has keyframes: say at which frame, as in --frame 1001"
        )
    return look.probe(picture, x, y, output=output, frame=number, first=options["first"])


def _numbers(option: str, text: str, takes: str, count: int, kind: Any) -> list[Any]:
    try:
        found = [kind(part) for part in text.split(",")]
    except ValueError:
        found = []
    if len(found) != count:
        raise RequestError(f"{option} {text}: takes {takes}")
    return found


def table(found: list[ProbedNode]) -> str:
    """The rows as lines of text, in serial order."""
    lines = [_HEADINGS, *(_cells(row) for row in found)]
    widths = [max(len(line[place]) for line in lines) for place in range(len(_HEADINGS))]
    numbers = range(3, 10)
    return "\n".join(
        "  ".join(
            cell.rjust(width) if place in numbers else cell.ljust(width)
            for place, (cell, width) in enumerate(zip(line, widths, strict=True))
        ).rstrip()
        for line in lines
    )


def _cells(row: ProbedNode) -> tuple[str, ...]:
    color = ("", "", "") if row.rgb is None else tuple(_number(value) for value in row.rgb)
    matte = "" if row.matte is None else f"{row.matte:.6g}"
    keyed, space = ("", "", ""), row.space
    if row.keyed is not None:
        hue = "-" if row.keyed.hue is None else f"{row.keyed.hue:.4g}"
        keyed = (hue, f"{row.keyed.saturation:.4g}", f"{row.keyed.luma:.4g}")
        space = row.keyed.space
    return (row.name, row.op, space or "", *color, *keyed, matte, _change(row))


def _number(value: float) -> str:
    return str(value) if isinstance(value, int) else f"{value:.7g}"


def _change(row: ProbedNode) -> str:
    if row.change is None:
        return ""
    if not any(row.change):
        return "none"
    return " ".join(f"{value:+.3g}" for value in row.change)


def data(look: Look, found: list[ProbedNode]) -> str:
    """The rows as JSON: numbers with all their digits, NaN and infinities as words."""
    entries = [{field: _plain(value) for field, value in row._asdict().items()} for row in found]
    return json.dumps({"look": look.name, "rows": entries}, indent=1)


def _plain(value: Any) -> Any:
    if hasattr(value, "_asdict"):
        return {field: _plain(part) for field, part in value._asdict().items()}
    if isinstance(value, tuple):
        return [_plain(part) for part in value]
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    return value
