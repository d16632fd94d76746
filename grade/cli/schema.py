"""`grade schema`: what a look file may hold, for editors that complete and check."""

from __future__ import annotations

import click

NAME = "grade.schema.json"


@click.command("schema")
def command() -> None:
    """Print the JSON Schema of look files: every op, every parameter with range, default and words.

    \b
    grade schema > grade.schema.json

    It is made from the ops that are installed, so it is never out of date; make it again after an
    upgrade. An editor with a YAML language server takes it by the first line of a look file,

    \b
    # yaml-language-server: $schema=grade.schema.json

    which `grade new` writes where it finds that file beside the new look or in a folder above.
    What crosses entries the loader knows alone: names, cycles, spaces of the config, files on disk.
    """  # noqa: D301
    from grade.graph.file.schema import as_text, schema

    click.echo(as_text(schema()), nl=False)
