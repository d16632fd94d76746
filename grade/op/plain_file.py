"""Reading a plain file whole, up to a size limit."""

from __future__ import annotations

import stat
from pathlib import Path

MOST_BYTES = 256 << 20  # a cube of 129 nodes along an edge is 60 MB of text


def read_plain_file(path: Path, most: int = MOST_BYTES) -> bytes:
    """The bytes of a plain file. Anything else is refused: a pipe could block for ever.

    Raises
    ------
    OSError
        If it cannot be read, is no plain file, or has more than ``most`` bytes.
    """
    status = path.stat()
    if not stat.S_ISREG(status.st_mode):
        raise OSError(None, "is a folder" if path.is_dir() else "is no plain file")
    if status.st_size > most:
        raise OSError(None, f"has {status.st_size} bytes; it may have {most}")
    return path.read_bytes()
