"""The end of a command: one line on stderr, and the exit code."""

from __future__ import annotations

import os
import sys

import click

from grade.errors import GradeError, TemporaryError

INTERRUPTED = 130
TERMINATED = 143

_NO_MEMORY = (
    "failed to map segment", "Cannot allocate memory", "cannot allocate memory", "bad_alloc",
    "can't start new thread", "out of memory",
)  # fmt: skip


def run(arguments: list[str]) -> int:
    """Run `grade` with these arguments; return the exit code.

    A `GradeError` becomes one line on stderr, and so do refusals of the system: a name that is too
    long, a limit on memory. Any other exception is a bug in grade: it is shown with its traceback,
    and the exit code is 1.
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
        if said := _out_of_memory(error):
            return _say(said, TemporaryError.exit_code)
        if isinstance(error, OSError):
            from grade.io.errors import system_failure

            failure = system_failure(error)
            return _say(str(failure), failure.exit_code)
        return _bug(error)
    return outcome if isinstance(outcome, int) else 0


def _say(message: str, code: int) -> int:
    line = " ".join(message.split("\n"))
    print(line.encode(errors="backslashreplace").decode(), file=sys.stderr)  # names may be no text
    return code


def _out_of_memory(error: BaseException | None) -> str:
    """Say that a limit of the system struck; nothing if that is not the cause.

    Libraries that cannot be loaded, and threads that cannot be started, are words of the loader and
    of Python for the same. The cause may lie several exceptions deep.
    """
    while error is not None:
        text = str(error)
        if isinstance(error, MemoryError) or any(words in text for words in _NO_MEMORY):
            reason = f" ({text})" if text else ""
            return (
                f"out of memory, or of threads{reason}: run it with fewer --threads, or raise the"
                " limit of this process (ulimit, cgroup)"
            )
        error = error.__cause__ or error.__context__
    return ""


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
