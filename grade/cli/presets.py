"""`grade presets [NAME]`: the delivery presets of `grade render --preset`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from grade.io.presets.preset import Preset


@click.command("presets")
@click.argument("name", required=False)
@click.option("--look", type=click.Path(path_type=Path), help="Also list presets beside this look.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON on stdout.")
def command(name: str | None, look: Path | None, as_json: bool) -> None:
    """List the delivery presets, or show the file of one.

    \b
    grade presets                        every preset in a line
    grade presets uhd-hdr10              its file, to copy and change
    grade render LOOK IN out.mov --preset prores-4444-p3

    A facility keeps its presets in the folder that GRADE_PRESETS names, a project in presets/
    beside its looks. A preset there replaces a shipped one of the same name.
    """  # noqa: D301
    from grade.io.presets.catalog import find_preset, list_presets

    if name is not None:
        found = find_preset(name, look)
        assert found.path is not None
        text = found.path.read_text(encoding="utf-8")
        click.echo(json.dumps(describe(found), indent=1) if as_json else text, nl=as_json)
        return
    known = [find_preset(known, look) for known in list_presets(look)]
    if as_json:
        click.echo(json.dumps([describe(found) for found in known], indent=1))
        return
    width = max(len(found.name) for found in known)
    for found in known:
        click.echo(f"{found.name:{width}}  {found.about}")


def describe(preset: Preset) -> dict[str, Any]:
    """A preset as plain data."""
    recipe = preset.recipe
    return {
        "name": preset.name,
        "about": preset.about,
        "suffixes": list(preset.suffixes),
        "codec": None if recipe is None else recipe.codec,
        "pixels": None if recipe is None else recipe.format.name,
        "range": None if recipe is None else "legal" if recipe.is_legal else "full",
        "limit": None if recipe is None else recipe.limit,
        "audio": None if recipe is None else recipe.audio,
        "bits": None if preset.store is None else preset.store.bits,
        "compression": None if preset.store is None else preset.store.compression,
        "spaces": list(preset.spaces),
        "sizes": [list(size) for size in preset.sizes],
        "fit": preset.fit,
        "rates": [str(rate) for rate in preset.rates],
        "file": str(preset.path),
    }
