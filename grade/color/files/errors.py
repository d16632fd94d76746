"""The error of a LUT or look file that cannot be read."""

from __future__ import annotations

from grade.errors import RequestError


class FileError(RequestError):
    """A file cannot be read; the message names the file, and the line or element."""

    def __init__(self, shown: str, reason: str, line: int | None = None) -> None:
        self.shown, self.reason, self.line = shown, reason, line
        place = shown if line is None else f"{shown}:{line}"
        super().__init__(f"{place}: {reason}")
