"""`grade explain LOOK`: what a look becomes, from spaces to machine code."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from grade.cli import pixel_table
from grade.cli.job.overrides import look_flags, overridden
from grade.errors import RequestError

if TYPE_CHECKING:
    from grade.graph import Look
    from grade.ir.program import Program
    from grade.ir.storage import Storage

_STORAGE: dict[str, Storage] = {"half": "f16", "float": "f32", "16": "u16", "8": "u8"}


@click.command("explain")
@click.argument("look")
@click.argument("plate", required=False)
@click.option("--output", metavar="NAME", help="Which output. Default: all; of a pixel the first.")
@click.option("--pixel", metavar="X,Y", help="Trace this pixel of PLATE through every node.")
@click.option("--value", metavar="R,G,B", help="Trace these numbers, in the middle of a frame.")
@click.option("--frame", type=int, metavar="N", help="Which frame of PLATE, and where keys stand.")
@click.option("--first", type=int, metavar="N", help="The shot's first, where keys count from it.")
@look_flags
@click.option("--bits", type=click.Choice([*_STORAGE]), default="half", help="Of the plate.")
@click.option("--alpha", is_flag=True, help="A plate with premultiplied alpha.")
@click.option("--config", metavar="C", help="OpenColorIO config, if the look names none.")
@click.option("--input", "space", metavar="SPACE", help="What the plate is, against the look.")
@click.option("--trust-input", is_flag=True, help="The look is right, the plate's tags are not.")
@click.option("--ir", is_flag=True, help="The program, before and after the passes.")
@click.option("--cuda", is_flag=True, help="The CUDA C++ text.")
@click.option("--llvm", is_flag=True, help="The LLVM of the CPU kernel, optimized.")
@click.option("--svg", type=click.Path(path_type=Path), metavar="OUT.svg", help="Draw the graph.")
@click.option("--json", "as_json", is_flag=True, help="The story or the pixel as JSON.")
def command(look: str, plate: str | None, output: str | None, **options: Any) -> None:
    """Explain LOOK: the space of every edge, the passes, bytes per pixel, the code; or one pixel.

    \b
    grade explain night.grade.yaml
    grade explain night.grade.yaml --output sdr --ir
    grade explain night.grade.yaml --cuda > night.cu
    grade explain night.grade.yaml --svg night.svg
    grade explain night.grade.yaml plates/sh010.####.exr --pixel 960,540 --frame 1040
    grade explain night.grade.yaml --value 0.18,0.18,0.18

    Per output: each node with the space it works in and what it took to get there; mattes; knobs
    with keyframes, and at which frames; the passes that changed the program and how large it was
    after each; bytes read and written per pixel; uniforms (knobs that never recompile).

    A pixel is a column and a row from the top left, as the file counts them. Each row of its table
    is what a node made of it, to the bit of the kernel, in the space that the next node is handed
    it in; the last is what is stored.
    """  # noqa: D301
    from grade.cli.render import open_look

    opened = open_look(look, options["config"])
    if options["space"]:
        opened = opened.with_input(options["space"])
    opened = overridden(opened, options, lambda line: click.echo(line, err=True))
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
            stories.append(_data(look, name, program))
        else:
            click.echo(_story(look, name, program))
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
    from grade.ir.text import render
    from grade.passes.pipeline import lower

    parts = []
    lowered = lower(program)
    if options["ir"]:
        parts += ["; traced", render(program), "; lowered", render(lowered)]
    if options["cuda"]:
        from grade.emit.cuda import emit
        from grade.emit.inline import inline

        parts.append(inline(emit(lowered)))
    if options["llvm"]:
        from grade.run.host_kernels import llvm_text
        from grade.run.host_processor import host_lanes

        parts.append(llvm_text(lowered, host_lanes()))
    return "\n".join(parts)


def _story(look: Look, output: str, program: Program) -> str:
    lines = [f"look {look.name}, output {output}"]
    if look.intent:
        lines.append(f"  {look.intent}")
    spaces = bool(look.input or look.working)
    lines.append(f"  config   {look.configuration.name if spaces else 'none: numbers as they are'}")
    for part in (_edges(look, output), _mattes(look, output), _keys(look, output)):
        lines += ["", *part] if part else []
    lines += ["", *_passes(program), "", *_figures(program)]
    return "\n".join([*lines, ""])


def _edges(look: Look, output: str) -> list[str]:
    edges = look.edges(output)
    width = max(len(edge.node) for edge in edges)
    wide = max(len(edge.kind) for edge in edges)
    lines = []
    for edge in edges:
        way = f"{edge.space_in or '?'}"
        if edge.space_out != edge.space_in:
            way += f" -> {edge.space_out or 'a matte'}"
        how = f"   by {' '.join(edge.conversion)}" if edge.conversion else ""
        lines.append(f"  {edge.node:<{width}}  {edge.kind:<{wide}}  {way}{how}")
    for placed in look.nodes():
        if hasattr(placed.op, "notes"):
            lines += [f"  note: {placed.name}: {note}" for note in placed.op.notes()]
    return lines


def _mattes(look: Look, output: str) -> list[str]:
    """Name, op and space of every window, key, matte file and named combination."""
    found = mattes(look, output)
    if not found:
        return []
    width, wide = (max(len(entry[place]) for entry in found) for place in (0, 1))
    return ["  mattes:"] + [
        f"    {name:<{width}}  {made:<{wide}}  {where}".rstrip() for name, made, where in found
    ]


def mattes(look: Look, output: str) -> list[tuple[str, str, str]]:
    """The mattes of an output: name, op or expression, and where its numbers are from."""
    from grade.graph.model.inputs import Input
    from grade.graph.model.matte_text import expression_of
    from grade.graph.model.picture import Matte
    from grade.graph.model.wire import walk

    spaces = {edge.node: edge.space_in for edge in look.edges(output)}
    places, found = look.names.places, []
    for wire in walk([look.outputs[output]]):
        if not isinstance(wire, Matte) or wire not in places:
            continue
        name, op = places[wire], wire.op
        if op is None:
            words = expression_of(wire, {w: n for w, n in places.items() if w is not wire})
            found.append((name, words, ""))
        elif isinstance(op, Input):
            found.append((name, op.kind, op.files or "the plate's own file"))
        elif not op.values["enable"]:
            found.append((name, op.kind, "off"))
        elif op.takes == "picture" and op.pictures:
            found.append((name, op.kind, spaces.get(name) or "?"))
        else:
            found.append((name, op.kind, "display window" if op.takes == "picture" else ""))
    return found


def _keys(look: Look, output: str) -> list[str]:
    found = keys(look, output)
    width = max(map(len, found), default=0)
    counted = "frames" if look.time == "frame" else "frames from the shot's first"
    return [f"  keyframes, by {counted}:" for _ in [0] if found] + [
        f"    {knob:<{width}}  {' '.join(at)}" for knob, at in found.items()
    ]


def keys(look: Look, output: str) -> dict[str, list[str]]:
    """The knobs of an output that have keyframes, and where these are."""
    from grade.graph.model.wire import walk

    ops = {id(wire.op): wire.op for wire in walk([look.outputs[output]]) if wire.op is not None}
    return {
        f"{look.names.of(op)}.{field}": list(op.values[field].plain())
        for op in ops.values()
        for field in op.animated()
    }


def _data(look: Look, output: str, program: Program) -> dict[str, Any]:
    """The story as plain data."""
    from grade.passes.pipeline import lower
    from grade.passes.relaxed import relax

    lowered = lower(program)
    return {
        "look": look.name,
        "output": output,
        "space": look.output_space(output),
        "edges": [edge._asdict() for edge in look.edges(output)],
        "mattes": [
            dict(zip(("name", "op", "space"), entry, strict=True)) for entry in mattes(look, output)
        ],
        "keyframes": keys(look, output),
        "bytes_per_pixel": lowered.bytes_per_pixel,
        "program": relax(program).hash,
        "uniforms": [uniform.name for uniform in program.uniforms],
    }


def _passes(program: Program) -> list[str]:
    from grade.passes.pipeline import lower

    sizes: list[tuple[str, int]] = []
    lower(program, watch=lambda name, changed: sizes.append((name, len(changed.nodes))))
    width = max((len(name) for name, _ in sizes), default=0)
    lines = [f"  traced: {len(program.nodes)} nodes"]
    return lines + [f"  {name:<{width}}  {count} nodes" for name, count in sizes]


def _figures(program: Program) -> list[str]:
    from grade.passes.pipeline import lower
    from grade.passes.relaxed import relax

    lowered = lower(program)
    source, target = program.sources[0], program.targets[0]
    tables = sum(table.data.nbytes for table in lowered.tables)
    lines = [
        f"  {len(lowered.stages)} pass over the picture, {source} to {target}",
        f"  {lowered.bytes_per_pixel} bytes per pixel read and written, "
        f"{len(lowered.tables)} tables of {tables} bytes",
        f"  program {relax(program).hash}",
        f"  {len(program.uniforms)} uniforms, {len(lowered.prologue)} values hoisted out of them:",
    ]
    names = [uniform.name for uniform in program.uniforms]
    return lines + [f"    {', '.join(names[i : i + 6])}" for i in range(0, len(names), 6)]
