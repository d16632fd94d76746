"""`grade fmt FILES`: look files in the canonical layout, with their comments."""

from __future__ import annotations

import difflib
import sys
from pathlib import Path

import click

from grade.errors import CheckFailed, GradeError, RequestError


@click.command("fmt")
@click.argument("files", nargs=-1, required=True)
@click.option("--check", is_flag=True, help="Write nothing; exit code 3 if a file would change.")
@click.option("--diff", "show", is_flag=True, help="Write nothing; show what would change.")
def command(files: tuple[str, ...], check: bool, show: bool) -> None:
    """Format look files: write them in the canonical layout, with every comment.

    \b
    grade fmt night.grade.yaml
    grade fmt looks/*.grade.yaml --check       for CI: names what would change, exit code 3
    grade fmt night.grade.yaml --diff
    grade fmt - < night.grade.yaml             for editors: from stdin to stdout

    Sections and the fields of a node are put in their normal order, indented by two columns. Texts
    get quotes only if they need them; numbers stay as they are written. A file of an older format
    version is written in the newest. If any file is wrong, none is written.

    Exit codes: 0 done; 2 a file is wrong, nothing was written; 3 --check, and a file would change.
    """  # noqa: D301
    texts, wrong = {}, []
    for name in files:
        try:
            texts[name] = _texts(name)
        except GradeError as error:
            wrong.append(str(error))
    if wrong:
        raise RequestError("; ".join(wrong))
    changed = [name for name, (before, after) in texts.items() if before != after]
    for name, (before, after) in texts.items():
        if show:
            click.echo(_diff(name, before, after), nl=False)
        elif name == "-" and not check:
            click.echo(after, nl=False)
        elif before != after and not check:
            _write(Path(name).resolve(), after)
            click.echo(f"{name}: written", err=True)
    if check and changed:
        from grade.render.messages import counted

        whole = counted(len(texts), "file")
        raise CheckFailed(
            f"{len(changed)} of {whole} not in canonical layout: {', '.join(changed)};"
            " grade fmt writes it"
        )


def _texts(name: str) -> tuple[str, str]:
    """The text of a file, and its canonical text."""
    from grade.graph.file.layout import format_text
    from grade.graph.file.reader import decode, read_text

    shown = "<stdin>" if name == "-" else name
    text = decode(sys.stdin.buffer.read(), shown) if name == "-" else read_text(Path(name), shown)
    return text, format_text(text, shown)


def _diff(name: str, before: str, after: str) -> str:
    lines = difflib.unified_diff(
        before.splitlines(keepends=True), after.splitlines(keepends=True), name, name
    )
    return "".join(line if line.endswith("\n") else f"{line}\n" for line in lines)


def _write(path: Path, text: str) -> None:
    from grade.io import atomic_write

    with atomic_write(path) as part:
        part.write_bytes(text.encode())
