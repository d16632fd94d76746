"""`grade new NAME`: a new look file to start from."""

from __future__ import annotations

import os
import re
from pathlib import Path

import click

from grade.errors import RequestError

SUFFIX = ".grade.yaml"

TEMPLATE = """\
grade: 2                                   # version of this format
look: {name}
intent: ""                                 # one sentence: what should a viewer feel?
config: {config}
input: auto                                # the space of the plates: each file is asked
untagged: ACES2065-1                       # what a plate is that does not say it
working: ACEScct                           # the space that cdl, curves and wheels act in

# The order is the order of work. One knob is one line; a comment stays where it is.
# All ops: grade ops. One: grade ops cdl. Any node also takes
#   amount: 0.5       half of its effect         enable: false     left out
#   channels: rb      only red and blue          note: a remark
nodes:
  open:
    op: exposure                           # in linear light, whatever the working space is
    stops: 0.0                             # +1 doubles the light
  trim:
    op: cdl                                # (x * slope + offset) ** power, then saturation
    slope: [1.0, 1.0, 1.0]                 # red, green, blue
    offset: [0.0, 0.0, 0.0]
    power: [1.0, 1.0, 1.0]
    saturation: 1.0
  shape:
    op: contrast
    contrast: 1.0
  # For the screens only: lamps beyond the gamut come in. The master stays as it is graded.
  gamut:
    op: gamut_compress

outputs:
  master: {{from: shape, space: ACES2065-1}}  # scene-referred, for the next department
  sdr: {{from: gamut, display: Rec.1886 Rec.709 - Display, view: ACES 2.0 - SDR 100 nits (Rec.709)}}
  hdr: {{from: gamut, display: Rec.2100-PQ - Display, view: ACES 2.0 - HDR 1000 nits (P3 D65)}}
  p3: {{from: gamut, display: Gamma 2.6 P3-D65 - Display, view: ACES 2.0 - SDR 100 nits (P3 D65)}}
"""


@click.command("new")
@click.argument("name")
@click.option("--force", is_flag=True, help="Replace the file if it is there.")
def command(name: str, force: bool) -> None:
    """Write NAME.grade.yaml: a look that changes nothing yet, with a comment at each knob.

    \b
    grade new night
    grade new looks/night

    If grade.schema.json lies beside the file or in a folder above it (see grade schema), the first
    line of the look names it for editors.

    Turn a knob, then look at the result:

    \b
    grade render night.grade.yaml plate.exr -o sdr=night.png
    """  # noqa: D301
    from grade.color.config.config import DEFAULT
    from grade.io import atomic_write

    path = Path(name if name.endswith(SUFFIX) else name + SUFFIX)
    look = path.name.removesuffix(SUFFIX)
    if not re.fullmatch(r"[A-Za-z0-9][\w-]*", look):
        raise RequestError(f"{name}: a look is called by letters, digits, _ and -, as in night")
    if path.exists() and not force:
        raise RequestError(f"{path} is there already; choose another name, or --force")
    text = _hint(path) + TEMPLATE.format(name=look, config=DEFAULT)
    with atomic_write(path) as part:
        part.write_text(text, encoding="utf-8")
    click.echo(f"{path}: next, grade explain {path}", err=True)


def _hint(path: Path) -> str:
    """The line by which an editor finds the schema; empty if there is no schema."""
    from grade.cli.schema import NAME as SCHEMA

    folder = path.absolute().parent
    for above in (folder, *folder.parents):
        if (above / SCHEMA).is_file():
            way = Path(os.path.relpath(above / SCHEMA, folder)).as_posix()
            return f"# yaml-language-server: $schema={way}\n"
    return ""
