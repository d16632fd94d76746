"""The flag that says whether paths are names of files as they stand, or patterns."""

import click

literal_flag = click.option(
    "--literal/--no-literal",
    default=None,
    help="A name with ####, @ or %04d is a file of that name, or a pattern. Default: a file that"
    " is there, else a pattern.",
)
