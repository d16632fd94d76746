"""The end of a command: one line on stderr, and the exit code."""

from __future__ import annotations

import os
import sys

import click

from grade.errors import GradeError

INTERRUPTED = 130
TERMINATED = 143


def run(arguments: list[str]) -> int:
    """Run `grade` with these arguments; return the exit code.

    A `GradeError` becomes one line on stderr. Any other exception is a bug in grade: it is shown
    with its traceback, and the exit code is 1.
    """
    from grade.cli.verbs import grade

    try:
        outcome = grade.main(arguments, prog_name="grade", standalone_mode=False)
        sys.stdout.flush()
    except click.UsageError as error:
        return _usage(error)
    except click.ClickException as error:
        return _say(error.format_message(), GradeError.exit_code)
    except GradeError as error:
        return _say(str(error), error.exit_code)
    except (KeyboardInterrupt, click.Abort):
        return _say("interrupted", INTERRUPTED)
    except BrokenPipeError:  # `grade ops | head`: the reader has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except Exception as error:
        return _bug(error)
    return outcome if isinstance(outcome, int) else 0


def _say(message: str, code: int) -> int:
    print(" ".join(message.split("\n")), file=sys.stderr)
    return code


def _usage(error: click.UsageError) -> int:
    path = error.ctx.command_path if error.ctx else "grade"
    message = error.format_message()
    stop = "" if message.endswith((".", "?")) else "."
    return _say(f"{path}: {message}{stop} See {path} --help", GradeError.exit_code)


def _bug(error: Exception) -> int:
    import traceback

    traceback.print_exception(error)
    print(
        f"grade: a bug in grade: {type(error).__name__}: {error}\n"
        "Please report it with the lines above, the command and the look file.",
        file=sys.stderr,
    )
    return 1
