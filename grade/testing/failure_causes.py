"""Causes of a failed check, as sentences: why a look gives other pixels than its golden file."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

from grade.errors import GradeError
from grade.graph.identity.identity import uses_spaces
from grade.graph.model.wire import walk
from grade.testing.golden_file import Golden

if TYPE_CHECKING:
    from grade.graph.look import Look
    from grade.graph.model.wire import Wire

NONE = (
    "look, programs and config are those of the golden file, so this machine computes other bits:"
    " see grade check --twin and grade doctor, and please report it"
)


def read_opencolorio_version() -> str:
    """Read the version of OpenColorIO.

    >>> read_opencolorio_version().count(".")
    2
    """
    return version("opencolorio")


def describe_config(look: Look) -> tuple[str | None, str | None]:
    """Name the config of a look and the OpenColorIO version; None for a look of no space."""
    return (
        (look.configuration.name, read_opencolorio_version()) if uses_spaces(look) else (None, None)
    )


def restore_look(golden: Golden, folder: Path) -> Look | None:
    """Restore the look that the golden file was written from, if the file has kept it."""
    from grade.graph.file.load import from_text
    from grade.graph.look import Look

    if not golden.was:
        return None
    try:
        return from_text(golden.was, f"{golden.look} in its golden file", folder, Look)
    except GradeError:
        return None


def find_causes(
    golden: Golden,
    look: Look,
    folder: Path,
    digest: str,
    nodes: Mapping[str, str],
    outputs: Mapping[str, str],
) -> list[str]:
    """Find what differs between a golden file and the look now, the nearest cause first.

    Parameters
    ----------
    folder
        The folder of the look.
    digest
        sha256 of the probe picture in the look's input space.
    nodes, outputs
        Digests of the present programs.
    """
    edits = _list_edits(golden, look, folder)
    config, opencolorio = describe_config(look)
    found = [f"look edited: {edit}" for edit in edits]
    if golden.config != config:
        found.append(f"config: {golden.config} -> {config}")
    if golden.opencolorio != opencolorio:
        found.append(f"OpenColorIO: {golden.opencolorio} -> {opencolorio}")
    found += _list_changed_programs(golden, look, edits, nodes, outputs)
    if golden.probe != digest and not edits and golden.config == config:
        found.append("probe picture: its conversion to the look's input space is another")
    return found or [NONE]


def _list_edits(golden: Golden, look: Look, folder: Path) -> list[str]:
    if golden.hash == look.hash:
        return []
    old = restore_look(golden, folder)
    if old is None:
        return ["in what way is not known, for the golden file has not kept the look"]
    edits = [sentence for sentence in old.diff(look) if not sentence.startswith(("knob ", "versi"))]
    if old.hash != golden.hash:
        edits.append("a file that it reads, such as a LUT, has another content")
    return edits


def _list_changed_programs(
    golden: Golden,
    look: Look,
    edits: list[str],
    nodes: Mapping[str, str],
    outputs: Mapping[str, str],
) -> list[str]:
    """List nodes and outputs whose own program has changed though nothing was edited there."""
    edited = {edit.split(":")[0].split(".")[0].removeprefix("output ") for edit in edits}
    changed = {name for name, digest in nodes.items() if golden.nodes.get(name, digest) != digest}
    new = set(nodes) - set(golden.nodes)
    places = look.names.places
    found = []
    for wire, name in places.items():
        if name in changed and name not in edited:
            above = _name_ancestors(wire, places)
            if not above & (changed | new):
                kind = "" if wire.op is None else f" ({wire.op.kind})"
                found.append(f"{name}{kind}: its program is another, though its values are not")
    for output, digest in outputs.items():
        if golden.outputs.get(output, digest) == digest or output in edited:
            continue
        end = look.outputs[output]
        if (
            not ({places.get(end, "")} | _name_ancestors(end, places)) & (changed | new)
            and not edits
        ):
            space = look.output_space(output)
            found.append(f"output {output}: the program of its way to {space} is another")
    return found


def _name_ancestors(wire: Wire, places: Mapping[Wire, str]) -> set[str]:
    """Name everything upstream of a wire."""
    return {places[step] for step in walk([wire]) if step is not wire and step in places}
