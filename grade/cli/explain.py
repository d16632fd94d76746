"""`grade explain LOOK`: what a look becomes, from spaces to machine code."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from grade.graph import Look
    from grade.ir.program import Program
    from grade.ir.storage import Storage

_STORAGE: dict[str, Storage] = {"half": "f16", "float": "f32", "16": "u16", "8": "u8"}


@click.command("explain")
@click.argument("look")
@click.option("--output", metavar="NAME", help="Which output. Default: all.")
@click.option("--bits", type=click.Choice([*_STORAGE]), default="half", help="Of the plate.")
@click.option("--alpha", is_flag=True, help="A plate with premultiplied alpha.")
@click.option("--config", metavar="C", help="OpenColorIO config, if the look names none.")
@click.option("--input", "space", metavar="SPACE", help="What the plate is, against the look.")
@click.option("--ir", is_flag=True, help="The program, before and after the passes.")
@click.option("--cuda", is_flag=True, help="The CUDA C++ text.")
@click.option("--llvm", is_flag=True, help="The LLVM of the CPU kernel, optimized.")
def command(look: str, output: str | None, **options: Any) -> None:
    """Explain LOOK: the space of every edge, the passes, bytes per pixel, the code.

    \b
    grade explain night.grade.yaml
    grade explain night.grade.yaml --output sdr --ir
    grade explain night.grade.yaml --cuda > night.cu

    Per output: each node with the space it works in and what it took to get there; the passes that
    changed the program and how large it was after each; bytes read and written per pixel; uniforms
    (knobs that never recompile).
    """  # noqa: D301
    from grade.cli.render import open_look

    opened = open_look(look, options["config"])
    if options["space"]:
        opened = opened.with_input(options["space"])
    names = [opened.output_name(output)] if output else list(opened.outputs)
    for name in names:
        program = _program(opened, name, options["bits"], options["alpha"])
        if options["ir"] or options["cuda"] or options["llvm"]:
            click.echo(_code(program, options))
        else:
            click.echo(_story(opened, name, program))


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
        from grade.run.native import compile_kernel, host_lanes

        kernel: Any = compile_kernel(lowered, host_lanes())
        parts += kernel.inspect_llvm().values()
    return "\n".join(parts)


def _story(look: Look, output: str, program: Program) -> str:
    lines = [f"look {look.name}, output {output}"]
    if look.intent:
        lines.append(f"  {look.intent}")
    spaces = bool(look.input or look.working)
    lines.append(f"  config   {look.configuration.name if spaces else 'none: numbers as they are'}")
    lines += ["", *_edges(look, output), "", *_passes(program), "", *_figures(program)]
    return "\n".join([*lines, ""])


def _edges(look: Look, output: str) -> list[str]:
    edges = look.edges(output)
    width = max(len(edge.node) for edge in edges)
    wide = max(len(edge.kind) for edge in edges)
    lines = []
    for edge in edges:
        way = f"{edge.space_in or '?'}"
        if edge.space_out != edge.space_in:
            way += f" -> {edge.space_out or '?'}"
        how = f"   by {' '.join(edge.conversion)}" if edge.conversion else ""
        lines.append(f"  {edge.node:<{width}}  {edge.kind:<{wide}}  {way}{how}")
    for placed in look.nodes():
        if hasattr(placed.op, "notes"):
            lines += [f"  note: {placed.name}: {note}" for note in placed.op.notes()]
    return lines


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
