"""`grade info`: what a file, a sequence, a movie or a folder holds."""

from grade.cli.info.command import command

__all__ = ["command"]
