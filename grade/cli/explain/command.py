"""`grade explain LOOK`: what a look becomes, from color spaces to machine code."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from grade.cli.explain import pixel_table, story
from grade.cli.job.console import Console
from grade.cli.job.literal_flag import literal_flag
from grade.cli.job.look_flags import look_flags, open_with_flags
from grade.errors import RequestError

if TYPE_CHECKING:
    from grade.graph import Look
    from grade.ir.program import Program
    from grade.ir.storage import Storage

_STORAGE: dict[str, Storage] = {"half": "f16", "float": "f32", "16": "u16", "8": "u8"}


@click.command("explain")
@click.argument("look")
@click.argument("plate", required=False)
@click.option(
    "--output", metavar="NAME", help="Output to explain. Default: all; for a pixel the first."
)
@click.option("--pixel", metavar="X,Y", help="Trace a pixel of PLATE through every node.")
@click.option("--value", metavar="R,G,B", help="Trace three numbers, in the middle of a frame.")
@click.option("--frame", type=int, metavar="N", help="Frame of PLATE, and of keyframes.")
@click.option("--first", type=int, metavar="N", help="First frame of the shot, for keyframes.")
@look_flags
@click.option(
    "--bits", type=click.Choice([*_STORAGE]), default="half", help="Bit depth of the plate."
)
@click.option("--alpha", is_flag=True, help="The plate has premultiplied alpha.")
@click.option("--config", metavar="C", help="OpenColorIO config of a look that names none.")
@click.option(
    "--input",
    "input_space",
    metavar="SPACE",
    help="Space of the plate, or DISPLAY / VIEW that made it, instead of the look's.",
)
@click.option("--trust-input", is_flag=True, help="Believe the look and not the plate's tags.")
@literal_flag
@click.option("--ir", is_flag=True, help="Print the program, before and after the passes.")
@click.option("--cuda", is_flag=True, help="Print the CUDA C++ text.")
@click.option("--llvm", is_flag=True, help="Print the LLVM of the CPU kernel.")
@click.option("-v", "--verbose", is_flag=True, help="Tell passes and uniforms too.")
@click.option("--svg", type=click.Path(path_type=Path), metavar="OUT.svg", help="Draw the graph.")
@click.option("--json", "as_json", is_flag=True, help="Print the explanation or the pixel as JSON.")
def command(look: str, plate: str | None, output: str | None, **options: Any) -> None:
    """Explain LOOK: the space of every node, bytes per pixel, passes, the code; or one pixel.

    \b
    grade explain night.grade.yaml
    grade explain night.grade.yaml -v
    grade explain night.grade.yaml --output sdr --ir
    grade explain night.grade.yaml --cuda > night.cu
    grade explain night.grade.yaml --svg night.svg
    grade explain night.grade.yaml plates/sh010.####.exr --pixel 960,540 --frame 1040
    grade explain night.grade.yaml --value 0.18,0.18,0.18

    For each output: every node with the space it works in and the conversion to it; mattes; knobs
    with keyframes, and their frames; bytes read and written per pixel. With -v also the passes that
    changed the program, its size after each, and the uniforms, which are the knobs that never
    recompile.

    A pixel is a column and a row from the top left, as the file counts them. Each row of its table
    is the result of a node, with the bits of the kernel, in the space that the next node receives;
    the last row is what is stored. Hue, saturation and luma are what a key that is drawn from the
    node compares with its ranges; in the row of a key, what this key compares, in its own space.
    """  # noqa: D301
    opened = open_with_flags(look, options, Console())
    if options["svg"]:
        _draw(opened, options["svg"])
    elif options["pixel"] or options["value"] or plate:
        name = opened.output_name(output)
        rows = pixel_table.rows(opened, plate, name, options)
        click.echo(
            pixel_table.data(opened, rows) if options["as_json"] else pixel_table.table(rows)
        )
    else:
        _tell(opened, [opened.output_name(output)] if output else list(opened.outputs), options)


def _tell(look: Look, names: list[str], options: dict[str, Any]) -> None:
    stories = []
    for name in names:
        program = _program(look, name, options["bits"], options["alpha"])
        if options["ir"] or options["cuda"] or options["llvm"]:
            click.echo(_code(program, options))
        elif options["as_json"]:
            stories.append(story.data(look, name, program))
        else:
            click.echo(story.text(look, name, program, options["verbose"]))
    if stories:
        click.echo(json.dumps(stories, indent=1))


def _draw(look: Look, path: Path) -> None:
    from grade.graph.viewing.svg import draw_graph
    from grade.io import atomic_write

    if path.suffix.lower() != ".svg":
        raise RequestError(f"--svg {path}: the drawing is SVG; call it {path.stem}.svg")
    with atomic_write(path) as part:
        part.write_text(draw_graph(look), encoding="utf-8")


def _program(look: Look, output: str, bits: str, alpha: bool) -> Program:
    from grade.ir.storage import Layout

    storage: Storage = _STORAGE[bits]
    target: Storage = storage if storage in ("f16", "f32") else "f16"
    source = Layout(4 if alpha else 3, storage, planar=True)
    wanted = Layout(3, target, planar=True)
    if alpha:
        return look.program(source, wanted, output=output, alpha="premultiplied")
    return look.program(source, wanted, output=output, alpha="none")


def _code(program: Program, options: dict[str, Any]) -> str:
    from grade.ir.printer import format_program
    from grade.passes.pipeline import lower

    parts = []
    lowered = lower(program)
    if options["ir"]:
        parts += ["; traced", format_program(program), "; lowered", format_program(lowered)]
    if options["cuda"]:
        from grade.emit.cuda import emit
        from grade.emit.inline_includes import inline_includes

        parts.append(inline_includes(emit(lowered)))
    if options["llvm"]:
        from grade.run.host_kernels import llvm_text
        from grade.run.host_processor import host_lanes

        parts.append(llvm_text(lowered, host_lanes()))
    return "\n".join(parts)
