"""Names of files for libraries that take them as UTF-8: a name of other bytes is opened here."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def library_path(path: Path, written: bool = False) -> Iterator[str]:
    """Give a name under which a library can open a file.

    It is the name itself, unless its bytes are no text: then it is that of a descriptor, which
    Linux and macOS let a process open again. Names on Windows are always text.

    Parameters
    ----------
    path
        A file that exists.
    written
        Whether the library writes it.

    Raises
    ------
    OSError
        The file cannot be opened.
    """
    try:
        name = str(path)
        name.encode()
    except UnicodeEncodeError:
        descriptor = os.open(path, os.O_RDWR if written else os.O_RDONLY)
        try:
            yield f"/dev/fd/{descriptor}"
        finally:
            os.close(descriptor)
        return
    yield name
