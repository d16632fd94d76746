"""`grade ops`: the catalogue of operations."""

from grade.cli.ops.command import command

__all__ = ["command"]
