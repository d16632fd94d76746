"""What one output of a look becomes: spaces, mattes, keyframes, passes and figures."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from grade.graph import Look
    from grade.ir.program import Program


def text(look: Look, output: str, program: Program, verbose: bool = False) -> str:
    """What the output becomes, as text; ``verbose`` adds passes and uniforms."""
    lines = [f"look {look.name}, output {output}"]
    if look.intent:
        lines.append(f"  {look.intent}")
    spaces = bool(look.input or look.working)
    lines.append(f"  config   {look.configuration.name if spaces else 'none: numbers as they are'}")
    if look.untagged is not None:
        lines.append(f"  input    auto: the tag of each plate, else {look.untagged}")
    for part in (_edges(look, output), _mattes(look, output), _keys(look, output)):
        lines += ["", *part] if part else []
    if verbose:
        lines += ["", *_passes(program)]
    lines += ["", *_figures(program, verbose)]
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
    return lines + [f"  note: {note}" for note in look.notes()]


def _mattes(look: Look, output: str) -> list[str]:
    """Name, op and space of every window, key, matte file and named combination of mattes."""
    found = mattes(look, output)
    if not found:
        return []
    width, wide = (max(len(entry[place]) for entry in found) for place in (0, 1))
    return ["  mattes:"] + [
        f"    {name:<{width}}  {made:<{wide}}  {where}".rstrip() for name, made, where in found
    ]


def mattes(look: Look, output: str) -> list[tuple[str, str, str]]:
    """The mattes of an output: name, op or expression, and the space or file they are from."""
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
    """The knobs of an output that have keyframes, with the frames of these."""
    from grade.graph.model.wire import walk

    ops = {id(wire.op): wire.op for wire in walk([look.outputs[output]]) if wire.op is not None}
    return {
        f"{look.names.of(op)}.{field}": list(op.values[field].to_mapping())
        for op in ops.values()
        for field in op.animated()
    }


def data(look: Look, output: str, program: Program) -> dict[str, Any]:
    """What the output becomes, as plain data."""
    from grade.passes.pipeline import lower
    from grade.passes.relaxed_rules import relax

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


def _figures(program: Program, verbose: bool) -> list[str]:
    from grade.passes.pipeline import lower
    from grade.passes.relaxed_rules import relax

    lowered = lower(program)
    source, target = program.sources[0], program.targets[0]
    tables = sum(table.data.nbytes for table in lowered.tables)
    lines = [
        f"  {lowered.bytes_per_pixel} bytes per pixel read and written, "
        f"{len(lowered.tables)} tables of {tables} bytes",
        f"  program {relax(program).hash}",
    ]
    if not verbose:
        return lines
    names = [uniform.name for uniform in program.uniforms]
    return [
        f"  {len(lowered.stages)} pass over the picture, {source} to {target}",
        *lines,
        f"  {len(names)} uniforms, {len(lowered.prologue)} values hoisted out of them:",
        *(f"    {', '.join(names[i : i + 6])}" for i in range(0, len(names), 6)),
    ]
