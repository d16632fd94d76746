"""`grade completion`: a script for the shell that completes verbs, options and files."""

from __future__ import annotations

import click

_WHERE = {
    "bash": 'eval "$(grade completion bash)"  in ~/.bashrc',
    "zsh": 'eval "$(grade completion zsh)"  in ~/.zshrc',
    "fish": "grade completion fish > ~/.config/fish/completions/grade.fish",
}


@click.command("completion")
@click.argument("shell", type=click.Choice([*_WHERE]))
def command(shell: str) -> None:
    """Print the completion script of a shell.

    \b
    grade completion bash        eval "$(grade completion bash)"  in ~/.bashrc
    grade completion zsh         eval "$(grade completion zsh)"  in ~/.zshrc
    grade completion fish        grade completion fish > ~/.config/fish/completions/grade.fish
    """  # noqa: D301
    from click.shell_completion import get_completion_class

    from grade.cli.verbs import grade

    kind = get_completion_class(shell)
    assert kind is not None  # the choice has no other
    click.echo(kind(grade, {}, "grade", "_GRADE_COMPLETE").source())
