"""The command line: `grade VERB ...`, one file or folder per verb, loaded when it is called.

Data goes to stdout, messages to stderr. Exit codes: 0 done; 1 a bug in grade; 2 the request is
wrong and nothing was written; 3 a check failed; 4 some frames failed and would fail again; 75 a
failure that may pass; 130 Ctrl-C; 143 SIGTERM.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; return its exit code.

    Parameters
    ----------
    arguments
        The words behind `grade`; None takes `sys.argv`.
    """
    from grade.cli.exit import run

    if arguments is not None:
        return run(list(arguments))
    from grade.cli.standard_streams import open_standard_streams

    open_standard_streams()
    return run(sys.argv[1:])
