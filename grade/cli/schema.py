"""`grade schema`: the JSON Schema of look files, for editors."""

from __future__ import annotations

import click

NAME = "grade.schema.json"


@click.command("schema")
def command() -> None:
    """Print the JSON Schema of look files: all ops and parameters, with range, default and doc.

    \b
    grade schema > grade.schema.json

    The schema is made from the installed ops; print it again after an upgrade. An editor with a
    YAML language server finds it by the first line of a look file,

    \b
    # yaml-language-server: $schema=grade.schema.json

    which `grade new` writes if the schema lies beside the new look or in a folder above it. Only
    the loader checks names, cycles, spaces of the config and files on disk.
    """  # noqa: D301
    from grade.graph.file.schema import as_text, schema

    click.echo(as_text(schema()), nl=False)
