"""`grade looks [NAME]`: the shipped looks, one of them in detail, or a contact sheet."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from grade.cli.job.console import Console
from grade.errors import RequestError

if TYPE_CHECKING:
    from grade.graph import Look
    from grade.io import Frame

_LICENSE = re.compile(r"^# License: (.+)$", re.MULTILINE)


@click.command("looks")
@click.argument("name", required=False)
@click.option("--json", "as_json", is_flag=True, help="Print JSON on stdout.")
@click.option("--path", "only_path", is_flag=True, help="Print only the path of the file of NAME.")
@click.option(
    "--sheet", type=click.Path(path_type=Path), metavar="OUT.png", help="Draw a contact sheet."
)
@click.option("--plate", metavar="FILE", help="Picture of the sheet. Default: the demo plate.")
@click.option("--input", "space", metavar="SPACE", help="Color space of the plate.")
@click.option("--device", metavar="D", help="auto, cpu, cuda or cuda:N.")
@click.option("--threads", type=click.IntRange(1, 4096), help="CPU threads. Default: all allowed.")
@click.option("-q", "--quiet", is_flag=True, help="Show only failures.")
def command(
    name: str | None,
    as_json: bool,
    only_path: bool,
    sheet: Path | None,
    plate: str | None,
    space: str | None,
    device: str | None,
    threads: int | None,
    quiet: bool,
) -> None:
    """List the shipped looks, show one of them, or draw them all on a contact sheet.

    \b
    grade looks                            each with its intent and spaces
    grade looks film_print                 its nodes, knobs and versions, and the path of its file
    grade looks --sheet looks.png          every look on the plate of grade demo
    grade looks --sheet looks.png --plate plates/sh010.1001.exr

    The bare name of a shipped look stands for its file in every verb:
    grade render film_print plate.exr -o sdr=still.png. To change a look, copy it first:
    cp $(grade looks film_print --path) mine.grade.yaml
    """  # noqa: D301
    from grade.graph.file.shipped import find_shipped_look, shipped_looks

    if only_path and name is None:
        raise RequestError("--path: name a look, as in grade looks film_print --path")
    if (plate or space) and sheet is None:
        raise RequestError("--plate and --input are for a contact sheet; add --sheet OUT.png")
    console = Console(quiet)
    if only_path:
        click.echo(find_shipped_look(str(name), console))
        return
    paths = shipped_looks() if name is None else {str(name): find_shipped_look(str(name), console)}
    looks = {shown: _load(path) for shown, path in paths.items()}
    if sheet is not None:
        _draw(looks, sheet, plate, space, device, threads, console)
    elif as_json:
        found = [describe(look, paths[shown]) for shown, look in looks.items()]
        click.echo(json.dumps(found if name is None else found[0], indent=1))
    elif name is None:
        click.echo(table(looks))
    else:
        click.echo(page(looks[name], paths[name]))


def _load(path: Path) -> Look:
    from grade.graph import Look

    return Look.load(path)


def describe(look: Look, path: Path) -> dict[str, Any]:
    """A look in detail, as plain data."""
    from grade.graph.model.plate_input import as_entry

    return {
        "name": look.name,
        "path": str(path),
        "intent": look.intent,
        "license": license_of(path),
        "config": look.pinned or look.config,
        "input": as_entry(look.input),
        "untagged": as_entry(look.untagged),
        "working": look.working,
        "outputs": {output: look.output_space(output) for output in look.outputs},
        "mattes": [placed.name for placed in look.mattes()],
        "nodes": [{"name": placed.name, "op": placed.op.kind} for placed in look.nodes()],
        "knobs": dict(look.knobs),
        "versions": list(look.versions),
    }


def license_of(path: Path) -> str:
    """The license line in the head of a look file."""
    found = _LICENSE.search(path.read_text(encoding="utf-8"))
    return found[1].rstrip(".") if found else "not stated"


def table(looks: dict[str, Look]) -> str:
    """Two lines to a look: what it is for, and the spaces it goes between."""
    width = max(map(len, looks))
    lines = []
    for name, look in looks.items():
        lines += [f"{name:<{width}}  {look.intent}", f"{'':<{width}}  {_way(look)}"]
    return "\n".join([*lines, "", "Details: grade looks NAME"])


def _way(look: Look) -> str:
    outputs = ", ".join(f"{output} {look.output_space(output)}" for output in look.outputs)
    plates = f"{look.input or 'numbers as they are'}"
    if look.untagged is not None:
        plates += f" (untagged: {look.untagged})"
    return f"{plates} in {look.working or look.input}; {outputs}"


def page(look: Look, path: Path) -> str:
    """One look in detail, as text."""
    rows = [(placed.name, placed.op, placed.matte) for placed in look.nodes()]
    keys = [(placed.name, placed.op, placed.matte) for placed in look.mattes()]
    width = max(len(name) for name, _, _ in [*rows, *keys])
    lines = [
        f"{look.name}: {look.intent}",
        "",
        f"  file     {path}",
        f"  license  {license_of(path)}",
        f"  config   {look.pinned or look.config}",
        f"  spaces   {_way(look)}",
    ]
    for title, placed in (("mattes", keys), ("nodes", rows)):
        if placed:
            lines += ["", title]
        for name, op, matte in placed:
            where = f"   where {matte}" if matte else ""
            lines.append(f"  {name:<{width}}  {op.kind}{where}")
    if look.knobs:
        lines += ["", "knobs"]
        lines += [f"  {knob:<{width}}  {target}" for knob, target in look.knobs.items()]
    if look.versions:
        lines += ["", "versions"]
        for version, values in look.versions.items():
            said = ", ".join(f"{knob} {value}" for knob, value in values.items())
            lines.append(f"  {version:<{width}}  {said}")
    return "\n".join(lines)


def _draw(
    looks: dict[str, Look],
    target: Path,
    plate: str | None,
    space: str | None,
    device: str | None,
    threads: int | None,
    console: Console,
) -> None:
    from grade.cli.looks.contact_sheet import contact_sheet
    from grade.settings import settings

    if target.suffix.lower() != ".png":
        raise RequestError(f"--sheet {target}: a contact sheet is a PNG, as in looks.png")
    picture = None if plate is None else _read(plate)
    chosen = [look.with_input(space) if space else look for look in looks.values()]
    count = threads or settings().threads
    made = contact_sheet(
        chosen,
        picture,
        count,
        device or settings().device,
        lambda name: console.info(f"grading {name}"),
    )
    target.parent.mkdir(parents=True, exist_ok=True)
    made.write(target, bits="8")
    console.info(f"{target}: {len(chosen)} looks")


def _read(plate: str) -> Frame:
    from grade.io import read

    return read(plate)
