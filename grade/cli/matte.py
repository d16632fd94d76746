"""`grade matte LOOK PLATE`: a matte of a look as a grey picture."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from grade.cli.job.console import Console
from grade.cli.job.literal_flag import literal_flag
from grade.cli.job.look_flags import look_flags, open_with_flags
from grade.cli.job.plate_frame import read_plate_frame
from grade.errors import RequestError

if TYPE_CHECKING:
    from grade.graph import Look


@click.command("matte")
@click.argument("look")
@click.argument("plate")
@click.option("--matte", "name", metavar="NAME", help="The matte. Default: the only one.")
@click.option("-o", "--out", required=True, metavar="OUT", help="The picture, such as skin.png.")
@click.option("--frame", type=int, metavar="N", help="Frame of PLATE, and of keyframes.")
@click.option("--first", type=int, metavar="N", help="First frame of the shot, for keyframes.")
@look_flags
@click.option("--config", metavar="C", help="OpenColorIO config of a look that names none.")
@click.option(
    "--input", "input_space", metavar="SPACE", help="Color space of the plate, if not the look's."
)
@click.option("--trust-input", is_flag=True, help="Believe the look and not the plate's tags.")
@click.option("--force", is_flag=True, help="Replace OUT if it is there.")
@literal_flag
def command(look: str, plate: str, name: str | None, out: str, **options: Any) -> None:
    """Write a matte of LOOK over PLATE: white where a node acts, black where it does not.

    \b
    grade matte night.grade.yaml plate.exr --matte skin -o skin.png
    grade matte night.grade.yaml plates/sh010.####.exr --frame 1040 --matte face -o face.exr
    grade matte teal_orange plate.exr -o skin.png --set skin.hue=10,40

    The picture has the size of the plate and the values of the matte, 0..1, as they are.
    """  # noqa: D301
    from pathlib import Path

    from grade.graph.running.options import ApplyOptions
    from grade.graph.viewing.preview import frame_of_matte

    if Path(out).exists() and not options["force"]:
        raise RequestError(f"{out} is there already; choose another name, or --force")
    opened = open_with_flags(look, options, Console())
    chosen = _choose(opened, name)
    frame = read_plate_frame(plate, options["frame"], options["literal"])
    if options["trust_input"]:
        frame = frame.with_tags({})
    wanted = ApplyOptions(frame=options["frame"], first=options["first"])
    frame_of_matte(opened, chosen, frame, wanted).write(out, literal=options["literal"])
    click.echo(f"{out}: the matte {chosen} of {opened.name}", err=True)


def _choose(look: Look, name: str | None) -> str:
    """The name of the matte: the given one, else the only one of the look."""
    if name is not None:
        return name
    from grade.graph.model.picture import Matte

    found = [word for wire, word in look.names.places.items() if isinstance(wire, Matte)]
    if len(found) == 1:
        return found[0]
    what = f"has {', '.join(found)}; name one, as in --matte {found[0]}" if found else "has none"
    raise RequestError(f"--matte: the look {look.name} {what}")
